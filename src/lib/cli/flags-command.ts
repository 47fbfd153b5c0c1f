import { confirmOptions, fleetOptions, timeoutFlag } from './common-flags.ts';
import chalk from 'chalk';
import type { FlagPlan } from '../operations/flags/change-plan.ts';
import type { FlagOutcome, FlagRequest } from '../operations/flags/change.ts';
import {
  defaultOf,
  flagHosts,
  flagServices,
  placeText,
  type FlagService,
} from '../operations/flags/readers.ts';
import { renderDeltas, renderEvent, renderOwed } from '../operations/flags/render.ts';
import type { HostFlags } from '../operations/flags/host-flags.ts';
import type { MissedHost } from '../operations/flags/fleet-sessions.ts';
import type { FlagDelta } from '../operations/flags/timeline.ts';
import { flagsView, type FlagsView } from '../operations/flags/view.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { manifestsOf } from '../desired/scope/scope.ts';
import { FleetCommand, operatorName, type FleetFlags } from './fleet-command.ts';

/** Flags of the commands that change flags. */
export const flagChangeFlags = {
  ...fleetOptions,
  ...confirmOptions,
  ...timeoutFlag('processes may take to run the change', 20, { max: 300 }),
};

/** A fleet, and the services that read flags. */
export interface FlagFleet {
  readonly fleet: Fleet;
  readonly services: readonly FlagService[];
}

/** What a command that changed flags answers with `--json`. */
export interface FlagAnswer {
  /** The change's version; `null` where there was nothing to change. */
  readonly version: string | null;
  readonly changes: readonly FlagDelta[];
  /** Hosts that had been left behind, and are no more. */
  readonly mended: readonly { readonly host: string; readonly service: string; readonly why: string }[];
  /** Hosts that could not be reached, or not be written. */
  readonly missed: readonly { readonly host: string; readonly services: string[]; readonly why: string }[];
  readonly processes: readonly {
    readonly host: string;
    readonly service: string;
    readonly confirmed: boolean;
    /** From the new file's name to the process's word. */
    readonly ms: number | null;
    readonly pid: number | null;
    readonly invocation: string | null;
    readonly why: string | null;
  }[];
}

/** What a command that only looks answers with `--json`. */
export interface FlagLook extends FlagsView {
  readonly unreachable: readonly { readonly host: string; readonly why: string }[];
}

/** The part of a request that differs between the commands. */
export type FlagChangeRequest = Pick<
  FlagRequest,
  'about' | 'intent' | 'why' | 'allowPartial' | 'needsHistory'
> & {
  readonly emergency?: boolean;
};

/** What all commands for flags share. */
export abstract class FlagsCommand extends FleetCommand {
  // oclif looks for this no further than the nearest class with static members of its own.
  static override enableJsonFlag = true;

  /** The fleet, and the services of it that read flags. */
  protected async openFlags(flags: FleetFlags): Promise<FlagFleet> {
    const fleet = await this.openFleet(flags);
    return { fleet, services: flagServices(await manifestsOf(this.catalog)) };
  }

  /** Asks every host of these services. */
  protected async readFlags(
    { fleet, services }: FlagFleet,
    options: { readonly probe: boolean; readonly previous: number },
  ): Promise<{ states: HostFlags[]; missed: readonly MissedHost[] }> {
    const { readFlags } = await import('../operations/flags/fleet-sessions.ts');
    return readFlags(fleet, flagHosts(fleet, services), options);
  }

  /** Asks every host of these services, and puts together what they say. */
  protected async look(
    { fleet, services }: FlagFleet,
    { probe }: { readonly probe: boolean },
  ): Promise<FlagLook> {
    const { states, missed } = await this.readFlags({ fleet, services }, { probe, previous: 0 });
    const view = flagsView(
      services,
      states,
      missed.map(({ place }) => place),
      Date.now() / 1000,
    );
    return {
      ...view,
      unreachable: missed.map(({ place, error }) => ({ host: place.host.name, why: error.message })),
    };
  }

  /** Says what could not be asked, and what is owed to it; with the exit code for it. */
  protected tellMissed({ unreachable, owed }: Pick<FlagLook, 'unreachable' | 'owed'>): void {
    for (const { host, why } of unreachable) this.log(chalk.red(`✘ ${host} could not be asked: ${why}`));
    for (const each of owed) this.log(renderOwed(each));
    this.endWith({ unreachable: unreachable.length > 0 });
  }

  /** Makes a change: shows it, asks in production, writes it, says what each process runs, and sets the exit code. */
  protected async makeChange(
    { fleet, services }: FlagFleet,
    request: FlagChangeRequest,
    flags: { yes: boolean; timeout: number },
  ): Promise<FlagAnswer> {
    // SSH is loaded behind the lab's door: a command in a lab starts a second time there.
    const { changeFlags: change } = await import('../operations/flags/change.ts');
    const outcome = await change(fleet, {
      emergency: false,
      ...request,
      services,
      by: operatorName(),
      confirmSeconds: flags.timeout,
      approve: async (plan, missed) => {
        this.#show(plan, missed, request.about, services);
        if (plan.writes.size === 0) return;
        await this.askBefore(fleet.context, 'Change flags in production.', flags.yes);
      },
      onEvent: (event) => this.log(renderEvent(event)),
    });
    this.#conclude(outcome, request.about);
    return answerOf(outcome, request.about);
  }

  #show(
    plan: FlagPlan,
    missed: readonly MissedHost[],
    about: FlagChangeRequest['about'],
    services: readonly FlagService[],
  ): void {
    if (plan.deltas.length > 0)
      this.log(renderDeltas(plan.deltas, (...flag) => defaultOf(services, ...flag)));
    else if (plan.mendings.length === 0) this.log('nothing to change: the flags are so already');
    for (const { host, service, why } of plan.mendings) {
      this.log(`${chalk.yellow('~')} mends ${service} on ${host}: ${why}`);
    }
    for (const { place, error } of missed) {
      if (!place.services.some(about)) continue;
      this.log(`${chalk.red('✘')} goes ahead without ${placeText(place)}: ${error.message}`);
    }
  }

  #conclude({ plan, missed, failed, processes }: FlagOutcome, about: FlagChangeRequest['about']): void {
    for (const { host, error } of failed) {
      this.log(`${chalk.red('✘')} ${host} was left behind: ${error.message}`);
    }
    const dead = missed.filter(({ place }) => place.services.some(about));
    if (dead.length + failed.length > 0 && plan.deltas.length > 0) {
      this.log(chalk.dim('what a host has missed is kept for it; once it is back: unde flags mend'));
    }
    if (plan.deltas.length > 0) this.log(`${chalk.dim('version')} ${plan.version}`);
    this.endWith({
      mixed: failed.length > 0,
      unconfirmed: processes.some(({ kind }) => kind === 'late'),
      unreachable: dead.length > 0,
    });
  }
}

function answerOf(outcome: FlagOutcome, about: FlagChangeRequest['about']): FlagAnswer {
  const { plan, missed, failed, processes } = outcome;
  return {
    version: plan.deltas.length > 0 ? plan.version : null,
    changes: plan.deltas,
    mended: plan.mendings.filter(({ host }) => outcome.written.includes(host)),
    missed: [
      ...missed.flatMap(({ place, error }) =>
        place.services.some(about)
          ? [{ host: place.host.name, services: place.services.map(({ name }) => name), why: error.message }]
          : [],
      ),
      ...failed.map(({ host, error }) => ({ host, services: [], why: error.message })),
    ],
    processes: processes.map((event) => ({
      host: event.host,
      service: event.service,
      confirmed: event.kind === 'runs',
      ms: event.kind === 'runs' ? event.ms : null,
      pid: event.kind === 'runs' ? (event.process.pid ?? null) : null,
      invocation: event.kind === 'runs' ? event.process.invocation : null,
      why: event.kind === 'runs' ? null : event.why,
    })),
  };
}
