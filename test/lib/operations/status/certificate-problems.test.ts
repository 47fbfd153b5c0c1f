import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../../src/lib/operations/status/observation.ts';
import { desired, NOW, observed, running, statusOf } from './fixture.ts';

const DAY = 86_400;

/** A host whose embedder has a version of the certificate. */
function bearer(host: string, version: string | undefined): Observation {
  const seen = observed(host, {
    services: [running('embedder', version === undefined ? {} : { secrets: { tls: version } })],
  });
  const tls = {
    credential: 'tls',
    secret: 'cert',
    form: 'value',
    onChange: 'reload',
    which: 'current',
    version: 'v2',
  } as const;
  return { ...seen, assignment: { ...seen.assignment, desired: [{ ...desired(), secrets: [tls] }] } };
}
const problems = (days: number, ...hosts: Observation[]) =>
  statusOf(hosts, { certificates: [{ secret: 'cert', version: 'v2', notAfter: NOW + days * DAY }] }).problems;

describe('certificates in the status', () => {
  it('are no matter until thirty days before their end', () => {
    expect(problems(30, bearer('a', 'v2'))).toEqual([]);
    expect(problems(29.5, bearer('a', 'v2'), bearer('b', 'v2'))).toMatchObject([
      {
        severity: 'warning',
        code: 'CERTIFICATE_EXPIRES',
        hosts: ['a', 'b'],
        message: 'the certificate cert of embedder on a and embedder on b expires in 29 days',
        hint: 'unde pki renew',
      },
    ]);
  });

  it('are an error once they have expired', () => {
    expect(problems(-0.1, bearer('a', 'v2'))).toMatchObject([
      {
        severity: 'error',
        code: 'CERTIFICATE_EXPIRED',
        message: expect.stringContaining('expired 1 day ago'),
      },
    ]);
  });

  it('are no matter where nobody has them', () => {
    expect(problems(-5, bearer('a', undefined))).toEqual([]);
    expect(problems(-5, observed('a', { age: undefined }))).toEqual([]);
  });

  it('are told where a host was left with one that was replaced', () => {
    expect(problems(300, bearer('a', 'v2'), bearer('b', 'v1'))).toMatchObject([
      { severity: 'warning', code: 'CERTIFICATE_OLD', hosts: ['b'], hint: 'unde deploy embedder' },
    ]);
  });
});
