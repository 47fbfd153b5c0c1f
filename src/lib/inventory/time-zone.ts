/** Whether a name is a time zone that this runtime knows. */
export function isTimeZone(name: string): boolean {
  // The common case must not pay for loading the zone tables.
  if (name === 'UTC') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
