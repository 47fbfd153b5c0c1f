import { labelsOf, of, target, type AlertCase } from './alert-case.ts';

const batch = target('embed-batch', 'embed-batch', 8004);
const series = (name: string, further: Readonly<Record<string, string>> = {}) => of(name, batch, further);

export const cases: Readonly<Record<string, AlertCase>> = {
  EmbedBatchSlow: {
    // Slow while nothing runs is no news.
    silent: { [series('embed_batch_throughput_imgs_sec')]: '0', [series('embed_batch_running')]: '0' },
    firing: { [series('embed_batch_throughput_imgs_sec')]: '2.5', [series('embed_batch_running')]: '1' },
    says: 'embed-batch embeds 2.5 photos a second',
    labels: labelsOf(batch),
  },
  EmbedBatchLong: {
    silent: { [series('embed_batch_job_duration_sec')]: '86400', [series('embed_batch_running')]: '1' },
    firing: { [series('embed_batch_job_duration_sec')]: '90000', [series('embed_batch_running')]: '1' },
    says: 'a run of embed-batch has been at work for 1d 1h 0m 0s',
    labels: labelsOf(batch),
  },
  EmbedBatchErrors: {
    silent: {
      [series('embed_batch_photos')]: '0+100',
      [series('embed_batch_errors', { kind: 'photo' })]: '0+5',
    },
    firing: {
      [series('embed_batch_photos')]: '0+100',
      [series('embed_batch_errors', { kind: 'photo' })]: '0+6',
    },
    says: '6% of the photos cannot be embedded',
    labels: {},
  },
};
