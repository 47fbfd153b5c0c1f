/** How long a service of a command took. */
interface Taken {
  readonly service: string;
  readonly seconds: number;
}

/**
 * The longest chain of services that have to wait for each other: no command can be faster, however many processors
 * there are. What is not part of the command does not matter.
 *
 * @param after What each service waits for, by name.
 * @returns Seconds; 0 for none.
 */
export function longestChain(
  services: readonly Taken[],
  after: ReadonlyMap<string, readonly string[]>,
): number {
  const seconds = new Map(services.map((each) => [each.service, each.seconds]));
  const ends = new Map<string, number>();
  const endOf = (service: string): number => {
    const own = seconds.get(service);
    if (own === undefined) return 0;
    const known = ends.get(service);
    if (known !== undefined) return known;
    // A circle is broken where it was entered.
    ends.set(service, 0);
    const end = own + Math.max(0, ...(after.get(service) ?? []).map(endOf));
    ends.set(service, end);
    return end;
  };
  return Math.max(0, ...services.map(({ service }) => endOf(service)));
}
