import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../../src/lib/common/text/digest.ts';
import { Payload, tarHeader } from '../../../../src/lib/desired/release/payload.ts';
import type { ReleaseFile } from '../../../../src/lib/desired/release/release.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-payload-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Buffer, mode: 0o644 | 0o755 = 0o644): ReleaseFile {
  const source = path.join(folder, name);
  writeFileSync(source, content);
  return { path: name, sha256: sha256(content), size: content.length, mode, source };
}

async function streamOf(
  payload: Payload,
  files: readonly ReleaseFile[],
  texts: Record<string, string>,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of payload.stream(files, texts)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What the real tar makes of a stream: names and contents. */
function unpacked(stream: Buffer): Map<string, Buffer> {
  const target = mkdtempSync(path.join(folder, 'out-'));
  const result = spawnSync('tar', ['-x', '-C', target, '-f', '-'], { input: stream, encoding: 'utf8' });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
  return new Map(readdirSync(target).map((name) => [name, readFileSync(path.join(target, name))]));
}

describe('tarHeader', () => {
  it('is what the real tar reads, for any name of a digest’s length and any size', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{1,64}x?(\.gz)?$/), fc.nat(3000), (name, size) => {
        const body = Buffer.alloc(size, 'x');
        const stream = Buffer.concat([
          tarHeader(name, size),
          body,
          Buffer.alloc(((512 - (size % 512)) % 512) + 1024),
        ]);
        const listing = execFileSync('tar', ['-tv', '--full-time', '-f', '-'], {
          input: stream,
          encoding: 'utf8',
        });
        expect(listing.trim().split(/\s+/)).toEqual(
          expect.arrayContaining(['-rw-------', String(size), name]),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('holds sizes of gigabytes', () => {
    expect(tarHeader('a', 5_000_000_000).toString('latin1', 124, 135)).toBe(
      (5e9).toString(8).padStart(11, '0'),
    );
  });
});

describe('Payload', () => {
  it('brings every blob once, compressed where that helps, executables apart', async () => {
    const text = Buffer.from('the same line\n'.repeat(5000));
    const noise = randomBytes(20_000);
    const files = [
      file('text', text),
      file('twin', text),
      file('tool', text, 0o755),
      file('noise', noise),
      file('empty', Buffer.alloc(0)),
    ];
    const payload = new Payload(path.join(folder, 'blobs'));
    const stream = await streamOf(payload, files, { listing: 'a list\n' });
    const found = unpacked(stream);
    expect([...found.keys()].sort()).toEqual(
      ['listing', `${sha256(text)}.gz`, `${sha256(text)}x.gz`, sha256(noise), sha256(Buffer.alloc(0))].sort(),
    );
    expect(gunzipSync(found.get(`${sha256(text)}.gz`) ?? '')).toEqual(text);
    expect(found.get(sha256(noise))).toEqual(noise);
    expect(found.get('listing')?.toString()).toBe('a list\n');
    expect(stream.length).toBeLessThan(30_000);
    // The same again for the next host, and from the cache for the next command.
    expect(await streamOf(payload, files, { listing: 'a list\n' })).toEqual(stream);
    expect(await streamOf(new Payload(path.join(folder, 'blobs')), files, { listing: 'a list\n' })).toEqual(
      stream,
    );
  });
});
