import { of, target, type AlertCase } from './alert-case.ts';

const recognition = target('recognition', 'recognition', 8005);
const bucket = (le: string) => of('recognition_pipeline_duration_ms_bucket', recognition, { le });
const series = (name: string) => of(name, recognition);

export const cases: Readonly<Record<string, AlertCase>> = {
  RecognitionSlow: {
    silent: { [bucket('9500')]: '0+90', [bucket('10000')]: '0+95', [bucket('+Inf')]: '0+100' },
    firing: { [bucket('10000')]: '0+94', [bucket('10500')]: '0+100', [bucket('+Inf')]: '0+100' },
    says: 'recognition takes 10083 ms (p95)',
    labels: {},
  },
  RecognitionErrors: {
    silent: { [series('recognition_attempts')]: '0+100', [series('recognition_orchestrator_errors')]: '0+5' },
    firing: { [series('recognition_attempts')]: '0+100', [series('recognition_orchestrator_errors')]: '0+6' },
    says: '6% of the attempts at a recognition fail',
    labels: {},
  },
  RecognitionQueueLong: {
    silent: { [series('recognition_queue_size')]: '50' },
    firing: { [series('recognition_queue_size')]: '51' },
    says: '51 recognition requests wait',
    labels: {},
  },
  FewProductsInStock: {
    silent: {
      [series('recognition_candidates_checked')]: '0+100',
      [series('recognition_candidates_in_stock')]: '0+20',
    },
    firing: {
      [series('recognition_candidates_checked')]: '0+100',
      [series('recognition_candidates_in_stock')]: '0+19',
    },
    says: 'only 19% of the candidates were seen in stock',
    labels: {},
  },
  FewCandidatesLeft: {
    silent: {
      [series('recognition_candidates_after_availability_sum')]: '0+300',
      [series('recognition_candidates_after_availability_count')]: '0+100',
    },
    firing: {
      [series('recognition_candidates_after_availability_sum')]: '0+290',
      [series('recognition_candidates_after_availability_count')]: '0+100',
    },
    says: 'a garment is left with 2.9 candidates on average',
    labels: {},
  },
};
