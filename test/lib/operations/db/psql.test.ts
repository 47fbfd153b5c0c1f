import { describe, expect, it } from 'vitest';
import { psqlCommand } from '../../../../src/lib/operations/db/psql.ts';
import { bash, HOSTILE } from '../../common/shell/bash.ts';

const session = { database: 'staging', by: 'kim@ops', write: false, script: false, csv: false } as const;

/** What the host's shell makes of the words, which arrive joined by spaces. */
const words = (command: readonly string[]) =>
  bash(`printf '%s\\n' ${command.join(' ')}`)
    .stdout.trimEnd()
    .split('\n');

describe('psqlCommand', () => {
  it('opens a session that only reads, by the name of its operator', () => {
    expect(words(psqlCommand(session))).toEqual([
      'env',
      'PGAPPNAME=unde db psql by kim@ops',
      'PGOPTIONS=-c default_transaction_read_only=on',
      '/usr/lib/postgresql/17/bin/psql',
      '-h',
      '/run/postgresql',
      '-U',
      'postgres',
      '-d',
      'unde_staging',
    ]);
  });

  it('lets a session write that was asked to, and stops a script at its first error', () => {
    const command = words(psqlCommand({ ...session, write: true, script: true }));
    expect(command.join(' ')).not.toContain('read_only');
    expect(command.slice(-5)).toEqual(['-X', '-v', 'ON_ERROR_STOP=1', '-f', '-']);
  });

  it('hands every name to the host as one word', () => {
    const command = words(psqlCommand({ ...session, by: HOSTILE, role: 'a b' }));
    expect(command[1]).toBe(`PGAPPNAME=unde db psql by ${HOSTILE}`);
    expect(command[2]).toBe(String.raw`PGOPTIONS=-c default_transaction_read_only=on -c role=a\ b`);
  });
});
