import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import { encodeModel, type Graph } from './graph.ts';
import { chunksOf, sizeOf } from './protobuf.ts';

/** A model file that was written. */
export interface GeneratedModel {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Numbers that training would have set. */
  readonly parameters: number;
}

/**
 * Writes a graph as an ONNX file, streaming. The file appears whole or not at all.
 *
 * @throws UndeError CANNOT_WRITE
 */
export async function writeModel(file: string, graph: Graph): Promise<GeneratedModel> {
  const pieces = encodeModel(graph);
  const partial = `${file}.partial-${process.pid}`;
  const hash = createHash('sha256');
  try {
    const handle = await open(partial, 'w');
    try {
      for (const chunk of chunksOf(pieces)) {
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new UndeError({
      code: 'CANNOT_WRITE',
      message: `${file} cannot be written: ${messageOf(cause)}`,
      exit: 'config',
      where: { file },
      hint: 'name a file in a folder that exists, with room for the model',
      cause,
    });
  }
  const parameters = graph.initializers
    // The graph's own factors are scalars; no weight is.
    .filter((tensor) => tensor.element === 'float' && tensor.data.byteLength > 4)
    .reduce((sum, tensor) => sum + tensor.data.byteLength / 4, 0);
  return { file, bytes: sizeOf(pieces), sha256: hash.digest('hex'), parameters };
}
