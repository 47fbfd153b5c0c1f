import os from 'node:os';
import path from 'node:path';
import type { BatchRun } from '../../contracts/embed-batch.ts';
import { readCredential } from '../../lib/runtime/process/credentials.ts';
import { readSettings } from '../../lib/runtime/process/settings.ts';
import { entryDirectory } from '../../lib/runtime/process/running-release.ts';
import { startService } from '../../lib/runtime/process/start.ts';
import { PREPROCESSING } from '../../lib/runtime/clip/preprocess.ts';
import { Objects } from '../../lib/runtime/stores/objects.ts';
import { Batcher } from '../../lib/runtime/onnx/batcher.ts';
import { physicalCores } from '../../lib/runtime/onnx/cores.ts';
import { InferenceWorker } from '../../lib/runtime/onnx/inference-worker.ts';
import { openPool } from '../../lib/runtime/stores/postgres.ts';
import { objectsUrl } from '../../lib/manifest/endpoints/service-url.ts';
import { Catalogue, type ModelIdentity } from './catalogue.ts';
import { manifest, ORIGINALS_KEY } from './manifest.ts';
import { batchRoutes } from './routes.ts';
import { Runner } from './runner.ts';
import { Runs } from './runs.ts';
import { settings as specs } from './settings.ts';
import { batchWork } from './work.ts';

/** Batches of eight are as fast as larger ones, and leave the memory to the database's page cache. */
const BUCKETS = [1, 2, 4, 8] as const;
/** How long a batch of writes may take, in milliseconds: an index that is kept up to date takes its time. */
const STATEMENT_MS = 120_000;
const FETCH_MS = 30_000;
const NEW_SKUS_BATCH = 500;
/** How old what `/health` tells of a run may be, in milliseconds. */
const LOOK_MS = 5000;

await startService(manifest, ({ env, log, metrics, fail }) => {
  const settings = readSettings(specs, env);
  const endpoint = objectsUrl(env);
  const pool = openPool(
    {
      database: 'production',
      service: manifest.name,
      max: 4,
      statementMs: STATEMENT_MS,
      onError: (error) => log.warn({ reason: error.message }, 'a connection to Production DB was lost'),
    },
    env,
  );
  const objects = new Objects({
    endpoint,
    bucket: settings.bucket,
    key: readCredential(ORIGINALS_KEY, env),
    connections: settings.fetches,
    deadlineMs: FETCH_MS,
  });
  let worker: InferenceWorker | undefined;
  let identity: ModelIdentity = { modelId: '', preprocessing: PREPROCESSING };
  const batcher = new Batcher<Float32Array, Float32Array>({
    buckets: BUCKETS,
    run: async (images) => {
      if (worker === undefined) throw new Error('the model is not loaded');
      return (await worker.run(images)).vectors;
    },
  });
  const catalogue = new Catalogue(
    pool,
    { photosPerProduct: settings.photosPerProduct, lowScore: settings.lowScorePercent / 100 },
    () => identity,
  );
  const runs = new Runs(pool);
  const runner = new Runner({
    catalogue,
    runs,
    metrics,
    log,
    load: settings.load,
    stream: {
      fetch: (key, signal) => objects.bytes(key, settings.maxBytes, signal),
      infer: (tensor, signal) => batcher.submit(tensor, signal),
      maxPixels: settings.maxPixels,
      inFlight: settings.fetches,
      decoders: Math.min(3, os.availableParallelism()),
    },
  });
  const later = (what: string) => (error: unknown) => log.warn({ err: error }, what);
  const timers: NodeJS.Timeout[] = [];
  let open: BatchRun | null = null;
  return {
    routes: (app) =>
      batchRoutes(app, runner, catalogue, {
        originals: () => originalKeys(objects),
        photos: () => catalogue.photoKeys(),
        missing: (most) => catalogue.missing(most),
        orphans: (most) => catalogue.orphans(most),
        totals: async () => ({
          ...(await catalogue.totals()),
          run_open: (await runs.open()) !== undefined,
        }),
      }),
    work: () => batchWork(open),
    awaited: async () => [
      ...(worker === undefined ? ['the model to be loaded'] : []),
      ...(await pool.query('SELECT 1').then(
        () => [],
        () => ['Production DB'],
      )),
    ],
    boot: async () => {
      worker = await InferenceWorker.open({
        file: path.join(entryDirectory(), 'assets', 'model.onnx'),
        threads: settings.threads || physicalCores(),
        buckets: BUCKETS,
      });
      void worker.ended.then((error) => (error === undefined ? undefined : fail(error)));
      identity = { ...identity, modelId: worker.model.sha256 };
      log.info({ ...identity }, 'model loaded');
      // A database that is away at the start is no reason not to start: the watch goes on with what is open.
      await runner.resume().catch(later('the open run could not be looked up'));
      timers.push(
        setInterval(() => void runner.resume().catch(later('the open run could not be looked up')), 30_000),
      );
      const look = async () => {
        open = await runner.current();
      };
      timers.push(setInterval(() => void look().catch(later('the open run is not known')), LOOK_MS));
      if (settings.watchSeconds === 0) return;
      const watch = () =>
        void runner.startIfNew(NEW_SKUS_BATCH).catch(later('new SKUs could not be looked for'));
      timers.push(setInterval(watch, settings.watchSeconds * 1000));
    },
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      await runner.close();
      objects.close();
      await Promise.allSettled([pool.end(), worker?.close()]);
    },
  };
});

/** The keys of the originals, without the empty objects by which some tools mark folders. */
async function* originalKeys(objects: Objects): AsyncGenerator<string> {
  for await (const key of objects.keys('originals/')) if (!key.endsWith('/')) yield key;
}
