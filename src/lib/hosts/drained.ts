import { STATE } from '../host/layout.ts';

/**
 * The marker of a host that an operator has taken out of work. Lines: when (seconds since the epoch), who, why, and
 * then one for each unit that `unde host undrain` starts again.
 */
export const DRAINED = `${STATE}/drained`;
