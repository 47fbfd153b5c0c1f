import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { renderInterfaces } from './interface.ts';
import { renderPlan } from './plan.ts';
import { wireguardScript } from './script.ts';
import { SCRIPT, UNIT } from './unit.ts';

export { SCRIPT };

/** Renders everything of one host: what its tunnels and routes are, and the unit that keeps them so. */
export function renderFiles(scope: RenderScope): RenderedFile[] {
  return [
    { path: '/etc/systemd/system/unde-wireguard.service', content: UNIT, mode: 0o644 },
    { path: SCRIPT, content: wireguardScript(), mode: 0o755 },
    { path: '/etc/unde/wireguard/plan', content: renderPlan(scope), mode: 0o644 },
    ...renderInterfaces(scope),
  ];
}
