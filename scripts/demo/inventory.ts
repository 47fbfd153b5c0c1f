/**
 * Prints the shipped inventory as the demo uses it: the vendors across the internet are simulators on one of the lab's
 * machines, and the catalogue's photos are in the lab's object storage.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { parseInventory } from '../../src/lib/inventory/parse.ts';
import { planLabAddresses } from '../../src/lib/lab/address.ts';
import { OBJECTS_PORT } from '../../src/lib/lab/recipe.ts';
import { CATALOGUE_BUCKET } from '../../src/lib/operations/seed/seed.ts';

/** The host that has the simulators beside its own services. */
const VENDORS = 'llm-reranker';

const file = path.resolve(import.meta.dirname, '../../inventory.yaml');
const text = readFileSync(file, 'utf8');
const addresses = planLabAddresses(parseInventory(text, file));
const vendors = addresses.hosts.get(VENDORS) ?? '';
const objects = `${addresses.objects}:${OBJECTS_PORT}`;
const photos = { allowedHosts: [objects], permittedRanges: ['198.18.0.0/15'] };

type Settings = Record<string, string | string[]>;
const inventory = parse(text) as {
  services: Record<string, { settings?: Settings } | undefined>;
  sites: Record<string, { hosts: Record<string, { services: string[] }> }>;
};
const set = (service: string, settings: Settings) => {
  const given = inventory.services[service] ?? {};
  inventory.services[service] = { ...given, settings: { ...given.settings, ...photos, ...settings } };
};

for (const site of Object.values(inventory.sites)) {
  site.hosts[VENDORS]?.services.push('ximilar-simulator', 'gemini-simulator');
}
set('ximilar-gw', {
  collectionId: 'catalogue',
  ximilarUrl: `http://${vendors}:8101`,
  imagesUrl: `http://${objects}/${CATALOGUE_BUCKET}/`,
});
set('llm-reranker', { geminiUrl: `http://${vendors}:8102` });
set('ximilar-simulator', {});
process.stdout.write(stringify(inventory, { aliasDuplicateObjects: false }));
