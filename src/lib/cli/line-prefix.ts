import type { Host } from '../inventory/inventory.ts';

/** Cuts each host's output into whole lines, so that lines of several hosts never mix. */
export function prefixLines(
  hosts: readonly Host[],
  onLine: (host: string, line: string) => void,
): (host: string, chunk: Buffer | undefined) => void {
  const partial = new Map(hosts.map((host) => [host.name, '']));
  return (host, chunk) => {
    if (chunk === undefined) {
      const rest = partial.get(host) ?? '';
      if (rest !== '') onLine(host, rest);
      return;
    }
    const lines = ((partial.get(host) ?? '') + chunk.toString()).split('\n');
    partial.set(host, lines.pop() ?? '');
    for (const line of lines) onLine(host, line);
  };
}
