import chalk from 'chalk';
import { renderTable, type TableOptions } from '../../common/text/table.ts';
import { formatAge, formatTime } from '../../common/text/time.ts';
import type { FlagEvent } from './host-session.ts';
import type { FlagChange, FlagDelta } from './timeline.ts';
import { processFault, type FlagPlaceView, type FlagView, type OwedView } from './view.ts';

/** All flags as a table: what is not at its default stands out. */
export function renderFlags(flags: readonly FlagView[], now: number, options: TableOptions): string {
  return renderTable(
    [
      { header: 'flag' },
      { header: 'service' },
      { header: 'value' },
      { header: 'default' },
      { header: 'changed', align: 'right' },
      { header: 'by' },
      { header: 'note', shrink: true },
    ],
    flags.map((flag) => [
      flag.flag,
      flag.service,
      valueText(flag),
      flag.default,
      flag.changed === null ? chalk.dim('never') : age(flag.changed.changed_at, now),
      flag.changed?.by ?? '',
      noteText(flag),
    ]),
    options,
  );
}

function valueText({ value, isDefault, differs, hosts }: FlagView): string {
  if (!differs) return isDefault ? value : chalk.yellow(value);
  const groups = Map.groupBy(hosts, (host) => host.value ?? '?');
  return chalk.red(
    [...groups].map(([each, on]) => `${each} on ${on.map(({ host }) => host).join(', ')}`).join('; '),
  );
}

function noteText({ isDefault, differs, untouchedForLong, changed }: FlagView): string {
  const notes = [
    differs ? 'differs between hosts' : '',
    isDefault ? '' : 'not the default',
    untouchedForLong ? 'nobody has touched it since' : '',
    !isDefault && changed !== null && changed.why !== '' ? changed.why : '',
  ];
  return notes.filter((note) => note !== '').join(', ');
}

/** An ISO time as an age: `2h ago`. */
function age(at: string, now: number): string {
  const seconds = now - Date.parse(at) / 1000;
  return Number.isNaN(seconds) ? '' : `${formatAge(seconds)} ago`;
}

/** One flag in full. */
export function renderFlag(
  view: FlagView,
  takes: string,
  places: readonly FlagPlaceView[],
  timeZone: string,
): string {
  const { flag, service, changed, hosts } = view;
  const lines = [
    `${chalk.bold(flag)} of ${service} is ${valueText(view)}${view.isDefault ? ', its default' : `; its default is ${view.default}`}`,
    chalk.dim(`  ${view.purpose}; takes ${takes}`),
  ];
  if (changed !== null && changed.changed_at !== '') {
    const when = formatTime(Date.parse(changed.changed_at) / 1000, timeZone);
    lines.push(`  set ${when} ${timeZone} by ${changed.by}: ${changed.why} ${chalk.dim(changed.version)}`);
  }
  for (const place of places) {
    const value = hosts.find(({ host }) => host === place.host)?.value ?? '?';
    lines.push(`  ${place.host}  ${value}  ${placeVerdict(place)}`.trimEnd());
  }
  return lines.join('\n');
}

/** What each host's file says, and what each process runs. */
export function renderPlaces(places: readonly FlagPlaceView[], options: TableOptions): string {
  return renderTable(
    [
      { header: 'host' },
      { header: 'service' },
      { header: 'file' },
      { header: 'process' },
      { header: 'pid', align: 'right' },
      { header: '', shrink: true },
    ],
    places.map((place) => [
      place.host,
      place.service,
      place.version ?? chalk.red('damaged'),
      place.process?.version ?? '',
      String(place.process?.pid ?? ''),
      placeVerdict(place),
    ]),
    options,
  );
}

function placeVerdict(place: FlagPlaceView): string {
  const fault = processFault(place);
  if (place.behind !== null) return chalk.red(`✘ left behind: ${place.behind}`);
  if (fault !== undefined) return chalk.red(`✘ ${fault}`);
  if (!place.deployed) return chalk.dim('○ not deployed');
  return place.process === null ? '' : chalk.green('✔');
}

/** A change that some host still has to get. */
export function renderOwed({ host, service, version, why }: OwedView): string {
  return chalk.yellow(`! ${service} on ${host} has missed ${version} (${why}); it is mended once it is back`);
}

/** A flag's default, for those who read of a change. */
export type DefaultOf = (service: string, flag: string) => string;

/** Old values beside new ones. */
export function renderDeltas(deltas: readonly FlagDelta[], defaultOf: DefaultOf): string {
  return renderTable(
    [
      { header: 'service' },
      { header: 'flag' },
      { header: 'old', align: 'right' },
      { header: '' },
      { header: 'new' },
    ],
    deltas.map(({ service, flag, from, to }) => [
      service,
      flag,
      chalk.red(from ?? `${defaultOf(service, flag)} (default)`),
      '→',
      chalk.green(to ?? `${defaultOf(service, flag)} (default)`),
    ]),
  );
}

/** What became of one process. */
export function renderEvent(event: FlagEvent): string {
  const where = `${event.service} on ${event.host}`;
  if (event.kind === 'runs') {
    return `${chalk.green('✔')} ${where} runs it after ${event.ms} ms ${chalk.dim(`(pid ${event.process.pid ?? '?'})`)}`;
  }
  if (event.kind === 'idle') return `${chalk.dim('○')} ${where}: ${event.why}; it will start with it`;
  return `${chalk.red('✘')} ${where} did not confirm: ${event.why}`;
}

/** Who changed what, newest first. */
export function renderChanges(
  changes: readonly FlagChange[],
  defaultOf: DefaultOf,
  timeZone: string,
  options: TableOptions,
): string {
  return renderTable(
    [
      { header: `when (${timeZone})` },
      { header: 'version' },
      { header: 'who' },
      { header: 'what' },
      { header: 'hosts' },
      { header: 'why', shrink: true },
    ],
    changes.flatMap((change) => {
      const lines = change.deltas.map(({ service, flag, from, to }) => {
        const standard = `${defaultOf(service, flag)} (default)`;
        return `${flag} ${from ?? standard} → ${to ?? standard}`;
      });
      return (lines.length === 0 ? ['nothing'] : lines).map((what, index) =>
        index > 0
          ? ['', '', '', what]
          : [
              change.changed_at === '' ? '' : formatTime(Date.parse(change.changed_at) / 1000, timeZone),
              change.version,
              change.by,
              what,
              change.hosts.join(', '),
              change.why,
            ],
      );
    }),
    options,
  );
}
