import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../src/lib/manifest/manifest.ts';
import { consumersOf, verifierSecrets } from '../../../../src/lib/desired/postgres/consumer.ts';
import { inventory } from '../scope/shipped-scope.ts';

const built = (name: string, ...databases: ('production' | 'staging')[]): Manifest =>
  ({
    name,
    databases: databases.map((database) => ({
      database,
      role: name.replaceAll('-', '_'),
      title: 'password',
    })),
  }) as unknown as Manifest;

const scope = {
  inventory,
  manifests: [
    built('ximilar-gw', 'production'),
    built('recognition', 'production', 'staging'),
    built('nowhere-placed', 'production'),
    built('embedder'),
  ],
};

describe('the consumers of a database', () => {
  it('are the built services that are placed and say that they use it', () => {
    expect(consumersOf(scope, 'production').map(({ service }) => service)).toEqual([
      'ximilar-gw',
      'recognition',
    ]);
    expect(consumersOf(scope, 'staging').map(({ service }) => service)).toEqual(['recognition']);
  });

  it('are known to its host by verifiers, which a reload brings in', () => {
    expect(verifierSecrets(consumersOf(scope, 'staging'))).toEqual([
      {
        secret: 'db-staging-recognition',
        credential: 'db-staging-recognition',
        kind: 'database-login',
        role: 'recognition',
        title: 'password',
        form: 'scram-sha-256',
        onChange: 'reload',
      },
    ]);
  });
});
