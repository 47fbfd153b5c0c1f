import * as z from 'zod/mini';
import type { Path, YamlDocument } from './document.ts';
import type { InventoryProblem } from './problem.ts';
import { inventorySchema, type RawInventory } from './schema.ts';
import { didYouMean } from '../common/text/did-you-mean.ts';

/** Holds a document against the schema; every issue becomes a problem at its own place. */
export function validate(document: YamlDocument): { raw?: RawInventory; problems: InventoryProblem[] } {
  const result = z.safeParse(inventorySchema, document.value);
  if (result.success) return { raw: result.data, problems: [] };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, document)) };
}

function problemsOf(issue: z.core.$ZodIssue, document: YamlDocument): InventoryProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(inventorySchema, issue.path);
    return issue.keys.map((key) => ({
      ...document.positionOfKey([...issue.path, key]),
      message: sentence(`unknown key "${key}"${within(issue.path)}`, didYouMean(key, known) ?? oneOf(known)),
    }));
  }
  if (issue.code === 'invalid_key') {
    const key = String(issue.path.at(-1));
    return [
      {
        ...document.positionOfKey(issue.path),
        message: `"${key}" cannot be a name: ${issue.issues.map((inner) => inner.message).join(', ')}`,
      },
    ];
  }
  const found = valueAt(document.value, issue.path);
  const key = issue.path.at(-1);
  if (found === undefined && typeof key === 'string') {
    const parent = issue.path.slice(0, -1);
    return [{ ...document.positionOfKey(parent), message: `"${key}" is missing${within(parent)}` }];
  }
  return [{ ...document.positionOf(issue.path), message: `${label(issue.path)} ${complaint(issue, found)}` }];
}

/** What is wrong with a value, after its name. */
function complaint(issue: z.core.$ZodIssue, found: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${ARTICLES[issue.expected] ?? issue.expected}, not ${shown(found)}`;
    case 'invalid_value':
      return sentence(
        `must be ${issue.values
          .map(String)
          .join(', ')
          .replace(/, (?=[^,]*$)/, ' or ')}, not ${shown(found)}`,
        typeof found === 'string' ? didYouMean(found, issue.values.map(String)) : undefined,
      );
    case 'too_small':
      if (issue.origin === 'string') return issue.message;
      return `must be ${issue.inclusive === false ? 'more than ' : 'at least '}${issue.minimum}, not ${shown(found)}`;
    case 'too_big':
      if (issue.origin === 'string') return issue.message;
      return `must be at most ${issue.maximum}, not ${shown(found)}`;
    case 'invalid_union':
      return `must be text, a number, true or false, not ${shown(found)}`;
    default:
      return `${issue.message}, not ${shown(found)}`;
  }
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'text (quote it if YAML reads it as something else)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of names and values',
};

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return JSON.stringify(value);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, step) =>
      typeof node === 'object' && node !== null ? (node as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}

function label(path: Path): string {
  return path.length === 0 ? 'the file' : path.map(String).join('.');
}

function within(path: Path): string {
  return path.length === 0 ? '' : ` in ${path.map(String).join('.')}`;
}

function sentence(statement: string, more: string | undefined): string {
  return more === undefined ? statement : `${statement}; ${more}`;
}

function oneOf(keys: readonly string[]): string | undefined {
  return keys.length === 0 ? undefined : `keys here: ${keys.join(', ')}`;
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  let node = unwrapped(schema);
  for (const step of path) {
    const { def } = node._zod as {
      def: { shape?: Shape; valueType?: z.core.$ZodType; element?: z.core.$ZodType };
    };
    const next = def.shape?.[String(step)] ?? def.valueType ?? def.element;
    if (next === undefined) return [];
    node = unwrapped(next);
  }
  return Object.keys((node._zod as { def: { shape?: Shape } }).def.shape ?? {});
}

type Shape = Readonly<Record<string, z.core.$ZodType>>;

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod as { def: { innerType?: z.core.$ZodType } };
  return def.innerType === undefined ? schema : unwrapped(def.innerType);
}
