import os from 'node:os';
import { readSettings } from '../../lib/runtime/process/settings.ts';
import { startService } from '../../lib/runtime/process/start.ts';
import { RecentValues } from '../../lib/runtime/metrics/recent-values.ts';
import { openPool } from '../../lib/runtime/stores/postgres.ts';
import { redisConnector } from '../../lib/runtime/stores/redis.ts';
import { ownUrl, serviceUrl } from '../../lib/manifest/endpoints/service-url.ts';
import { Archive } from './archive.ts';
import { ArchiveQueue } from './archive-queue.ts';
import { flags as flagSpecs } from './flags.ts';
import { manifest } from './manifest.ts';
import { gatewayAt, rerankerAt } from './neighbours.ts';
import { Photos } from './photos.ts';
import { RequestQueue, startWorker, writeDown } from './queue.ts';
import { recognitionFlags } from './request-flags.ts';
import { Results } from './results.ts';
import { recognitionRoutes } from './routes.ts';
import { settings as specs } from './settings.ts';
import { Stock } from './stock.ts';
import { recognitionWork } from './work.ts';
import { recognitionHandler } from './worker.ts';

/** How often old photos are swept away and given-up requests are looked for, in milliseconds. */
const SWEEP_MS = 30_000;
/** How long an uploaded photo may be asked for: all attempts at its request, waiting included, in milliseconds. */
const PHOTO_MS = 3_600_000;
/** What the p95 that `/health` tells is of, in milliseconds. */
const RECENT_MS = 300_000;

await startService(manifest, async ({ env, log, metrics, flags }) => {
  const settings = readSettings(specs, env);
  const url = ownUrl(env);
  const gateway = gatewayAt(serviceUrl('ximilar-gw', env));
  const reranker = rerankerAt(serviceUrl('llm-reranker', env));
  const warn = (what: string) => (error: Error) => log.warn({ reason: error.message }, what);
  const connect = redisConnector(
    { instance: 'broker', service: manifest.name, user: manifest.name },
    warn('the broker is not to be had'),
    env,
  );
  // What answers clients fails fast while the broker is away; what works for itself waits for it.
  const hasty = () => connect({ maxRetriesPerRequest: 1, commandTimeout: 3000 });
  const patient = () => connect({ maxRetriesPerRequest: null });
  const pool = (database: 'production' | 'staging') =>
    openPool(
      { database, service: manifest.name, max: 8, statementMs: 3000, onError: warn(`${database} was lost`) },
      env,
    );
  const production = pool('production');
  const staging = pool('staging');
  const clients = [hasty(), hasty(), patient()] as const;
  const [redis, queueing, subscriber] = clients;
  const workers = [patient(), patient(), patient(), patient()] as const;
  const [writing, working, archiving, archivingWorker] = workers;

  const results = new Results(redis, subscriber, settings.resultSeconds);
  const queue = new RequestQueue(queueing, settings.attempts);
  const archive = new Archive(production);
  const archiveQueue = new ArchiveQueue(archiving, archivingWorker, (request) => archive.write(request), log);
  const photos = new Photos(env['STATE_DIRECTORY'] ?? os.tmpdir(), PHOTO_MS);
  const durations = new RecentValues(RECENT_MS);
  const handler = recognitionHandler({
    gateway,
    reranker,
    availability: new Stock(staging),
    settings,
    metrics,
    durations,
    flags: () => recognitionFlags(flags.of(flagSpecs).current()),
    // What an attempt has found, and vendors were paid for, is not thrown away because the broker is away for a while.
    results: new Results(writing, subscriber, settings.resultSeconds),
    record: (request) => archiveQueue.record(request),
    log,
  });
  const worker = startWorker(working, settings.concurrency, handler, log);

  let size = 0;
  metrics.sample('recognition_queue_size', () => size);
  const sweep = async () => {
    await photos.sweep();
    size = await queue.size();
    for (const dead of await queue.givenUp()) await writeDown(handler, dead);
  };
  const timers = [
    setInterval(() => void sweep().catch(warn('the sweep failed')), SWEEP_MS),
    setInterval(
      () =>
        void queue.size().then(
          (now) => (size = now),
          () => undefined,
        ),
      5000,
    ),
  ];
  return {
    routes: (app) =>
      recognitionRoutes(app, {
        queue,
        results,
        archive,
        photos,
        ownUrl: url,
        settings,
        metrics,
      }),
    work: () => recognitionWork(size, durations.percentile(95)),
    // Without the broker nothing can be taken on; the databases and the neighbours only degrade answers.
    awaited: async () => ((await redis.ping().catch(() => '')) === 'PONG' ? [] : ['the broker']),
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      // Waits for the requests that run; those that do not end in time are another start's.
      await worker.close();
      await archiveQueue.close();
      await queue.close();
      for (const connection of [...clients, ...workers]) connection.disconnect();
      await Promise.allSettled([production.end(), staging.end(), gateway.close(), reranker.close()]);
    },
  };
});
