import type { SettingSpec } from './setting.ts';

/** The settings that say where photos may be fetched from. */
export interface PhotoOrigins {
  readonly allowedHosts: readonly string[];
  readonly permittedRanges: readonly string[];
}

/**
 * The settings of a service that fetches photos by URL: from where, and how large they may be.
 *
 * @param prefix What its variables begin with, e.g. `UNDE_XIMILAR_GW`.
 */
export function photoSettings(prefix: string) {
  return [
    {
      variable: `${prefix}_ALLOWED_HOSTS`,
      key: 'allowedHosts',
      type: 'list',
      // The object storage, by path and by bucket.
      default: [
        'hel1.your-objectstorage.com',
        'unde-images.hel1.your-objectstorage.com',
        'unde-user-media.hel1.your-objectstorage.com',
      ],
      purpose: 'the hosts that photos are fetched from: host, host:port or *.domain',
    },
    {
      variable: `${prefix}_PERMITTED_RANGES`,
      key: 'permittedRanges',
      type: 'list',
      default: [],
      purpose: 'private address ranges that those hosts may be in, such as 10.1.0.0/16',
    },
    {
      variable: `${prefix}_MAX_BYTES`,
      key: 'maxBytes',
      type: 'integer',
      default: 20 * 1024 * 1024,
      minimum: 1024,
      maximum: 256 * 1024 * 1024,
      purpose: 'the largest photo that is taken, in bytes',
    },
    {
      variable: `${prefix}_MAX_PIXELS`,
      key: 'maxPixels',
      type: 'integer',
      default: 50_000_000,
      minimum: 50_176,
      maximum: 268_000_000,
      purpose: 'the largest photo that is decoded, in pixels',
    },
    {
      variable: `${prefix}_FETCH_SECONDS`,
      key: 'fetchSeconds',
      type: 'integer',
      default: 5,
      minimum: 1,
      maximum: 300,
      purpose: 'how long a photo may take to arrive, redirects included, in seconds',
    },
  ] as const satisfies readonly SettingSpec[];
}
