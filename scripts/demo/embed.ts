/**
 * Posts the example garment to the lab's embedder and prints what comes back; `make demo` runs it inside the lab's
 * namespace. Argument: the embedder's address.
 */
import path from 'node:path';
import sharp from 'sharp';
import { embedResponse } from '../../src/contracts/embed.ts';

const url = `http://${process.argv[2]}:8003/embed`;
const photo = await sharp(path.resolve(import.meta.dirname, '../../examples/garment.svg'))
  .jpeg({ quality: 90 })
  .toBuffer();
const form = new FormData();
form.set('image', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'garment.jpg');

const started = performance.now();
const response = await fetch(url, { method: 'POST', body: form });
const took = performance.now() - started;
if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
const { vector, model, ms } = embedResponse.parse(await response.json());
const norm = Math.hypot(...vector);
const first = vector.slice(0, 6).map((value) => value.toFixed(4));
console.log(`POST ${url}  (garment.jpg, ${Math.round(photo.length / 1000)} KB)`);
console.log(`  vector  ${vector.length} numbers, length ${norm.toFixed(6)}: [${first.join(', ')}, …]`);
console.log(`  model   ${model}`);
console.log(`  took    ${took.toFixed(0)} ms here, ${ms.toFixed(0)} ms in the service`);
