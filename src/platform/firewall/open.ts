import { UndeError } from '../../lib/common/error/unde-error.ts';
import { networkIn } from '../../lib/desired/network/addresses.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import { from, listOf, ranges } from './match.ts';

const SHAPE = /^(\d{1,5})\/(tcp|udp)@(.+)$/;

/** A port that the setting `open` opens. */
export interface OpenPort {
  /** What a packet's source must be, with a space behind it. */
  readonly source: string;
  readonly protocol: string;
  readonly port: string;
  /** As the inventory writes it. */
  readonly written: string;
}

/**
 * The ports of the setting `open`, which are those of what no manifest knows, such as services of an older generation;
 * one for each family that a source's addresses have.
 *
 * @throws UndeError BAD_SETTING
 */
export function openPorts(scope: RenderScope): OpenPort[] {
  return listOf(scope.settings['open']).flatMap((written) => {
    const [, port = '', protocol = '', source = ''] = SHAPE.exec(written) ?? badOpen(written);
    if (Number(port) < 1 || Number(port) > 65_535) badOpen(written);
    return sources(scope, source).map((match) => ({ source: match, protocol, port, written }));
  });
}

function sources(scope: RenderScope, source: string): string[] {
  if (source === 'internet' || source === 'fleet') return [from(scope, source)];
  const named = scope.inventory.hosts.find(({ name }) => name === source);
  if (named === undefined) return ranges([networkIn(scope, source)]);
  // A host that this lab did not boot connects to nobody.
  return scope.hosts.some(({ name }) => name === source) ? [from(scope, [named])] : [];
}

function badOpen(text: string): never {
  throw new UndeError({
    code: 'BAD_SETTING',
    message: `services.firewall.settings.open: "${text}" is not PORT/PROTOCOL@SOURCE`,
    exit: 'config',
    hint: 'write it like 443/tcp@internet, 5555/tcp@fleet, 8080/tcp@scraper or 53/udp@10.1.0.0/16',
  });
}
