import { describe, expect, it } from 'vitest';
import { codesWith, findingsWith } from '../../../inventory/fleet-fixture.ts';

const COLLISION = ['address: 10.1.0.4, status', 'address: 10.1.0.3, status'] as const;

describe('checkAddresses', () => {
  it('finds an address that two hosts claim, and names both with their lines', () => {
    const [finding] = findingsWith(COLLISION);
    expect(finding).toMatchObject({ code: 'ADDRESS_CLAIMED', severity: 'error', line: 20 });
    expect(finding?.message).toContain('10.1.0.3 is claimed by broker and vote-2 (broker on line 19)');
  });

  it('accepts a shared address that is declared, by either host', () => {
    expect(
      codesWith(COLLISION, [
        'task: vote, services: [etcd] }\n      embedder',
        'task: vote, colocated_with: [broker], services: [etcd] }\n      embedder',
      ]),
    ).not.toContain('ADDRESS_CLAIMED');
    expect(codesWith(COLLISION, ['task: queue,', 'task: queue, colocated_with: [vote-2],'])).not.toContain(
      'ADDRESS_CLAIMED',
    );
  });

  it('finds a declared co-location of two addresses', () => {
    expect(codesWith(['task: queue,', 'task: queue, colocated_with: [vote-2],'])).toEqual([
      'COLOCATED_APART',
    ]);
  });

  it('finds an older tenant of an address', () => {
    const [finding] = findingsWith(['task: router,', 'task: router, also: [old-app],']);
    expect(finding).toMatchObject({ code: 'ADDRESS_CO_TENANT', severity: 'warning' });
    expect(finding?.message).toContain('old-app');
  });

  it('finds an address outside the network of its site', () => {
    expect(
      codesWith(['address: 10.2.0.2,', 'address: 10.2.1.2,'], ['10.2.0.2:9100', '10.2.1.2:9100']),
    ).toEqual(['ADDRESS_OUTSIDE_SITE']);
  });

  it('finds an id that two hosts have', () => {
    expect(codesWith(['id: L2', 'id: L1'])).toEqual(['ID_REPEATED']);
  });

  it('finds sites whose networks overlap', () => {
    expect(codesWith(['network: 10.1.0.0/16', 'network: 10.0.0.0/8'])).toEqual(['SITES_OVERLAP']);
  });
});
