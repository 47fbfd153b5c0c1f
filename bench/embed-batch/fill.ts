/** Puts photos into the lab's storage, from inside the lab: `node fill.ts ENDPOINT COUNT FILE…`. */
import { readFileSync } from 'node:fs';
import { Objects } from '../../src/lib/runtime/stores/objects.ts';

const [endpoint = '', count = '', ...files] = process.argv.slice(2);
const photos = files.map((file) => readFileSync(file));
const objects = new Objects({
  endpoint,
  bucket: 'unde-images',
  key: 'lab:lab',
  connections: 4,
  deadlineMs: 60_000,
});
await objects.makeBucket();
let next = 0;
await Promise.all(
  Array.from({ length: 4 }, async () => {
    while (next < Number(count)) {
      const number = next++;
      await objects.put(
        `originals/bench/${number}.jpg`,
        photos[number % photos.length] as Buffer,
        'image/jpeg',
      );
    }
  }),
);
objects.close();
