import { quote } from '../../src/lib/common/shell/quote.ts';
import { bold, guideOf, type Stage } from './guide.ts';
import type { Tour } from './tour.ts';

/**
 * Gives a tour: prepares the lab, shows the steps, and ends with what to try next.
 *
 * @returns Seconds that the steps took, without the preparation.
 * @throws TourError as soon as a step did not do what the tour says; the lab stays up as it was then.
 */
export async function give(tour: Tour, stage: Stage): Promise<number> {
  const { write, colours } = stage;
  const guide = guideOf(tour, stage);
  write(`${bold(`# ${tour.title}`, colours)}\n\nThe lab is prepared first.\n`);
  await tour.prepare(guide);
  const began = performance.now();
  for (const [index, step] of tour.steps.entries()) {
    write(`\n${bold(`${index + 1} of ${tour.steps.length}`, colours)}  ${step.says}\n`);
    await step.edit?.();
    await guide.type(step.types, step);
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  write(`\n${bold(`That was it, in ${seconds} s; the lab is still up. To go on:`, colours)}\n\n`);
  const variables = Object.entries(tour.environment).map(([name, value]) => `${name}=${quote(value)}`);
  write(`  export ${variables.join(' ')} PATH=$PWD/bin:$PATH\n\n`);
  for (const line of tour.next) write(`  ${line}\n`);
  return seconds;
}
