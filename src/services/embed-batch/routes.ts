import type { FastifyInstance } from 'fastify';
import {
  embedBatchRequest,
  type BatchRun,
  type BatchStatus,
  type Reconciliation,
} from '../../contracts/embed-batch.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { HttpError } from '../../lib/runtime/process/http-error.ts';
import type { Catalogue } from './catalogue.ts';
import { reconcile, type ReconciliationParts } from './reconciliation.ts';
import type { Runner } from './runner.ts';

/** How many unreadable photos `GET /unreadable` names. */
const MOST_UNREADABLE = 10_000;

/** How many holes of a kind `GET /reconcile` names. */
const MOST_HOLES = 100;

/** `POST /embed_batch`, `GET /status`, `POST /pause`, `/resume`, `/cancel`, `GET /unreadable`, `GET /reconcile`. */
export function batchRoutes(
  app: FastifyInstance,
  runner: Pick<Runner, 'start' | 'change' | 'status'>,
  catalogue: Pick<Catalogue, 'unreadable'>,
  reconciliation: ReconciliationParts,
): void {
  app.post('/embed_batch', async (request, reply): Promise<BatchRun> => {
    const parsed = embedBatchRequest.safeParse(request.body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = issue?.path.join('.') || 'the body';
      throw new HttpError(400, 'BAD_REQUEST', `${where}: ${issue?.message ?? 'not understood'}`);
    }
    const { scope, batch_size: size } = parsed.data;
    const run = await runner.start(scope, size).catch(asHttp);
    void reply.code(202);
    return run;
  });
  app.get('/status', async (): Promise<BatchStatus> => runner.status());
  app.get('/unreadable', async () => ({ photos: await catalogue.unreadable(MOST_UNREADABLE) }));
  const closing = new AbortController();
  // It may take minutes, and a stop waits for what has been asked.
  app.addHook('preClose', async () =>
    closing.abort(new HttpError(503, 'STOPPING', 'the process is stopping')),
  );
  let reconciling: Promise<Reconciliation> | undefined;
  app.get('/reconcile', async (): Promise<Reconciliation> => {
    // Whoever asks while one is under way gets that one's answer: it reads everything there is.
    reconciling ??= reconcile(reconciliation, MOST_HOLES, closing.signal).finally(() => {
      reconciling = undefined;
    });
    return reconciling;
  });
  for (const [path, to] of Object.entries({
    pause: 'paused',
    resume: 'running',
    cancel: 'cancelled',
  } as const)) {
    app.post(`/${path}`, async (): Promise<BatchRun> => runner.change(to).catch(asHttp));
  }
}

/** What a client did wrong is its answer; what broke inside is the server's matter. */
function asHttp(error: unknown): never {
  if (error instanceof UndeError) throw new HttpError(409, error.code, error.message);
  throw error;
}
