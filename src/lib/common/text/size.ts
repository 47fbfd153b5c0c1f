const UNITS: readonly (readonly [number, string])[] = [
  [2 ** 40, 'T'],
  [2 ** 30, 'G'],
  [2 ** 20, 'M'],
  [2 ** 10, 'K'],
];

/** Bytes as operators read them, in the notation of `df -h` and `systemctl status`: `1.5G`, `240M`, `12K`, `512B`. */
export function formatSize(bytes: number): string {
  const [unit, name] = UNITS.find(([least]) => bytes >= least) ?? [1, 'B'];
  const value = bytes / unit;
  return `${value < 10 && unit > 1 ? value.toFixed(1) : Math.round(value)}${name}`;
}

/**
 * An exact amount of memory as PostgreSQL's configuration writes it: `8GB`, `40MB`.
 *
 * @param megabytes A whole number of MB of 1024 KB.
 */
export function exactSize(megabytes: number): string {
  return megabytes >= 1024 && megabytes % 1024 === 0 ? `${megabytes / 1024}GB` : `${megabytes}MB`;
}
