import { createReadStream } from 'node:fs';
import { UndeError } from '../../common/error/unde-error.ts';

/** How a tensor names the file that holds its data: the entry `location` of its external_data, as protobuf. */
const LOCATION = Buffer.from('\u000a\u0008location\u0012', 'latin1');

/**
 * Refuses a model whose weights lie in a second file, as newer exporters write it: a release carries one.
 *
 * @throws UndeError MODEL_EXTERNAL_DATA
 */
export async function assertSelfContained(file: string): Promise<void> {
  // The end of each chunk is looked at together with the next one, since the mark may lie across both.
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (Buffer.concat([tail, chunk]).includes(LOCATION)) {
      throw new UndeError({
        code: 'MODEL_EXTERNAL_DATA',
        message: `${file} keeps its weights in another file`,
        exit: 'config',
        where: { file },
        hint: 'save it as one: onnx.save_model(onnx.load(FILE), "model.onnx", save_as_external_data=False)',
      });
    }
    tail = chunk.subarray(Math.max(0, chunk.length - LOCATION.length + 1));
  }
}
