import type { DeclaredSecret } from '../../../desired/secrets/declared.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { manifestsOf } from '../../../desired/scope/scope.ts';
import type { Catalog } from '../../../manifest/catalog.ts';
import type { SecretStore } from '../../../secrets/store.ts';
import { rotateSecrets, type RotationOptions, type RotationReport } from './rotate.ts';
import { routerEnd, tellRouter } from './router-end.ts';
import { rotateTunnelKey } from './tunnel-keys.ts';

/** What is to be rotated. */
export interface RotationSelection {
  readonly secrets: readonly DeclaredSecret[];
  /** All that are declared: a tunnel's key is rotated beside those of the others. */
  readonly declared: readonly DeclaredSecret[];
  /** Those that the operator named: only then a tunnel whose far end is a RouterOS is rotated. */
  readonly named: readonly string[];
  /** Whether the operator says that RouterOS has the new public key. */
  readonly routerTold: boolean;
}

/**
 * Rotates secrets of all kinds: first those that need no tunnel to be silent, then one tunnel after the other, since
 * never are both ways to a site to be silent. What goes wrong ends it.
 *
 * @param onLeftOut Called with the name of a tunnel's key that is left out.
 * @throws UndeError FAR_END, and what rotating throws
 */
export async function rotateSelected(
  fleet: Fleet,
  catalog: Catalog,
  store: SecretStore,
  { secrets, declared, named, routerTold }: RotationSelection,
  options: RotationOptions,
  onLeftOut: (name: string) => void,
): Promise<RotationReport> {
  const tunnels = secrets.filter(({ spec }) => spec.kind === 'wireguard-key');
  const keys = declared.filter(({ spec }) => spec.kind === 'wireguard-key');
  const others = secrets.filter((secret) => !tunnels.includes(secret));
  const reports: RotationReport[] = [];
  if (others.length > 0) reports.push(await rotateSecrets(fleet, catalog, store, others, options));
  for (const tunnel of tunnels) {
    if (reports.some(({ result }) => result !== 'ok')) break;
    const router = routerEnd(fleet, await manifestsOf(catalog), store, tunnel);
    if (router !== undefined && !named.includes(tunnel.name)) {
      onLeftOut(tunnel.name);
      continue;
    }
    if (router !== undefined) await tellRouter(store, tunnel, router, options.by, routerTold);
    reports.push(await rotateTunnelKey(fleet, catalog, store, tunnel, keys, options));
  }
  return joinReports(reports);
}

/** Several rotations as one: as good as the worst of them. A pure function. */
export function joinReports(reports: readonly RotationReport[]): RotationReport {
  const worst = reports.find(({ result }) => result !== 'ok');
  return {
    result: worst === undefined ? 'ok' : reports.length === 1 ? worst.result : 'mixed',
    rotated: reports.flatMap(({ rotated }) => rotated),
    steps: reports.flatMap(({ steps }) => steps),
    seconds: reports.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
