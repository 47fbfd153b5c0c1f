import type { Settings, SettingSpec } from '../../lib/manifest/setting.ts';
import { photoSettings } from '../../lib/manifest/photo-settings.ts';

/** What an operator may set for the gateway. */
export const settings = [
  ...photoSettings('UNDE_XIMILAR_GW'),
  {
    variable: 'UNDE_XIMILAR_GW_URL',
    key: 'ximilarUrl',
    type: 'string',
    default: 'https://api.ximilar.com',
    purpose: 'where Ximilar is; a simulator in a lab',
  },
  {
    variable: 'UNDE_XIMILAR_GW_COLLECTION',
    key: 'collectionId',
    type: 'string',
    default: '',
    purpose: 'the id of the Ximilar collection that holds the catalogue, as app.ximilar.com shows it',
  },
  {
    variable: 'UNDE_XIMILAR_GW_SEARCH_SERVICE',
    key: 'searchService',
    type: 'string',
    default: 'similarity/fashion-new',
    purpose:
      'the kind of that collection, as in the path of its requests: similarity/photos, similarity/fashion-new',
  },
  {
    variable: 'UNDE_XIMILAR_GW_DETECTION_TASK',
    key: 'detectionTask',
    type: 'string',
    default: '',
    purpose: "the id of a detection task of one's own at Ximilar; empty is Ximilar's fashion detection",
  },
  {
    variable: 'UNDE_XIMILAR_GW_RATE',
    key: 'perSecond',
    type: 'integer',
    default: 10,
    minimum: 1,
    maximum: 10_000,
    purpose: 'how many requests a second the Ximilar plan allows',
  },
  {
    variable: 'UNDE_XIMILAR_GW_BURST',
    key: 'burst',
    type: 'integer',
    default: 10,
    minimum: 1,
    maximum: 10_000,
    purpose: 'how many requests may go to Ximilar at once after a pause',
  },
  {
    variable: 'UNDE_XIMILAR_GW_TIMEOUT_MS',
    key: 'ximilarTimeoutMs',
    type: 'integer',
    default: 2500,
    minimum: 100,
    maximum: 60_000,
    purpose: 'how long Ximilar may take for one request, in milliseconds',
  },
  {
    variable: 'UNDE_XIMILAR_GW_EMBED_TIMEOUT_MS',
    key: 'embedTimeoutMs',
    type: 'integer',
    default: 1500,
    minimum: 50,
    maximum: 60_000,
    purpose: 'how long the embedder may take for one garment, in milliseconds',
  },
  {
    variable: 'UNDE_XIMILAR_GW_DEADLINE_MS',
    key: 'deadlineMs',
    type: 'integer',
    default: 5000,
    minimum: 100,
    maximum: 120_000,
    purpose: 'how long a request may take whose caller does not say how long it waits, in milliseconds',
  },
  {
    variable: 'UNDE_XIMILAR_GW_QUEUE',
    key: 'queue',
    type: 'integer',
    default: 64,
    minimum: 1,
    maximum: 4096,
    purpose: 'how many requests are taken on at a time; more are answered with 503',
  },
  {
    variable: 'UNDE_XIMILAR_GW_DB_CONNECTIONS',
    key: 'dbConnections',
    type: 'integer',
    default: 8,
    minimum: 1,
    maximum: 100,
    purpose: 'connections to Production DB at most',
  },
  {
    variable: 'UNDE_XIMILAR_GW_IMAGES_URL',
    key: 'imagesUrl',
    type: 'string',
    default: 'https://unde-images.hel1.your-objectstorage.com/',
    purpose: "where the catalogue's photos are: an object's key is put behind it",
  },
] as const satisfies readonly SettingSpec[];

/** The gateway's configuration, as read. */
export type GatewaySettings = Settings<typeof settings>;
