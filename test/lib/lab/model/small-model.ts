import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { writeModel } from '../../../../src/lib/lab/model/generate.ts';
import { VIT_SMALL, vitGraph, type VitOptions, type VitShape } from '../../../../src/lib/lab/model/vit.ts';

/** A folder for what tests can make again. */
const CACHE = path.resolve(import.meta.dirname, '../../../../node_modules/.cache/unde-test');

/** A small model with the real one's input and output; made once. */
export async function smallModel(
  name = 'small',
  shape: Partial<VitShape> = {},
  options: Partial<VitOptions> = {},
): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const file = path.join(CACHE, `${name}-1.onnx`);
  if (!existsSync(file)) {
    await writeModel(file, vitGraph({ ...VIT_SMALL, ...shape }, { seed: 1, ...options }));
  }
  return file;
}
