import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assertSelfContained } from '../../../../src/lib/operations/model/external-data.ts';
import { chunksOf, message, text } from '../../../../src/lib/lab/model/protobuf.ts';
import { smallModel } from '../../lab/model/small-model.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'unde-model-'));
});
afterAll(() => rm(directory, { recursive: true }));

it('takes a model that has its weights', async () => {
  await expect(assertSelfContained(await smallModel())).resolves.toBeUndefined();
});

it.each([0, 1, (1 << 20) - 5])(
  'finds weights that lie elsewhere, wherever that is said (byte %i)',
  async (at) => {
    const file = path.join(directory, 'external.onnx');
    const entry = message(13, [text(1, 'location'), text(2, 'model.onnx.data')]);
    await writeFile(file, Buffer.concat([Buffer.alloc(at), ...chunksOf(entry)]));
    await expect(assertSelfContained(file)).rejects.toMatchObject({ code: 'MODEL_EXTERNAL_DATA' });
  },
);
