import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { RecognitionFleet } from '../../test/lab/recognition-fleet.ts';
import type { Sent } from '../../test/lab/recognition-probe.ts';
import { drawPhoto } from '../../test/vendors/pictures.ts';
import type { Extent } from '../bench.ts';
import { benchModel } from '../embedder/photos.ts';

/** How long each vendor takes for each request, in milliseconds. */
export const VENDOR_MS = 300;
/** More a second than any run asks of Ximilar: its plan's limit is not what is measured. */
const XIMILAR = { perSecond: 1000, burst: 1000 };

/** A photo with one garment, in pixels; the vendors' calls for it come one after another. */
const PHOTO = { width: 1200, height: 1800 };

/** The rig of a smoke run. */
let shared: Promise<RecognitionRig> | undefined;

/** A request as it ended. */
export interface Ended {
  readonly id: string;
  readonly state: 'done' | 'failed';
  /** When it was taken on and when it ended, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly degraded: readonly string[];
  readonly steps: readonly { readonly step: string; readonly state: string; readonly ms: number }[];
}

/**
 * Recognition with all its neighbours in a lab, real databases included; the model has the real one's size, both vendors
 * answer after a while. Everything else is as it is shipped.
 */
export class RecognitionRig {
  readonly fleet: RecognitionFleet;
  readonly #photo: string;

  readonly #isShared: boolean;

  private constructor(fleet: RecognitionFleet, photo: string, isShared: boolean) {
    this.fleet = fleet;
    this.#photo = photo;
    this.#isShared = isShared;
  }

  /** Boots and deploys it all; in a smoke run once, for all benchmarks that ask. */
  static up(lab: string, extent: Extent): Promise<RecognitionRig> {
    if (extent.lab === undefined) return RecognitionRig.#make(lab, extent);
    shared ??= RecognitionRig.#make(extent.lab, extent).then((rig) => {
      process.once('exit', () => rmSync(rig.fleet.chain.fleet.directory, { recursive: true, force: true }));
      return rig;
    });
    return shared;
  }

  static async #make(lab: string, extent: Extent): Promise<RecognitionRig> {
    const fleet = await RecognitionFleet.up(lab, {
      model: await benchModel(extent),
      settings: { 'ximilar-gw': XIMILAR },
    });
    await fleet.plant();
    const drawn = await drawPhoto([{ colour: 'crimson', box: [0.1, 0.1, 0.8, 0.8] }], PHOTO);
    await fleet.chain.behave('ximilar', { latency_ms: VENDOR_MS });
    await fleet.chain.behave('gemini', { latency_ms: VENDOR_MS });
    return new RecognitionRig(fleet, fleet.chain.photo('users/bench.jpg', drawn), extent.lab !== undefined);
  }

  /** Sends requests about a photo each; nothing is sent twice. Answers what recognition said to each. */
  send(
    count: number,
    underWay: number,
    how: { readonly perSecond?: number; readonly follow?: boolean } = {},
  ): Promise<readonly Sent[]> {
    const requests = Array.from({ length: count }, () => {
      const id = randomUUID();
      return { id, image_url: `${this.#photo}?${id}` };
    });
    return this.fleet.send({ requests, underWay, ...how, persist: false, seconds: 0 });
  }

  /** How often both vendors were asked until now. */
  async vendorRequests(): Promise<number> {
    return (await this.fleet.vendorRequests('ximilar')) + (await this.fleet.vendorRequests('gemini'));
  }

  /**
   * Waits until requests have ended.
   *
   * @param seconds How long, at most; those that have not ended by then are missing in the answer.
   */
  async ended(sent: readonly Sent[], seconds: number): Promise<readonly Ended[]> {
    const ids = sent.map(({ id }) => `'${id}'`).join(', ');
    const until = Date.now() + seconds * 1000;
    const count = () =>
      this.fleet.chain.sql(
        `SELECT count(*) FROM recognition_requests WHERE finished_at IS NOT NULL AND id IN (${ids})`,
      );
    while (Number(await count()) < sent.length && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const rows = await this.fleet.chain.sql(
      `SELECT jsonb_build_object('id', id, 'state', status, 'from', extract(epoch FROM created_at) * 1000,
         'to', extract(epoch FROM finished_at) * 1000, 'degraded', result -> 'degraded', 'steps', result -> 'steps')
       FROM recognition_requests WHERE finished_at IS NOT NULL AND id IN (${ids})`,
    );
    return rows
      .split('\n')
      .filter((row) => row !== '')
      .map((row) => JSON.parse(row) as Ended);
  }

  /** Resident memory of recognition's process in bytes: now, and the most that it ever was. */
  async memory(): Promise<{ readonly now: number; readonly peak: number }> {
    const text = await this.fleet.chain.fleet.console(
      'recognition',
      'grep -E "^Vm(RSS|HWM)" /proc/$(systemctl show -p MainPID --value unde-recognition)/status',
    );
    const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1] ?? NaN) * 1024;
    return { now: of('VmRSS'), peak: of('VmHWM') };
  }

  /** Takes the lab down, unless others share it. */
  async down(): Promise<void> {
    if (!this.#isShared) await this.fleet.down();
  }
}
