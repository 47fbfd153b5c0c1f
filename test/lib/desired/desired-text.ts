import { pathsTo, type DeclaredPath } from '../../../src/lib/desired/network/paths.ts';
import { conditionOf } from '../../../src/lib/desired/monitoring/threshold.ts';
import type { DesiredService } from '../../../src/lib/desired/service.ts';
import { sha256 } from '../../../src/lib/common/text/digest.ts';
import type { Manifest, RenderScope } from '../../../src/lib/manifest/manifest.ts';
import type { RenderedFile } from '../../../src/lib/manifest/rendered-file.ts';

/** What one host should have of a service, and what it was rendered from. */
export interface Rendering {
  readonly scope: RenderScope;
  readonly desired: DesiredService;
}

/** A part of what a service is, as text; hosts with the same text are named together. */
interface Section {
  readonly title: string;
  readonly text: string;
}

/** A Grafana dashboard has hundreds of lines, most of them where its panels are. */
interface Dashboard {
  readonly title: string;
  readonly panels: readonly DashboardPanel[];
}

interface DashboardPanel {
  readonly title: string;
  readonly type: string;
  readonly panels?: readonly DashboardPanel[];
  readonly targets?: readonly { readonly expr?: string }[];
}

/**
 * The desired state of a service on all of its hosts as text to be read in review: what differs from host to host
 * stands there once for each different text, with the hosts that have it.
 */
export function desiredText(manifest: Manifest, renderings: readonly Rendering[]): string {
  const all = renderings.map(({ scope }) => scope.host.name);
  const bySection = new Map<string, Map<string, string[]>>();
  for (const { scope, desired } of renderings) {
    for (const { title, text } of sectionsOf(manifest, scope, desired)) {
      const texts = bySection.get(title) ?? new Map<string, string[]>();
      bySection.set(title, texts.set(text, [...(texts.get(text) ?? []), scope.host.name]));
    }
  }
  const lines = [...bySection].flatMap(([title, texts]) =>
    [...texts].map(([text, hosts]) => `${headingOf(title, hosts, all)}\n${withNewline(text)}`),
  );
  return [`${manifest.name}: ${manifest.purpose}\n`, ...lines].join('\n');
}

function headingOf(title: string, hosts: readonly string[], all: readonly string[]): string {
  const others = all.filter((name) => !hosts.includes(name));
  const most =
    others.length === 0 ? `all ${all.length} hosts` : `${hosts.length} hosts, not ${others.join(', ')}`;
  return `═══ ${title} ═══ ${all.length > 1 && others.length <= hosts.length / 4 ? most : hosts.join(', ')}`;
}

function sectionsOf(manifest: Manifest, scope: RenderScope, desired: DesiredService): Section[] {
  return [
    { title: 'service', text: factsOf(desired).join('\n') },
    { title: 'credentials', text: desired.secrets.map(credentialText).join('\n') },
    { title: 'alerts', text: alertsOf(manifest, scope).join('\n') },
    {
      title: 'firewall',
      text: pathsTo(scope, scope.host)
        .filter(({ service }) => service === manifest.name)
        .map(pathText)
        .join('\n'),
    },
    ...desired.files.map(fileSection),
  ].filter(({ title, text }) => text !== '' || title.startsWith('/'));
}

function factsOf(desired: DesiredService): string[] {
  const { health } = desired;
  const facts: Record<string, string | number | undefined> = {
    unit: desired.unit,
    'further units': desired.companions.join(', '),
    packages: desired.packages.join(', '),
    'package source': desired.packageSource,
    port: desired.port,
    health: 'command' in health ? health.command : `GET ${health.path}, ready: GET ${health.ready}`,
    'may take to start': `${health.startSeconds} s, then stable for ${health.stableSeconds} s`,
    'may take to stop': `${desired.stopSeconds} s`,
    rolls: desired.rolling,
    after: desired.after.join(', '),
    foundation: desired.foundation ? 'yes' : undefined,
    flags: desired.flags?.map(({ name, default: value }) => `${name}=${value}`).join(', '),
  };
  return Object.entries(facts).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}: ${value}`],
  );
}

function credentialText({ credential, secret, form, onChange, which }: DesiredService['secrets'][number]) {
  return `${credential}: ${form} of ${secret}${which === 'next' ? ', the coming one' : ''}; when it changes: ${onChange}`;
}

/** The whole rules stand in what is rendered for Prometheus. */
function alertsOf(manifest: Manifest, { inventory }: RenderScope): string[] {
  return (manifest.alerts ?? []).map((alert) => {
    const condition = conditionOf(alert, inventory.thresholds);
    const threshold = condition?.threshold === undefined ? '' : `, threshold ${condition.threshold}`;
    return `${alert.name}: ${condition === undefined ? 'off' : `${alert.severity} after ${alert.for}${threshold}`}`;
  });
}

function pathText({ port, protocol, from, why }: DeclaredPath): string {
  const sources = typeof from === 'string' ? from : from.map(({ name }) => name).join(', ');
  return `${port}/${protocol} from ${sources} (${why})`;
}

function fileSection({ path, mode, content }: RenderedFile): Section {
  const title = `${path} ${mode.toString(8).padStart(4, '0')}`;
  return { title, text: path.endsWith('.json') ? dashboardText(content) : content };
}

function dashboardText(content: string): string {
  const { title, panels } = JSON.parse(content) as Dashboard;
  return [`${title} (${sha256(content)})`, ...panels.flatMap(panelLines)].join('\n');
}

function panelLines({ type, title, panels = [], targets = [] }: DashboardPanel): string[] {
  const queries = targets.flatMap(({ expr }) => (expr === undefined ? [] : [`  ${expr}`]));
  return [`${type}: ${title}`, ...queries, ...panels.flatMap(panelLines)];
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
