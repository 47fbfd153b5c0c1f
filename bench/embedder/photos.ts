import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { writeModel } from '../../src/lib/lab/model/generate.ts';
import { VIT_B32, VIT_SMALL, vitGraph } from '../../src/lib/lab/model/vit.ts';

/** What benchmarks can make again; kept between runs. */
const CACHE = path.resolve(import.meta.dirname, '../../node_modules/.cache/unde-bench');
const WIDTH = 1024;
const HEIGHT = 1536;
/** Brings such a picture to about 1 MB. */
const QUALITY = 95;

/** The full-size stand-in for the model, a small one for a smoke run; made once. */
export async function benchModel({ smoke }: { readonly smoke: boolean }): Promise<string> {
  const [name, shape] = smoke ? ['vit-small', VIT_SMALL] : ['vit-b32', VIT_B32];
  const file = path.join(CACHE, `${name}-1.onnx`);
  await mkdir(CACHE, { recursive: true });
  await readFile(`${file}.made`).catch(async () => {
    await writeModel(file, vitGraph(shape, { seed: 1 }));
    await writeFile(`${file}.made`, '');
  });
  return file;
}

/** Photos of nothing, 1024×1536, about 1 MB each; made once. */
export async function benchPhotos(count: number): Promise<string[]> {
  await mkdir(CACHE, { recursive: true });
  const files = Array.from({ length: count }, (_, index) => path.join(CACHE, `photo-${index}.jpg`));
  for (const [index, file] of files.entries()) {
    await readFile(file).catch(async () => writeFile(file, await drawPhoto(index)));
  }
  return files;
}

/** Soft shapes under noise: compresses, and decodes, like a photo of a garment. */
function drawPhoto(seed: number): Promise<Buffer> {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  let random = seed * 2654435761 + 1;
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const shape = Math.sin((x + seed * 37) / 90) * Math.cos((y - seed * 53) / 130);
      for (let colour = 0; colour < 3; colour++, at++) {
        random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
        pixels[at] = 128 + 70 * shape * Math.cos(colour + seed) + ((random >>> 24) - 128) / 5;
      }
    }
  }
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}
