import { describe, expect, it } from 'vitest';
import { renderHba, renderIdent } from '../../../src/platform/postgres/access.ts';

describe('pg_hba.conf', () => {
  it('lets services in by SCRAM, over TCP only with TLS, and helpers by their user on the host', () => {
    expect(renderHba('production')).toMatchInlineSnapshot(`
      "# Rendered by unde; changes made here are drift.
      # TYPE   DATABASE     USER                  ADDRESS       METHOD
      local    all          postgres                            peer map=unde
      local    replication  postgres                            peer map=unde
      local    unde_ai      monitoring,pgbouncer                peer map=unde
      local    unde_ai      +unde_login                         scram-sha-256
      hostssl  unde_ai      +unde_login           127.0.0.1/32  scram-sha-256
      hostssl  unde_ai      +unde_login           ::1/128       scram-sha-256
      "
    `);
  });
});

describe('pg_ident.conf', () => {
  it('takes whom operators log in as for the administrator', () => {
    expect(renderIdent('admin')).toMatch(/^unde +admin +postgres$/m);
  });

  it('names nobody twice', () => {
    expect(renderIdent('root').match(/^unde +root /gm)).toHaveLength(1);
  });

  it('takes nobody else for the administrator', () => {
    const administrators = [...renderIdent('root').matchAll(/^unde +(\S+) +postgres$/gm)].map(
      ([, user]) => user,
    );
    expect(administrators).toEqual(['postgres', 'root']);
  });
});
