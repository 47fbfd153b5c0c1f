import type { Random } from './random.ts';

/**
 * A matrix of trials on real lab machines that takes too long for `make test`. A file `scripts/drills/NAME.ts` exports
 * one as `drill`; `make drill NAME=…` runs it.
 */
export interface Drill<Ground = unknown> {
  /** The file's name. */
  readonly name: string;
  /** What it shows when it passes, in one line. */
  readonly title: string;
  /** Counted from 1; a cell keeps its number, so that a seed repeats what it did: new ones go to the end. */
  readonly cells: readonly Cell<Ground>[];
  /** Boots and fills the lab. Runs once before the first trial, also when a drill goes on. */
  readonly prepare: () => Promise<Ground>;
  /** Takes the lab down. Runs once after the last trial, also after Ctrl-C. */
  readonly finish: (ground: Ground) => Promise<void>;
}

/** One case of a drill. */
export interface Cell<Ground = unknown> {
  /** What happens in it, in a few words. */
  readonly name: string;
  /**
   * Does it once; throws where what must hold does not. It begins from whatever the cell before has left, so it brings
   * the lab to where it wants it first, and waits for conditions, never for a time.
   */
  readonly run: (ground: Ground, trial: Trial) => Promise<void>;
}

/** One run of a cell. */
export interface Trial {
  /** The cell's number, from 1. */
  readonly cell: number;
  /** From 1. */
  readonly run: number;
  /** All of the trial's chance: the same seed, cell and run give the same. */
  readonly random: Random;
  /** Shows what was drawn or seen, in one line. */
  readonly note: (text: string) => void;
}
