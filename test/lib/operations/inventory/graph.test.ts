import { describe, expect, it } from 'vitest';
import { renderGraph } from '../../../../src/lib/operations/inventory/graph.ts';
import { fleetWith } from '../../inventory/fleet-fixture.ts';

const { sites, hosts } = fleetWith();
const subject = {
  sites,
  hosts: hosts.filter(({ name }) => ['app', 'vote-1', 'embedder'].includes(name)),
  isBuilt: (service: string) => service === 'embedder' || service === 'node-exporter',
};

describe('renderGraph', () => {
  it('draws a tree, with brackets around what is not built', () => {
    expect(renderGraph(subject, 'text').split('\n')).toEqual([
      'local  10.2.0.0/24',
      '├─ app     10.2.0.2         (web) (wireguard) node-exporter',
      '└─ vote-1  10.2.0.4         (etcd) (wireguard) node-exporter',
      'helsinki  10.1.0.0/16',
      '└─ embedder  10.1.0.5         embedder node-exporter',
    ]);
  });

  it('draws for Graphviz: a cluster a site, an edge from each host to its services', () => {
    const dot = renderGraph(subject, 'dot');
    expect(dot.startsWith('digraph fleet {')).toBe(true);
    expect(dot).toContain('subgraph "cluster_local" {');
    expect(dot).toContain('"host:app" [label="app\\n10.2.0.2", shape=box3d];');
    expect(dot).toContain('"host:app" -> "app/web";');
    expect(dot).toContain('"app/web" [label="web", style=dashed];');
    expect(dot).toContain('"embedder/embedder" [label="embedder"];');
    expect(dot.split('{').length).toBe(dot.split('}').length);
    expect(dot).not.toContain('witness');
  });

  it('draws for Mermaid, whose identifiers have no hyphens', () => {
    const lines = renderGraph(subject, 'mermaid').split('\n');
    expect(lines[0]).toBe('flowchart LR');
    expect(lines).toContain('    subgraph host_vote_1["vote-1 10.2.0.4"]');
    expect(lines).toContain('      vote_1__node_exporter["node-exporter"]');
    expect(lines).toContain('      vote_1__etcd["etcd"]:::planned');
    expect(lines.filter((line) => line.trim() === 'end').length).toBe(
      lines.filter((line) => line.includes('subgraph')).length,
    );
  });
});
