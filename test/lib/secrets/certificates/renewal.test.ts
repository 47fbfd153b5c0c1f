import { describe, expect, it } from 'vitest';
import type { SecretSpec } from '../../../../src/lib/manifest/secret.ts';
import { dueCertificates, renewDueCertificates } from '../../../../src/lib/secrets/certificates/renewal.ts';
import { certificateFacts, parsePair } from '../../../../src/lib/secrets/x509/pair.ts';
import { ensureSecrets } from '../../../../src/lib/desired/secrets/ensure.ts';
import { testStore } from '../folder-store.ts';

const DAY = 86_400;
const spec: SecretSpec = {
  secret: 'cert',
  kind: 'certificate',
  title: 'A certificate',
  certificate: { commonName: 'db', names: ['db'], addresses: ['198.18.1.2'], usage: ['server'] },
};

async function issued() {
  const { store } = await testStore();
  await ensureSecrets(store, [spec], 'kim');
  const { notAfter } = certificateFacts(store.entry('cert')?.public ?? '');
  return { store, notAfter };
}

describe('what is due', () => {
  it('is what ends within the days', async () => {
    const { store, notAfter } = await issued();
    const due = (days: number) => dueCertificates(store, [spec], notAfter - days * DAY, 60).length;
    expect([due(61), due(59), due(-1)]).toEqual([0, 1, 1]);
  });

  it('is what is for other names than it should be', async () => {
    const { store, notAfter } = await issued();
    const moved = { ...spec, certificate: { ...spec.certificate!, addresses: ['198.18.1.3'] } };
    expect(dueCertificates(store, [moved], notAfter - 300 * DAY, 60)).toEqual([moved]);
  });

  it('is never what is being rotated, nor what no manifest knows', async () => {
    const { store, notAfter } = await issued();
    expect(dueCertificates(store, [], notAfter, 60)).toEqual([]);
    await store.change('kim', async (draft) => draft.prepare('cert', await draft.reveal('cert')));
    expect(dueCertificates(store, [spec], notAfter, 60)).toEqual([]);
  });
});

describe('renewDueCertificates', () => {
  it('issues it anew, under another version, by the same authority', async () => {
    const { store, notAfter } = await issued();
    const before = store.entry('cert');
    const authority = store.authority();
    expect(await renewDueCertificates(store, [spec], 'kim', notAfter - 300 * DAY)).toEqual([]);
    expect(store.entry('cert')).toEqual(before);
    expect(await renewDueCertificates(store, [spec], 'kim', notAfter - 10 * DAY)).toEqual(['cert']);
    expect(store.entry('cert')?.version).not.toBe(before?.version);
    expect(parsePair(await store.reveal('cert')).chain).toBe(store.entry('cert')?.public);
    expect(store.authority()).toBe(authority);
  });
});
