import { contextLabel, type Context } from '../../common/context/context.ts';

/** A command of ours as it must be typed: with the context, where only a flag named it. */
export function nextCommand(context: Context, words: string): string {
  const flag = context.from === '--context' ? ` -c ${contextLabel(context)}` : '';
  // What stands behind -- belongs to the other command.
  const [own = '', ...rest] = words.split(' -- ');
  return [`unde ${own}${flag}`, ...rest].join(' -- ');
}

/** What shows why a host cannot be reached. */
export function reachCommand(context: Context): string {
  if (context.name === 'production') return nextCommand(context, 'doctor');
  return context.lab === 'default' ? 'unde lab status' : `unde lab status --name ${context.lab}`;
}
