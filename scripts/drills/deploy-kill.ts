import { TestFleet, until } from '../../test/lab/fleet.ts';
import { settled, wholeTruth, type Truth } from '../../test/lab/truth.ts';
import type { Cell, Drill, Trial } from '../drill/drill.ts';

const HOSTS = ['local-mood', 'scraper', 'push'];

/** A moment of the kill: a part of the time that such a deploy takes when nobody disturbs it. */
const SLICES = 5;

/** What the deploy that is killed brings. */
const KINDS = ['code', 'setting', 'code and setting', 'code that never gets ready'] as const;
type Kind = (typeof KINDS)[number];

/** The lab, and how long deploys take in it. */
interface Ground {
  readonly fleet: TestFleet;
  /** Milliseconds of an undisturbed deploy, by what it brings. */
  readonly lasts: Readonly<Record<Kind, number>>;
}

/** What the hosts have or are to have. */
interface Wanted {
  readonly mark: string;
  readonly greeting: string;
}

let serial = 0;

/** Changes what the next deploy brings; the healthy rest stays as it was. */
async function change(fleet: TestFleet, kind: Kind, before: Wanted): Promise<Wanted> {
  serial += 1;
  // Unlike any of an earlier run of this drill on the same lab.
  const name = `v${process.pid}n${serial}`;
  const next = {
    mark: kind === 'setting' ? before.mark : name,
    greeting: kind.includes('setting') ? name : before.greeting,
  };
  await fleet.release(next.mark, {
    startSeconds: 10,
    stableSeconds: 1,
    ...(kind === 'code that never gets ready' ? { fault: 'never-ready' as const } : {}),
  });
  await fleet.settings({ greeting: next.greeting });
  return next;
}

/** Waits until every host runs one whole release, and answers what each runs. */
async function whole(fleet: TestFleet): Promise<Truth[]> {
  const truths: Truth[] = [];
  for (const host of HOSTS) {
    let last: unknown;
    await until(
      `one whole release on ${host}`,
      async () => {
        const truth = await wholeTruth(fleet, host).catch((error: unknown) => void (last = error));
        if (truth !== undefined) truths.push(truth);
        return truth;
      },
      (truth) => truth !== undefined,
    ).catch((error: unknown) => {
      throw new Error(`${host}: ${last instanceof Error ? last.message : String(error)}`, { cause: error });
    });
  }
  return truths;
}

/** Brings all hosts to one known state. */
async function level(fleet: TestFleet): Promise<Wanted> {
  const wanted = await change(fleet, 'code and setting', { mark: '', greeting: '' });
  await fleet.ok('deploy', 'hello', '--no-diff');
  return wanted;
}

function expectEach(truths: readonly Truth[], allowed: readonly Wanted[], when: string): void {
  for (const [index, { mark, greeting }] of truths.entries()) {
    if (allowed.some((wanted) => wanted.mark === mark && wanted.greeting === greeting)) continue;
    throw new Error(
      `${when}: ${HOSTS[index]} runs ${mark}, greeting ${greeting}, which nobody deployed whole`,
    );
  }
}

async function prepare(): Promise<Ground> {
  const fleet = await TestFleet.up('drillkill', HOSTS);
  const lasts: Partial<Record<Kind, number>> = {};
  let before = await level(fleet);
  for (const kind of KINDS) {
    const bad = kind === 'code that never gets ready';
    const next = await change(fleet, kind, before);
    const began = performance.now();
    await fleet.exits(bad ? 7 : 0, 'deploy', 'hello', '--no-diff');
    lasts[kind] = performance.now() - began;
    if (!bad) before = next;
  }
  return { fleet, lasts: lasts as Record<Kind, number> };
}

/** Kills a deploy at a moment in a slice of its time; then what runs is whole, and the next deploy ends well. */
async function kill({ fleet, lasts }: Ground, kind: Kind, slice: number, trial: Trial): Promise<void> {
  const { random, note } = trial;
  const atMs = Math.round(((slice + random.fraction()) / SLICES) * lasts[kind]);
  const rerunAtOnce = random.pick([true, false]);
  note(
    `kill -9 after ${atMs} ms of ${Math.round(lasts[kind])}, ${rerunAtOnce ? 'rerun at once' : 'left alone'}`,
  );
  const before = await level(fleet);
  const next = await change(fleet, kind, before);
  const killed = fleet.start(['deploy', 'hello', '--no-diff']);
  // The moment is the cell's; nothing is waited for.
  await Promise.race([new Promise((resolve) => setTimeout(resolve, atMs)), killed.answer]);
  killed.kill();
  await killed.answer;
  if (!rerunAtOnce) {
    for (const host of HOSTS) await settled(fleet, host);
    // A release that never gets ready is never what a host ends with.
    const allowed = kind === 'code that never gets ready' ? [before] : [before, next];
    expectEach(await whole(fleet), allowed, 'left alone after the kill');
  }
  const healed = kind === 'code that never gets ready' ? await change(fleet, 'code', before) : next;
  await fleet.ok('deploy', 'hello', '--no-diff');
  for (const host of HOSTS) await settled(fleet, host);
  expectEach(await whole(fleet), [healed], 'after the next deploy');
}

const cells = KINDS.flatMap((kind) =>
  Array.from({ length: SLICES }, (_, slice): Cell<Ground> => ({
    name: `${kind}, ${slice + 1} of ${SLICES}`,
    run: (ground, trial) => kill(ground, kind, slice, trial),
  })),
);

/** kill -9 of the CLI at any moment of a deploy leaves whole releases, and the next deploy ends well. */
export const drill: Drill<Ground> = {
  name: 'deploy-kill',
  title: 'a deploy to three hosts is killed at any moment; what runs is whole, and the next deploy ends well',
  cells,
  prepare,
  finish: ({ fleet }) => fleet.down(),
};
