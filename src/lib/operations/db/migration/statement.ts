/** What may hide a semicolon or a keyword: comments, strings, quoted names, dollar-quoted bodies. */
const HIDDEN = [
  /--[^\n]*/y,
  /\/\*[\s\S]*?\*\//y,
  /[eE]'(?:[^'\\]|''|\\.)*'/y,
  /'(?:[^']|'')*'/y,
  /"(?:[^"]|"")*"/y,
  /\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/y,
];

/**
 * The statements of a file, each in one line without comments and without what stands in quotes: enough to tell what
 * kind of statement each is. PostgreSQL itself reads the file.
 */
export function outlineStatements(sql: string): string[] {
  let outline = '';
  for (let at = 0; at < sql.length;) {
    const hidden = hiddenAt(sql, at);
    // A quoted name says something of the statement; a string or a body does not.
    outline += hidden === undefined ? sql[at] : hidden.startsWith('"') ? hidden.replaceAll(';', '_') : ' ';
    at += hidden?.length ?? 1;
  }
  return outline
    .split(';')
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '');
}

function hiddenAt(sql: string, at: number): string | undefined {
  // A letter before a quote belongs to a word, unless it is the E of a string with escapes.
  if (/[eE]/.test(sql[at] ?? '') && /\w/.test(sql[at - 1] ?? '')) return undefined;
  for (const pattern of HIDDEN) {
    pattern.lastIndex = at;
    const found = pattern.exec(sql);
    if (found !== null) return found[0];
  }
  return undefined;
}
