import type { Logger } from 'pino';
import type { Flags } from '../../lib/runtime/flags/flags.ts';
import { Remote } from '../../lib/runtime/call/remote.ts';
import type { Metrics } from '../../lib/runtime/metrics/metrics.ts';
import { PhotoSource } from '../../lib/runtime/photos/photo-source.ts';
import { openPool } from '../../lib/runtime/stores/postgres.ts';
import type { BreakerState } from '../../lib/runtime/call/breaker.ts';
import { isDatabaseNamed } from '../../lib/manifest/endpoints/postgres.ts';
import { findServiceUrl } from '../../lib/manifest/endpoints/service-url.ts';
import { Ximilar } from '../../lib/runtime/vendors/ximilar/client.ts';
import { Embeddings } from './embeddings.ts';
import { flags as flagSpecs } from './flags.ts';
import { Gateway } from './gateway.ts';
import { PgvectorSource } from './pgvector-source.ts';
import { Pictures } from './pictures.ts';
import { settings as specs, type GatewaySettings } from './settings.ts';
import type { Source } from './source.ts';
import { XimilarSource } from './ximilar-source.ts';

/** What the gateway is built from. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly flags: Flags;
  readonly settings: GatewaySettings;
  readonly token: string;
}

/** How long one statement may take, in milliseconds; the database's own limit for the role is the same. */
const STATEMENT_MS = 2000;
const EMBED_MAX_BYTES = 64 * 1024;

/**
 * The gateway with everything that it asks.
 *
 * @throws UndeError BAD_SETTING, NO_CREDENTIAL
 */
export function buildGateway(surroundings: Surroundings): { gateway: Gateway; close: () => Promise<void> } {
  const { log, metrics, flags, settings, token } = surroundings;
  const photos = new PhotoSource(specs, settings);
  const pictures = new Pictures(photos, settings);
  const onBreaker = (remote: string) => (state: BreakerState) => {
    metrics.gauge('ximilar_gw_breaker_open').set({ remote }, state === 'closed' ? 0 : 1);
    log.warn({ remote, breaker: state }, `${remote}: breaker ${state}`);
  };
  const ximilar = new Ximilar({
    ...settings,
    baseUrl: settings.ximilarUrl,
    token,
    timeoutMs: settings.ximilarTimeoutMs,
    onBreaker: onBreaker('ximilar'),
    onRateLimit: (by) => metrics.counter('ximilar_gw_rate_limit_hits').inc({ by }),
  });
  const pgvector = buildPgvector(surroundings, pictures, onBreaker);
  const gateway = new Gateway({
    pictures,
    ximilar,
    sources: { pgvector: pgvector.source, ximilar: new XimilarSource(ximilar, pictures) },
    flags: flags.of(flagSpecs),
  });
  return {
    gateway,
    close: async () => {
      await Promise.all([ximilar.close(), pgvector.close(), photos.close()]);
    },
  };
}

function buildPgvector(
  { env, log, metrics, settings }: Surroundings,
  pictures: Pictures,
  onBreaker: (remote: string) => (state: BreakerState) => void,
): { source: Source; close: () => Promise<void> } {
  const embedderUrl = findServiceUrl('embedder', env);
  if (embedderUrl === undefined || !isDatabaseNamed('production', env)) {
    log.warn('this fleet has no embedder, or no Production DB: pgvector is missing from every answer');
    return { source: NOBODY, close: async () => undefined };
  }
  const embedder = new Remote({
    name: 'embedder',
    baseUrl: embedderUrl,
    maxBytes: EMBED_MAX_BYTES,
    breaker: { patienceMs: settings.embedTimeoutMs / 2, onChange: onBreaker('embedder') },
  });
  const pool = openPool(
    {
      database: 'production',
      service: 'ximilar-gw',
      max: settings.dbConnections,
      statementMs: STATEMENT_MS,
      onError: (error) => log.warn({ err: error }, 'a connection to Production DB broke'),
    },
    env,
  );
  const embeddings = new Embeddings({
    pool,
    imagesUrl: settings.imagesUrl,
    onPath: (path) => metrics.counter('pgvector_knn_paths').inc({ path }),
  });
  const source = new PgvectorSource({
    pictures,
    embedder,
    embedTimeoutMs: settings.embedTimeoutMs,
    embeddings,
    onBreaker: onBreaker('pgvector'),
    onSearch: (ms, { brands, category }, { products }) => {
      metrics.histogram('pgvector_knn_latency_ms').observe(ms);
      const filtered = brands === undefined && category === undefined ? 'no' : 'yes';
      metrics.histogram('pgvector_knn_results_count').observe({ filtered }, products.length);
    },
  });
  return {
    source,
    close: async () => {
      await embedder.close();
      await pool.end();
    },
  };
}

/** A source that there is not. */
const NOBODY: Source = {
  search: () => Promise.reject(new Error('this fleet has no embedder, or no Production DB')),
};
