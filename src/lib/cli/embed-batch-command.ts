import {
  batchRun,
  batchStatus,
  reconciliation,
  type BatchRun,
  type BatchStatus,
  type Reconciliation,
} from '../../contracts/embed-batch.ts';
import { UndeError } from '../common/error/unde-error.ts';
import type { ServiceRequest } from '../fleet/ask/ask-service.ts';
import { withService } from '../fleet/ask/with-service.ts';
import type { Catalog } from '../manifest/catalog.ts';
import { FleetCommand, type FleetFlags } from './fleet-command.ts';

const SERVICE = 'embed-batch';
const TIMEOUT_MS = 30_000;

/** How a command asks the service. */
export type Ask = (
  request: Pick<ServiceRequest, 'method' | 'path'> & {
    readonly body?: object;
    /** How long the answer may take, in milliseconds; half a minute unless it is said. */
    readonly timeoutMs?: number;
  },
) => Promise<unknown>;

/** A command that asks embed-batch, on its own host and through SSH. */
export abstract class EmbedBatchCommand extends FleetCommand {
  /**
   * Runs some work with a connection to the service's host.
   *
   * @throws UndeError NOT_IN_FLEET, SERVICE_UNREACHABLE
   */
  protected async withService<T>(
    flags: FleetFlags,
    catalog: Catalog,
    work: (ask: Ask) => Promise<T>,
  ): Promise<T> {
    const fleet = await this.openFleet(flags);
    return withService(fleet, catalog, SERVICE, (service) =>
      work(async (request) => {
        const { status, body } = await service.ask({ timeoutMs: TIMEOUT_MS, ...request });
        return answered(status, body);
      }),
    );
  }
}

/** A run, as the service tells it. */
export function runOf(answer: unknown): BatchRun {
  return batchRun.parse(answer);
}

/** How storage, photos and embeddings fit together, as the service tells it. */
export function reconciliationOf(answer: unknown): Reconciliation {
  return reconciliation.parse(answer);
}

/** What runs and what ran, as the service tells it. */
export function statusOf(answer: unknown): BatchStatus {
  return batchStatus.parse(answer);
}

function answered(status: number, body: string): unknown {
  const json = parse(body);
  if (status >= 200 && status < 300) return json;
  const { error } = (json ?? {}) as { error?: { code?: string; message?: string } };
  throw new UndeError({
    code: error?.code ?? 'NOT_ANSWERED',
    message: error?.message ?? `${SERVICE} answered ${status}`,
    exit: status === 409 ? 'refused' : status === 400 ? 'usage' : 'failed',
    hint: status === 409 ? 'unde embed-batch status' : `unde logs ${SERVICE}`,
  });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
