import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reconciliation, type BatchRun } from '../../src/contracts/embed-batch.ts';
import { cosine } from '../../src/lib/runtime/onnx/vector.ts';
import { startEmbedder, type EmbedBody } from '../services/embedder/embedder-process.ts';
import { BatchFleet } from './batch-fleet.ts';
import { until } from './fleet.ts';

const PRODUCTS = 160;
const SEEDED = PRODUCTS * 4;
/** Photos of a product that a run takes; the progressive one takes the fourth, too. */
const TAKEN = 3;
const WANTED = PRODUCTS * TAKEN;
const SIZE = 40;

let batch: BatchFleet;

beforeAll(async () => {
  // Looking for new SKUs by itself would get into the way of the tests.
  batch = await BatchFleet.up('batch', { load: 100, photosPerProduct: TAKEN, watchSeconds: 0 });
  await batch.fleet.ok('lab', 'seed', '--brands', '2', '--products', String(PRODUCTS / 2), '--photos', '4');
}, 900_000);
afterAll(async () => {
  await batch?.down();
}, 120_000);

const embeddings = () => batch.count('sku_image_embeddings');
const index = () =>
  batch.sql(
    "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('sku_image_embeddings_hnsw') AND indisvalid",
  );
/** Every photo of the catalogue that is wanted has one embedding, of its very content. */
async function expectComplete(photos = WANTED): Promise<void> {
  expect(await embeddings()).toBe(photos);
  expect(
    await batch.count(
      'sku_image_embeddings e JOIN photos p ON p.id = e.photo_id AND p.content_hash = e.content_hash',
    ),
  ).toBe(photos);
  expect(Number(await batch.sql('SELECT count(DISTINCT photo_id) FROM sku_image_embeddings'))).toBe(photos);
}
async function ended(): Promise<BatchRun> {
  const last = await until(
    'the run to end',
    () => batch.ended(),
    (run) => run !== undefined,
    150,
  );
  return last as BatchRun;
}
const some = () => until('some embeddings', embeddings, (count) => count >= SIZE, 120);
async function reconcile() {
  const answer = await batch.fleet.unde(['embed-batch', 'reconcile', '--json']);
  return { code: answer.code, found: reconciliation.parse(answer.json()) };
}
const unreadable = async () =>
  (
    (await batch.fleet.ok('embed-batch', 'failures', '--json')).json() as {
      photos: { key: string; reason: string }[];
    }
  ).photos;
/** Another photo with the same key, known to the catalogue. */
async function replace(key: string, bytes: Buffer): Promise<void> {
  await batch.put(key, bytes);
  const hash = createHash('sha256').update(bytes).digest('hex');
  await batch.sql(`UPDATE photos SET content_hash = '\\x${hash}' WHERE object_key = '${key}'`);
}
const vectorOf = async (key: string): Promise<number[]> =>
  JSON.parse(
    await batch.sql(
      `SELECT embedding FROM sku_image_embeddings e JOIN photos p ON p.id = e.photo_id WHERE object_key = '${key}'`,
    ),
  ) as number[];
const PHOTO = 'originals/zara/ZA1000/1.jpg';

describe('embed-batch, on real machines', { timeout: 400_000 }, () => {
  it('loads an empty table without its index, survives a kill -9, and builds the index at its end', async () => {
    const run = await batch.begin('--batch-size', String(SIZE));
    expect(run.total).toBe(WANTED);
    await some();
    // Without photos it gets no further, however long the next looks take.
    await batch.hold();
    let worked = 0;
    let kept = 0;
    try {
      expect(await index()).toBe('0');
      worked = await batch.metric('embed_batch_photos');
      await batch.kill();
      kept = await embeddings();
    } finally {
      await batch.release();
    }
    expect(kept).toBeLessThan(WANTED);
    expect(worked - kept).toBeLessThanOrEqual(SIZE);

    expect(await ended()).toMatchObject({
      id: run.id,
      state: 'done',
      total: WANTED,
      done: WANTED,
      failed: 0,
    });
    await expectComplete();
    expect(await index()).toBe('1');
    // What was written before is not computed again.
    expect(await batch.metric('embed_batch_photos')).toBeLessThanOrEqual(WANTED - kept);
  });

  it('leaves no holes between storage, catalogue and embeddings', async () => {
    const { code, found } = await reconcile();
    expect(found).toEqual({
      originals: SEEDED,
      photos: SEEDED,
      embeddings: WANTED,
      outdated_embeddings: 0,
      unreadable: 0,
      run_open: false,
      holes: [],
    });
    expect(code).toBe(0);
  });

  it('ends at once where there is nothing new', async () => {
    const before = await batch.metric('embed_batch_photos');
    expect(await batch.run()).toMatchObject({ state: 'done', total: 0, done: 0 });
    expect(await batch.metric('embed_batch_photos')).toBe(before);
  });

  it('makes the vector that the embedder makes', async () => {
    const form = new FormData();
    form.append('image', new Blob([Buffer.from(await batch.get(PHOTO))], { type: 'image/jpeg' }), '1.jpg');
    const embedder = await startEmbedder([]);
    try {
      const response = await fetch(`${embedder.base}/embed`, { method: 'POST', body: form });
      const { vector = [] } = (await response.json()) as EmbedBody;
      expect(cosine(vector, await vectorOf(PHOTO))).toBeGreaterThanOrEqual(0.9999);
    } finally {
      embedder.child.kill();
      await embedder.exit;
    }
  });

  it('embeds an edited photo anew by its weekly job, and keeps one row of it', async () => {
    const before = await vectorOf(PHOTO);
    const edited = await sharp({
      create: { width: 300, height: 400, channels: 3, background: '#20c040' },
    })
      .jpeg()
      .toBuffer();
    await replace(PHOTO, edited);
    expect((await reconcile()).found.holes).toEqual([
      { kind: 'photo-without-embedding', count: 1, first: [PHOTO] },
    ]);

    const job = await batch.fleet.ok('schedule', 'run', 'embedding_batch_sync', '--wait');
    expect(job.stdout).toContain('202');
    expect(await ended()).toMatchObject({ scope: 'new', state: 'done', total: 1, done: 1 });
    await expectComplete();
    expect(cosine(before, await vectorOf(PHOTO))).toBeLessThan(0.999);
  });

  it('takes more photos of products that the language model scored low, by its other job', async () => {
    const result = { garments: [{ candidates: [{ brand: 'zara', sku: 'ZA1001', rerank_score: 0.1 }] }] };
    await batch.sql(
      `INSERT INTO recognition_requests (id, request_hash, status, photo, result, finished_at)
       VALUES (gen_random_uuid(), sha256('x'), 'done', '{}', '${JSON.stringify(result)}', now())`,
    );
    const job = await batch.fleet.ok('schedule', 'run', 'embedding_progressive', '--wait');
    expect(job.stdout).toContain('202');
    await ended();
    expect(
      await batch.count(
        "sku_image_embeddings e JOIN photos p ON p.id = e.photo_id WHERE object_key = 'originals/zara/ZA1001/4.jpg'",
      ),
    ).toBe(1);
    await expectComplete(WANTED + 1);
    await batch.sql(
      'DELETE FROM sku_image_embeddings e USING photos p WHERE p.id = e.photo_id AND p.position > 3',
    );
  });

  it('names photos that cannot be read, and embeds the others', async () => {
    const [text, cut, gone] = [2, 3, 4].map((n) => `originals/zara/ZA100${n}/1.jpg`) as [
      string,
      string,
      string,
    ];
    const whole = await batch.get(PHOTO);
    const lost = await batch.get(gone);
    await replace(text, Buffer.from('<html>404</html>'));
    await replace(cut, whole.subarray(0, whole.length / 2));
    await batch.remove(gone);
    await batch.sql(
      `DELETE FROM sku_image_embeddings WHERE photo_id = (SELECT id FROM photos WHERE object_key = '${gone}')`,
    );
    await batch.sql(
      "DELETE FROM sku_image_embeddings e USING brands b WHERE b.id = e.brand_id AND b.name = 'bershka'",
    );

    const run = await batch.run();
    expect(run).toMatchObject({ state: 'done', failed: 3, done: WANTED / 2 });
    expect((await unreadable()).toSorted((a, b) => a.key.localeCompare(b.key))).toEqual([
      { key: text, reason: 'this is not a JPEG, PNG, WebP, GIF or AVIF image' },
      { key: cut, reason: expect.stringMatching(/truncated|incomplete|end/i) as string },
      { key: gone, reason: `there is no object ${gone}` },
    ]);
    const { code, found } = await reconcile();
    expect(code).toBe(10);
    expect(found).toMatchObject({
      unreadable: 3,
      holes: [{ kind: 'photo-without-original', count: 1, first: [gone] }],
    });

    // The jobs leave alone what is known to be unreadable; who asks has it tried again.
    expect(await batch.run('--scope', 'new')).toMatchObject({ total: 0 });
    await batch.put(gone, lost);
    expect(await batch.run()).toMatchObject({ state: 'done', total: 3, done: 1, failed: 2 });
    for (const key of [text, cut]) await replace(key, whole);
    expect(await batch.run('--scope', 'new')).toMatchObject({ state: 'done', total: 2, done: 2 });
    expect(await unreadable()).toEqual([]);
    expect((await reconcile()).code).toBe(0);
    await expectComplete();
  });

  it('names originals that the catalogue does not know', async () => {
    await batch.put('originals/zara/STRAY/1.jpg', Buffer.from('x'));
    const { code, found } = await reconcile();
    expect(code).toBe(10);
    expect(found.holes).toEqual([
      { kind: 'original-without-photo', count: 1, first: ['originals/zara/STRAY/1.jpg'] },
    ]);
    await batch.remove('originals/zara/STRAY/1.jpg');
  });

  it('pauses, goes on and is cancelled when it is told to; only one run is open at a time', async () => {
    await batch.sql('DELETE FROM sku_image_embeddings');
    const run = await batch.begin('--batch-size', String(SIZE));
    await some();
    await batch.hold();
    try {
      await batch.fleet.ok('embed-batch', 'pause');
      const { current } = await batch.status();
      expect(current).toMatchObject({ id: run.id, state: 'paused' });
      expect(current?.done).toBe(await embeddings());
      const second = await batch.fleet.unde(['embed-batch', 'start']);
      expect(second).toMatchObject({ code: 4 });
      expect(second.stderr).toContain('a run is open already');

      await batch.fleet.ok('embed-batch', 'resume');
      expect((await batch.status()).current).toMatchObject({ id: run.id, state: 'running' });
      // A process that begins anew knows that it was told to go on.
      await batch.kill();
      await until(
        'the service to be back',
        () => batch.metric('embed_batch_running'),
        (running) => running === 1,
      );
      await batch.fleet.ok('embed-batch', 'cancel');
    } finally {
      await batch.release();
    }
    const { current, last } = await batch.status();
    expect(current).toBeNull();
    expect(last).toMatchObject({ id: run.id, state: 'cancelled' });
    const kept = await embeddings();
    expect(kept).toBeGreaterThanOrEqual(SIZE);
    expect(kept).toBeLessThan(WANTED);
    // Searches need the index, although its load was not finished.
    await until('the index', index, (there) => there === '1');
    expect(await batch.run()).toMatchObject({ total: WANTED - kept, done: WANTED - kept });
    await expectComplete();
  });

  it('goes on by itself after PostgreSQL was restarted', async () => {
    await batch.sql('DELETE FROM sku_image_embeddings');
    const run = await batch.begin('--batch-size', String(SIZE));
    await some();
    await batch.fleet.console('production-db', 'systemctl restart unde-postgres');
    expect(await ended()).toMatchObject({ id: run.id, state: 'done', done: WANTED, failed: 0 });
    await expectComplete();
    expect(await index()).toBe('1');
    expect((await reconcile()).code).toBe(0);
  });
});
