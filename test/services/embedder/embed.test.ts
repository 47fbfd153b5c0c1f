import type http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedResponse } from '../../../src/contracts/embed.ts';
import { cosine, normOf } from '../../../src/lib/runtime/onnx/vector.ts';
import { startOrigin, type Origin } from '../../lib/runtime/fetch/origin.ts';
import { startEmbedder, type EmbedBody, type RunningEmbedder } from './embedder-process.ts';
import { photo } from './photos.ts';

const MAX_BYTES = 2_000_000;

let origin: Origin;
let embedder: RunningEmbedder;
let red: Buffer;
let blue: Buffer;

const serve = (body: Buffer, type: string | undefined) => (response: http.ServerResponse) =>
  void response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(body);

beforeAll(async () => {
  red = await photo('red').jpeg().toBuffer();
  blue = await photo('blue').png().toBuffer();
  const tiny = await photo('red', { width: 1, height: 1 }).png().toBuffer();
  const strip = await photo('red', { width: 20, height: 10_000 }).png().toBuffer();
  const bomb = await photo('red', { width: 6000, height: 9000 }).jpeg({ quality: 1 }).toBuffer();
  origin = await startOrigin({
    '/red.jpg': serve(red, 'image/jpeg'),
    '/blue.png': serve(blue, 'image/png'),
    '/untyped': serve(red, undefined),
    '/octets': serve(red, 'application/octet-stream'),
    '/words.jpg': serve(Buffer.from('not a photo at all'), 'image/jpeg'),
    '/empty.jpg': serve(Buffer.alloc(0), 'image/jpeg'),
    '/cut.jpg': serve(red.subarray(0, red.length / 2), 'image/jpeg'),
    '/cut.png': serve(blue.subarray(0, blue.length / 2), 'image/png'),
    '/pixel.png': serve(tiny, 'image/png'),
    '/strip.png': serve(strip, 'image/png'),
    '/bomb.jpg': serve(bomb, 'image/jpeg'),
    '/drawing.svg': serve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'),
    '/page.html': serve(red, 'text/html'),
    '/huge.jpg': serve(Buffer.alloc(MAX_BYTES + 1), 'image/jpeg'),
    '/lying.jpg': (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': 1 + MAX_BYTES });
      response.write('x');
    },
    '/silent.jpg': () => undefined,
    '/elsewhere': (response) => void response.writeHead(302, { location: 'http://127.6.6.6/' }).end(),
    '/metadata': (response) =>
      void response.writeHead(302, { location: 'http://127.6.6.6/latest/meta-data/' }).end(),
  });
  embedder = await startEmbedder([origin.host], {
    UNDE_EMBEDDER_MAX_BYTES: String(MAX_BYTES),
    UNDE_EMBEDDER_FETCH_SECONDS: '1',
  });
}, 90_000);

afterAll(async () => {
  embedder?.child.kill('SIGTERM');
  expect(await embedder?.exit).toBe(0);
  await origin?.close();
});

const at = (path: string) => `http://${origin.host}${path}`;

async function upload(field: string, body: Buffer): Promise<{ status: number; body: EmbedBody }> {
  const form = new FormData();
  form.set(field, new Blob([new Uint8Array(body)]), 'photo.jpg');
  const response = await fetch(`${embedder.base}/embed`, { method: 'POST', body: form });
  return { status: response.status, body: (await response.json()) as EmbedBody };
}

describe('POST /embed', () => {
  it('answers with a unit vector, and with what made it', async () => {
    const { status, body } = await embedder.embed(at('/red.jpg'));
    expect(status).toBe(200);
    const parsed = embedResponse.parse(body);
    expect(normOf(parsed.vector)).toBeCloseTo(1, 5);
    expect(parsed.model).toMatch(/^[0-9a-f]{16}\+clip224-1$/);
  });

  it('gives the same photo the same vector, whichever way it comes, and another photo another', async () => {
    const first = (await embedder.embed(at('/red.jpg'))).body.vector ?? [];
    for (const path of ['/untyped', '/octets']) {
      expect(cosine(first, (await embedder.embed(at(path))).body.vector ?? [])).toBeCloseTo(1, 6);
    }
    expect(cosine(first, (await upload('image', red)).body.vector ?? [])).toBeCloseTo(1, 6);
    expect(cosine(first, (await embedder.embed(at('/blue.png'))).body.vector ?? [])).toBeLessThan(0.999);
  });

  it.each([
    ['/words.jpg', 415, 'NOT_AN_IMAGE'],
    ['/empty.jpg', 415, 'NOT_AN_IMAGE'],
    ['/drawing.svg', 415, 'NOT_AN_IMAGE'],
    ['/page.html', 415, 'WRONG_TYPE'],
    ['/cut.jpg', 422, 'UNREADABLE_IMAGE'],
    ['/cut.png', 422, 'UNREADABLE_IMAGE'],
    ['/pixel.png', 422, 'IMAGE_TOO_SMALL'],
    ['/strip.png', 422, 'IMAGE_TOO_LONG'],
    ['/bomb.jpg', 413, 'IMAGE_TOO_LARGE'],
    ['/huge.jpg', 413, 'TOO_LARGE'],
    ['/lying.jpg', 413, 'TOO_LARGE'],
    ['/absent.jpg', 424, 'ORIGIN_STATUS'],
    ['/silent.jpg', 424, 'ORIGIN_TIMEOUT'],
    ['/elsewhere', 403, 'URL_NOT_ALLOWED'],
    ['/metadata', 403, 'URL_NOT_ALLOWED'],
  ])('answers %s with %i %s', async (path, status, code) => {
    const answer = await embedder.embed(at(path));
    expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status, code });
    expect(answer.body.error?.message).toMatch(/\S/);
  });

  it.each([
    ['file:///etc/passwd', 400, 'BAD_URL'],
    ['no url', 400, 'BAD_URL'],
    ['', 400, 'BAD_REQUEST'],
    [7, 400, 'BAD_REQUEST'],
    ['http://127.6.6.6/', 403, 'URL_NOT_ALLOWED'],
    ['http://localhost:8003/health', 403, 'URL_NOT_ALLOWED'],
    ['http://[::ffff:127.0.0.1]/', 403, 'URL_NOT_ALLOWED'],
  ])('answers image_url %j with %i %s', async (url, status, code) => {
    const answer = await embedder.embed(url);
    expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status, code });
  });

  it('answers what is not a request at all', async () => {
    const post = async (type: string, body: string) => {
      const response = await fetch(`${embedder.base}/embed`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect(((await response.json()) as EmbedBody).error?.code).toMatch(/^[A-Z_]+$/);
      return response.status;
    };
    expect(await post('application/json', '{')).toBe(400);
    expect(await post('application/json', 'null')).toBe(400);
    expect(await post('text/xml', '<a/>')).toBe(415);
    expect(await post('multipart/form-data', 'x')).toBe(400);
    expect(await post('multipart/form-data; boundary=x', '--x\r\nContent-Dispo')).toBe(400);
    expect((await upload('picture', red)).status).toBe(400);
    expect((await upload('image', Buffer.from('no photo'))).body.error?.code).toBe('NOT_AN_IMAGE');
    expect((await upload('image', Buffer.alloc(MAX_BYTES + 1))).status).toBe(413);
  });

  it('does not let one bad photo touch those beside it', async () => {
    const paths = ['/red.jpg', '/cut.jpg', '/red.jpg', '/words.jpg', '/red.jpg', '/pixel.png', '/red.jpg'];
    const answers = await Promise.all(paths.map((path) => embedder.embed(at(path))));
    expect(answers.map(({ status }) => status)).toEqual([200, 422, 200, 415, 200, 422, 200]);
    const [first, ...others] = answers.flatMap(({ body }) => (body.vector ? [body.vector] : []));
    for (const vector of others) expect(cosine(first ?? [], vector)).toBeCloseTo(1, 5);
  });

  it('counts what failed by whose fault it was', async () => {
    const before = await embedder.metric('embedder_errors{kind="forbidden"}');
    await embedder.embed('http://127.6.6.6/');
    expect(await embedder.metric('embedder_errors{kind="forbidden"}')).toBe(before + 1);
    expect(await embedder.metric('embedder_inference_latency_ms_count')).toBeGreaterThan(0);
    expect(await embedder.metric('embedder_errors{kind="internal"}')).toBe(0);
  });
});
