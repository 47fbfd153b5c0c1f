import chalk from 'chalk';
import type { Column } from '../../common/text/table.ts';
import type { ExitClass } from '../../common/error/exit.ts';
import { worstExit } from '../../common/error/worst-exit.ts';
import type { PlannedTurn } from './plan-turns.ts';
import type { TurnOutcome } from './turn.ts';

/** The columns of {@link turnRow}. */
export const TURN_COLUMNS: readonly Column[] = [
  { header: 'turn', align: 'right' },
  { header: 'host' },
  { header: 'role' },
  { header: 'must be well meanwhile' },
  { header: 'what', shrink: true },
];

/** A turn as a row of the plan. */
export function turnRow(turn: PlannedTurn, index: number, what: string): string[] {
  const peers = turn.peers.map(({ assignment }) => assignment.host.name).join(', ');
  return [String(index + 1), turn.host.name, turn.role, peers, what];
}

/** What became of the turns, a line each; those whose turn never came in one line. */
export function renderOutcomes(outcomes: readonly TurnOutcome[]): string {
  const left = outcomes.filter(({ result }) => result === 'untouched').map(({ host }) => host);
  return [
    ...outcomes.filter(({ result }) => result !== 'untouched').flatMap(outcomeLines),
    ...(left.length === 0 ? [] : [`${chalk.yellow('!')} left as they were: ${left.join(', ')}`]),
  ].join('\n');
}

function outcomeLines({ host, result, seconds, text, details, hint }: TurnOutcome): string[] {
  const sign = result === 'ok' ? chalk.green('✔') : chalk.red('✘');
  const took = seconds > 0 ? chalk.dim(`  ${seconds} s`) : '';
  const named = text.startsWith(host) ? text : `${host}: ${text}`;
  return [
    `${sign} ${named}${took}`,
    ...details.map((line) => chalk.dim(`    │ ${line}`)),
    ...(hint === null ? [] : [`  ${chalk.dim('next')}  ${hint}`]),
  ];
}

/** The exit class that tells how the maintenance ended. */
export function maintenanceExit(outcomes: readonly TurnOutcome[]): ExitClass {
  return worstExit(Object.fromEntries(outcomes.map(({ exit }) => [exit, true])));
}
