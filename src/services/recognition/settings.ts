import type { Settings, SettingSpec } from '../../lib/manifest/setting.ts';

/** What an operator may set for recognition. */
export const settings = [
  {
    variable: 'UNDE_RECOGNITION_CONCURRENCY',
    key: 'concurrency',
    type: 'integer',
    default: 2,
    minimum: 1,
    maximum: 64,
    purpose: 'how many requests the worker runs at a time',
  },
  {
    variable: 'UNDE_RECOGNITION_QUEUE',
    key: 'queue',
    type: 'integer',
    default: 200,
    minimum: 1,
    maximum: 100_000,
    purpose: 'how many requests may wait; more are answered with 503',
  },
  {
    variable: 'UNDE_RECOGNITION_DEADLINE_MS',
    key: 'deadlineMs',
    type: 'integer',
    default: 20_000,
    minimum: 1000,
    maximum: 120_000,
    purpose: 'how long one attempt at a request may take, in milliseconds',
  },
  {
    variable: 'UNDE_RECOGNITION_ATTEMPTS',
    key: 'attempts',
    type: 'integer',
    default: 3,
    minimum: 1,
    maximum: 10,
    purpose: 'how often a request is tried while no source of candidates answers',
  },
  {
    variable: 'UNDE_RECOGNITION_GARMENTS',
    key: 'garments',
    type: 'integer',
    default: 4,
    minimum: 1,
    maximum: 20,
    purpose: 'how many garments of a photo are looked up, the surest first',
  },
  {
    variable: 'UNDE_RECOGNITION_RERANKED',
    key: 'reranked',
    type: 'integer',
    default: 10,
    minimum: 1,
    maximum: 50,
    purpose: 'how many candidates of a garment are shown to the language model',
  },
  {
    variable: 'UNDE_RECOGNITION_RESULT_SECONDS',
    key: 'resultSeconds',
    type: 'integer',
    default: 86_400,
    minimum: 60,
    maximum: 2_592_000,
    purpose: 'how long results stay in Redis, in seconds; Production DB keeps them for good',
  },
  {
    variable: 'UNDE_RECOGNITION_MAX_BYTES',
    key: 'maxBytes',
    type: 'integer',
    default: 20 * 1024 * 1024,
    minimum: 1024,
    maximum: 64 * 1024 * 1024,
    purpose: 'the largest photo that is taken as an upload, in bytes',
  },
] as const satisfies readonly SettingSpec[];

/** Recognition's configuration, as read. */
export type RecognitionSettings = Settings<typeof settings>;
