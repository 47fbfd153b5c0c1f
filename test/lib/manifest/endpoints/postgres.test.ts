import { describe, expect, it } from 'vitest';
import type { Host } from '../../../../src/lib/inventory/inventory.ts';
import {
  authorityOf,
  databaseEndpoint,
  databaseEnvironment,
} from '../../../../src/lib/manifest/endpoints/postgres.ts';

const host = (name: string) => ({ name }) as Host;
const scope = {
  placementsOf: () => [host('production'), host('staging')],
  settingsOf: ({ name }: Host) => ({ database: name }),
  addressOf: ({ name }: Host) => (name === 'production' ? '198.18.1.2' : '198.18.0.8'),
  publicPart: () => '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n',
};

describe('where a database is', () => {
  it('goes from the inventory into the environment, and out of it again', () => {
    const env = databaseEnvironment(scope, ['production', 'staging']);
    expect(env['UNDE_DB_STAGING']).toBe('198.18.0.8:6432/unde_staging');
    expect(databaseEndpoint('production', env)).toEqual({
      host: '198.18.1.2',
      port: 6432,
      database: 'unde_ai',
    });
    expect(authorityOf(env)).toBe(scope.publicPart());
    expect(Object.values(env).join('')).not.toContain('\n');
  });

  it('is left out where this fleet has no such database, and missed by the service', () => {
    const env = databaseEnvironment({ ...scope, placementsOf: () => [] }, ['production']);
    expect(env).not.toHaveProperty('UNDE_DB_PRODUCTION');
    expect(() => databaseEndpoint('production', env)).toThrow(
      'UNDE_DB_PRODUCTION: "" is not HOST:PORT/DATABASE',
    );
    expect(authorityOf({})).toBeUndefined();
  });
});
