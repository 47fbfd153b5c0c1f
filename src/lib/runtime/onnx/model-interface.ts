import { UndeError } from '../../common/error/unde-error.ts';

/** A tensor as a session declares it; a string stands for a dimension of any size. */
export interface TensorDeclaration {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** How an image tower is fed, found by shapes: exports differ in names. */
export interface ModelInterface {
  readonly image: TensorDeclaration;
  readonly embedding: TensorDeclaration;
  /** Inputs beside the image, as exports of the whole CLIP have for text; they are fed with ones. */
  readonly others: readonly TensorDeclaration[];
  /** A batch size that the file fixes, or undefined where any is taken. */
  readonly fixedBatch: number | undefined;
}

/**
 * Finds the image input `[n, 3, 224, 224]` and the output `[n, 512]` of a model. Where several outputs have that
 * shape, the one whose batch dimension has the image input's name is meant.
 *
 * @throws UndeError MODEL_SHAPE
 */
export function modelInterface(
  inputs: readonly TensorDeclaration[],
  outputs: readonly TensorDeclaration[],
  dimensions = 512,
): ModelInterface {
  const images = inputs.filter(
    ({ type, shape }) => type === 'float32' && shape.length === 4 && shape.slice(1).join() === '3,224,224',
  );
  const [image] = images;
  if (image === undefined || images.length > 1) {
    throw wrongShape(`${images.length} inputs of shape [n, 3, 224, 224], not one`, inputs, outputs);
  }
  const embeddings = outputs.filter(
    ({ type, shape }) => type === 'float32' && shape.length === 2 && shape[1] === dimensions,
  );
  const sameBatch = embeddings.filter(({ shape }) => shape[0] === image.shape[0]);
  const candidates = embeddings.length === 1 ? embeddings : sameBatch;
  const [embedding] = candidates;
  if (embedding === undefined || candidates.length > 1) {
    const found = candidates.length > 1 ? candidates.length : embeddings.length;
    throw wrongShape(`${found} outputs of shape [n, ${dimensions}], not one`, inputs, outputs);
  }
  const batch = image.shape[0];
  return {
    image,
    embedding,
    others: inputs.filter((input) => input !== image),
    fixedBatch: typeof batch === 'number' && batch > 0 ? batch : undefined,
  };
}

function wrongShape(
  why: string,
  inputs: readonly TensorDeclaration[],
  outputs: readonly TensorDeclaration[],
): UndeError {
  return new UndeError({
    code: 'MODEL_SHAPE',
    message: `this is no CLIP image tower: it has ${why}`,
    exit: 'config',
    hint: 'export the image tower of FashionCLIP 2.0 alone, with its projection (image_embeds)',
    details: [
      ...inputs.map((tensor) => `input  ${describeTensor(tensor)}`),
      ...outputs.map((tensor) => `output ${describeTensor(tensor)}`),
    ],
  });
}

/** A tensor's declaration in one line. */
export function describeTensor({ name, type, shape }: TensorDeclaration): string {
  return `${name} ${type} [${shape.join(', ')}]`;
}
