import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NoSuchObject, ObjectRefused, Objects } from '../../../../src/lib/runtime/stores/objects.ts';

const PAGES: readonly (readonly string[])[] = [['originals/a', 'originals/b'], [], ['originals/c & d']];
const asked: URLSearchParams[] = [];
/** Objects by the error that they are answered with, and its status. */
const ERRORS: Readonly<Record<string, number>> = {
  NoSuchKey: 404,
  AccessDenied: 403,
  InvalidObjectState: 403,
  InvalidAccessKeyId: 403,
};
let server: http.Server;
let objects: Objects;

/** A page of a list as S3 writes it (ListObjectsV2). */
function page(number: number): string {
  const keys = (PAGES[number] ?? []).map(
    (key) => `<Contents><Key>${key.replaceAll('&', '&amp;')}</Key><Size>1</Size></Contents>`,
  );
  const more = number < PAGES.length - 1;
  const next = more ? `<NextContinuationToken>page ${number + 1}</NextContinuationToken>` : '';
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><IsTruncated>${more}</IsTruncated>${next}${keys.join('')}</ListBucketResult>`;
}

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://storage');
    const code = pathname.slice('/b/'.length);
    if (code in ERRORS) {
      const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
      response.writeHead(ERRORS[code] ?? 500, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    asked.push(searchParams);
    const number = Number(/\d+$/.exec(searchParams.get('continuation-token') ?? '0')?.[0]);
    response.writeHead(200, { 'content-type': 'application/xml' }).end(page(number));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  objects = new Objects({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket: 'b',
    key: 'a:b',
    connections: 1,
    deadlineMs: 10_000,
  });
});
afterAll(() => {
  objects.close();
  server.close();
});

describe('Objects.keys', () => {
  it('follows a list through all its pages, an empty one among them', async () => {
    const keys: string[] = [];
    for await (const key of objects.keys('originals/')) keys.push(key);
    expect(keys).toEqual(PAGES.flat());
    expect(asked.map((each) => each.get('prefix'))).toEqual(PAGES.map(() => 'originals/'));
  });

  it('asks for no page that nobody wants', async () => {
    asked.length = 0;
    for await (const key of objects.keys('originals/')) if (key !== '') break;
    expect(asked).toHaveLength(1);
  });
});

describe('Objects.bytes', () => {
  it.each([
    ['NoSuchKey', NoSuchObject],
    ['AccessDenied', ObjectRefused],
    ['InvalidObjectState', ObjectRefused],
  ])('tells the trouble of one object: %s', async (code, kind) => {
    await expect(objects.bytes(code, 1000)).rejects.toThrow(kind);
  });

  it('does not blame an object for a key that is revoked', async () => {
    const error: unknown = await objects.bytes('InvalidAccessKeyId', 1000).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'InvalidAccessKeyId' });
    expect(error).not.toBeInstanceOf(ObjectRefused);
  });
});
