import type { Facts } from '../../../fleet/facts/facts.ts';
import { type DesiredService } from '../../../desired/service.ts';
import { serviceFacts } from '../../plan/plan.ts';
import type { DesiredSecret } from '../../../desired/secrets/desired-secret.ts';

/** How a service on a host takes over new credentials; `place` where it does not run: it reads them when it starts. */
export type TakeOver = 'restart' | 'reload' | 'place';

/** What a rotation does to one service on one host. */
export interface RotationAim {
  /** What the service should be, with nothing changed but the credentials that are being rotated. */
  readonly desired: DesiredService;
  readonly takeOver: TakeOver;
}

/**
 * What a rotation has to do to a service on a host; a pure function. A rotation moves credentials and nothing else:
 * files, releases and other secrets that differ are left to a deploy, which shows them first.
 *
 * @param names The secrets that are being rotated.
 * @returns `undefined` where there is nothing to do, or where the service was never deployed.
 */
export function rotationAim(
  desired: DesiredService,
  facts: Facts,
  names: ReadonlySet<string>,
): RotationAim | undefined {
  const { secrets: placed = {}, generation, unit } = serviceFacts(facts, desired.service);
  if (generation === undefined) return undefined;
  const rotated = desired.secrets.filter(({ secret }) => names.has(secret));
  const changed = rotated.filter(({ credential, version }) => placed[credential] !== version);
  const left = rotated
    .filter(({ which }) => which === 'current')
    .filter(({ credential }) => {
      const next = `${credential}.next`;
      return placed[next] !== undefined && !rotated.some((secret) => secret.credential === next);
    });
  const moved = [...changed, ...left];
  if (moved.length === 0) return undefined;
  const gone = left.map(({ credential }) => `${credential}.next`);
  const kept = Object.entries(placed)
    .filter(([name]) => !gone.includes(name) && !rotated.some(({ credential }) => credential === name))
    .map(([credential, version]): DesiredSecret => ({
      credential,
      secret: credential,
      form: 'value',
      onChange: 'restart',
      which: 'current',
      // As it is there, so that nobody asks the store for it.
      version,
    }));
  const runs = ['active', 'activating', 'reloading'].includes(unit?.active ?? '');
  const reloadOnly = moved.every(({ onChange }) => onChange === 'reload');
  return {
    desired: { ...desired, secrets: [...rotated, ...kept] },
    takeOver: !runs ? 'place' : reloadOnly ? 'reload' : 'restart',
  };
}
