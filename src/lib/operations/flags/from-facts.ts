import type { Facts } from '../../fleet/facts/facts.ts';
import type { DesiredService } from '../../desired/service.ts';
import { flagCopy, parseProcess, type HostFlags } from './host-flags.ts';
import { parseNote } from './note.ts';
import type { FlagService } from './readers.ts';

/** The services of an assignment that read flags. */
export function desiredFlagServices(desired: readonly DesiredService[]): FlagService[] {
  return desired.flatMap(({ service, port, health, flags }) =>
    flags === undefined || port === undefined || 'command' in health
      ? []
      : [{ name: service, port, health: health.path, specs: flags }],
  );
}

/** What a host's facts say of its flags. */
export function hostFlagsOf(host: string, services: readonly FlagService[], facts: Facts): HostFlags {
  const copies = services.flatMap(({ name }) => {
    const service = facts.services.find((each) => each.name === name);
    if (service === undefined) return [];
    const { flags, digest, health } = service;
    const process = health === undefined ? undefined : parseProcess([String(health.status), health.body]);
    return [flagCopy(host, name, flags, { deployed: digest !== undefined, process })];
  });
  const notes = (facts.flagNotes ?? []).flatMap(({ name, text }) => parseNote(name, text, host) ?? []);
  return { host, copies, notes, held: false };
}
