/** Quotes one word for a POSIX shell. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Wraps a bash script as one command for a login shell of any kind, with root's rights. A script with characters
 * that some shells read inside single quotes (fish a backslash, csh a line's end and an exclamation mark) travels in
 * base64.
 */
export function bashCommand(script: string, user = 'root'): string {
  const plain = /^[^\n\\!']*$/.test(script);
  const encoded = `eval "$(base64 -d <<<${Buffer.from(script).toString('base64')})"`;
  const command = `bash -c ${quote(plain ? script : encoded)}`;
  return user === 'root' ? `exec ${command}` : `exec sudo -n ${command}`;
}
