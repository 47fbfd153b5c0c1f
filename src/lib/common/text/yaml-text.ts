/** Plain data that configuration files are made of. */
export type YamlValue =
  string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue | undefined };

/** A list of plain values stays on one line up to this width. */
const LINE = 90;

/**
 * Writes plain data as YAML in block style. Keys whose value is undefined are left out. The library that reads the
 * inventory would write it as well, but loading it takes half of a command's start, and every command loads what
 * renders configurations.
 */
export function yamlText(value: YamlValue): string {
  return `${lines(value).join('\n')}\n`;
}

function lines(value: YamlValue): string[] {
  const short = inline(value);
  if (short !== undefined) return [short];
  if (Array.isArray(value)) {
    return (value as readonly YamlValue[]).flatMap((item) =>
      lines(item).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`)),
    );
  }
  return entries(value).flatMap(([key, item]) => {
    const name = scalar(key);
    const inner = inline(item);
    if (inner !== undefined) return [`${name}: ${inner}`];
    return [`${name}:`, ...lines(item).map((line) => `  ${line}`)];
  });
}

/** A value on the line of its key, where it fits there. */
function inline(value: YamlValue): string | undefined {
  if (typeof value !== 'object') return scalar(value);
  if (!Array.isArray(value)) return entries(value).length === 0 ? '{}' : undefined;
  const items = value as readonly YamlValue[];
  if (items.some((item) => typeof item === 'object')) return undefined;
  const list = `[${items.map((item) => scalar(item as string | number | boolean)).join(', ')}]`;
  return items.length === 0 || list.length <= LINE ? list : undefined;
}

function entries(value: YamlValue): [string, YamlValue][] {
  return Object.entries(value).filter((entry): entry is [string, YamlValue] => entry[1] !== undefined);
}

/** Words that YAML 1.1, which Go's programs read, takes for something else than text. */
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  if (/^[A-Za-z_][\w./-]*$/.test(value) && !RESERVED.test(value)) return value;
  // Single quotes leave PromQL readable; what they cannot hold, JSON's notation can, which is YAML too.
  return /^[\x20-\x7E]*$/.test(value) ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}
