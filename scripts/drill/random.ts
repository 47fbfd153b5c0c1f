import { createHash } from 'node:crypto';

/** Chance that can be repeated. */
export interface Random {
  /** At least 0, below 1. */
  readonly fraction: () => number;
  /** A whole number, both ends included. */
  readonly integer: (from: number, to: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
}

/** The chance of a trial; it follows from the seed, the cell's number and the run alone. */
export function trialRandom(seed: number, cell: number, run: number): Random {
  let drawn = 0;
  const fraction = () => {
    const digest = createHash('sha256').update(`${seed}/${cell}/${run}/${drawn++}`).digest();
    return digest.readUInt32BE() / 2 ** 32;
  };
  const integer = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1));
  return {
    fraction,
    integer,
    pick: (choices) => {
      if (choices.length === 0) throw new RangeError('there is nothing to pick from');
      return choices[integer(0, choices.length - 1)] as (typeof choices)[number];
    },
  };
}
