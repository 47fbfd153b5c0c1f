import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkInventory } from '../../../src/lib/operations/inventory/check/check.ts';
import { assertDeployable } from '../../../src/lib/inventory/address-claims.ts';
import { parseInventory } from '../../../src/lib/inventory/parse.ts';
import { selectPlacements } from '../../../src/lib/inventory/selector.ts';
import { allManifests, manifestNames } from '../../../src/registry.ts';
import { hostOf } from './fleet-fixture.ts';

const FILE = path.resolve(import.meta.dirname, '../../../inventory.yaml');
const inventory = parseInventory(readFileSync(FILE, 'utf8'), FILE, manifestNames());

describe('the inventory that ships', () => {
  it('holds the whole fleet', () => {
    expect(inventory.hosts).toHaveLength(30);
    expect(inventory.hosts.filter(({ site }) => site === 'local')).toHaveLength(9);
    expect(inventory.tunnels).toHaveLength(9);
    expect(inventory.hosts.every(({ services }) => services.includes('node-exporter'))).toBe(true);
  });

  it('places etcd, patroni and the embedder where the layout has them', () => {
    const where = (service: string) => selectPlacements(inventory, service).map(({ host }) => host.name);
    expect(where('etcd')).toEqual(['local-etcd-1', 'etcd-2', 'etcd-3']);
    expect(where('patroni')).toEqual(['local-shard-0', 'shard-replica-0']);
    expect(where('embedder')).toEqual(['embedder']);
  });

  it.each(['embedder', 'etcd-3', 'embed-batch', 'etcd-2'])(
    'lets nothing be deployed to %s, whose address is claimed',
    (name) => {
      expect(() => assertDeployable(inventory, hostOf(inventory, name))).toThrow(
        expect.objectContaining({ code: 'ADDRESS_CLAIMED' }),
      );
    },
  );

  it('has the known contradictions, and its errors are no others', async () => {
    const findings = checkInventory({ inventory, manifests: await allManifests() });
    const found = findings.map(({ severity, code, message }) => `${severity} ${code} ${message}`);
    for (const known of [
      /^error ADDRESS_CLAIMED 10\.1\.0\.15 is claimed by etcd-3 and embedder/,
      /^error ADDRESS_CLAIMED 10\.1\.0\.17 is claimed by etcd-2 and embed-batch/,
      /^error QUORUM_AT_ONE_SITE losing helsinki takes etcd-2 and etcd-3/,
      /^warning ADDRESS_CO_TENANT 10\.1\.0\.2 is helsinki-gw and also the older unde-app/,
      /^warning HOST_NOT_SCRAPED model-generator/,
      /^warning HOST_NOT_SCRAPED tryon-service/,
      /^warning HOST_NOT_SCRAPED monitoring/,
      /^warning SHARDS_TOO_FEW stage 50K: 16 shards × 800 users carry 12800, not 20000/,
      /^warning CLAIM_CONTRADICTED network chapter: helsinki-gw has id H20; here it is H1/,
      /^warning CLAIM_CONTRADICTED network chapter: helsinki-gw has type CPX22; here it is CX23/,
      /^warning CLAIM_CONTRADICTED operations chapter: thresholds has disk_usage_percent 85; here it is 80/,
      /^warning CLAIM_CONTRADICTED .*: local-shard-0 has huge_pages 17000; here it is 4400 \(17000 × 2 MB are 33.2 GB/,
      /^warning CLAIM_CONTRADICTED metrics table: dialogue_queue has host push; here it is local-redis/,
      /^warning CLAIM_CONTRADICTED older plan: local-mood has address 10\.1\.0\.11; .*ximilar-sync now/,
      /^warning CLAIM_CONTRADICTED older plan: local-voice has address 10\.1\.0\.12/,
      /^warning CLAIM_CONTRADICTED older plan: local-context has address 10\.1\.0\.19/,
      /^warning CLAIM_CONTRADICTED older plan: local-persona has address 10\.1\.0\.21/,
      /^warning CLAIM_CONTRADICTED older plan: local-orchestrator has address 10\.1\.0\.17/,
      /^warning CLAIM_CONTRADICTED older plan: local-shard-0 has ram_gb 256; here it is 32/,
      /^warning CLAIM_CONTRADICTED older plan: local-shard-0 has storage tmpfs; here it is NVMe/,
      /^warning CLAIM_CONTRADICTED older plan: shard-replica-0 has type AX102/,
    ]) {
      expect(found).toContainEqual(expect.stringMatching(known));
    }
    expect(findings.filter(({ severity }) => severity === 'error')).toHaveLength(3);
  });
});
