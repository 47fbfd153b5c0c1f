import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { contextLabel, type Context } from '../../common/context/context.ts';
import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import type { ServicePlan } from './plan.ts';

const SavedPlan = z.object({
  version: z.literal(1),
  context: z.string(),
  selector: z.string(),
  made: z.string(),
  plans: z.array(
    z.object({
      host: z.string(),
      service: z.string(),
      state: z.enum(['change', 'no change', 'unknown']),
      generation: z.string(),
      fingerprint: z.string(),
    }),
  ),
});

/** A plan in a file. */
export type SavedPlan = z.infer<typeof SavedPlan>;

/** The text of a plan file: what `unde apply` must find again, and the changes for whoever reviews it. */
export function savedPlan(context: Context, selector: string, plans: readonly ServicePlan[]): string {
  const made = new Date().toISOString();
  return `${JSON.stringify({ version: 1, context: contextLabel(context), selector, made, plans }, undefined, 2)}\n`;
}

/**
 * Reads a plan file.
 *
 * @throws UndeError BAD_PLAN
 */
export async function readPlan(file: string): Promise<SavedPlan> {
  try {
    return SavedPlan.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new UndeError({
      code: 'BAD_PLAN',
      message: `${file} is not a plan: ${messageOf(error).split('\n').slice(0, 3).join(' ')}`,
      exit: 'usage',
      where: { file },
      hint: 'make one with: unde plan SELECTOR -o plan.json',
    });
  }
}

/**
 * Refuses a plan that no longer holds: a host that changed, code or inventory that changed, another context.
 *
 * @throws UndeError WRONG_CONTEXT, PLAN_UNKNOWN, PLAN_STALE
 */
export function assertStillTrue(saved: SavedPlan, context: Context, now: readonly ServicePlan[]): void {
  if (saved.context !== contextLabel(context)) {
    throw new UndeError({
      code: 'WRONG_CONTEXT',
      message: `the plan was made for ${saved.context}, and the context is ${contextLabel(context)}`,
      exit: 'refused',
      hint: `--context ${saved.context}`,
    });
  }
  const unknown = saved.plans.filter((plan) => plan.state === 'unknown');
  if (unknown.length > 0) {
    throw new UndeError({
      code: 'PLAN_UNKNOWN',
      message: `the plan does not know ${unknown.map((plan) => plan.host).join(', ')}: they could not be asked`,
      exit: 'refused',
      hint: `make it again: unde plan ${saved.selector} -o plan.json`,
    });
  }
  const differences = [
    ...saved.plans.flatMap((plan) => difference(plan, now)),
    ...now
      .filter((plan) => !saved.plans.some((old) => old.host === plan.host && old.service === plan.service))
      .map((plan) => `${plan.service} on ${plan.host} is new since the plan was made`),
  ];
  if (differences.length === 0) return;
  throw new UndeError({
    code: 'PLAN_STALE',
    message: 'the plan is out of date; nothing was changed',
    exit: 'refused',
    details: differences,
    hint: `look at what it would be now: unde plan ${saved.selector}`,
  });
}

function difference(saved: SavedPlan['plans'][number], now: readonly ServicePlan[]): string[] {
  const name = `${saved.service} on ${saved.host}`;
  const plan = now.find(({ host, service }) => host === saved.host && service === saved.service);
  if (plan === undefined) return [`${name} is no longer in the inventory`];
  if (plan.state === 'unknown') return [`${name} cannot be asked: ${plan.why ?? ''}`];
  if (plan.generation !== saved.generation)
    return [`${name}: the code, the model or the inventory has changed`];
  return plan.fingerprint === saved.fingerprint ? [] : [`${name}: the host has changed`];
}
