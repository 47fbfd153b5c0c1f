import chalk from 'chalk';
import type { Change, ServicePlan } from './plan.ts';

/**
 * A plan as an operator reads it: what changes in full, once for all hosts where it is the same; the rest in one
 * line.
 */
export function renderPlans(plans: readonly ServicePlan[], options: { readonly diffs: boolean }): string {
  const changed = plans.filter((plan) => plan.state === 'change');
  const unknown = plans.filter((plan) => plan.state === 'unknown');
  const same = plans.length - changed.length - unknown.length;
  const lines = [
    ...alike(changed).flatMap(([plan, ...others]) => [
      `${chalk.yellow('~')} ${chalk.bold(plan.service)} on ${[plan, ...others].map(({ host }) => host).join(', ')}`,
      ...plan.changes.flatMap((change) => renderChange(change, options.diffs)),
    ]),
    ...unknown.map(
      (plan) => `${chalk.red('?')} ${chalk.bold(plan.service)} on ${plan.host}  ${chalk.dim(plan.why ?? '')}`,
    ),
    `${chalk.bold('Plan:')} ${changed.length} to change, ${same} with no change, ${unknown.length} unknown`,
  ];
  return lines.join('\n');
}

/** Plans with the same changes to the same service, in groups. */
function alike(plans: readonly ServicePlan[]): [ServicePlan, ...ServicePlan[]][] {
  const groups = new Map<string, [ServicePlan, ...ServicePlan[]]>();
  for (const plan of plans) {
    const key = JSON.stringify([plan.service, plan.changes]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [plan]);
    else group.push(plan);
  }
  return [...groups.values()];
}

function renderChange(change: Change, diffs: boolean): string[] {
  const head = `    ${change.resource} ${change.name}: ${chalk.red(change.from)} → ${chalk.green(change.to)}`;
  if (!diffs) return [head];
  return [head, ...(change.diff ?? []).map((line) => `      ${colourOf(line)(line)}`)];
}

function colourOf(line: string): (text: string) => string {
  if (line.startsWith('+')) return chalk.green;
  if (line.startsWith('-')) return chalk.red;
  return chalk.dim;
}

/** The state of a whole plan: unknown wins over change, change over no change. */
export function overallState(plans: readonly ServicePlan[]): ServicePlan['state'] {
  if (plans.some((plan) => plan.state === 'unknown')) return 'unknown';
  return plans.some((plan) => plan.state === 'change') ? 'change' : 'no change';
}
