import { didYouMean } from '../../../common/text/did-you-mean.ts';
import { type Finding, type CheckSubject, lineOf } from './finding.ts';

/** Thresholds that no alert listens to: most likely a metric's name that was misspelt. */
export function checkThresholds({ inventory, manifests }: CheckSubject): readonly Finding[] {
  const metrics = new Set(manifests.flatMap(({ alerts }) => (alerts ?? []).map(({ metric }) => metric)));
  return Object.keys(inventory.thresholds)
    .filter((metric) => !metrics.has(metric))
    .map((metric): Finding => ({
      code: 'THRESHOLD_OF_NOTHING',
      severity: 'warning',
      message: `no alert of a built service watches "${metric}", so its threshold does nothing`,
      line: lineOf(inventory, 'thresholds', metric),
      hint: didYouMean(metric, metrics) ?? 'unde alerts rules lists the metrics that alerts watch',
    }));
}
