import { UndeError } from '../../common/error/unde-error.ts';
import type { RouterItem } from '../../desired/network/routeros-plan.ts';

/** One line of an export: its menu, and what it sets. */
export type ExportedItem = Pick<RouterItem, 'menu' | 'values'>;

/** Values that nobody may see again, whatever an export holds. */
const SECRET = /^(?:private-key|preshared-key|password|secret|passphrase)$/;

/**
 * Reads what RouterOS 7's `/export` prints: menus, each on a line of its own, and `add` lines below, continued behind a
 * backslash. `set` lines and what needs no more than its defaults are of no interest here. Secrets that an export with
 * `show-sensitive` has are dropped at once.
 *
 * @throws UndeError BAD_EXPORT
 */
export function parseRouterExport(text: string): ExportedItem[] {
  const items: ExportedItem[] = [];
  let menu = '';
  // A line that goes on is indented by as much as the terminal liked.
  for (const line of text
    .replaceAll('\r', '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')) {
    const written = line.trim();
    if (written.startsWith('/')) {
      const [path, rest] = splitMenu(written);
      menu = path;
      if (rest !== undefined) items.push({ menu, values: valuesOf(rest) });
    } else if (written.startsWith('add ')) items.push({ menu, values: valuesOf(written.slice(4)) });
  }
  if (items.length > 0) return items;
  throw new UndeError({
    code: 'BAD_EXPORT',
    message: 'this is no export of RouterOS: it has no line that adds anything',
    exit: 'usage',
    hint: 'on the router: /export terse file=unde, or paste what /export prints',
  });
}

/** A terse export has the menu and `add` on one line. Slashes within a menu are read like spaces. */
function splitMenu(line: string): [string, string | undefined] {
  const at = line.indexOf(' add ');
  const menu = (at < 0 ? line : line.slice(0, at)).trim();
  const path = `/${menu.slice(1).trim().replaceAll('/', ' ')}`;
  return [path, at < 0 ? undefined : line.slice(at + 5)];
}

function valuesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|\S*)/g)];
  return Object.fromEntries(
    pairs.flatMap(([, key = '', value = '']) =>
      SECRET.test(key)
        ? []
        : [[key, value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value]],
    ),
  );
}
