import type { Settings, SettingSpec } from '../../lib/manifest/setting.ts';

/** What an operator may set for the embedder. */
export const settings = [
  {
    variable: 'UNDE_EMBEDDER_ALLOWED_HOSTS',
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
    variable: 'UNDE_EMBEDDER_PERMITTED_RANGES',
    key: 'permittedRanges',
    type: 'list',
    default: [],
    purpose: 'private address ranges that those hosts may be in, such as 10.1.0.0/16',
  },
  {
    variable: 'UNDE_EMBEDDER_THREADS',
    key: 'threads',
    type: 'integer',
    default: 0,
    minimum: 0,
    maximum: 256,
    purpose: 'how many threads compute a batch; 0 is one a physical core',
  },
  {
    variable: 'UNDE_EMBEDDER_DECODERS',
    key: 'decoders',
    type: 'integer',
    default: 0,
    minimum: 0,
    maximum: 64,
    purpose: 'how many photos are decoded at a time; 0 is one a processor, at most 3',
  },
  {
    variable: 'UNDE_EMBEDDER_QUEUE',
    key: 'queue',
    type: 'integer',
    default: 32,
    minimum: 1,
    maximum: 4096,
    purpose: 'how many requests are taken on at a time; more are answered with 503',
  },
  {
    variable: 'UNDE_EMBEDDER_MAX_BYTES',
    key: 'maxBytes',
    type: 'integer',
    default: 20 * 1024 * 1024,
    minimum: 1024,
    maximum: 256 * 1024 * 1024,
    purpose: 'the largest photo that is taken, in bytes',
  },
  {
    variable: 'UNDE_EMBEDDER_MAX_PIXELS',
    key: 'maxPixels',
    type: 'integer',
    default: 50_000_000,
    minimum: 50_176,
    maximum: 268_000_000,
    purpose: 'the largest photo that is decoded, in pixels',
  },
  {
    variable: 'UNDE_EMBEDDER_FETCH_SECONDS',
    key: 'fetchSeconds',
    type: 'integer',
    default: 10,
    minimum: 1,
    maximum: 300,
    purpose: 'how long a photo may take to arrive, redirects included, in seconds',
  },
  {
    variable: 'UNDE_EMBEDDER_MODEL',
    key: 'model',
    type: 'string',
    default: '',
    purpose: 'the ONNX file; empty is assets/model.onnx of the release',
  },
] as const satisfies readonly SettingSpec[];

/** The embedder's configuration, as read. */
export type EmbedderSettings = Settings<typeof settings>;
