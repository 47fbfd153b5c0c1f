import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SyntheticCatalogue, type CatalogueShape } from './catalogue.ts';

/** The model that the vectors are said to be of. */
export const MODEL = { id: createHash('sha256').update('bench').digest('hex'), preprocessing: 'clip224-1' };

const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);

/** Columns of `sku_image_embeddings`, in the order in which the file has them. */
export const COLUMNS =
  'product_id, photo_id, model_id, preprocessing, content_hash, brand_id, category, embedding';

/** Writes the embeddings of a catalogue as a file for `COPY … FROM … (FORMAT binary)`. Ids begin with 1. */
export async function writeCopyFile(file: string, shape: CatalogueShape): Promise<void> {
  const catalogue = new SyntheticCatalogue();
  const rows = function* () {
    yield HEADER;
    for (let product = 0; product < shape.products; product++) {
      const chunks: Buffer[] = [];
      for (let photo = 0; photo < shape.photosPerProduct; photo++) {
        const id = product * shape.photosPerProduct + photo + 1;
        chunks.push(
          row([
            int(product + 1, 8),
            int(id, 8),
            Buffer.from(MODEL.id),
            Buffer.from(MODEL.preprocessing),
            createHash('sha256').update(String(id)).digest(),
            int(catalogue.brandOf(product) + 1, 2),
            Buffer.from(`category-${catalogue.categoryOf(product)}`),
            vector(catalogue.embedding(product, photo)),
          ]),
        );
      }
      yield Buffer.concat(chunks);
    }
    yield TRAILER;
  };
  await pipeline(Readable.from(rows()), createWriteStream(file));
}

function row(fields: readonly Buffer[]): Buffer {
  return Buffer.concat([int(fields.length, 2), ...fields.flatMap((field) => [int(field.length, 4), field])]);
}

function int(value: number, bytes: 2 | 4 | 8): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigInt64BE(BigInt(value));
  else buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

/** pgvector's binary form: dimensions, nothing, and a float each. */
function vector(values: Float32Array): Buffer {
  const buffer = Buffer.alloc(4 + values.length * 4);
  buffer.writeInt16BE(values.length, 0);
  for (const [index, value] of values.entries()) buffer.writeFloatBE(value, 4 + index * 4);
  return buffer;
}
