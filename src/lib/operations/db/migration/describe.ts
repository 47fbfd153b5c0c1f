import chalk from 'chalk';
import { describeBlocker } from './blocker.ts';
import type { Migration } from './file.ts';
import type { MigrationEvent } from './migrate.ts';

/** What would be applied to a database, for the operator. */
export function describePlan(
  database: string,
  host: string,
  files: readonly Migration[],
  pending: readonly Migration[],
): string {
  return [
    `${chalk.bold(database)} on ${host}: ${files.length - pending.length} of ${files.length} applied`,
    ...pending.map(
      ({ name, index }) =>
        `  ${chalk.green('+')} ${name}${index === undefined ? '' : chalk.dim('  an index, beside the traffic')}`,
    ),
  ].join('\n');
}

/** What happens while a database is migrated, for the operator. */
export function describeEvent(event: MigrationEvent): string {
  if (event.type === 'waiting') {
    return chalk.yellow(`waiting for "${event.holder.name}", who migrates since ${event.holder.since}`);
  }
  const { name } = event.migration;
  if (event.type === 'applying') return chalk.dim(`… ${name}`);
  if (event.type === 'applied') return `${chalk.green('✔')} ${name} ${chalk.dim(`${event.seconds} s`)}`;
  return [
    chalk.yellow(`${name} waits for a lock:`),
    ...event.blockers.map((each) => `  ${describeBlocker(each)}`),
  ].join('\n');
}
