import { of, target, type AlertCase } from './alert-case.ts';

const reranker = target('llm-reranker', 'llm-reranker', 8002);
const bucket = (le: string) => of('llm_reranker_latency_ms_bucket', reranker, { le });
const errors = (kind: string) => of('llm_reranker_errors', reranker, { kind });
const labels = { host: 'llm-reranker', site: 'helsinki', instance: 'llm-reranker:8002' };

export const cases: Readonly<Record<string, AlertCase>> = {
  LlmRerankerSlow: {
    // Exactly 95 of 100 take no longer than 3 s.
    silent: {
      [bucket('2500')]: '0+90',
      [bucket('3000')]: '0+95',
      [bucket('4000')]: '0+100',
      [bucket('+Inf')]: '0+100',
    },
    firing: {
      [bucket('2500')]: '0+90',
      [bucket('3000')]: '0+94',
      [bucket('4000')]: '0+100',
      [bucket('+Inf')]: '0+100',
    },
    says: 'The slowest twentieth of reranks on llm-reranker takes more than 3.167k ms.',
    labels,
  },
  LlmRerankerErrors: {
    silent: {
      [of('llm_reranker_requests', reranker)]: '0+100',
      [errors('gemini')]: '0+5',
      [errors('input')]: '0+50',
    },
    firing: {
      [of('llm_reranker_requests', reranker)]: '0+100',
      [errors('gemini')]: '0+4',
      [errors('origin')]: '0+4',
    },
    says: "8 % of requests to llm-reranker on llm-reranker go without the model's order.",
    labels,
  },
  LlmRerankerCostHigh: {
    silent: { [of('llm_reranker_cost_usd', reranker, { model: 'gemini-2.5-flash' })]: '5' },
    firing: { [of('llm_reranker_cost_usd', reranker, { model: 'gemini-2.5-flash' })]: '0+2' },
    says: 'Reranking has cost 32 US dollars in a day; 5 is the limit.',
    labels: {},
    threshold: 5,
  },
};
