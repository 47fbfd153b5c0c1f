import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goldenImage } from '../../../../src/lib/runtime/onnx/golden.ts';
import { InferenceWorker } from '../../../../src/lib/runtime/onnx/inference-worker.ts';
import { fileSha256 } from '../../../../src/lib/runtime/onnx/session.ts';
import { cosine, normOf } from '../../../../src/lib/runtime/onnx/vector.ts';
import { COMPUTE_NICE } from '../../../../src/lib/runtime/onnx/thread-priority.ts';
import { smallModel } from '../../lab/model/small-model.ts';

const buckets = [1, 2, 4, 8];

describe('InferenceWorker', () => {
  let worker: InferenceWorker;

  beforeAll(async () => {
    worker = await InferenceWorker.open({ file: await smallModel(), threads: 1, buckets });
  });
  afterAll(() => worker.close());

  it('tells which model it loaded, and how long its batches take', async () => {
    expect(worker.model.sha256).toBe(await fileSha256(await smallModel()));
    expect(Object.keys(worker.model.warmMs)).toEqual(['1', '2', '4', '8']);
  });

  it('answers with vectors of unit length, the same alone and in a batch, different for different images', async () => {
    const alone = await worker.run([goldenImage(1)]);
    const batch = await worker.run([goldenImage(0), goldenImage(1)]);
    const [first, second] = batch.vectors as [Float32Array, Float32Array];
    expect(first).toHaveLength(512);
    expect(normOf(first)).toBeCloseTo(1, 5);
    expect(cosine(alone.vectors[0] ?? [], second)).toBeCloseTo(1, 5);
    expect(cosine(first, second)).toBeLessThan(0.999);
  });

  it('takes the images over instead of copying them', async () => {
    const image = goldenImage();
    await worker.run([image]);
    expect(image).toHaveLength(0);
  });

  it('takes one batch at a time', async () => {
    const running = worker.run([goldenImage()]);
    await expect(worker.run([goldenImage()])).rejects.toThrow('one batch at a time');
    await running;
  });

  it('leaves the event loop free while it computes', async () => {
    let turns = 0;
    let done = false;
    const count = () => {
      turns++;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await worker.run(Array.from({ length: 8 }, () => goldenImage()));
    done = true;
    expect(turns).toBeGreaterThan(3);
  });

  it('computes on threads that stand back behind the event loop', () => {
    const niceOf = (thread: string) => {
      // Fields are counted from behind the name, which may hold spaces.
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    };
    const threads = readdirSync('/proc/self/task').map(niceOf);
    expect(niceOf(String(process.pid))).toBe(0);
    expect(threads).toContain(COMPUTE_NICE);
  });

  it('survives a batch that the model cannot take', async () => {
    await expect(worker.run([new Float32Array(IMAGE_TOO_LONG)])).rejects.toThrow();
    expect((await worker.run([goldenImage()])).vectors).toHaveLength(1);
  });

  it('refuses a model that cannot be used, with the reason', async () => {
    await expect(
      InferenceWorker.open({ file: import.meta.filename, threads: 1, buckets }),
    ).rejects.toMatchObject({
      code: 'NOT_ONNX',
      exit: 'config',
    });
  });

  it('ends without an error when it is closed', async () => {
    const another = await InferenceWorker.open({ file: await smallModel(), threads: 1, buckets: [1] });
    await another.close();
    expect(await another.ended).toBeUndefined();
  });
});

const IMAGE_TOO_LONG = 3 * 224 * 224 + 1;
