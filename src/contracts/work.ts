import { z } from 'zod';

/**
 * One line of what a service has to do and how it does, as its `/health` says and `unde status` shows it. Whoever asks
 * must not have to wait for it: a service tells what it knows already.
 */
export const workReport = z.object({
  /** What it is of: `queue`, `p95 of 5 min`, `run new`. */
  name: z.string(),
  value: z.number(),
  /** What the value counts: `requests`, `photos`; or `ms`. */
  unit: z.string(),
  /** What the value should not exceed. */
  target: z.number().optional(),
  /** What the value grows up to: the work has an end. */
  of: z.number().optional(),
  /** How much the value grows a second, and in how many seconds it will be at its end. */
  rate: z.number().optional(),
  eta_seconds: z.number().optional(),
  /** What an operator should know beside it: `paused`. */
  note: z.string().optional(),
});
export type WorkReport = z.infer<typeof workReport>;
