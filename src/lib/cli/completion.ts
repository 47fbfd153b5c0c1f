import type { ArgEntry, CommandEntry, FlagEntry } from './command-manifest.ts';

/** What values an argument or a flag can take that only the operator's files know. */
export type ValueKind = 'selector' | 'host' | 'service' | 'name' | 'context' | 'lab' | 'machine';

/** Where such values come from; asked only for what is needed. */
export type Values = (kind: ValueKind) => Promise<readonly string[]>;

/** What can stand at the cursor. */
export interface CompletionCandidate {
  readonly value: string;
  readonly description: string;
}

/**
 * What can stand at the cursor.
 *
 * @param words What stands behind `unde`, up to the cursor; the last is the word that is being typed, and may be empty.
 * @param topics Descriptions by topic.
 */
export async function complete(
  words: readonly string[],
  commands: readonly CommandEntry[],
  topics: Readonly<Record<string, string>>,
  values: Values,
): Promise<CompletionCandidate[]> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const found = findCommand(before, commands);
  const candidates =
    found === undefined
      ? nextWords(before, commands, topics)
      : await inCommand(found.command, before.slice(found.words), current, values);
  return candidates
    .filter(({ value }) => value.startsWith(current))
    .sort((a, b) => compare(a.value, b.value));
}

function findCommand(
  words: readonly string[],
  commands: readonly CommandEntry[],
): { command: CommandEntry; words: number } | undefined {
  for (let count = words.length; count > 0; count--) {
    const command = commands.find(({ id }) => id === words.slice(0, count).join(':'));
    if (command !== undefined) return { command, words: count };
  }
  return undefined;
}

/** Topics and commands that go on from these words. */
function nextWords(
  before: readonly string[],
  commands: readonly CommandEntry[],
  topics: Readonly<Record<string, string>>,
): CompletionCandidate[] {
  const next = new Map<string, string>();
  for (const { id, summary } of commands) {
    const segments = id.split(':');
    const word = segments[before.length];
    if (word === undefined || !before.every((each, index) => segments[index] === each)) continue;
    const whole = segments.length === before.length + 1;
    next.set(word, whole ? (summary ?? '') : (topics[segments.slice(0, before.length + 1).join(':')] ?? ''));
  }
  return [...next].map(([value, description]) => ({ value, description }));
}

async function inCommand(
  command: CommandEntry,
  before: readonly string[],
  current: string,
  values: Values,
): Promise<CompletionCandidate[]> {
  // What stands behind -- belongs to another program.
  if (before.includes('--')) return [];
  const flags = Object.values(command.flags).filter(({ hidden }) => hidden !== true);
  const assigned = /^(--[^=]+)=/.exec(current);
  if (assigned?.[1] !== undefined) {
    const flag = flagNamed(flags, assigned[1]);
    const found = flag === undefined ? [] : await flagValues(flag, values);
    return found.map((value) => ({ value: `${assigned[0]}${value}`, description: '' }));
  }
  const open = flagNamed(flags, before.at(-1) ?? '');
  if (open?.type === 'option') return plain(await flagValues(open, values));
  if (current.startsWith('-')) return flagCandidates(flags, before);
  const arg = Object.values(command.args)[positionals(flags, before)];
  if (arg === undefined) return [];
  const kind = argKind(command.id, arg);
  if (arg.options !== undefined) return plain(arg.options);
  if (kind === undefined) return [];
  const known = await values(kind);
  return plain(kind === 'selector' ? selectors(current, known) : known);
}

function flagNamed(flags: readonly FlagEntry[], word: string): FlagEntry | undefined {
  return flags.find(({ name, char }) => word === `--${name}` || (char !== undefined && word === `-${char}`));
}

function flagCandidates(flags: readonly FlagEntry[], before: readonly string[]): CompletionCandidate[] {
  const given = (flag: FlagEntry) =>
    before.some((word) => flagNamed([flag], word.replace(/=.*/, '')) !== undefined);
  return [
    ...flags
      .filter((flag) => flag.multiple === true || !given(flag))
      .flatMap(({ name, allowNo, summary, description }) => {
        const text = summary ?? description ?? '';
        const named = [{ value: `--${name}`, description: text }];
        return allowNo === true ? [...named, { value: `--no-${name}`, description: `not: ${text}` }] : named;
      }),
    { value: '--help', description: 'show help' },
  ];
}

async function flagValues(flag: FlagEntry, values: Values): Promise<readonly string[]> {
  if (flag.options !== undefined) return flag.options;
  if (flag.name === 'context') return values('context');
  if (flag.name === 'host') return values('host');
  if (flag.name === 'name') return values('lab');
  return [];
}

/** How many arguments stand before the cursor. */
function positionals(flags: readonly FlagEntry[], before: readonly string[]): number {
  return before.filter((word, index) => {
    if (word.startsWith('-')) return false;
    const previous = flagNamed(flags, before[index - 1] ?? '');
    return previous?.type !== 'option';
  }).length;
}

function argKind(command: string, { name }: ArgEntry): ValueKind | undefined {
  if (command === 'context:use') return 'context';
  if (command === 'inventory:show') return 'name';
  if (command.startsWith('lab:') && (name === 'host' || name === 'target')) return 'machine';
  if (name === 'selector') return 'selector';
  return name === 'host' ? 'host' : undefined;
}

/** Only the last name of a selector is being typed; what stands before it stays. */
function selectors(current: string, names: readonly string[]): string[] {
  const head = /^.*[,+!]/.exec(current)?.[0] ?? '';
  return names.map((name) => `${head}${name}`);
}

function plain(values: readonly string[]): CompletionCandidate[] {
  return [...new Set(values)].map((value) => ({ value, description: '' }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
