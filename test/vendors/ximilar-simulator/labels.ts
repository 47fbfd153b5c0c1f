import type { Colour } from '../picture.ts';

/** A label as Ximilar writes it. */
export interface Label {
  readonly id: string;
  readonly name: string;
  readonly prob: number;
}

const GARMENTS = [
  { category: 'Dresses', name: 'Dress', subcategory: 'midi dresses' },
  { category: 'Jackets and Coats', name: 'Jacket', subcategory: 'blazers' },
  { category: 'Tops', name: 'Top', subcategory: 't-shirts' },
  { category: 'Pants', name: 'Pants', subcategory: 'straight pants' },
  { category: 'Skirts', name: 'Skirt', subcategory: 'pleated skirts' },
  { category: 'Sweaters', name: 'Sweater', subcategory: 'cardigans' },
] as const;
const DESIGNS = ['single color', 'striped', 'floral', 'checked', 'printed'];
const MATERIALS = ['cotton', 'denim', 'wool', 'satin', 'leather'];
const COLOURS: readonly (readonly [string, number, number, number])[] = [
  ['black', 20, 20, 20],
  ['white', 240, 240, 240],
  ['grey', 128, 128, 128],
  ['red', 200, 40, 40],
  ['green', 50, 140, 60],
  ['blue', 50, 70, 190],
  ['yellow', 230, 210, 60],
  ['pink', 235, 160, 190],
  ['brown', 120, 80, 45],
];

/** What a garment of that mean colour is. Similar colours are the same garment, so that a crop is what its photo is. */
export function garmentOf(colour: Colour): (typeof GARMENTS)[number] {
  return pick(GARMENTS, colour, 0);
}

/** Tags by group for a garment of that mean colour. */
export function tagsOf(colour: Colour): Record<string, Label[]> {
  const garment = garmentOf(colour);
  return {
    Category: [label(`Clothing/${garment.category}`, 0.97)],
    Subcategory: [label(garment.subcategory, 0.91)],
    Color: [label(colourName(colour), 0.88)],
    Design: [label(pick(DESIGNS, colour, 1), 0.82)],
    Material: [label(pick(MATERIALS, colour, 2), 0.74)],
  };
}

/** A label; its id follows from its name. */
export function label(name: string, prob: number): Label {
  return { id: Buffer.from(name).toString('hex').slice(0, 12), name, prob };
}

function colourName(colour: Colour): string {
  const far = ([, ...of]: (typeof COLOURS)[number]) =>
    of.reduce((sum, value, channel) => sum + (value - (colour[channel] ?? 0)) ** 2, 0);
  return COLOURS.toSorted((a, b) => far(a) - far(b))[0]?.[0] ?? 'black';
}

/** One of several, by the colour in coarse steps. */
function pick<T>(from: readonly T[], colour: Colour, salt: number): T {
  const steps = colour.map((value) => Math.round(value / 52));
  const number = steps.reduce((sum, step, channel) => sum + step * (7 + 4 * channel), salt * 17);
  return from[number % from.length] as T;
}
