import { createHmac, timingSafeEqual } from 'node:crypto';

/** A host key as pinned: its type and the key itself in base64. */
export interface PinnedKey {
  readonly type: string;
  readonly key: string;
  /** Line of the file, for messages. */
  readonly line: number;
}

/** How OpenSSH writes an address in known_hosts: bare on port 22, `[address]:port` elsewhere. */
export function knownHostsName(address: string, port: number): string {
  return port === 22 ? address : `[${address}]:${port}`;
}

/**
 * The keys that a known_hosts file pins for one address, plain and hashed entries alike. Entries for a certificate
 * authority never match; a key that is revoked anywhere in the file is pinned for nobody.
 */
export function pinnedKeys(text: string, address: string, port: number): PinnedKey[] {
  const name = knownHostsName(address, port);
  const pins: PinnedKey[] = [];
  const revoked = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    const [names, type, key] = line.trim().split(/\s+/);
    if (names === undefined || type === undefined || key === undefined) continue;
    if (names === '@revoked') revoked.add(line.trim().split(/\s+/)[3] ?? '');
    if (names.startsWith('#') || names.startsWith('@')) continue;
    if (matches(names, name)) pins.push({ type, key, line: index + 1 });
  }
  return pins.filter((pin) => !revoked.has(pin.key));
}

function matches(names: string, name: string): boolean {
  if (names.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = names.split('|');
    const wanted = Buffer.from(hash, 'base64');
    const given = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  }
  return names.split(',').includes(name);
}

/**
 * What to offer in the negotiation for these pins, best first, so that a server with several keys shows one that
 * is pinned.
 */
export function hostKeyAlgorithms(pins: readonly PinnedKey[]): string[] {
  return [
    ...new Set(
      pins.flatMap((pin) =>
        // One RSA key signs with either hash.
        pin.type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [pin.type],
      ),
    ),
  ];
}
