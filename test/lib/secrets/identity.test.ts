import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { identityFile, ownRecipients, readIdentities } from '../../../src/lib/secrets/identity.ts';
import { writeIdentity } from '../../../src/lib/secrets/open.ts';
import { testFolder } from './folder-store.ts';

describe('the identity file', () => {
  const file = () => path.join(testFolder(), 'identity.txt');
  const written = (text: string) => {
    const at = file();
    writeFileSync(at, text);
    return at;
  };

  it('is where UNDE_AGE_IDENTITY says, else beside the settings', () => {
    expect(identityFile({ UNDE_AGE_IDENTITY: '/keys/own.txt' })).toBe('/keys/own.txt');
    expect(identityFile({ XDG_CONFIG_HOME: '/home/kim/.config' })).toBe(
      '/home/kim/.config/unde/identity.txt',
    );
  });

  it('is made for its owner alone, and never over another one', async () => {
    const at = file();
    const recipient = await writeIdentity(at);
    expect(statSync(at).mode & 0o777).toBe(0o600);
    expect(await ownRecipients(at)).toEqual([recipient]);
    await expect(writeIdentity(at)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('may hold several identities and comments, as age-keygen writes them', () => {
    const one = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`;
    const two = `AGE-SECRET-KEY-PQ-1${'P'.repeat(58)}`;
    expect(readIdentities(written(`# created: now\n${one}\n\n  ${two}\n`))).toEqual([one, two]);
  });

  it.each([
    ['no file', undefined, 'NO_IDENTITY'],
    ['nothing in it', '# empty\n', 'BAD_IDENTITY'],
    ['a broken key', 'AGE-SECRET-KEY-1QQ\nplanted\n', 'BAD_IDENTITY'],
    ['a passphrase on it', '-----BEGIN AGE ENCRYPTED FILE-----\n', 'BAD_IDENTITY'],
  ])('says what is wrong with %s, and never shows a line of it', (_, text, code) => {
    const at = text === undefined ? file() : written(text);
    let thrown: unknown;
    try {
      readIdentities(at);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code });
    expect(JSON.stringify(thrown)).not.toMatch(/planted|KEY-1QQ/);
  });

  it('may be absent where nothing has to be read', async () => {
    expect(await ownRecipients(file())).toEqual([]);
  });
});
