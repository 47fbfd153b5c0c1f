/**
 * Writes a photo of a product that the made-up catalogue has, and tells Ximilar's simulator what the real one would
 * know: what is to be seen on that photo, and the catalogue, which a sync keeps there. Arguments: the photo's file, the
 * simulator's host:port, the object storage's, the number of brands and of products each.
 */
import { writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { drawGarment } from '../../src/lib/operations/seed/drawing.ts';
import { syntheticCatalogue } from '../../src/lib/operations/seed/product.ts';
import { CATALOGUE_BUCKET, photoKey } from '../../src/lib/operations/seed/seed.ts';

/** Which product of the catalogue somebody wears. */
const WORN = 8;
/** Ximilar takes so many records a request. */
const RECORDS = 10;
const [file = '', simulator = '', objects = '', brands = '', products = ''] = process.argv.slice(2);

const catalogue = syntheticCatalogue(Number(brands), Number(products));
const worn = catalogue[WORN];
if (worn === undefined) throw new Error('the catalogue is too small');

// None of the catalogue's own photos: askew, and in worse light.
const photo = await sharp(Buffer.from(drawGarment(worn.look, 0)))
  .rotate(3, { background: '#e4e0da' })
  .modulate({ brightness: 0.92 })
  .jpeg({ quality: 75 })
  .toBuffer();
writeFileSync(file, photo);
await report('PUT', '/_simulator/scenes', {
  image: photo.toString('base64'),
  objects: [{ name: `Clothing/${worn.category}`, box: [0.03, 0.02, 0.94, 0.96] }],
  tags: { Category: worn.category },
});

const records = catalogue.map((product) => ({
  _id: `${product.brand}/${product.sku}`,
  _url: `http://${objects}/${CATALOGUE_BUCKET}/${photoKey(product, 0)}`,
  sku: product.sku,
  brand: product.brand,
  category: product.category,
  title: product.name,
}));
for (let at = 0; at < records.length; at += RECORDS) {
  await report('POST', '/similarity/fashion-new/v2/insert', { records: records.slice(at, at + RECORDS) });
}
console.log(`Ximilar's simulator knows ${records.length} products`);
console.log(
  `garment.jpg shows ${worn.brand} ${worn.sku}, "${worn.name}", as none of the catalogue's photos does`,
);

async function report(method: string, path: string, body: object): Promise<void> {
  const response = await fetch(`http://${simulator}${path}`, {
    method,
    headers: {
      authorization: 'Token of-the-lab',
      'collection-id': 'catalogue',
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`${method} ${path} of the simulator: ${response.status} ${await response.text()}`);
}
