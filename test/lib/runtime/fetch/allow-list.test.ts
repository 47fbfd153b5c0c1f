import { describe, expect, it } from 'vitest';
import { parseRange, type AddressRange } from '../../../../src/lib/runtime/fetch/address.ts';
import {
  checkUrl,
  parseAllowedHost,
  type AllowedHost,
} from '../../../../src/lib/runtime/fetch/allow-list.ts';

const policy = (hosts: string[], ranges: string[] = []) => ({
  hosts: hosts.map((host) => parseAllowedHost(host) as AllowedHost),
  ranges: ranges.map((range) => parseRange(range) as AddressRange),
});
const store = policy(['photos.example', 'store.example:9000', '*.cdn.example']);

describe('checkUrl', () => {
  it.each([
    'https://photos.example/a.jpg',
    'http://photos.example/a.jpg',
    'HTTPS://Photos.Example/a.jpg?x=1#y',
    'https://photos.example:443/a.jpg',
    'http://store.example:9000/a.jpg',
    'https://eu.cdn.example/a.jpg',
  ])('takes %s', (url) => {
    expect(checkUrl(url, store)).toBeInstanceOf(URL);
  });

  it.each([
    ['BAD_URL', 'no url'],
    ['BAD_URL', '/relative.jpg'],
    ['BAD_URL', 'file:///etc/passwd'],
    ['BAD_URL', 'ftp://photos.example/a.jpg'],
    ['BAD_URL', 'data:image/png;base64,AAAA'],
    ['BAD_URL', 'gopher://photos.example/'],
    ['BAD_URL', 'https://user:secret@photos.example/a.jpg'],
    ['BAD_URL', 'https://user@photos.example/a.jpg'],
    ['URL_NOT_ALLOWED', 'https://elsewhere.example/a.jpg'],
    ['URL_NOT_ALLOWED', 'https://photos.example.evil.example/a.jpg'],
    ['URL_NOT_ALLOWED', 'https://evilphotos.example/a.jpg'],
    ['URL_NOT_ALLOWED', 'https://photos.example./a.jpg'],
    ['URL_NOT_ALLOWED', 'https://photos.example:6379/a.jpg'],
    ['URL_NOT_ALLOWED', 'http://store.example/a.jpg'],
    ['URL_NOT_ALLOWED', 'https://cdn.example/a.jpg'],
    ['URL_NOT_ALLOWED', 'https://eucdn.example/a.jpg'],
    ['URL_NOT_ALLOWED', 'http://169.254.169.254/latest/meta-data/'],
    ['URL_NOT_ALLOWED', 'http://2130706433/'],
    ['URL_NOT_ALLOWED', 'http://localhost/'],
  ])('%s: %s', (code, url) => {
    expect(() => checkUrl(url, store)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://①②⑦.⓪.⓪.①/',
  ])('knows %s as the loopback that it is, allowed host or not', (url) => {
    expect(() => checkUrl(url, policy(['127.0.0.1']))).toThrow(
      expect.objectContaining({ code: 'ADDRESS_NOT_ALLOWED' }),
    );
    expect(checkUrl(url, policy(['127.0.0.1'], ['127.0.0.0/8'])).hostname).toBe('127.0.0.1');
  });

  it.each(['http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/', 'http://[0:0:0:0:0:ffff:7f00:0001]/'])(
    'knows %s as loopback in an IPv6 coat',
    (url) => {
      expect(() => checkUrl(url, policy(['[::ffff:7f00:1]']))).toThrow(
        expect.objectContaining({ code: 'ADDRESS_NOT_ALLOWED' }),
      );
    },
  );
});

describe('parseAllowedHost', () => {
  it.each(['', 'https://photos.example', 'photos.example/path', 'a b', '*', 'host:port'])(
    'refuses "%s"',
    (entry) => {
      expect(parseAllowedHost(entry)).toBeUndefined();
    },
  );
});
