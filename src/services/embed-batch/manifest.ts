import type { BatchScope } from '../../contracts/embed-batch.ts';
import type { ServiceManifest } from '../../lib/manifest/manifest.ts';
import { databaseEnvironment } from '../../lib/manifest/endpoints/postgres.ts';
import { objectsEnvironment } from '../../lib/manifest/endpoints/service-url.ts';
import { alerts, metrics } from './metrics.ts';
import { settings } from './settings.ts';

/** The credential with the key that may read the originals. */
export const ORIGINALS_KEY = 's3-originals-read';

/** A weekly job asks the service itself, on its own port, for a run; one that is open already will do. */
const startRun = (scope: BatchScope & string) =>
  `{{directory}}/current/node --enable-source-maps {{directory}}/current/start-run.job.js ${scope}`;
/** The service's own: it needs nothing that root has. */
const JOB_USER = 'unde-embed-batch';

export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'embed-batch',
  purpose: "embeds the catalogue's photos into pgvector: POST /embed_batch",
  port: 8004,
  settings,
  health: { path: '/health', ready: '/ready', startSeconds: 120, stableSeconds: 5 },
  limits: { memoryMax: '6G', tasksMax: 256, openFiles: 8192, stopSeconds: 60, watchdogSeconds: 30 },
  workers: ['lib/runtime/onnx/session.worker.ts'],
  programs: ['services/embed-batch/start-run.job.ts'],
  nativeModules: ['onnxruntime-node', 'sharp'],
  assets: [
    {
      name: 'model.onnx',
      key: 'model',
      purpose: 'the image tower of FashionCLIP 2.0 as ONNX, the same file as the embedder has',
    },
    {
      name: 'model.onnx.golden.json',
      key: 'golden',
      purpose: "the model's golden vector, compared at every start",
      optional: true,
    },
  ],
  metrics,
  alerts,
  databases: [
    { database: 'production', role: 'embed_batch', title: 'Production DB password (embeddings, INSERT)' },
  ],
  secrets: [
    {
      secret: ORIGINALS_KEY,
      kind: 'brought',
      title: 'S3 access key (originals read)',
      standIn: 'lab:stand-in-of-this-lab',
    },
  ],
  jobs: [
    {
      name: 'embedding_batch_sync',
      does: 'index new SKUs into pgvector (also on event: new SKUs)',
      calendar: 'Mon 02:00',
      command: startRun('new'),
      user: JOB_USER,
      timeoutSeconds: 60,
    },
    {
      name: 'embedding_progressive',
      does: 'progressive ingestion: more photos for SKUs with a low rerank score',
      calendar: 'Wed 03:00',
      command: startRun('progressive'),
      user: JOB_USER,
      timeoutSeconds: 60,
    },
  ],
  // Operators ask over SSH.
  clients: [],
  after: ['postgres', 'pgbouncer'],
  environment: (scope) => ({
    ...databaseEnvironment(scope, ['production']),
    ...objectsEnvironment(scope),
  }),
};
