import type { Fleet } from '../fleet/fleet.ts';
import { selectPlacements } from '../inventory/selector.ts';
import { placedJobs, type PlacedJob } from '../operations/schedule/placed-jobs.ts';
import { openSecretStore } from '../secrets/open.ts';
import { FleetCommand, type FleetFlags } from './fleet-command.ts';

/** A command about scheduled jobs: it sees the fleet and the jobs of a selection. */
export abstract class JobCommand extends FleetCommand {
  protected async openJobs(
    flags: FleetFlags,
    selector = 'all',
  ): Promise<{ fleet: Fleet; jobs: PlacedJob[] }> {
    const fleet = await this.openFleet(flags);
    const placements = selectPlacements(fleet.inventory, selector);
    return { fleet, jobs: await placedJobs(fleet, placements, this.catalog, await openSecretStore(fleet)) };
  }

  /** In production, asks before something is done to a job. */
  protected async askBeforeJob(
    fleet: Fleet,
    verb: string,
    placed: readonly PlacedJob[],
    yes: boolean,
  ): Promise<void> {
    const hosts = placed.map(({ host }) => host.name).join(', ');
    await this.askBefore(fleet.context, `${verb} ${placed[0]?.job.name} on ${hosts}.`, yes);
  }
}
