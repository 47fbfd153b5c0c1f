import chalk from 'chalk';
import type { ExitClass } from '../../common/error/exit.ts';
import { worstExit } from '../../common/error/worst-exit.ts';
import { formatSize } from '../../common/text/size.ts';
import { shortDigest } from '../../desired/release/release.ts';
import type { Rollout } from './rollout.ts';

/**
 * The exit class that tells how a deploy ended.
 *
 * @param interrupted Whether the operator ended it with Ctrl-C.
 */
export function rolloutExit(rollouts: readonly Rollout[], interrupted = false): ExitClass {
  const results = rollouts.flatMap((rollout) => rollout.hosts.map((host) => host.result));
  const failed = results.some((result) => result !== 'ok');
  // Where no service failed on a host, what went wrong before a switch says how it ended.
  const error = results.includes('failed') ? undefined : rollouts.find((rollout) => rollout.error)?.error;
  const ending = error === undefined ? { failed } : { [error.exit]: true };
  return worstExit({ ...ending, mixed: results.includes('unknown'), interrupted: failed && interrupted });
}

/**
 * What a command did, service by service; where one of several did not end well, how to go on.
 *
 * @param again The command that goes on.
 */
export function renderRollouts(rollouts: readonly Rollout[], again: string): string {
  const lines = rollouts.map((rollout) => renderRollout(rollout));
  if (rollouts.length > 1 && rolloutExit(rollouts) !== 'ok') {
    lines.push(
      `what is confirmed stays; once the cause is mended, the same command goes on: ${chalk.bold(again)}`,
    );
  }
  return lines.join('\n');
}

/** What a deploy did, host by host where it failed, with the cause and the exact next command. */
export function renderRollout(rollout: Rollout, undo = `unde rollback ${rollout.service}`): string {
  const { service, hosts, notStarted, error } = rollout;
  if (notStarted !== undefined) {
    return [
      `${chalk.red(error === undefined ? '○' : '✘')} ${chalk.bold(service)} on ${hosts.length} host(s) was not started: ${notStarted}`,
      ...(error?.details ?? []).map((line) => chalk.dim(`    │ ${line}`)),
      ...(error?.hint === undefined ? [] : [`  ${chalk.dim('next')}  ${error.hint}`]),
    ].join('\n');
  }
  const failed = hosts.filter((host) => host.result !== 'ok');
  const head = `${shortDigest(rollout.digest)} in ${rollout.seconds.toFixed(1)} s, ${formatSize(rollout.bytesSent)} sent`;
  if (failed.length === 0) {
    return [
      `${chalk.green('✔')} ${chalk.bold(service)} on ${hosts.length} host(s): ${head}`,
      `  ${chalk.dim('undo')}  ${undo}`,
    ].join('\n');
  }
  const lines = [`${chalk.red('✘')} ${chalk.bold(service)}: ${head}`];
  for (const host of hosts) {
    lines.push(
      `  ${host.host}: ${WORDS[host.result]}${host.reason === undefined ? '' : `  ${chalk.dim(host.reason)}`}`,
    );
    for (const line of host.journal ?? []) lines.push(chalk.dim(`    │ ${line}`));
  }
  const first = failed.find((host) => host.result === 'failed' || host.result === 'unknown');
  lines.push(`  ${chalk.dim('next')}  unde logs ${service} --host ${first?.host ?? hosts[0]?.host ?? ''}`);
  return lines.join('\n');
}

const WORDS = {
  ok: 'runs the new release',
  failed: 'failed, and runs what it ran before',
  returned: 'went back to what it ran before',
  untouched: 'was not touched',
  unknown: 'could not be asked: see unde status',
} as const;
