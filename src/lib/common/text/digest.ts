import { createHash } from 'node:crypto';

/** SHA-256 of a text or of bytes, as the tool writes digests everywhere: lower-case hex. */
export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
