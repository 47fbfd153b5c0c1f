import { readFile } from 'node:fs/promises';
import { fingerprint, pinHostKey, shownHostKeys, type HostKey } from '../../../fleet/ssh/host-key.ts';
import { pinnedKeys } from '../../../fleet/ssh/known-hosts.ts';
import type { SshTarget } from '../../../fleet/ssh/target.ts';
import { judgeHostKeys } from './host-key-trust.ts';

/** A host whose key is trusted. */
export interface TrustedHost {
  readonly fingerprint: string;
  /** Whether it was pinned now. */
  readonly pinned: boolean;
}

/**
 * Compares the host's key with what is known of it, and pins it where it is new and right.
 *
 * @param expected The fingerprint that the operator read off the host's console, if any.
 * @param compare Has the operator compare a key that nobody vouches for; it throws where they do not say that it is right.
 * @throws UndeError those of {@link judgeHostKeys}, and what `compare` throws
 */
export async function trustHost(
  target: SshTarget,
  expected: string | undefined,
  compare: (key: HostKey, print: string) => Promise<void>,
): Promise<TrustedHost> {
  const known = await readFile(target.knownHostsFile, 'utf8').catch(() => '');
  const pins = pinnedKeys(known, target.address, target.port);
  const shown = await shownHostKeys(target, (key) =>
    expected === undefined
      ? pins.length === 0 || pins.some((pin) => pin.key === key.key)
      : fingerprint(key) === expected,
  );
  const trust = judgeHostKeys(target, shown, pins, expected);
  const print = fingerprint(trust.key);
  if (trust.kind === 'pinned') return { fingerprint: print, pinned: false };
  if (trust.kind === 'ask') await compare(trust.key, print);
  await pinHostKey(target, trust.key);
  return { fingerprint: print, pinned: true };
}
