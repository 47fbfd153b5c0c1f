import chalk from 'chalk';
import type { Host, Site } from '../../inventory/inventory.ts';
import { serviceList } from './listing.ts';

/** The forms that {@link renderGraph} knows. */
export const GRAPH_FORMATS = ['text', 'dot', 'mermaid'] as const;

/** A form of the graph: for the eye, for Graphviz, for Markdown. */
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

/** What is drawn. */
export interface GraphSubject {
  readonly sites: readonly Site[];
  readonly hosts: readonly Host[];
  readonly isBuilt: (service: string) => boolean;
}

/** Draws who runs where: sites, the hosts in them, the services on those. Sites without a host are left out. */
export function renderGraph(subject: GraphSubject, format: GraphFormat): string {
  const sites = subject.sites
    .map((site) => ({ site, hosts: subject.hosts.filter((host) => host.site === site.name) }))
    .filter(({ hosts }) => hosts.length > 0);
  if (format === 'dot') return dot(sites, subject.isBuilt);
  if (format === 'mermaid') return mermaid(sites, subject.isBuilt);
  return sites.map(({ site, hosts }) => tree(site, hosts, subject.isBuilt)).join('\n');
}

interface SiteHosts {
  readonly site: Site;
  readonly hosts: readonly Host[];
}

function tree(site: Site, hosts: readonly Host[], isBuilt: GraphSubject['isBuilt']): string {
  const width = Math.max(...hosts.map(({ name }) => name.length));
  const lines = hosts.map((host, index) => {
    const branch = index === hosts.length - 1 ? '└─' : '├─';
    const planned = host.services.filter((service) => !isBuilt(service));
    const name = `${host.name.padEnd(width)}  ${chalk.dim(host.address.padEnd(15))}`;
    return `${branch} ${name}  ${serviceList(host.services, planned)}`.trimEnd();
  });
  return [`${chalk.bold(site.name)}  ${chalk.dim(site.network)}`, ...lines].join('\n');
}

function dot(sites: readonly SiteHosts[], isBuilt: GraphSubject['isBuilt']): string {
  const clusters = sites.map(({ site, hosts }) => [
    `  subgraph ${quoted(`cluster_${site.name}`)} {`,
    `    label=${quoted(`${site.name} ${site.network}`)};`,
    ...hosts.flatMap((host) => [
      `    ${quoted(`host:${host.name}`)} [label=${quoted(`${host.name}\\n${host.address}`)}, shape=box3d];`,
      ...host.services.flatMap((service) => {
        const id = quoted(`${host.name}/${service}`);
        const style = isBuilt(service) ? '' : ', style=dashed';
        return [
          `    ${id} [label=${quoted(service)}${style}];`,
          `    ${quoted(`host:${host.name}`)} -> ${id};`,
        ];
      }),
    ]),
    '  }',
  ]);
  return ['digraph fleet {', '  rankdir=LR;', '  node [shape=box];', ...clusters.flat(), '}'].join('\n');
}

function mermaid(sites: readonly SiteHosts[], isBuilt: GraphSubject['isBuilt']): string {
  const lines = sites.flatMap(({ site, hosts }) => [
    `  subgraph ${identifier(`site_${site.name}`)}["${site.name} ${site.network}"]`,
    ...hosts.flatMap((host) => [
      `    subgraph ${identifier(`host_${host.name}`)}["${host.name} ${host.address}"]`,
      ...host.services.map((service) => {
        const mark = isBuilt(service) ? '' : ':::planned';
        return `      ${identifier(`${host.name}__${service}`)}["${service}"]${mark}`;
      }),
      '    end',
    ]),
    '  end',
  ]);
  return ['flowchart LR', ...lines, '  classDef planned stroke-dasharray: 4 4'].join('\n');
}

/** A DOT string; `\n` inside it is DOT's own line break and stays. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', String.raw`\"`)}"`;
}

/** Mermaid's identifiers take no hyphens everywhere, and `end` ends a block. */
function identifier(text: string): string {
  return text.replaceAll('-', '_');
}
