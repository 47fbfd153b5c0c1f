import { cases as alertmanager } from './alertmanager.ts';
import { cases as blackbox } from './blackbox-exporter.ts';
import { cases as embedBatch } from './embed-batch.ts';
import { cases as embedder } from './embedder.ts';
import { cases as flags } from './flags.ts';
import { cases as jobs } from './jobs.ts';
import { cases as reranker } from './llm-reranker.ts';
import { cases as node } from './node-exporter.ts';
import { cases as pgbouncer } from './pgbouncer.ts';
import { cases as postgres } from './postgres-exporter.ts';
import { cases as prometheus } from './prometheus.ts';
import { cases as recognition } from './recognition.ts';
import { cases as redis } from './redis-exporter.ts';
import { cases as wireguard } from './wireguard.ts';
import { cases as gateway } from './ximilar-gw.ts';
import type { AlertCase } from './alert-case.ts';

/** How every alert must behave, by its name. */
export const ALERT_CASES: Readonly<Record<string, AlertCase>> = {
  ...alertmanager,
  ...blackbox,
  ...embedBatch,
  ...embedder,
  ...flags,
  ...gateway,
  ...jobs,
  ...node,
  ...pgbouncer,
  ...postgres,
  ...prometheus,
  ...recognition,
  ...redis,
  ...reranker,
  ...wireguard,
};
