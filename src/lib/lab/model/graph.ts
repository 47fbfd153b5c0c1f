import { bytes, float, integer, message, text, type Field, type Piece } from './protobuf.ts';

/** ONNX's numbers for element types. */
export const ELEMENT = { float: 1, int64: 7 } as const;

/** A tensor's shape; a name stands for a dimension that is only known when the model runs. */
export type Shape = readonly (number | string)[];

/** An input or an output of the graph. */
export interface GraphValue {
  readonly name: string;
  readonly element: keyof typeof ELEMENT;
  readonly shape: Shape;
}

/** A constant of the graph: its bytes are little-endian and may be made on demand. */
export interface Initializer {
  readonly name: string;
  readonly element: keyof typeof ELEMENT;
  readonly shape: readonly number[];
  readonly data: Piece;
}

/** An attribute's value: integers (one or a list) or a float. */
export type AttributeValue = number | readonly number[] | { readonly float: number };

/** One operator of the graph. */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A whole graph. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly initializers: readonly Initializer[];
  readonly nodes: readonly GraphNode[];
}

const IR_VERSION = 8;
const OPSET = 17;

/** A graph as the pieces of an ONNX file (ModelProto). Field numbers are those of onnx.proto. */
export function encodeModel(graph: Graph): readonly Piece[] {
  return [
    integer(1, IR_VERSION),
    text(2, 'unde'),
    message(8, [text(1, ''), integer(2, OPSET)]),
    message(7, [
      ...graph.nodes.map(encodeNode),
      text(2, graph.name),
      ...graph.initializers.map(encodeTensor),
      ...graph.inputs.map((value) => encodeValue(11, value)),
      ...graph.outputs.map((value) => encodeValue(12, value)),
    ]),
  ].flat();
}

function encodeNode(node: GraphNode, index: number): Field {
  return message(1, [
    ...node.inputs.map((name) => text(1, name)),
    ...node.outputs.map((name) => text(2, name)),
    text(3, `${node.op.toLowerCase()}_${index}`),
    text(4, node.op),
    ...Object.entries(node.attributes ?? {}).map(([name, value]) => encodeAttribute(name, value)),
  ]);
}

function encodeAttribute(name: string, value: AttributeValue): Field {
  const TYPE = 20;
  if (typeof value === 'number') return message(5, [text(1, name), integer(3, value), integer(TYPE, 2)]);
  if ('float' in value) return message(5, [text(1, name), float(2, value.float), integer(TYPE, 1)]);
  return message(5, [text(1, name), ...value.map((item) => integer(8, item)), integer(TYPE, 7)]);
}

function encodeTensor(tensor: Initializer): Field {
  return message(5, [
    ...tensor.shape.map((dimension) => integer(1, dimension)),
    integer(2, ELEMENT[tensor.element]),
    text(8, tensor.name),
    bytes(9, tensor.data),
  ]);
}

function encodeValue(field: number, value: GraphValue): Field {
  const dimensions = value.shape.map((size) =>
    message(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]),
  );
  const tensor = message(1, [integer(1, ELEMENT[value.element]), message(2, dimensions)]);
  return message(field, [text(1, value.name), message(2, [tensor])]);
}
