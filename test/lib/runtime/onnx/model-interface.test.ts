import { describe, expect, it } from 'vitest';
import type { UndeError } from '../../../../src/lib/common/error/unde-error.ts';
import { modelInterface, type TensorDeclaration } from '../../../../src/lib/runtime/onnx/model-interface.ts';

const tensor = (name: string, shape: (number | string)[], type = 'float32'): TensorDeclaration => ({
  name,
  type,
  shape,
});
const image = tensor('image', ['n', 3, 224, 224]);

describe('modelInterface', () => {
  it('finds input and output by their shapes', () => {
    const hidden = tensor('last_hidden_state', ['n', 50, 768]);
    const found = modelInterface([image], [hidden, tensor('anything', ['n', 512])]);
    expect(found.image.name).toBe('image');
    expect(found.embedding.name).toBe('anything');
    expect(found.fixedBatch).toBeUndefined();
  });

  it('tells the image embedding from the text embedding by the batch', () => {
    const text = tensor('input_ids', ['texts', 77], 'int64');
    const found = modelInterface(
      [text, image],
      [tensor('text_embeds', ['texts', 512]), tensor('image_embeds', ['n', 512])],
    );
    expect(found.embedding.name).toBe('image_embeds');
    expect(found.others).toEqual([text]);
  });

  it('tells a batch that is fixed', () => {
    const fixed = tensor('image', [4, 3, 224, 224]);
    expect(modelInterface([fixed], [tensor('e', [4, 512])]).fixedBatch).toBe(4);
  });

  it.each([
    ['no image', [tensor('x', ['n', 77], 'int64')], [tensor('e', ['n', 512])]],
    ['another size', [tensor('x', ['n', 3, 336, 336])], [tensor('e', ['n', 512])]],
    ['half precision', [tensor('x', ['n', 3, 224, 224], 'float16')], [tensor('e', ['n', 512])]],
    ['no embedding', [image], [tensor('hidden', ['n', 50, 768])]],
    ['another width', [image], [tensor('e', ['n', 768])]],
    ['two embeddings alike', [image], [tensor('a', ['n', 512]), tensor('b', ['n', 512])]],
  ])('refuses a model with %s', (_, inputs, outputs) => {
    expect(() => modelInterface(inputs, outputs)).toThrow(
      expect.objectContaining<Partial<UndeError>>({ code: 'MODEL_SHAPE', exit: 'config' }),
    );
  });
});
