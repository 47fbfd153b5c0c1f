import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCredential } from '../../../../src/lib/runtime/process/credentials.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'unde-credentials-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('readCredential', () => {
  it('reads what systemd decrypted, without the line end that an operator typed', () => {
    writeFileSync(path.join(directory, 'token'), 's3cret\n');
    expect(readCredential('token', { CREDENTIALS_DIRECTORY: directory })).toBe('s3cret');
  });

  it.each([[{ CREDENTIALS_DIRECTORY: '/nowhere' }], [{}]])('names what is missing: %j', (env) => {
    expect(() => readCredential('token', env)).toThrow('the credential "token" is not there');
  });
});
