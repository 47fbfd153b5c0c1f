import { describe, expect, it } from 'vitest';
import { UndeError } from '../../../../../src/lib/common/error/unde-error.ts';
import {
  judgeHostKeys,
  type Trust,
} from '../../../../../src/lib/operations/host/bootstrap/host-key-trust.ts';
import { fingerprint } from '../../../../../src/lib/fleet/ssh/host-key.ts';

const ED = { type: 'ssh-ed25519', key: Buffer.from('an ed25519 key').toString('base64') };
const RSA = { type: 'ssh-rsa', key: Buffer.from('an rsa key').toString('base64') };
const OTHER = { type: 'ssh-ed25519', key: Buffer.from('somebody else').toString('base64') };
const PRODUCTION = {
  host: 'embedder',
  context: { name: 'production', lab: '', from: '--context' },
  knownHostsFile: '/fleet/known_hosts',
} as const;
const LAB = { ...PRODUCTION, context: { name: 'lab', lab: 'test', from: '--context' } } as const;
const pin = (key: typeof ED) => ({ ...key, line: 3 });

function codeOf(judge: () => Trust): string {
  try {
    return judge().kind;
  } catch (error) {
    return error instanceof UndeError ? error.code : String(error);
  }
}

describe('a fingerprint', () => {
  it('is what OpenSSH prints', () => {
    const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
    expect(fingerprint({ key })).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
  });
});

describe('the keys that a host shows', () => {
  it.each([
    ['nothing known: the operator compares', PRODUCTION, [ED], [], undefined, 'ask'],
    ['the fingerprint is right: pinned', PRODUCTION, [ED], [], fingerprint(ED), 'pin'],
    [
      'the fingerprint is of a weaker key of the same host',
      PRODUCTION,
      [ED, RSA],
      [],
      fingerprint(RSA),
      'pin',
    ],
    ['the fingerprint is wrong', PRODUCTION, [ED, RSA], [], fingerprint(OTHER), 'FINGERPRINT_MISMATCH'],
    ['known already', PRODUCTION, [ED], [pin(ED)], undefined, 'pinned'],
    ['known already, and compared', PRODUCTION, [ED], [pin(ED)], fingerprint(ED), 'pinned'],
    [
      'known already, but the operator saw another',
      PRODUCTION,
      [ED],
      [pin(ED)],
      fingerprint(OTHER),
      'FINGERPRINT_MISMATCH',
    ],
    ['another is pinned', PRODUCTION, [ED], [pin(OTHER)], undefined, 'HOST_KEY_CHANGED'],
    [
      'another is pinned, even if the new one was compared',
      PRODUCTION,
      [ED],
      [pin(OTHER)],
      fingerprint(ED),
      'HOST_KEY_CHANGED',
    ],
    ['a lab knows its machines', LAB, [ED], [pin(ED)], undefined, 'pinned'],
    ['a lab that does not know one asks nobody', LAB, [ED], [], undefined, 'HOST_KEY_UNKNOWN'],
    [
      'a lab that does not know one believes no fingerprint',
      LAB,
      [ED],
      [],
      fingerprint(ED),
      'HOST_KEY_UNKNOWN',
    ],
    ['no fingerprint at all', PRODUCTION, [ED], [], 'MD5:aa:bb', 'BAD_FINGERPRINT'],
  ] as const)('%s', (_, target, shown, pins, expected, outcome) => {
    expect(codeOf(() => judgeHostKeys(target, shown, pins, expected))).toBe(outcome);
  });

  it('are told by the key that matches', () => {
    expect(judgeHostKeys(PRODUCTION, [ED, RSA], [], fingerprint(RSA)).key).toBe(RSA);
    expect(judgeHostKeys(PRODUCTION, [ED, RSA], [pin(RSA)], undefined).key).toBe(RSA);
  });
});
