import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { scramVerifier, secretForm } from '../../../src/lib/secrets/form.ts';

describe('secretForm', () => {
  it('gives the value itself', () => {
    expect(secretForm('abc', 'value')).toBe('abc');
  });

  it('gives the hex digest that Redis takes', () => {
    expect(secretForm('abc', 'sha256')).toBe(createHash('sha256').update('abc').digest('hex'));
  });

  it('gives the login and its verifier, the same every time', () => {
    const text = secretForm('recognition_a:pencil', 'scram-sha-256');
    expect(text).toMatch(/^recognition_a SCRAM-SHA-256\$4096:[\w+/]{22}==\$[\w+/]{43}=:[\w+/]{43}=$/);
    expect(secretForm('recognition_a:pencil', 'scram-sha-256')).toBe(text);
    expect(secretForm('recognition_b:pencil', 'scram-sha-256')).not.toContain(text.split(' ')[1]);
  });

  it.each(['no-colon', 'role_a:', ':secret', 'Role:x', 'role_a:with blank', 'role_a:ü'])(
    'refuses "%s" as a login, without showing it',
    (value) => {
      expect(() => secretForm(value, 'scram-sha-256')).toThrow(/no database login/);
      try {
        secretForm(value, 'scram-sha-256');
      } catch (error) {
        expect(String(error)).not.toContain(value);
      }
    },
  );
});

describe('scramVerifier', () => {
  // RFC 7677, chapter 3: user "user", password "pencil", its salt and 4096 iterations; the server's signature there is
  // HMAC(ServerKey, AuthMessage), and the client's proof gives ClientKey, whose digest is the stored key.
  it('agrees with the example of RFC 7677', async () => {
    const { createHmac } = await import('node:crypto');
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    const verifier = scramVerifier('user', 'pencil', salt);
    const [, stored = '', server = ''] = /\$([^:$]+):([^:$]+)$/.exec(verifier) ?? [];
    const authMessage = [
      'n=user,r=rOprNGfwEbeRWgbNEkqO',
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    ].join(',');
    const signature = createHmac('sha256', Buffer.from(server, 'base64'))
      .update(authMessage)
      .digest('base64');
    expect(signature).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
    const proof = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');
    const clientSignature = createHmac('sha256', Buffer.from(stored, 'base64')).update(authMessage).digest();
    const clientKey = proof.map((byte, at) => byte ^ (clientSignature[at] ?? 0));
    expect(createHash('sha256').update(clientKey).digest('base64')).toBe(stored);
  });
});
