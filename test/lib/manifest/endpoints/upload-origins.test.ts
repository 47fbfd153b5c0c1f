import { describe, expect, it } from 'vitest';
import type { Host } from '../../../../src/lib/inventory/inventory.ts';
import { mayFetchFrom } from '../../../../src/lib/runtime/fetch/address.ts';
import { checkUrl } from '../../../../src/lib/runtime/fetch/allow-list.ts';
import type { Manifest } from '../../../../src/lib/manifest/manifest.ts';
import { photoPolicy } from '../../../../src/lib/runtime/photos/photo-policy.ts';
import { uploadsEnvironment, withUploads } from '../../../../src/lib/manifest/endpoints/upload-origins.ts';

const scope = {
  placementsOf: () => [{ name: 'recognition' } as Host],
  addressOf: () => '198.18.0.14',
  manifests: [{ name: 'recognition', port: 8005 } as Manifest],
};
const settings = { allowedHosts: ['images.example'], permittedRanges: [] };

describe('uploaded photos', () => {
  it('may be fetched from recognition, and from nothing else at that address or beside it', () => {
    const policy = photoPolicy([], withUploads(settings, uploadsEnvironment(scope)));
    expect(() => checkUrl('http://198.18.0.14:8005/photos/x', policy)).not.toThrow();
    expect(() => checkUrl('http://198.18.0.14:5432/', policy)).toThrow();
    expect(mayFetchFrom('198.18.0.14', policy.ranges)).toBe(true);
    expect(mayFetchFrom('198.18.0.15', policy.ranges)).toBe(false);
  });

  it('change nothing where there is no recognition', () => {
    expect(uploadsEnvironment({ ...scope, placementsOf: () => [] })).toEqual({});
    expect(withUploads(settings, {})).toBe(settings);
  });

  it('come from an address and a port, or the service does not start', () => {
    expect(() => withUploads(settings, { UNDE_UPLOADS: 'http://198.18.0.14:8005' })).toThrow(
      'UNDE_UPLOADS: "http://198.18.0.14:8005" is not ADDRESS:PORT',
    );
  });
});
