import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { batchStatus, type BatchRun } from '../../src/contracts/embed-batch.ts';
import { findCgroups, labCgroup } from '../../src/lib/lab/cgroup.ts';
import { labDirectory } from '../../src/lib/lab/state.ts';
import { benchModel, benchPhotos } from '../embedder/photos.ts';
import type { Extent } from '../bench.ts';
import { BenchFleet, must } from '../fleet.ts';
import { emptyCatalogue } from '../knn/empty-catalogue.ts';

const DATABASE = 'production-db';
const BATCH = 'embed-batch';
const STORAGE = 'lab-objects';
/** Between two looks at a run, in milliseconds; they take processor time of what is measured. */
const LOOK_MS = 2000;
const SMOKE_LOOK_MS = 200;

/** Processor time of the machines since they were booted, in seconds. */
export interface Processor {
  readonly storage: number;
  readonly database: number;
  readonly batch: number;
}

/** embed-batch with the full-size stand-in, Production DB and the object storage, each a machine of a lab. */
export class BatchLab {
  readonly #fleet: BenchFleet;
  readonly #extent: Extent;

  private constructor(fleet: BenchFleet, extent: Extent) {
    this.#fleet = fleet;
    this.#extent = extent;
  }

  /** Boots, deploys, and puts photos into storage and catalogue. */
  static async up(
    size: { readonly photos: number; readonly files: number },
    extent: Extent,
  ): Promise<BatchLab> {
    const fleet = await BenchFleet.up('bbatch', [DATABASE, BATCH], {
      everywhere: [],
      flags: ['--with', 'objects'],
      shared: extent.lab,
    });
    const lab = new BatchLab(fleet, extent);
    try {
      await lab.#deploy();
      await lab.#fill(size.photos, size.files);
      return lab;
    } catch (error) {
      await lab.down();
      throw error;
    }
  }

  /** A run over everything, from its beginning to its end. */
  async run(): Promise<BatchRun> {
    await this.#fleet.ok(BATCH, 'start', '--detach');
    for (;;) {
      const { current, last } = batchStatus.parse(JSON.parse(await this.#ask('/status')));
      if (current === null && last !== null) return last;
      await new Promise((resolve) => setTimeout(resolve, this.#extent.smoke ? SMOKE_LOOK_MS : LOOK_MS));
    }
  }

  async processor(): Promise<Processor> {
    const mount = await findCgroups();
    if (mount === undefined) throw new Error('this machine has no control groups');
    const of = async (machine: string) => {
      const stat = await readFile(path.join(labCgroup(mount, this.#fleet.lab, machine), 'cpu.stat'), 'utf8');
      return Number(/^usage_usec (\d+)/m.exec(stat)?.[1]) / 1e6;
    };
    return { storage: await of(STORAGE), database: await of(DATABASE), batch: await of(BATCH) };
  }

  /** Runs SQL as the administrator. */
  async sql(text: string): Promise<void> {
    await this.#fleet.ok('db', 'psql', 'production', '--write', '-c', text);
  }

  /** Takes the lab down; leaves the catalogue empty to others that share it. */
  async down(): Promise<void> {
    await emptyCatalogue(this.#fleet);
    await this.#fleet.down();
  }

  async #deploy(): Promise<void> {
    const model = await benchModel(this.#extent);
    await this.#fleet.edit(({ services }) => {
      services[BATCH] = { assets: { model }, settings: { watchSeconds: 0 } };
    });
    await this.#fleet.ok('deploy', `postgres+host:${DATABASE},pgbouncer+host:${DATABASE}`);
    await this.#fleet.ok('db', 'migrate', 'production');
    await this.#fleet.ok('deploy', BATCH);
  }

  async #fill(count: number, fileCount: number): Promise<void> {
    const files = await benchPhotos(fileCount);
    const fill = path.join(import.meta.dirname, 'fill.ts');
    const endpoint = `http://${this.#address(STORAGE)}:9000`;
    must(await this.#fleet.inside([process.execPath, fill, endpoint, String(count), ...files]));
    const hashes = files.map((name) => createHash('sha256').update(readFileSync(name)).digest('hex'));
    // One product of so many photos would leave most of them out: five each, as in the catalogue.
    await this.sql(`
      INSERT INTO brands (name, title) VALUES ('bench', 'Bench');
      INSERT INTO products (brand_id, sku, name) SELECT (SELECT id FROM brands), n, n FROM generate_series(0, ${Math.ceil(count / 5) - 1}) n;
      INSERT INTO photos (product_id, position, object_key, content_hash)
        SELECT pr.id, n % 5 + 1, 'originals/bench/' || n || '.jpg', decode(('{${hashes.join(',')}}'::text[])[n % ${fileCount} + 1], 'hex')
        FROM generate_series(0, ${count - 1}) n JOIN products pr ON pr.sku = (n / 5)::text;
      ANALYZE`);
  }

  async #ask(route: string): Promise<string> {
    return must(
      await this.#fleet.inside(['curl', '-sS', '-f', `http://${this.#address(BATCH)}:8004${route}`]),
    ).stdout;
  }

  #address(machine: string): string {
    const state = JSON.parse(readFileSync(path.join(labDirectory(this.#fleet.lab), 'lab.json'), 'utf8')) as {
      hosts: { name: string; address: string }[];
    };
    return state.hosts.find(({ name }) => name === machine)?.address ?? '';
  }
}
