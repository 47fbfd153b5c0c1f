import { describe, expect, it } from 'vitest';
import { issueAuthority } from '../../../../src/lib/secrets/x509/issue.ts';
import {
  endingCertificates,
  fileFindings,
  hostFindings,
  missingSecrets,
  needlessSecrets,
  oldSecrets,
  openRotations,
  sharedValues,
} from '../../../../src/lib/operations/secrets/check.ts';
import { recipientsDigest } from '../../../../src/lib/secrets/draft.ts';
import type { Index } from '../../../../src/lib/secrets/index-file.ts';
import { entries, password, token } from '../../desired/secrets/declared-fixture.ts';

const NOW = Date.UTC(2026, 2, 1) / 1000;

describe('the rules of unde secrets check', () => {
  it('names what is missing, and how it comes to be', () => {
    const found = missingSecrets([password('a'), token('b'), token('c')], entries({ name: 'c' }));
    expect(found.map(({ secret, hint }) => [secret, hint])).toEqual([
      ['a', 'unde secrets generate'],
      ['b', 'unde secrets set b'],
    ]);
    expect(found[0]?.message).toBe(
      'Password a: app-service on app, redis on push cannot be deployed without it',
    );
  });

  it('tells what no manifest declares from what nobody is placed for', () => {
    const verified = { ...password('a'), holders: [] };
    // A lab has not booted the host of its holder.
    const away = { ...password('e'), holders: [] };
    const store = entries(
      { name: 'a' },
      { name: 'b' },
      { name: 'c' },
      { name: 'd' },
      { name: 'e' },
      { name: 'authority' },
    );
    const found = needlessSecrets([verified, token('b'), away], new Set(['c', 'e']), new Set(['e']), store);
    expect(found.map(({ secret, rule }) => [secret, rule])).toEqual([
      ['a', 'unused'],
      ['c', 'unused'],
      ['d', 'undeclared'],
    ]);
  });

  it('finds one value under two names, and never shows it', () => {
    const found = sharedValues(new Map(Object.entries({ a: 'same', b: 'other', c: 'same' })));
    expect(found.map(({ secret, message }) => [secret, message])).toEqual([
      ['c', 'it has the same value as a: whoever holds one holds both'],
    ]);
    expect(JSON.stringify(found)).not.toContain('"same"');
  });

  it('reports values older than the limit, but no certificates', () => {
    const store = entries(
      { name: 'old', changed: '2025-02-01T00:00:00Z' },
      { name: 'made', kind: 'password', changed: '2025-02-01T00:00:00Z' },
      { name: 'young', changed: '2026-02-01T00:00:00Z' },
      { name: 'cert', kind: 'certificate', changed: '2020-02-01T00:00:00Z' },
    );
    expect(oldSecrets(store, NOW, 365).map(({ secret, message, hint }) => [secret, message, hint])).toEqual([
      ['old', 'it is 393 days old', 'unde secrets set old'],
      ['made', 'it is 393 days old', 'unde secrets rotate made'],
    ]);
  });

  it('reports certificates that end within thirty days, or have ended', async () => {
    const issued = await issueAuthority('x', new Date(NOW * 1000));
    const store = entries({ name: 'cert', kind: 'certificate', public: issued.chain });
    const end = NOW + 3653 * 86_400;
    const at = (days: number) => endingCertificates(store, end - days * 86_400).map(({ message }) => message);
    expect(at(30)).toEqual([]);
    expect(at(29.5)).toEqual(['expires in 29 day(s)']);
    expect(at(-0.5)).toEqual(['expired 1 day(s) ago']);
  });

  it('reports rotations that were not ended', () => {
    const found = openRotations(entries({ name: 'a', next: 'v2', rotation: 'prepared' }, { name: 'b' }));
    expect(found.map(({ secret, hint }) => [secret, hint])).toEqual([['a', 'unde secrets rotate a']]);
  });
});

describe('what hosts hold', () => {
  const held = (host: string, service: string, credential: string, version: string) => ({
    host,
    service,
    credential,
    version,
  });

  it('is left behind where nobody there has a use for it', () => {
    const found = hostFindings([password('a')], entries({ name: 'a' }), [
      held('app', 'app-service', 'a', 'v1'),
      held('push', 'redis', 'a', 'v1'),
      held('push', 'redis', 'a.next', 'v2'),
      held('old-app', 'app-service', 'a', 'v1'),
      held('app', 'gone-service', 'a', 'v1'),
    ]);
    expect(found.map(({ rule, message }) => [rule, message])).toEqual([
      ['left-behind', 'old-app still holds it for app-service, which has no use for it there'],
      ['left-behind', 'app still holds it for gone-service, which has no use for it there'],
    ]);
  });

  it('is outdated where it is another version, or not taken over', () => {
    const found = hostFindings([password('a')], entries({ name: 'a', version: 'v2' }), [
      held('app', 'app-service', 'a', 'v2 not taken over'),
      held('push', 'redis', 'a', 'v1'),
    ]);
    expect(found).toMatchObject([
      {
        rule: 'outdated',
        message: 'another version is on app-service on app, redis on push',
        hint: 'unde deploy app-service,redis',
      },
    ]);
  });
});

describe('the files of a store', () => {
  const kim = 'age1kim';
  const value = (file: string, recipients = recipientsDigest([kim])) => ({
    version: 'v',
    changed: '2026-02-01T00:00:00Z',
    by: 'kim',
    file,
    recipients,
  });
  const index: Index = {
    operators: { kim: { recipient: kim, since: '' } },
    secrets: {
      good: { kind: 'password', ...value('d1'), next: value('d2'), rotation: 'prepared' },
      stale: { kind: 'password', ...value('d3', recipientsDigest([kim, 'age1lee'])) },
      merged: { kind: 'password', ...value('d4') },
      lost: { kind: 'password', ...value('d5') },
    },
  };
  const files = new Map([
    ['good.age', { digest: 'd1', recipients: 1 }],
    ['good.next.age', { digest: 'd2', recipients: 2 }],
    ['stale.age', { digest: 'd3', recipients: 2 }],
    ['merged.age', { digest: 'other', recipients: 1 }],
    ['strange.age', { digest: 'd6', recipients: 1 }],
  ]);

  it('are those that the index names, encrypted to exactly the operators of now', () => {
    expect(fileFindings(index, files).map(({ rule, message }) => [rule, message])).toEqual([
      ['recipients', 'good.next.age is not encrypted to exactly the operators of now'],
      ['recipients', 'stale.age is not encrypted to exactly the operators of now'],
      ['file', 'merged.age is not the file that the index names'],
      ['file', 'lost.age is not there'],
      ['file', 'strange.age is not in the index'],
    ]);
  });
});
