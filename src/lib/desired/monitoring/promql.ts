/** Words of PromQL that stand where a metric's name could. */
const WORDS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'unless',
  'bool',
  'offset',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'inf',
  'nan',
]);

/** Strings, label matchers, durations, and the label lists of `by (…)` and its like: no metric stands in them. */
const NOISE =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\{(?:[^{}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\}|\[[^\]]*\]|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)|\boffset\s+-?\w+/g;

const NAME = /(?<![\w.:$])([A-Za-z_:][\w:]*)(\s*\()?/g;

/** The metrics that a PromQL expression asks for, each once, in their order. */
export function metricsIn(expr: string): string[] {
  const names = [...expr.replaceAll(NOISE, ' ').matchAll(NAME)].flatMap(([, name = '', call]) =>
    call === undefined && !WORDS.has(name.toLowerCase()) ? [name] : [],
  );
  return [...new Set(names)];
}
