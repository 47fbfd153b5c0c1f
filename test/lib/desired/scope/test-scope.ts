import { renderScope } from '../../../../src/lib/desired/scope/scope.ts';
import type { Fleet } from '../../../../src/lib/fleet/fleet.ts';
import type { InventoryFile } from '../../../../src/lib/inventory/inventory.ts';
import { parseInventory } from '../../../../src/lib/inventory/parse.ts';
import { planLabAddresses } from '../../../../src/lib/lab/address.ts';
import type { Manifest, RenderScope } from '../../../../src/lib/manifest/manifest.ts';
import type { SecretStore } from '../../../../src/lib/secrets/store.ts';

type PublicParts = Pick<SecretStore, 'entry' | 'authority'>;

/** What a test says of a fleet. */
interface FleetOptions {
  /** Production unless told otherwise. */
  readonly context?: RenderScope['context'] | undefined;
  /** Whose addresses the hosts have: the context's own unless told otherwise. */
  readonly addresses?: RenderScope['context'] | undefined;
  /** Names of the only hosts that exist. */
  readonly hosts?: readonly string[] | undefined;
}

/** What a test says of the fleet that a manifest sees. */
interface ScopeOptions extends FleetOptions {
  /** The inventory, or its text. */
  readonly inventory: InventoryFile | string;
  readonly manifest: Manifest;
  /** The host that it is rendered for: the first that it is placed on unless told otherwise. */
  readonly host?: string | undefined;
  /** What is built; the manifest alone unless told otherwise. */
  readonly manifests?: readonly Manifest[] | undefined;
  /** Settings as text, over those of the inventory. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Nothing is in it unless told otherwise. */
  readonly store?: PublicParts | undefined;
}

const EMPTY: PublicParts = { entry: () => undefined, authority: () => undefined };

/** What a manifest sees from a host of a test's fleet, made by the same code as for a deploy. */
export function testScope(options: ScopeOptions): RenderScope {
  const { manifest, manifests = [manifest], settings = {}, store = EMPTY } = options;
  const inventory =
    typeof options.inventory === 'string'
      ? parseInventory(options.inventory, '/fleet/inventory.yaml')
      : options.inventory;
  const fleet = testFleet(inventory, options);
  const host = fleet.hosts.find(({ name, services }) =>
    options.host === undefined ? services.includes(manifest.name) : name === options.host,
  );
  if (host === undefined) {
    throw new Error(`this fleet has no ${options.host ?? `host with ${manifest.name}`}`);
  }
  const scope = renderScope(fleet, manifests, store, host, manifest);
  return { ...scope, settings: { ...scope.settings, ...settings } };
}

/** A fleet that nobody can reach: its hosts have addresses, and no connection is ever opened to them. */
export function testFleet(inventory: InventoryFile, options: FleetOptions = {}): Fleet {
  const context: Fleet['context'] = {
    name: options.context ?? 'production',
    lab: 'test',
    from: '--context',
  };
  const addresses = options.addresses ?? context.name;
  const lab = planLabAddresses(inventory).hosts;
  return {
    context,
    inventory,
    hosts: inventory.hosts.filter(({ name }) => options.hosts?.includes(name) ?? true),
    target: ({ name, address }) => ({
      context,
      host: name,
      address: addresses === 'lab' ? (lab.get(name) ?? '') : address,
      port: 22,
      user: 'root',
      identityFile: undefined,
      knownHostsFile: '',
      jump: undefined,
      timeoutMs: 0,
    }),
  };
}
