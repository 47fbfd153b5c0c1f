/** At most so many hosts are talked to at once. */
export const MAX_IN_FLIGHT = 32;
