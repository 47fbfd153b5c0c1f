import { badSetting } from '../process/settings.ts';
import { parseRange } from '../fetch/address.ts';
import { parseAllowedHost, type FetchPolicy } from '../fetch/allow-list.ts';
import type { PhotoOrigins } from '../../manifest/photo-settings.ts';
import type { SettingSpec } from '../../manifest/setting.ts';

/**
 * Where photos may be fetched from, by a service's settings `allowedHosts` and `permittedRanges`.
 *
 * @param specs The service's settings, for errors that name the variable.
 * @throws UndeError BAD_SETTING
 */
export function photoPolicy(specs: readonly SettingSpec[], values: PhotoOrigins): FetchPolicy {
  const bad = (key: keyof PhotoOrigins, why: string) => {
    const spec = specs.find((each) => each.key === key);
    return badSetting(spec ?? { variable: key, purpose: 'where photos are fetched from' }, why);
  };
  return {
    hosts: values.allowedHosts.map((entry) => {
      const host = parseAllowedHost(entry);
      if (host === undefined) throw bad('allowedHosts', `"${entry}" is not a host, host:port or *.domain`);
      return host;
    }),
    ranges: values.permittedRanges.map((entry) => {
      const range = parseRange(entry);
      if (range === undefined) throw bad('permittedRanges', `"${entry}" is not an address range`);
      return range;
    }),
  };
}
