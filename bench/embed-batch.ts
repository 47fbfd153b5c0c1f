import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { median, type Bench, type Extent, type Measurement } from './bench.ts';
import { BatchLab } from './embed-batch/batch-lab.ts';
import { benchModel, benchPhotos } from './embedder/photos.ts';
import type { Parts } from './embedder/probe.ts';

const PHOTOS_EACH = 5;
/** The catalogue has 47 thousand products of five photos. */
const FULL = { photos: 300, rounds: 5, products: 47_000, files: 40 };
const SMOKE: typeof FULL = { photos: 5, rounds: 1, products: 10, files: 2 };
/** What the description expects of its machine. */
const SPEC = { cores: 6, hours: [8, 13] } as const;

interface Round {
  /** Images a second. */
  readonly rate: number;
  readonly ceiling: number;
  readonly parts: Parts;
  /** Processor time of storage and database, and of embed-batch itself, in seconds an image. */
  readonly stores: { readonly storage: number; readonly database: number };
  readonly own: number;
}

export const bench: Bench = {
  name: 'embed-batch',
  what: 'photos a second from S3 to vectors in PostgreSQL, against what model, decoder and the stores allow',
  async run(extent) {
    const size = extent.smoke ? SMOKE : FULL;
    const lab = await BatchLab.up(size, extent);
    const probe = await Probe.start(size, extent);
    try {
      await lab.run();
      const rounds: Round[] = [];
      // The parts are measured around each round, so that both see the same machine.
      let before = await probe.parts();
      for (let number = 0; number < size.rounds; number++) {
        await lab.sql('DELETE FROM sku_image_embeddings');
        const [round, after] = await measure(lab, probe, before, size.photos);
        rounds.push(round);
        before = after;
      }
      const rate = median(rounds.map((round) => round.rate));
      return [throughput(rounds), projection(rate), await nothingNew(lab, rate, size.products)];
    } finally {
      probe.end();
      await lab.down();
    }
  },
};

async function measure(lab: BatchLab, probe: Probe, before: Parts, photos: number): Promise<[Round, Parts]> {
  const start = await lab.processor();
  const run = await lab.run();
  const end = await lab.processor();
  if (run.done !== photos) throw new Error(`${run.done} of ${photos} photos were embedded`);
  const after = await probe.parts();
  const parts = {
    rawImagesPerSecond: (before.rawImagesPerSecond + after.rawImagesPerSecond) / 2,
    decodeCoreSeconds: (before.decodeCoreSeconds + after.decodeCoreSeconds) / 2,
  };
  const stores = {
    storage: (end.storage - start.storage) / photos,
    database: (end.database - start.database) / photos,
  };
  const besides = parts.decodeCoreSeconds + stores.storage + stores.database;
  const round = {
    rate: photos / secondsOf(run),
    ceiling: 1 / (1 / parts.rawImagesPerSecond + besides / os.availableParallelism()),
    parts,
    stores,
    own: (end.batch - start.batch) / photos,
  };
  return [round, after];
}

function throughput(rounds: readonly Round[]): Measurement {
  const of = (value: (round: Round) => number) => median(rounds.map(value));
  const ms = (seconds: number) => `${(seconds * 1000).toFixed(1)} core-ms`;
  const rate = of((round) => round.rate);
  const ratio = of((round) => round.rate / round.ceiling);
  return {
    name: 'embed-batch',
    value: rate,
    unit: 'images/s',
    reference: rate / ratio,
    ratio,
    aim: 'ratio >= 0.90',
    holds: ratio >= 0.9,
    note: `model alone ${of(({ parts }) => parts.rawImagesPerSecond).toFixed(1)} images/s, decoding ${ms(of(({ parts }) => parts.decodeCoreSeconds))}, S3 ${ms(of(({ stores }) => stores.storage))}, PostgreSQL ${ms(of(({ stores }) => stores.database))}, embed-batch in all ${ms(of(({ own }) => own))}; rounds ${rounds
      .map((round) => (round.rate / round.ceiling).toFixed(3))
      .join(' ')}`,
  };
}

const CATALOGUE = FULL.products * PHOTOS_EACH;

function projection(rate: number): Measurement {
  const cores = os.availableParallelism();
  const hours = CATALOGUE / (rate * (SPEC.cores / cores)) / 3600;
  return {
    name: 'embed-batch, projected full load',
    value: hours,
    unit: 'h',
    reference: SPEC.hours[0],
    ratio: hours / SPEC.hours[0],
    aim: 'stated',
    holds: true,
    note: `${CATALOGUE} photos / (${rate.toFixed(1)} images/s x ${SPEC.cores}/${cores} cores); the description says ${SPEC.hours.join(' to ')} h; the index comes on top, see knn`,
  };
}

/** A run over the whole catalogue, where every photo has its embedding already. */
async function nothingNew(lab: BatchLab, rate: number, products: number): Promise<Measurement> {
  await lab.run();
  // Such a run reads no vector; building their index would take minutes that have nothing to do with it.
  await lab.sql(`
    BEGIN;
    SELECT drop_embeddings_index();
    INSERT INTO products (brand_id, sku, name) SELECT b.id, 'x' || n, n FROM brands b, generate_series(1, ${products}) n;
    INSERT INTO photos (product_id, position, object_key, content_hash)
      SELECT pr.id, n, 'originals/' || pr.sku || '/' || n, sha256(pr.sku::bytea) FROM products pr, generate_series(1, 5) n
      WHERE pr.sku LIKE 'x%';
    INSERT INTO sku_image_embeddings (product_id, photo_id, model_id, preprocessing, content_hash, brand_id, category, embedding)
      SELECT p.product_id, p.id, e.model_id, e.preprocessing, p.content_hash, pr.brand_id, pr.category, e.embedding
      FROM photos p JOIN products pr ON pr.id = p.product_id, (SELECT * FROM sku_image_embeddings LIMIT 1) e
      WHERE pr.sku LIKE 'x%';
    CREATE INDEX sku_image_embeddings_hnsw ON sku_image_embeddings (id);
    COMMIT`);
  await lab.sql('VACUUM ANALYZE');
  const begun = performance.now();
  const run = await lab.run();
  const seconds = (performance.now() - begun) / 1000;
  if (run.total !== 0) throw new Error(`${run.total} photos were missing`);
  const photos = products * PHOTOS_EACH;
  const full = photos / rate;
  return {
    name: 'embed-batch, nothing new',
    value: seconds,
    unit: 's',
    reference: full,
    ratio: seconds / full,
    aim: 'ratio <= 0.02',
    holds: seconds <= 0.02 * full,
    note: `${photos} photos, the command included; a full run here would take ${(full / 3600).toFixed(1)} h`,
  };
}

function secondsOf(run: { started: string; ended: string | null }): number {
  return (Date.parse(run.ended ?? '') - Date.parse(run.started)) / 1000;
}

/** What measures the parts alone, as a process of its own. */
class Probe {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  private constructor(child: ChildProcess, lines: Interface) {
    this.#child = child;
    this.#lines = lines;
  }

  static async start({ files }: typeof FULL, extent: Extent): Promise<Probe> {
    const file = path.join(import.meta.dirname, 'embedder/probe.ts');
    const child = spawn(process.execPath, [file, await benchModel(extent), ...(await benchPhotos(files))], {
      env: { ...process.env, UNDE_ONLY_LAB: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    await once(lines, 'line');
    return new Probe(child, lines);
  }

  async parts(): Promise<Parts> {
    const answer = once(this.#lines, 'line') as Promise<[string]>;
    this.#child.stdin?.write('parts\n');
    return JSON.parse((await answer)[0]) as Parts;
  }

  end(): void {
    this.#child.kill();
  }
}
