import type { ExitCode } from '../common/error/exit.ts';
import { EXIT_ORDER } from '../common/error/worst-exit.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { metricsOf } from '../manifest/metrics-of.ts';
import type { ArgEntry, CommandEntry, FlagEntry } from './command-manifest.ts';

const GENERATED = '<!-- Written by npm run generate:docs; change the code instead. -->';

/** The reference of all commands as Markdown; a pure function. */
export function commandReference(commands: readonly CommandEntry[]): string {
  const sorted = commands.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const anchor = (command: CommandEntry) => `unde-${nameOf(command).replaceAll(' ', '-')}`;
  return [
    '# Commands',
    GENERATED,
    'Every command that reads the inventory takes `-i FILE`, every command that touches hosts `-c CONTEXT`, and nearly every one `--json`. Selectors are explained in [inventory.md](inventory.md#selectors), exit codes in [exit-codes.md](exit-codes.md).',
    table(
      ['command', 'what it does'],
      sorted.map((command) => [`[\`unde ${nameOf(command)}\`](#${anchor(command)})`, command.summary ?? '']),
    ),
    ...sorted.map(commandSection),
  ].join('\n\n');
}

function commandSection(command: CommandEntry): string {
  const args = Object.values(command.args);
  const flags = Object.values(command.flags).filter(({ hidden }) => hidden !== true);
  const examples = (command.examples ?? []).map((example) =>
    filled(typeof example === 'string' ? example : example.command, command),
  );
  return [
    `## unde ${nameOf(command)}`,
    command.summary ?? '',
    filled(command.description ?? '', command),
    fenced([`unde ${usageOf(command)}`]),
    args.length === 0 ? '' : table(['argument', 'meaning'], args.map(argRow)),
    flags.length === 0
      ? ''
      : table(['flag', 'meaning'], flags.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(flagRow)),
    examples.length === 0 ? '' : fenced(examples),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function nameOf({ id }: CommandEntry): string {
  return id.replaceAll(':', ' ');
}

function usageOf(command: CommandEntry): string {
  if (typeof command.usage === 'string') return command.usage;
  const args = Object.values(command.args).map(({ name, required }) =>
    required === true ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  return [nameOf(command), ...args, Object.keys(command.flags).length > 0 ? '[flags]' : '']
    .filter((part) => part !== '')
    .join(' ');
}

function argRow({ name, description, options, required, default: value }: ArgEntry): string[] {
  const notes = [
    required === true ? 'required' : '',
    options === undefined ? '' : `one of ${options.join(', ')}`,
    value === undefined ? '' : `default ${String(value)}`,
  ].filter((note) => note !== '');
  return [`\`${name.toUpperCase()}\``, withNotes(description ?? '', notes)];
}

function flagRow(flag: FlagEntry): string[] {
  const value = flag.type === 'option' ? ` ${(flag.options ?? [flag.name.toUpperCase()]).join('\\|')}` : '';
  const long = `--${flag.allowNo === true ? '[no-]' : ''}${flag.name}${value}`;
  const notes = [
    flag.multiple === true ? 'may be given several times' : '',
    // Of a switch only one that is on by itself is worth saying.
    flag.default === undefined || flag.default === false || flag.default === ''
      ? ''
      : `default ${String(flag.default)}`,
  ].filter((note) => note !== '');
  return [
    `\`${flag.char === undefined ? '' : `-${flag.char}, `}${long}\``,
    withNotes(flag.summary ?? flag.description ?? '', notes),
  ];
}

function withNotes(text: string, notes: readonly string[]): string {
  return notes.length === 0 ? text : `${text} (${notes.join('; ')})`;
}

/** Fills in what examples leave to oclif. */
function filled(text: string, command: CommandEntry): string {
  return text.replaceAll('<%= config.bin %>', 'unde').replaceAll('<%= command.id %>', nameOf(command));
}

/** The exit codes as Markdown; a pure function. */
export function exitCodeReference(codes: readonly ExitCode[]): string {
  return [
    '# Exit codes',
    GENERATED,
    'One table for all commands; `unde exit-codes` prints it, and every error with `--json` carries its code as `error.exit`.',
    table(
      ['code', 'class', 'meaning'],
      codes.map(({ code, name, meaning }) => [String(code), name, meaning]),
    ),
    '## Which one wins',
    'An error ends a command at once, with its own code. Where a command has an answer, and several codes fit it, one rule of all commands decides: the first of these that is true.',
    EXIT_ORDER.map((name) => codes.find((each) => each.name === name))
      .filter((each) => each !== undefined)
      .map(({ code, name }) => `${code} ${name}`)
      .join(' → '),
    'What was done and left in pieces comes first. What is not known beats what is known to be wrong, since more may be wrong there: `unde status` with one host that is ill and one that does not answer ends with 5, not with 10. A Ctrl-C explains a failure, and beats it. `unde doctor` asks whether hosts answer: there one that does not is the answer, 10.',
  ].join('\n\n');
}

/** The metrics of all services, from their manifests, as Markdown; a pure function. */
export function metricReference(manifests: readonly Manifest[]): string {
  const own = manifests
    .map((manifest) => ({ ...manifest, metrics: metricsOf(manifest) }))
    .filter(({ metrics, records }) => metrics.length + (records ?? []).length > 0);
  const alerts = manifests.flatMap((manifest) => manifest.alerts ?? []);
  const alertCell = (name: string, condition = '') =>
    [
      condition,
      ...alerts
        .filter(({ metric }) => metric === name)
        .map((alert) => `[${alert.name}](runbooks/${alert.name}.md)`),
    ]
      .filter((part) => part !== '')
      .join(' ');
  return [
    '# Metrics',
    GENERATED,
    "What each service serves under `/metrics`, from its manifest; of exporters, what alerts and dashboards use. `recorded` is what Prometheus works out by a rule. Beside these every one of ours serves its process's own (CPU, memory, event loop).",
    ...own.map(({ name, purpose, port, metrics, records = [] }) =>
      [
        `## ${name}`,
        port === undefined ? `${capital(purpose)}.` : `Port ${port}: ${purpose}.`,
        table(
          ['metric', 'type', 'labels', 'alert', 'what it counts'],
          [
            ...metrics.map((metric) => [
              `\`${metric.name}\``,
              metric.type,
              (metric.labels ?? []).join(', '),
              alertCell(metric.name, metric.alert),
              metric.help,
            ]),
            ...records.map((record) => [
              `\`${record.name}\``,
              'recorded',
              '',
              alertCell(record.name),
              record.help,
            ]),
          ],
        ),
      ].join('\n\n'),
    ),
  ].join('\n\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(headers), line(headers.map(() => '---')), ...rows.map(line)].join('\n');
}

function fenced(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}
