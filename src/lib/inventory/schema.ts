import * as z from 'zod/mini';

/*
 * zod's small build on purpose: it loads in 7 ms where the full one takes 16 to 20, and every command pays for it.
 */

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

const name = z
  .string()
  .check(z.regex(NAME, 'must be lower-case letters, digits and single hyphens, a letter first'));
const port = z.int().check(z.minimum(1), z.maximum(65_535));
const positive = z.number().check(z.positive());
const count = z.int().check(z.minimum(1));
const text = z.string().check(z.minLength(1, 'must not be empty'));
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const settingValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number()])),
]);

function described<S extends z.ZodMiniType>(schema: S, description: string): S {
  return schema.check(z.describe(description));
}

const names = z.array(name);

const ssh = z.strictObject({
  user: z.optional(described(text, 'Whom to log in as; root unless told otherwise.')),
  port: z.optional(described(port, "sshd's port; 22 unless told otherwise.")),
  identity_file: z.optional(
    described(
      text,
      "Private key on the operator's machine; ~ and paths relative to this file are understood.",
    ),
  ),
  jump: z.optional(described(name, 'Host of this inventory to go through.')),
  timeout_seconds: z.optional(
    described(positive, 'Deadline for establishing a connection; 10 unless told otherwise.'),
  ),
});

const host = z.strictObject({
  id: described(text, "The server's number in the layout, such as H20."),
  address: described(z.ipv4('must be an IPv4 address'), "IPv4 address inside the site's network."),
  status: described(
    z.enum(['running', 'deployed', 'create']),
    'running: from before this plan; deployed: exists today; create: to be built.',
  ),
  task: described(text, 'What the server is for, in one sentence.'),
  services: z.optional(described(names, 'Services placed here, besides those that are everywhere.')),
  phase: z.optional(described(count, "Deployment phase; the site's unless told otherwise.")),
  vcpu: z.optional(described(count, 'Virtual CPUs.')),
  ram_gb: z.optional(described(positive, 'Memory in GB.')),
  type: z.optional(described(text, "The provider's name for the machine.")),
  storage: z.optional(described(text, 'Kind of disk.')),
  eur_month: z.optional(described(positive, 'Cost a month in euros.')),
  huge_pages: z.optional(described(count, 'vm.nr_hugepages, pages of 2 MB.')),
  also: z.optional(described(names, 'Older names under which something else uses this address.')),
  colocated_with: z.optional(described(names, 'Hosts that are declared to be the same machine.')),
  ssh: z.optional(ssh),
  settings: z.optional(
    described(
      z.record(name, z.record(z.string(), settingValue)),
      'Overrides of service settings on this host, by service and key.',
    ),
  ),
});

const site = z.strictObject({
  network: described(z.cidrv4('must be an IPv4 network such as 10.1.0.0/16'), 'The network of its hosts.'),
  note: z.optional(text),
  phase: described(count, 'Deployment phase of its hosts.'),
  largest_host: z.optional(
    described(
      z.strictObject({ vcpu: count, ram_gb: positive }),
      'The largest machine that can be had there.',
    ),
  ),
  everywhere: z.optional(described(names, 'Services on every host of the site.')),
  ssh: z.optional(ssh),
  hosts: described(z.record(name, host), 'Hosts by name.'),
});

const service = z.strictObject({
  settings: z.optional(described(z.record(z.string(), settingValue), 'Settings for every host, by key.')),
  assets: z.optional(described(z.record(z.string(), text), "Paths on the operator's machine, by asset key.")),
});

const planned = z.strictObject({
  port: z.optional(port),
  protocol: z.optional(z.enum(['tcp', 'udp'])),
  open: z.optional(
    described(
      z.enum(['fleet', 'internet']),
      "Whom firewalls let through to its port until its manifest says who: the fleet's hosts, unless told otherwise.",
    ),
  ),
});

const tunnel = z.strictObject({
  interface: described(text.check(z.maxLength(15, 'must fit 15 characters')), 'Name of the interface.'),
  local: z.cidrv4('must be an IPv4 address with a prefix such as 10.3.0.1/32'),
  helsinki: z.cidrv4('must be an IPv4 address with a prefix such as 10.3.0.100/32'),
  use: text,
});

const quorum = z.strictObject({
  members: described(name, 'The group whose majority must live.'),
  survives: described(names, 'Sites, each of which may be lost on its own.'),
});

const queue = z.strictObject({
  host: described(name, 'The host whose Redis holds it.'),
  users: described(names, 'Hosts that wait for it.'),
});

const growth = z.strictObject({
  users_per_shard: count,
  stages: z.array(z.strictObject({ name: text, shards: count, users: count })),
});

const sshKey = z
  .string()
  .check(
    z.regex(
      /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/]+={0,2}(?: [^\n]*)?$/,
      'must be a public key as in ~/.ssh/id_ed25519.pub',
    ),
  );

const operator = z.strictObject({
  ssh: described(
    z.array(sshKey).check(z.minLength(1, 'needs a key')),
    'Public keys that log in to every host.',
  ),
});

const bucket = z.strictObject({
  private: described(z.boolean(), 'Whether reading needs a key.'),
  use: described(text, 'What is in it.'),
});

const external = z.strictObject({
  object_storage: z.optional(
    described(
      z.strictObject({
        endpoint: described(text, 'Host name of the S3 service.'),
        buckets: described(z.record(name, bucket), 'Buckets by name.'),
      }),
      'The S3-compatible storage that services use.',
    ),
  ),
});

const target = z
  .string()
  .check(z.regex(/^\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}$/, 'must be address:port, such as 10.1.0.2:9100'));

/** inventory.yaml as it is written; {@link RawInventory} is its type. */
export const inventorySchema = z.strictObject({
  time_zone: z.optional(
    described(text, 'IANA time zone of all schedules and printed times; UTC unless told otherwise.'),
  ),
  ssh: z.optional(ssh),
  operators: z.optional(
    described(z.record(name, operator), 'Who may log in to the hosts, by name; see `unde host bootstrap`.'),
  ),
  external: z.optional(described(external, 'What the fleet uses and others run.')),
  everywhere: z.optional(described(names, 'Services on every host of the fleet.')),
  sites: described(z.record(name, site), 'The places, each with its hosts.'),
  groups: z.optional(described(z.record(name, names), 'Names for sets of hosts.')),
  services: z.optional(described(z.record(name, service), 'Settings and assets by service.')),
  planned: z.optional(described(z.record(name, planned), 'Services that are placed but not built yet.')),
  tunnels: z.optional(described(z.record(name, tunnel), 'WireGuard tunnels by local host.')),
  quorums: z.optional(described(z.record(name, quorum), 'Majorities that a loss of a site must not take.')),
  queues: z.optional(described(z.record(z.string(), queue), 'Job queues and those who wait for them.')),
  growth: z.optional(described(growth, 'Stages of growth.')),
  thresholds: z.optional(
    described(
      z.record(z.string(), z.nullable(z.number())),
      "Alert thresholds by metric, over those of the services; null turns a metric's alerts off.",
    ),
  ),
  scrape: z.optional(
    described(z.record(name, z.array(target)), "Prometheus' hand-written targets, by site."),
  ),
  claims: z.optional(
    described(
      z.record(z.string(), z.record(z.string(), z.record(z.string(), scalar))),
      'What other documents say, by document and subject; compared with this file, never deployed.',
    ),
  ),
});

/** What a valid inventory.yaml holds before defaults and inheritance. */
export type RawInventory = z.output<typeof inventorySchema>;
/** A host as it is written. */
export type RawHost = z.output<typeof host>;
/** SSH settings as they are written, at any of the three levels. */
export type RawSsh = z.output<typeof ssh>;
