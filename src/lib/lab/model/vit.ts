import type { AttributeValue, Graph, GraphNode, GraphValue, Initializer } from './graph.ts';
import { constantWeights, randomWeights } from './random-weights.ts';

/** The measures of a vision transformer. */
export interface VitShape {
  readonly image: number;
  readonly patch: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly projection: number;
}

/** CLIP's ViT-B/32 image tower (OpenAI, 2021; FashionCLIP 2.0 has the same): 88 M parameters, 351 MB in float32. */
export const VIT_B32: VitShape = {
  image: 224,
  patch: 32,
  width: 768,
  layers: 12,
  heads: 12,
  projection: 512,
};

/** The same inputs and outputs at a thousandth of the work, for tests and labs. */
export const VIT_SMALL: VitShape = {
  image: 224,
  patch: 32,
  width: 128,
  layers: 2,
  heads: 2,
  projection: 512,
};

/** What else a graph can be made with; the defaults are those of a usual export of the image tower. */
export interface VitOptions {
  readonly seed: number;
  /** The batch dimension: a name for any size, a number for a fixed one. */
  readonly batch?: string | number;
  /** Inputs that the graph declares and does not use, as exports of the whole CLIP have for text. */
  readonly extraInputs?: readonly GraphValue[];
}

/**
 * A vision transformer with seeded random weights: what it computes means nothing, and costs what the real one
 * costs. Patch embedding, class token, position embeddings, pre-norm, then blocks of attention and MLP (QuickGELU)
 * with residuals, and the class token normed and projected. Its output is not of unit length, like most exports.
 */
export function vitGraph(shape: VitShape, options: VitOptions): Graph {
  const { width, projection, image, patch } = shape;
  const batch = options.batch ?? 'batch';
  const patches = (image / patch) ** 2;
  const build = new VitBuilder(options.seed);
  const fan = (size: number) => 1 / Math.sqrt(size);

  const patched = build.op(
    'Conv',
    ['pixel_values', build.random([width, 3, patch, patch], fan(3 * patch * patch))],
    { strides: [patch, patch], kernel_shape: [patch, patch] },
  );
  const rows = build.op('Reshape', [patched, build.int64([0, width, patches])]);
  const tokens = build.op('Transpose', [rows], { perm: [0, 2, 1] });
  // Zero times the batch's own first token is a class token for each image, whatever the batch's size.
  const first = build.op('Slice', [tokens, build.int64([0]), build.int64([1]), build.int64([1])]);
  const zeros = build.op('Mul', [first, build.constant([1], 0)]);
  const classToken = build.op('Add', [zeros, build.random([width], fan(width))]);
  const sequence = build.op('Concat', [classToken, tokens], { axis: 1 });
  const placed = build.op('Add', [sequence, build.random([patches + 1, width], fan(width))]);

  let x = build.norm(placed, width);
  for (let layer = 0; layer < shape.layers; layer++) x = block(build, x, shape, patches + 1);

  const pooled = build.op('Gather', [x, build.int64([0], [])], { axis: 1 });
  const normed = build.norm(pooled, width);
  build.op('MatMul', [normed, build.random([width, projection], fan(width))], {}, 'image_embeds');
  return {
    name: 'vit',
    inputs: [
      { name: 'pixel_values', element: 'float', shape: [batch, 3, image, image] },
      ...(options.extraInputs ?? []),
    ],
    outputs: [{ name: 'image_embeds', element: 'float', shape: [batch, projection] }],
    initializers: build.initializers,
    nodes: build.nodes,
  };
}

function block(build: VitBuilder, x: string, shape: VitShape, length: number): string {
  const { width, heads } = shape;
  const attended = build.op('Add', [x, attention(build, build.norm(x, width), width, heads, length)]);
  const hidden = build.linear(build.norm(attended, width), width, 4 * width);
  const gate = build.op('Sigmoid', [build.op('Mul', [hidden, build.constant([1], 1.702)])]);
  const gelu = build.op('Mul', [hidden, gate]);
  return build.op('Add', [attended, build.linear(gelu, 4 * width, width)]);
}

function attention(build: VitBuilder, x: string, width: number, heads: number, length: number): string {
  const depth = width / heads;
  const split = (perm: number[]) => {
    const linear = build.linear(x, width, width);
    const parts = build.op('Reshape', [linear, build.int64([0, length, heads, depth])]);
    return build.op('Transpose', [parts], { perm });
  };
  const query = build.op('Mul', [split([0, 2, 1, 3]), build.constant([1], 1 / Math.sqrt(depth))]);
  const scores = build.op('MatMul', [query, split([0, 2, 3, 1])]);
  const weights = build.op('Softmax', [scores], { axis: 3 });
  const mixed = build.op('MatMul', [weights, split([0, 2, 1, 3])]);
  const joined = build.op('Transpose', [mixed], { perm: [0, 2, 1, 3] });
  return build.linear(build.op('Reshape', [joined, build.int64([0, length, width])]), width, width);
}

/** Collects nodes and constants, and names them. */
class VitBuilder {
  readonly nodes: GraphNode[] = [];
  readonly initializers: Initializer[] = [];
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Adds an operator; answers its output's name. */
  op(
    op: string,
    inputs: readonly string[],
    attributes: Record<string, AttributeValue> = {},
    output = `v${this.nodes.length}`,
  ): string {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  linear(x: string, from: number, to: number): string {
    const product = this.op('MatMul', [x, this.random([from, to], 1 / Math.sqrt(from))]);
    return this.op('Add', [product, this.random([to], 0.01)]);
  }

  norm(x: string, width: number): string {
    // The axis is the last one and the epsilon 1e-5 by default, which is what CLIP has.
    return this.op('LayerNormalization', [x, this.constant([width], 1), this.constant([width], 0)]);
  }

  random(shape: number[], deviation: number): string {
    // Each tensor has a seed of its own, so that one more layer leaves the others' weights as they are.
    const seed = Math.imul(this.#seed + 1, 0x01000193) ^ (this.initializers.length + 1);
    return this.#add(shape, 'float', randomWeights(product(shape), deviation, seed));
  }

  constant(shape: number[], value: number): string {
    return this.#add(shape, 'float', constantWeights(product(shape), value));
  }

  int64(values: number[], shape: number[] = [values.length]): string {
    return this.#add(shape, 'int64', new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer));
  }

  #add(shape: number[], element: Initializer['element'], data: Initializer['data']): string {
    const name = `w${this.initializers.length}`;
    this.initializers.push({ name, element, shape, data });
    return name;
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, size) => all * size, 1);
}
