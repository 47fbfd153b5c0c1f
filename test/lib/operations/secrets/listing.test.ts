import { describe, expect, it } from 'vitest';
import { parseCredentials } from '../../../../src/lib/operations/secrets/host-credentials.ts';
import { listSecrets, secretRow } from '../../../../src/lib/operations/secrets/listing.ts';
import { entries, password, token } from '../../desired/secrets/declared-fixture.ts';

const NOW = Date.UTC(2026, 2, 1) / 1000;
const state = (secrets: ReturnType<typeof listSecrets>) =>
  secrets.map((each) => [each.name, secretRow(each).at(-1)]);

describe('listSecrets', () => {
  it('lists what is declared and what is kept, with who holds it', () => {
    const store = entries({ name: 'a', kind: 'password', version: 'v2' }, { name: 'old' });
    const listed = listSecrets([password('a'), token('b')], store, NOW);
    expect(state(listed)).toEqual([
      ['a', ''],
      ['b', 'missing'],
      ['old', 'no service needs it'],
    ]);
    expect(listed[0]).toEqual({
      name: 'a',
      title: 'Password a',
      kind: 'password',
      version: 'v2',
      ageSeconds: 28 * 86_400,
      holders: ['app-service on app'],
      verifiers: ['redis on push'],
    });
    expect(secretRow(listed[0]!)).toEqual([
      'a',
      'password',
      'v2',
      '28d',
      'app-service on app',
      'Password a',
      '',
    ]);
  });

  it('says where an old version is, of those who were asked', () => {
    const credentials = parseCredentials('app', 'app-service\ta\tv1\n');
    const store = entries({ name: 'a', kind: 'password', version: 'v2' });
    const listed = listSecrets([password('a')], store, NOW, credentials);
    expect(listed[0]?.outdated).toEqual(['app-service on app']);
    expect(state(listed)).toEqual([['a', 'old on app-service on app']]);
  });

  it('says what is being rotated', () => {
    const store = entries({ name: 'a', kind: 'password', next: 'v3', rotation: 'promoted' });
    expect(state(listSecrets([password('a')], store, NOW))).toEqual([['a', 'being rotated']]);
  });
});
