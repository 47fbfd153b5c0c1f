import { UndeError } from '../../lib/common/error/unde-error.ts';

/** Where a site's alerts go, of one kind of receiver: a chat, a channel. */
export interface Addressees {
  /** Where those go that no site has to itself; `undefined`: nowhere. */
  readonly fleet: string | undefined;
  readonly sites: Readonly<Record<string, string>>;
}

/**
 * Reads a setting such as `-1001234,local=-1005678`: an entry with a site's name is for its alerts, the one without
 * for all others.
 *
 * @throws UndeError BAD_SETTING
 */
export function addressees(key: string, text: string, sites: readonly string[]): Addressees {
  const entries = text.split(',').flatMap((entry): [string | undefined, string][] => {
    const trimmed = entry.trim();
    if (trimmed === '') return [];
    const cut = trimmed.indexOf('=');
    return [cut < 0 ? [undefined, trimmed] : [trimmed.slice(0, cut), trimmed.slice(cut + 1)]];
  });
  const stranger = entries.find(([site]) => site !== undefined && !sites.includes(site));
  if (stranger !== undefined) {
    throw new UndeError({
      code: 'BAD_SETTING',
      message: `${key} of alertmanager names the site "${stranger[0]}", which there is not`,
      exit: 'config',
      hint: `sites are: ${sites.join(', ')}; an entry is SITE=RECIPIENT, or RECIPIENT for all others`,
    });
  }
  return {
    fleet: entries.find(([site]) => site === undefined)?.[1],
    sites: Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[0] !== undefined)),
  };
}
