import { describe, expect, it } from 'vitest';
import { describeMeanings } from '../../../../src/lib/operations/inventory/description.ts';
import { meaningsOf } from '../../../../src/lib/operations/inventory/meaning.ts';
import { fleetWith, MANIFESTS } from '../../inventory/fleet-fixture.ts';

const BUILT = MANIFESTS.map(({ name }) => name);

function described(name: string, ...changes: readonly (readonly [string, string])[]): string {
  const inventory = fleetWith(...changes);
  const meanings = meaningsOf(inventory, name, BUILT);
  const manifest = MANIFESTS.find((each) => each.name === meanings.service?.name);
  return describeMeanings(inventory, meanings, manifest, (service) => BUILT.includes(service));
}

describe('describeMeanings', () => {
  it('describes a host', () => {
    const text = described('shard', ['task: data', 'task: data, eur_month: 39, ssh: { jump: gateway }']);
    expect(text).toContain('shard  host');
    expect(text).toMatch(/^ {2}machine +16 vCPU, 32 GB, 4400 huge pages$/m);
    expect(text).toMatch(/^ {2}cost +€39\.00 a month$/m);
    expect(text).toMatch(/^ {2}services +\(wireguard\) node-exporter$/m);
    expect(text).toMatch(/^ {2}tunnel +wg-shard {2}10\.3\.3\.1\/32 <-> 10\.3\.3\.100\/32 {2}\(WAL\)$/m);
    expect(text).toMatch(/^ {2}ssh +root@10\.2\.0\.5:22 through gateway, 10 s$/m);
    expect(text).toMatch(/^ {2}written +\/fleet\/inventory\.yaml:13$/m);
    expect(text).not.toContain('co-located');
  });

  it('does not repeat what the name of the machine says', () => {
    const text = described('broker', ['type: CX23', 'type: "Dedicated, 64 GB", ram_gb: 64, vcpu: 8']);
    expect(text).toMatch(/^ {2}machine +Dedicated, 64 GB, 8 vCPU$/m);
  });

  it('says who else claims the address', () => {
    const text = described('broker', ['address: 10.1.0.4, status', 'address: 10.1.0.3, status']);
    expect(text).toContain('10.1.0.3  claimed by vote-2 too');
  });

  it('describes a built service with its settings, and the host of the same name behind it', () => {
    const text = described('embedder', [
      'task: vectors,',
      'task: vectors, settings: { embedder: { queue: 16 } },',
    ]);
    expect(text).toMatch(/^ {2}purpose +photos to vectors$/m);
    expect(text).toMatch(/^ {2}kind +ours$/m);
    expect(text).toMatch(/^ {2}port +8003$/m);
    expect(text).toMatch(/^ {2}settings +queue=8$/m);
    expect(text).toContain('embedder: queue=16');
    expect(text).toMatch(/^ {2}assets +model=model\.onnx$/m);
    expect(text.indexOf('embedder  service')).toBeLessThan(text.indexOf('embedder  host'));
  });

  it('describes a planned service', () => {
    const text = described('wireguard');
    expect(text).toMatch(/^ {2}kind +planned, not built yet$/m);
    expect(text).toMatch(/^ {2}port +51820\/udp$/m);
  });

  it('describes a group and a site', () => {
    expect(described('votes')).toMatch(/^ {2}hosts +vote-1 vote-2 vote-3$/m);
    expect(described('@local')).toMatch(/^ {2}hosts +4: app cache vote-1 shard$/m);
  });
});
