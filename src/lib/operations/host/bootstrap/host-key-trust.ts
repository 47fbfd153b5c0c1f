import { UndeError } from '../../../common/error/unde-error.ts';
import { fingerprint, type HostKey } from '../../../fleet/ssh/host-key.ts';
import type { PinnedKey } from '../../../fleet/ssh/known-hosts.ts';
import type { SshTarget } from '../../../fleet/ssh/target.ts';

/** What to make of the keys that a host shows: it is known; it is to be pinned; or the operator must compare it first. */
export type Trust =
  | { readonly kind: 'pinned'; readonly key: HostKey }
  | { readonly kind: 'pin'; readonly key: HostKey }
  | { readonly kind: 'ask'; readonly key: HostKey };

/**
 * Judges the keys that a host shows; a pure function.
 *
 * @param shown The strongest first; at least one.
 * @param pins What is pinned for its address.
 * @param expected The fingerprint that the operator read off the host's console, if any.
 * @throws UndeError BAD_FINGERPRINT, FINGERPRINT_MISMATCH, HOST_KEY_CHANGED, HOST_KEY_UNKNOWN
 */
export function judgeHostKeys(
  target: Pick<SshTarget, 'host' | 'context' | 'knownHostsFile'>,
  shown: readonly HostKey[],
  pins: readonly PinnedKey[],
  expected: string | undefined,
): Trust {
  const [first] = shown;
  if (first === undefined) throw new Error('a host was judged that shows no key');
  const refuse = (code: string, message: string, hint: string) =>
    new UndeError({
      code,
      message,
      exit: 'refused',
      where: { host: target.host, file: target.knownHostsFile },
      details: shown.map((key) => `${key.type} ${fingerprint(key)}`),
      hint,
    });
  if (expected !== undefined && !/^SHA256:[A-Za-z0-9+/]{43}$/.test(expected)) {
    throw new UndeError({
      code: 'BAD_FINGERPRINT',
      message: `"${expected}" is no fingerprint`,
      exit: 'usage',
      hint: 'SHA256: and 43 characters, as this prints on the host’s console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
    });
  }
  const matching = shown.find((key) => fingerprint(key) === expected);
  if (expected !== undefined && matching === undefined) {
    throw refuse(
      'FINGERPRINT_MISMATCH',
      `${target.host} shows no key with the fingerprint ${expected}: another machine answers, or it was reinstalled`,
      "compare with the host's console once more; nothing was sent to it",
    );
  }
  const pinned = shown.find(({ key }) => pins.some((pin) => pin.key === key));
  if (pinned !== undefined) return { kind: 'pinned', key: pinned };
  if (pins.length > 0) {
    throw refuse(
      'HOST_KEY_CHANGED',
      `${target.host} shows none of the keys that are pinned for it: it was reinstalled, or something stands between`,
      `only if it was reinstalled: take line ${pins[0]?.line ?? 1} out of ${target.knownHostsFile}, then the same command again`,
    );
  }
  if (target.context.name === 'lab') {
    throw refuse(
      'HOST_KEY_UNKNOWN',
      `the lab has not pinned a key of ${target.host}, though it makes them itself`,
      'unde lab down, then unde lab up',
    );
  }
  return matching === undefined ? { kind: 'ask', key: first } : { kind: 'pin', key: matching };
}
