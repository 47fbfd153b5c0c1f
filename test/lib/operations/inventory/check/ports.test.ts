import { describe, expect, it } from 'vitest';
import { codesWith, findingsWith } from '../../../inventory/fleet-fixture.ts';

const SAME_ADDRESS = ['address: 10.1.0.5', 'address: 10.1.0.4'] as const;
const SAME_MACHINE = ['task: vectors,', 'task: vectors, colocated_with: [vote-2],'] as const;

describe('checkPorts', () => {
  it('finds two services of one host on one port', () => {
    const [finding] = findingsWith(['redis: { port: 6379 }', 'redis: { port: 9100 }']);
    expect(finding).toMatchObject({ code: 'PORT_CLASH', severity: 'error' });
    expect(finding?.message).toBe('on cache, node-exporter and redis both listen on 9100/tcp');
  });

  it('knows the ports of built services from their manifests', () => {
    expect(
      codesWith(
        ['services: [embedder] }', 'services: [embedder, redis] }'],
        ['redis: { port: 6379 }', 'redis: { port: 8003 }'],
      ),
    ).toContain('PORT_CLASH');
  });

  it('tells tcp from udp', () => {
    expect(codesWith(['redis: { port: 6379 }', 'redis: { port: 51820 }'])).not.toContain('PORT_CLASH');
  });

  it('finds a clash between two names of one machine', () => {
    const changes = [SAME_ADDRESS, SAME_MACHINE, ['etcd: { port: 2379 }', 'etcd: { port: 8003 }']] as const;
    expect(codesWith(...changes)).toContain('PORT_CLASH');
  });

  it('takes a service on both names of one machine for one service', () => {
    expect(codesWith(SAME_ADDRESS, SAME_MACHINE)).not.toContain('PORT_CLASH');
  });
});
