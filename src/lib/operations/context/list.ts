import type { Column } from '../../common/text/table.ts';
import type { ContextEntry } from '../../lab/contexts.ts';

/** The columns of {@link contextRow}. */
export const CONTEXT_COLUMNS: readonly Column[] = [
  { header: '' },
  { header: 'context' },
  { header: 'hosts', align: 'right' },
  { header: 'note', shrink: true },
];

/** A context as a row; the one in use is marked. */
export function contextRow({ context, hosts, note }: ContextEntry, current: string | undefined): string[] {
  return [context === current ? '*' : '', context, hosts === undefined ? '' : String(hosts), note];
}
