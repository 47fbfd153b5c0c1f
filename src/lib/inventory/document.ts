import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { InventoryProblem } from './problem.ts';

/** A place in a file; both count from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** The keys and list indexes that lead to a value. */
export type Path = readonly PropertyKey[];

/** A YAML text with the place of everything in it. */
export interface YamlDocument {
  /** The text as plain data; `undefined` where the syntax is broken. */
  readonly value: unknown;
  readonly problems: readonly InventoryProblem[];
  /** Where the value at a path stands; the nearest thing around it where there is none. */
  positionOf(path: Path): Position;
  /** Where the key at the end of a path stands. */
  positionOfKey(path: Path): Position;
  /** The line of each key and list item, by path joined with `/`. */
  lines(): Record<string, number>;
}

/** Parses YAML and keeps the positions. Syntax errors and repeated keys come back as problems, all of them. */
export function parseYaml(text: string): YamlDocument {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, merge: false });
  const at = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems = document.errors.map((error) => ({
    ...at(error.pos[0]),
    message: yamlMessage(error.message),
  }));
  return {
    value: problems.length > 0 ? undefined : (document.toJS() as unknown),
    problems,
    positionOf: (path) => at(offsetOf(document, path, 'value')),
    positionOfKey: (path) => at(offsetOf(document, path, 'key')),
    lines: () => {
      const lines: Record<string, number> = {};
      collectLines(document.contents, '', (offset) => at(offset).line, lines);
      return lines;
    },
  };
}

/** The parser's own words for what operators meet most are terse; these say what to look at. */
function yamlMessage(message: string): string {
  if (message === 'Map keys must be unique') return 'this key stands here a second time';
  return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function offsetOf(document: Document.Parsed, path: Path, end: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = start(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    let key: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) return offset;
      key = pair.key;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      key = node;
    } else {
      return offset;
    }
    const last = depth === path.length - 1;
    // A map's own offset is that of its first key, which says less than the key that it hangs on.
    const useKey = (last && end === 'key') || !isScalar(node);
    offset = start(useKey ? key : node) ?? start(key) ?? offset;
  }
  return offset;
}

function start(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function collectLines(
  node: unknown,
  prefix: string,
  lineAt: (offset: number) => number,
  into: Record<string, number>,
): void {
  const items = isMap(node) || isSeq(node) ? node.items : [];
  for (const [index, item] of items.entries()) {
    const key = isPair(item) ? item.key : item;
    const name = isPair(item) ? String(isScalar(item.key) ? item.key.value : item.key) : String(index);
    const path = prefix === '' ? name : `${prefix}/${name}`;
    const offset = start(key);
    if (offset !== undefined) into[path] = lineAt(offset);
    collectLines(isPair(item) ? item.value : item, path, lineAt, into);
  }
}
