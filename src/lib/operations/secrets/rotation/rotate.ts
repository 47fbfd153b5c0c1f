import { assertAddressesUnclaimed } from '../../deploy/preflight.ts';
import { UndeError } from '../../../common/error/unde-error.ts';
import { assignmentsOf } from '../../../desired/assignment.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { closeAll, surveyFleet, type Survey } from '../../plan/survey.ts';
import type { Placement } from '../../../inventory/selector.ts';
import type { Catalog } from '../../../manifest/catalog.ts';
import type { DeclaredSecret, SecretUse } from '../../../desired/secrets/declared.ts';
import { parseLogin } from '../../../manifest/endpoints/login.ts';
import { placeOf } from '../listing.ts';
import { makeValue } from '../../../secrets/make.ts';
import type { SecretEntry, SecretStore, StoreDraft } from '../../../secrets/store.ts';
import { rotationAim } from './take-over.ts';
import { type StepOutcome, takeStep } from './step.ts';
import { readerOfRetired, type StoreReader } from './store-view.ts';

/** The parts of a rotation, in their order. */
export type RotationPhase = 'accept' | 'move' | 'drop';

/** What a rotation tells while it runs. */
export type RotationEvent =
  | { readonly kind: 'phase'; readonly phase: RotationPhase; readonly text: string }
  | { readonly kind: 'step'; readonly phase: RotationPhase; readonly outcome: StepOutcome };

/** How a rotation goes. */
export interface RotationOptions {
  readonly by: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RotationEvent) => void;
}

/** What became of a rotation. */
export interface RotationReport {
  readonly result: 'ok' | 'failed' | 'mixed';
  readonly rotated: readonly string[];
  readonly steps: readonly (StepOutcome & { readonly phase: RotationPhase })[];
  readonly seconds: number;
}

/**
 * Gives secrets new values without anybody being refused meanwhile: whoever verifies a secret learns to accept both
 * values; then both change places in the store, and whoever holds it is moved to the new one, one host at a time and
 * through the gate; then the old one is dropped. Where the process ends in between, the same command goes on: the store
 * says how far each secret is, and the hosts which version they run with. A deploy in between does no harm either.
 *
 * When a holder does not stand its new value, it gets the old one back, which is accepted still; if it was the first,
 * the two values change places again, so that later deploys keep to the old one.
 *
 * @throws UndeError ADDRESS_CLAIMED, HOSTS_UNREACHABLE before anything was changed, and what the store throws.
 */
export async function rotateSecrets(
  fleet: Fleet,
  catalog: Catalog,
  store: SecretStore,
  secrets: readonly DeclaredSecret[],
  options: RotationOptions,
): Promise<RotationReport> {
  const rotation = new Rotation(fleet, catalog, store, secrets, options);
  return rotation.run();
}

class Rotation {
  readonly #fleet: Fleet;
  readonly #catalog: Catalog;
  readonly #store: SecretStore;
  readonly #secrets: readonly DeclaredSecret[];
  readonly #options: RotationOptions;
  readonly #names: ReadonlySet<string>;
  readonly #steps: (StepOutcome & { phase: RotationPhase })[] = [];
  readonly #started = Date.now();

  constructor(
    fleet: Fleet,
    catalog: Catalog,
    store: SecretStore,
    secrets: readonly DeclaredSecret[],
    options: RotationOptions,
  ) {
    this.#fleet = fleet;
    this.#catalog = catalog;
    this.#store = store;
    this.#secrets = secrets;
    this.#options = options;
    this.#names = new Set(secrets.map(({ name }) => name));
  }

  async run(): Promise<RotationReport> {
    const holders = placementsOf(
      this.#fleet,
      this.#secrets.flatMap((secret) => secret.holders),
    );
    const verifiers = placementsOf(
      this.#fleet,
      this.#secrets.flatMap((secret) => secret.verifiers),
    );
    await this.#assertReachable([...holders, ...verifiers]);
    await this.#prepare();
    const fresh = this.#in('prepared');
    if (fresh.length > 0) {
      if (!(await this.#walk('accept', 'both values are accepted by', verifiers)))
        return this.#report('failed');
      await this.#change(async (draft) => {
        for (const name of fresh) await draft.promote(name);
      });
    }
    if (!(await this.#walk('move', 'the new value is used by', holders))) {
      return this.#report((await this.#takeBack(fresh)) ? 'failed' : 'mixed');
    }
    const retired = readerOfRetired(this.#store, this.#names);
    if (!(await this.#walk('drop', 'the old value is dropped by', verifiers, retired))) {
      return this.#report('mixed');
    }
    await this.#change(async (draft) => {
      for (const name of this.#names) draft.retire(name);
    });
    return this.#report('ok');
  }

  #in(stage: SecretEntry['rotation']): string[] {
    return [...this.#names].filter((name) => this.#store.entry(name)?.rotation === stage);
  }

  #change(work: (draft: StoreDraft) => Promise<void>): Promise<void> {
    return this.#store.change(this.#options.by, work);
  }

  #report(result: RotationReport['result']): RotationReport {
    const seconds = (Date.now() - this.#started) / 1000;
    return { result, rotated: result === 'ok' ? [...this.#names] : [], steps: this.#steps, seconds };
  }

  /** Makes the coming values of those secrets that are not in the middle of a rotation already. */
  async #prepare(): Promise<void> {
    await this.#change(async (draft) => {
      for (const { name, spec } of this.#secrets) {
        // Also where nothing depends on it: who cannot read a value could not bring it to anybody.
        const value = await draft.reveal(name);
        if (draft.entry(name)?.rotation !== undefined) continue;
        const before = spec.kind === 'database-login' ? parseLogin(value).login : undefined;
        const made = await makeValue(spec, draft, before);
        await draft.prepare(name, made.value, made.public);
      }
    });
  }

  /** Nothing is begun that could not be ended. */
  async #assertReachable(placements: readonly Placement[]): Promise<void> {
    assertAddressesUnclaimed(this.#fleet, placements);
    const surveys = await this.#survey(placements, this.#store);
    closeAll(surveys);
    const dead = surveys.filter((survey) => 'error' in survey).filter((survey) => !this.#isToCome(survey));
    const [first] = dead;
    if (first === undefined) return;
    throw new UndeError({
      code: 'HOSTS_UNREACHABLE',
      message: `${dead.length} host(s) that use these secrets cannot be reached; nothing was changed`,
      exit: first.error.exit,
      details: dead.map(({ assignment, error }) => `${assignment.host.name}: ${error.message}`),
      hint: first.error.hint ?? 'unde doctor',
    });
  }

  /** A host that is still to be created holds nothing; it gets what is current with its first deploy. */
  #isToCome(survey: Survey): boolean {
    const { status } = survey.assignment.host;
    return 'error' in survey && status === 'create' && this.#fleet.context.name === 'production';
  }

  async #survey(placements: readonly Placement[], view: StoreReader): Promise<Survey[]> {
    return surveyFleet(this.#fleet, await assignmentsOf(this.#fleet, placements, this.#catalog, view, false));
  }

  /** Brings services on hosts to what a view of the store says, one at a time; stops at the first that fails. */
  async #walk(
    phase: RotationPhase,
    text: string,
    placements: readonly Placement[],
    view: StoreReader = this.#store,
  ): Promise<boolean> {
    if (placements.length === 0) return true;
    this.#options.onEvent({ kind: 'phase', phase, text });
    const surveys = await this.#survey(placements, view);
    try {
      for (const survey of surveys) {
        for (const desired of survey.assignment.desired) {
          if (this.#options.signal.aborted) return false;
          const outcome = await this.#step(survey, desired.service);
          if (outcome === undefined) continue;
          this.#steps.push({ ...outcome, phase });
          this.#options.onEvent({ kind: 'step', phase, outcome });
          if (!outcome.ok) return false;
        }
      }
      return true;
    } finally {
      closeAll(surveys);
    }
  }

  async #step(survey: Survey, service: string): Promise<StepOutcome | undefined> {
    const host = survey.assignment.host.name;
    if (this.#isToCome(survey)) return undefined;
    if ('error' in survey) return { service, host, ok: false, text: survey.error.message, journal: [] };
    const desired = survey.assignment.desired.find((each) => each.service === service);
    const move = desired && rotationAim(desired, survey.facts, this.#names);
    if (move === undefined) return undefined;
    return takeStep(this.#fleet, survey, move, this.#store, this.#options.by);
  }

  /**
   * After a holder that did not stand its new value.
   *
   * @param fresh Secrets whose values changed places in this run.
   * @returns Whether everything is as it was before: everybody uses the old value.
   */
  async #takeBack(fresh: readonly string[]): Promise<boolean> {
    const moved = this.#steps.filter(({ phase }) => phase === 'move');
    const failed = moved.find(({ ok }) => !ok);
    if (failed === undefined) return false;
    const first = moved.length === 1 && fresh.length === this.#names.size;
    // The one that failed goes back in either case: the old value is accepted still.
    await this.#exchange();
    const [placement] = placementsOf(this.#fleet, [failed]);
    const back =
      placement === undefined ||
      (await this.#walk('move', `the old value goes back to ${placeOf(failed)}`, [placement]));
    if (!first) await this.#exchange();
    return first && back;
  }

  async #exchange(): Promise<void> {
    await this.#change(async (draft) => {
      for (const name of this.#names) await draft.promote(name);
    });
  }
}

/** Each service on each host once, in the order in which they are named. */
function placementsOf(fleet: Fleet, uses: readonly Pick<SecretUse, 'host' | 'service'>[]): Placement[] {
  const found = new Map<string, Placement>();
  for (const use of uses) {
    const host = fleet.hosts.find(({ name }) => name === use.host);
    if (host !== undefined) found.set(`${use.service} ${use.host}`, { host, service: use.service });
  }
  return [...found.values()];
}
