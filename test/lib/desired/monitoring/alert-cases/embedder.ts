import { of, target, type AlertCase } from './alert-case.ts';

const embedder = target('embedder', 'embedder', 8003);
const bucket = (le: string) => of('embedder_inference_latency_ms_bucket', embedder, { le });
const labels = { host: 'embedder', site: 'helsinki', instance: 'embedder:8003' };

export const cases: Readonly<Record<string, AlertCase>> = {
  EmbedderSlow: {
    // Exactly 95 of 100 take no longer than 300 ms.
    silent: {
      [bucket('275')]: '0+90',
      [bucket('300')]: '0+95',
      [bucket('325')]: '0+100',
      [bucket('+Inf')]: '0+100',
    },
    firing: {
      [bucket('275')]: '0+90',
      [bucket('300')]: '0+94',
      [bucket('350')]: '0+100',
      [bucket('+Inf')]: '0+100',
    },
    says: 'The slowest twentieth of embeddings on embedder takes more than 308.3 ms.',
    labels,
  },
  EmbedderErrors: {
    silent: {
      [of('embedder_requests', embedder)]: '0+100',
      [of('embedder_errors', embedder, { kind: 'origin' })]: '0+1',
    },
    firing: {
      [of('embedder_requests', embedder)]: '0+100',
      [of('embedder_errors', embedder, { kind: 'origin' })]: '0+1',
      [of('embedder_errors', embedder, { kind: 'internal' })]: '0+1',
    },
    says: '2 % of requests to the embedder on embedder get no vector.',
    labels,
  },
};
