import type http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PhotoSource } from '../../../../src/lib/runtime/photos/photo-source.ts';
import { startOrigin, type Origin } from '../fetch/origin.ts';

const PHOTO = Buffer.from('a photo');
const forever = new AbortController().signal;

let held: http.ServerResponse[];
let origin: Origin;
let source: PhotoSource;

beforeEach(async () => {
  held = [];
  origin = await startOrigin({
    '/now.jpg': answer,
    '/held.jpg': (response) => void held.push(response),
    '/gone.jpg': (response) => void response.writeHead(404).end(),
    '/inside': (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/secret' }).end(),
  });
  source = new PhotoSource([], {
    allowedHosts: [origin.host],
    permittedRanges: ['127.0.0.0/8'],
    maxBytes: 1000,
    fetchSeconds: 5,
  });
});

afterEach(async () => {
  await source.close();
  await origin.close();
});

function answer(response: http.ServerResponse): void {
  response.writeHead(200, { 'content-type': 'image/jpeg' }).end(PHOTO);
}

const at = (path: string) => `http://${origin.host}${path}`;

describe('a photo source', () => {
  it('fetches a photo once, for those who come together and those who come soon after', async () => {
    const together = [1, 2, 3].map(() => source.bytes(at('/held.jpg'), forever));
    await expect.poll(() => held.length).toBe(1);
    held.forEach(answer);
    for (const bytes of await Promise.all(together)) expect(bytes).toEqual(PHOTO);
    expect(await source.bytes(at('/held.jpg'), forever)).toEqual(PHOTO);
    expect(origin.asked).toEqual(['/held.jpg']);
  });

  it('asks again after a failure', async () => {
    for (let time = 0; time < 2; time++) {
      await expect(source.bytes(at('/gone.jpg'), forever)).rejects.toMatchObject({ code: 'ORIGIN_STATUS' });
    }
    expect(origin.asked).toEqual(['/gone.jpg', '/gone.jpg']);
  });

  it('lets one client go without taking the photo from another', async () => {
    const client = new AbortController();
    const gone = source.bytes(at('/held.jpg'), client.signal);
    const stays = source.bytes(at('/held.jpg'), forever);
    await expect.poll(() => held.length).toBe(1);
    client.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    held.forEach(answer);
    expect(await stays).toEqual(PHOTO);
  });

  it('goes nowhere that is not allowed', async () => {
    for (const url of [
      'http://127.0.0.1:1/',
      'http://169.254.169.254/latest/meta-data/',
      'file:///etc/passwd',
    ]) {
      await expect(source.bytes(url, forever)).rejects.toMatchObject({
        code: expect.stringMatching(/URL_NOT_ALLOWED|BAD_URL/) as string,
      });
    }
    await expect(source.bytes(at('/inside'), forever)).rejects.toMatchObject({ code: 'URL_NOT_ALLOWED' });
  });

  it('names the variable of a setting that it cannot read', () => {
    const specs = [
      { variable: 'UNDE_X_HOSTS', key: 'allowedHosts', type: 'list', default: [], purpose: 'p' },
    ] as const;
    const values = { allowedHosts: ['https://x/'], permittedRanges: [], maxBytes: 1, fetchSeconds: 1 };
    expect(() => new PhotoSource(specs, values)).toThrow('UNDE_X_HOSTS');
  });
});
