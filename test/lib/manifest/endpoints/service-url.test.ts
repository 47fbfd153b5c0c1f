import { describe, expect, it } from 'vitest';
import type { Host } from '../../../../src/lib/inventory/inventory.ts';
import {
  findServiceUrl,
  objectsEnvironment,
  objectsUrl,
  ownEnvironment,
  ownUrl,
  serviceEnvironment,
  serviceUrl,
} from '../../../../src/lib/manifest/endpoints/service-url.ts';
import type { Manifest } from '../../../../src/lib/manifest/manifest.ts';

const scope = {
  host: { name: 'recognition' } as Host,
  placementsOf: (service: string) => (service === 'embedder' ? [] : [{ name: service } as Host]),
  addressOf: ({ name }: Host) => (name === 'ximilar-gw' ? '198.18.1.2' : '198.18.1.3'),
  // Ports of no manifest that ships: they come from where they are said.
  manifests: [
    { name: 'ximilar-gw', port: 4001 } as Manifest,
    { name: 'llm-reranker', port: 4002 } as Manifest,
    { name: 'embedder', port: 4003 } as Manifest,
    { name: 'recognition', port: 4005 } as Manifest,
  ],
};

describe('where a service is', () => {
  it('goes from inventory and manifest into the environment, and out of it again', () => {
    const env = {
      ...serviceEnvironment(scope, ['ximilar-gw', 'llm-reranker']),
      ...ownEnvironment(scope, 'recognition'),
      ...objectsEnvironment({ objectStorage: 'http://198.18.0.250:9000' }),
    };
    expect(serviceUrl('ximilar-gw', env)).toBe('http://198.18.1.2:4001');
    expect(serviceUrl('llm-reranker', env)).toBe('http://198.18.1.3:4002');
    expect(ownUrl(env)).toBe('http://198.18.1.3:4005');
    expect(objectsUrl(env)).toBe('http://198.18.0.250:9000');
  });

  it('keeps the variables by which releases of today know them', () => {
    expect(serviceEnvironment(scope, ['ximilar-gw', 'llm-reranker'])).toEqual({
      UNDE_GATEWAY: 'http://198.18.1.2:4001',
      UNDE_RERANKER: 'http://198.18.1.3:4002',
    });
  });

  it('is left out where this fleet has none, and missed by a service that needs it', () => {
    const env = {
      ...serviceEnvironment(scope, ['embedder']),
      ...objectsEnvironment({ objectStorage: undefined }),
    };
    expect(env).toEqual({});
    expect(findServiceUrl('embedder', env)).toBeUndefined();
    expect(() => serviceUrl('embedder', env)).toThrow(
      expect.objectContaining({
        code: 'BAD_SETTING',
        exit: 'config',
        message: 'UNDE_EMBEDDER: "" is not a URL like http://HOST:PORT',
        hint: expect.stringContaining('embedder') as string,
      }),
    );
    expect(() => objectsUrl(env)).toThrow('UNDE_OBJECTS');
    expect(() => ownUrl(env)).toThrow('UNDE_OWN_URL');
  });

  it.each([
    '198.18.1.2:8003',
    'ftp://198.18.1.2/',
    'http://',
    'http://h/?q=1',
    'http://h/#f',
    'http://u:p@h/',
    'h',
  ])('is not %s, also where the service could do without', (UNDE_EMBEDDER) => {
    expect(() => findServiceUrl('embedder', { UNDE_EMBEDDER })).toThrow(`UNDE_EMBEDDER: "${UNDE_EMBEDDER}"`);
  });

  it('has no slash at its end, since paths are put after it', () => {
    expect(serviceUrl('embedder', { UNDE_EMBEDDER: ' https://embedder.example/v2/ ' })).toBe(
      'https://embedder.example/v2',
    );
  });
});
