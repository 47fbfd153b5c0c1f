import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkModel } from '../../../../src/lib/operations/model/check.ts';
import { writeModel } from '../../../../src/lib/lab/model/generate.ts';
import { VIT_B32, VIT_SMALL, vitGraph } from '../../../../src/lib/lab/model/vit.ts';
import { smallModel } from '../../lab/model/small-model.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'unde-model-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function copyOfModel(name: string): Promise<string> {
  const file = path.join(directory, name);
  await copyFile(await smallModel(), file);
  return file;
}

describe('writeModel', () => {
  it('writes the same bytes for the same seed, and others for another', async () => {
    const write = (name: string, seed: number) =>
      writeModel(path.join(directory, name), vitGraph(VIT_SMALL, { seed }));
    const first = await write('a.onnx', 3);
    const second = await write('b.onnx', 3);
    const third = await write('c.onnx', 4);
    expect(second.sha256).toBe(first.sha256);
    expect(third.sha256).not.toBe(first.sha256);
    expect((await readFile(first.file)).length).toBe(first.bytes);
  });

  it('leaves nothing behind when it cannot write', async () => {
    const file = path.join(directory, 'missing', 'a.onnx');
    await expect(writeModel(file, vitGraph(VIT_SMALL, { seed: 1 }))).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      exit: 'config',
    });
  });

  it("counts as many parameters as CLIP's ViT-B/32 image tower has", () => {
    const weights = vitGraph(VIT_B32, { seed: 1 }).initializers.filter(
      ({ element, data }) => element === 'float' && data.byteLength > 4,
    );
    expect(weights.reduce((sum, { data }) => sum + data.byteLength / 4, 0)).toBe(87_849_216);
  });
});

describe('checkModel', () => {
  it('accepts an image tower, and reports what it is', async () => {
    const report = await checkModel(await smallModel(), { writeGolden: false });
    expect(report).toMatchObject({
      input: 'pixel_values float32 [batch, 3, 224, 224]',
      output: 'image_embeds float32 [batch, 512]',
      otherInputs: [],
      normalised: false,
      golden: 'none',
    });
    expect(report.trial.imagesPerSecond).toBeGreaterThan(0);
  });

  it('feeds inputs that are not the image, and reports them', async () => {
    const file = await smallModel(
      'text',
      {},
      { extraInputs: [{ name: 'input_ids', element: 'int64', shape: ['texts', 77] }] },
    );
    const report = await checkModel(file, { writeGolden: false });
    expect(report.otherInputs).toEqual(['input_ids int64 [texts, 77]']);
  });

  it('compares with the golden vector that it wrote', async () => {
    const file = await copyOfModel('golden.onnx');
    expect((await checkModel(file, { writeGolden: true })).golden).toBe('written');
    expect((await checkModel(file, { writeGolden: false })).golden).toBe('matches');
    const golden = JSON.parse(await readFile(`${file}.golden.json`, 'utf8')) as { vector: number[] };
    const turned = { ...golden, vector: golden.vector.toReversed() };
    await writeFile(`${file}.golden.json`, JSON.stringify(turned));
    await expect(checkModel(file, { writeGolden: false })).rejects.toMatchObject({ code: 'GOLDEN_DIFFERS' });
    await writeFile(`${file}.golden.json`, '{}');
    await expect(checkModel(file, { writeGolden: false })).rejects.toMatchObject({ code: 'BAD_GOLDEN' });
  });

  it.each([
    ['another width', 'MODEL_SHAPE', () => smallModel('narrow', { projection: 256 })],
    ['a fixed batch', 'MODEL_FIXED_BATCH', () => smallModel('fixed', {}, { batch: 2 })],
    ['no file', 'NO_MODEL', async () => path.join(directory, 'absent.onnx')],
    ['a folder', 'NO_MODEL', async () => directory],
    ['another format', 'NOT_ONNX', async () => import.meta.filename],
    [
      'its end cut off',
      'NOT_ONNX',
      async () => {
        const file = await copyOfModel('cut.onnx');
        await truncate(file, 1_000_000);
        return file;
      },
    ],
  ])('refuses a model with %s', async (_, code, make) => {
    await expect(checkModel(await make(), { writeGolden: false })).rejects.toMatchObject({
      code,
      exit: 'config',
    });
  });
});
