import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
} from 'fastify';
import type { WorkReport } from '../../../contracts/work.ts';
import type { FlagHealth } from '../flags/flags.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { HttpError } from './http-error.ts';

/** Who this process is, for `/health`. */
export interface Identity {
  readonly service: string;
  /** The release's digest, or `dev`. */
  readonly release: string;
  /** systemd's id of this start of the unit; empty outside systemd. */
  readonly invocation: string;
}

/** What a server is made of. */
export interface ServerParts {
  readonly identity: Identity;
  readonly metrics: Metrics;
  readonly log: FastifyBaseLogger;
  /** What is still missing before requests can be served; empty is ready. */
  readonly awaited: () => readonly string[] | Promise<readonly string[]>;
  readonly draining: () => boolean;
  /** For a service that reads flags: which version of them it runs. */
  readonly flags?: () => FlagHealth;
  /** For a service that tells of its work. */
  readonly work?: () => readonly WorkReport[];
}

/** Paths that probes and scrapers ask all the time; they are not logged. */
const PROBES: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/**
 * A fastify server with what every service serves: `/health` for the process, `/ready` for what it depends on,
 * `/metrics`, errors as `{error: {code, message}}`, one log line a request.
 */
export function createServer(parts: ServerParts): FastifyInstance {
  const { identity, metrics, log } = parts;
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: 'idle',
    // A client that sends its request a byte at a time does not hold a connection for ever.
    requestTimeout: 30_000,
    bodyLimit: 64 * 1024,
  });

  app.get('/health', () => ({
    status: parts.draining() ? 'draining' : 'ok',
    ...identity,
    ...(parts.flags === undefined ? {} : { flags: parts.flags() }),
    ...(parts.work === undefined ? {} : { work: parts.work() }),
    pid: process.pid,
    uptimeSeconds: Math.floor(process.uptime()),
  }));

  app.get('/ready', async (_request, reply) => {
    const awaited = parts.draining() ? ['the process is stopping'] : await parts.awaited();
    if (awaited.length > 0) reply.code(503);
    return { ready: awaited.length === 0, awaited };
  });

  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.text();
  });

  app.addHook('onSend', async (_request, reply) => {
    // A connection that its client keeps open after the last answer would hold up the stop.
    if (parts.draining()) reply.header('connection', 'close');
  });

  app.addHook('onResponse', async (request, reply) => {
    if (PROBES.has(request.url)) return;
    const ms = Math.round(reply.elapsedTime);
    request.log.info({ method: request.method, url: request.url, status: reply.statusCode, ms }, 'request');
  });

  app.setNotFoundHandler((request, reply) => {
    reply.code(404);
    return body('NOT_FOUND', `there is no ${request.method} ${request.url.split('?')[0]}`);
  });

  app.setErrorHandler<FastifyError | HttpError>((error, request, reply) => {
    if (error instanceof HttpError) {
      if (error.status >= 500 && error.status !== 503) request.log.error({ err: error }, error.message);
      if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
      return reply.code(error.status).send(body(error.code, error.message));
    }
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) {
      return reply.code(status).send(body(error.code ?? 'BAD_REQUEST', error.message));
    }
    // What went wrong inside is for the log; a client gets nothing that it could learn from.
    request.log.error({ err: error }, 'request failed');
    return reply.code(500).send(body('INTERNAL', 'the service failed; its log says why'));
  });

  return app;
}

function body(code: string, message: string): { error: { code: string; message: string } } {
  return { error: { code, message } };
}
