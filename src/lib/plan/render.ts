import chalk from 'chalk';
import type { Change, ServicePlan } from './plan.ts';

/** A plan as an operator reads it: hosts with changes in full, the rest in one line. */
export function renderPlans(plans: readonly ServicePlan[], options: { readonly diffs: boolean }): string {
  const changed = plans.filter((plan) => plan.state === 'change');
  const unknown = plans.filter((plan) => plan.state === 'unknown');
  const same = plans.length - changed.length - unknown.length;
  const lines = [
    ...changed.flatMap((plan) => [
      `${chalk.yellow('~')} ${chalk.bold(plan.service)} on ${plan.host}`,
      ...plan.changes.flatMap((change) => renderChange(change, options.diffs)),
    ]),
    ...unknown.map(
      (plan) => `${chalk.red('?')} ${chalk.bold(plan.service)} on ${plan.host}  ${chalk.dim(plan.why ?? '')}`,
    ),
    `${chalk.bold('Plan:')} ${changed.length} to change, ${same} with no change, ${unknown.length} unknown`,
  ];
  return lines.join('\n');
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
