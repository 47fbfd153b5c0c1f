import { didYouMean } from '../../../common/text/did-you-mean.ts';
import type { Manifest } from '../../../manifest/manifest.ts';
import { type Finding, type CheckSubject, hostLine, lineOf } from './finding.ts';

/** Services without a host, plans that have come true, and settings or assets that no service knows or lacks. */
export function checkPlacements(fleet: CheckSubject): readonly Finding[] {
  return [
    ...unplaced(fleet),
    ...stalePlans(fleet),
    ...settings(fleet),
    ...assets(fleet),
    ...emptyGroups(fleet),
  ];
}

function unplaced({ inventory, manifests }: CheckSubject): Finding[] {
  const placed = new Set(inventory.hosts.flatMap(({ services }) => services));
  const declared = new Map<string, readonly string[]>([
    ...manifests.map(({ name }) => [name, ['sites']] as const),
    ...Object.keys(inventory.services).map((name) => [name, ['services', name]] as const),
    ...Object.keys(inventory.planned).map((name) => [name, ['planned', name]] as const),
  ]);
  return [...declared]
    .filter(([name]) => !placed.has(name))
    .map(([name, path]) => ({
      code: 'SERVICE_WITHOUT_HOST',
      severity: 'warning',
      message: `${name} is ${path[0] === 'planned' ? 'planned' : 'known'}, but no host runs it`,
      line: lineOf(inventory, ...path),
      hint: `add it to the services of a host${path.length > 1 ? ', or delete the line' : ''}`,
    }));
}

function stalePlans({ inventory, manifests }: CheckSubject): Finding[] {
  return manifests
    .filter(({ name }) => inventory.planned[name] !== undefined)
    .map(({ name }) => ({
      code: 'PLANNED_IS_BUILT',
      severity: 'warning',
      message: `${name} is listed as planned, but it is built`,
      line: lineOf(inventory, 'planned', name),
      hint: 'delete the line',
    }));
}

function settings({ inventory, manifests }: CheckSubject): Finding[] {
  return manifests.flatMap((manifest) => [
    ...unknownKeys(manifest, inventory.services[manifest.name]?.settings, (key) =>
      lineOf(inventory, 'services', manifest.name, 'settings', key),
    ),
    ...inventory.hosts.flatMap((host) =>
      unknownKeys(manifest, host.settings[manifest.name], (key) =>
        hostLine(inventory, host, 'settings', manifest.name, key),
      ),
    ),
  ]);
}

function unknownKeys(
  manifest: Manifest,
  values: Readonly<Record<string, unknown>> | undefined,
  line: (key: string) => number,
): Finding[] {
  const known = manifest.settings.map(({ key }) => key);
  return Object.keys(values ?? {})
    .filter((key) => !known.includes(key))
    .map((key) => ({
      code: 'UNKNOWN_SETTING',
      severity: 'error',
      message: `${manifest.name} has no setting "${key}"`,
      line: line(key),
      hint:
        didYouMean(key, known) ?? (known.length === 0 ? 'delete the line' : `it has: ${known.join(', ')}`),
    }));
}

function assets({ inventory, manifests }: CheckSubject): Finding[] {
  const placed = new Set(inventory.hosts.flatMap(({ services }) => services));
  return manifests.flatMap((manifest) => {
    if (manifest.kind !== 'service' || !placed.has(manifest.name)) return [];
    const paths = inventory.services[manifest.name]?.assets ?? {};
    const known = manifest.assets.map(({ key }) => key);
    const missing = manifest.assets
      .filter(({ key, optional }) => optional !== true && paths[key] === undefined)
      .map(({ key, purpose }): Finding => ({
        code: 'ASSET_WITHOUT_PATH',
        severity: 'error',
        message: `${manifest.name} needs the asset "${key}" (${purpose}), and no path is given`,
        line: lineOf(inventory, 'services', manifest.name),
        hint: `services: { ${manifest.name}: { assets: { ${key}: PATH } } }`,
      }));
    const unknown = Object.keys(paths)
      .filter((key) => !known.includes(key))
      .map((key): Finding => ({
        code: 'UNKNOWN_ASSET',
        severity: 'error',
        message: `${manifest.name} has no asset "${key}"`,
        line: lineOf(inventory, 'services', manifest.name, 'assets', key),
        hint: didYouMean(key, known) ?? 'delete the line',
      }));
    return [...missing, ...unknown];
  });
}

function emptyGroups({ inventory }: CheckSubject): Finding[] {
  return Object.entries(inventory.groups)
    .filter(([, members]) => members.length === 0)
    .map(([name]) => ({
      code: 'GROUP_EMPTY',
      severity: 'warning',
      message: `group ${name} has no hosts`,
      line: lineOf(inventory, 'groups', name),
      hint: 'name its hosts, or delete it',
    }));
}
