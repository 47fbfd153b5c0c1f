import type { Category, Appearance } from './product.ts';

/** A photo's size in pixels. */
const WIDTH = 480;
const HEIGHT = 640;

/** Outlines in a field of 200 by 260, a garment lying flat. */
const OUTLINES: Readonly<Record<Category, string>> = {
  dress: 'M70 20 L90 30 L110 30 L130 20 L145 70 L125 90 L160 240 L40 240 L75 90 L55 70 Z',
  jacket: 'M65 25 L95 40 L105 40 L135 25 L185 75 L165 150 L150 120 L150 225 L50 225 L50 120 L35 150 L15 75 Z',
  trousers: 'M55 20 L145 20 L155 245 L115 245 L100 90 L85 245 L45 245 Z',
  skirt: 'M65 50 L135 50 L170 210 L30 210 Z',
  shirt: 'M70 30 L90 42 L110 42 L130 30 L175 70 L155 105 L140 90 L140 215 L60 215 L60 90 L45 105 L25 70 Z',
};

/** How a garment was photographed. */
interface View {
  readonly turn: number;
  readonly scale: number;
  readonly shift: number;
  readonly background: string;
  readonly light: number;
}

/** The usual photos of a shop: the garment from the front, closer, askew, darker, on another ground. */
const VIEWS: readonly View[] = [
  { turn: 0, scale: 2, shift: 0, background: '#eceae6', light: 0 },
  { turn: 4, scale: 2.3, shift: -12, background: '#e3e6ea', light: 0.06 },
  { turn: -6, scale: 1.8, shift: 14, background: '#f4f2ee', light: -0.08 },
  { turn: 9, scale: 2.1, shift: 6, background: '#d9d6d0', light: 0.1 },
  { turn: -3, scale: 2.4, shift: -4, background: '#f7f7f7', light: -0.04 },
];

/**
 * Draws a garment as SVG.
 *
 * @param view Which photo of it, from 0; beyond the fifth they begin again.
 */
export function drawGarment(look: Appearance, view: number): string {
  const { turn, scale, shift, background, light } = VIEWS[view % VIEWS.length] as View;
  const shade = light < 0 ? `#000` : `#fff`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<defs>${patternOf(look)}</defs>
<rect width="${WIDTH}" height="${HEIGHT}" fill="${background}"/>
<g transform="translate(${WIDTH / 2 + shift} ${HEIGHT / 2}) rotate(${turn}) scale(${scale}) translate(-100 -130)">
<path d="${OUTLINES[look.category]}" fill="url(#cloth)" stroke="#00000055" stroke-width="2"/>
</g>
<rect width="${WIDTH}" height="${HEIGHT}" fill="${shade}" opacity="${Math.abs(light)}"/>
</svg>`;
}

function patternOf({ pattern, colour, accent }: Appearance): string {
  const marks = {
    plain: '',
    stripes: `<rect width="10" height="20" fill="${accent}"/>`,
    checks: `<rect width="10" height="10" fill="${accent}"/><rect x="10" y="10" width="10" height="10" fill="${accent}"/>`,
    dots: `<circle cx="10" cy="10" r="5" fill="${accent}"/>`,
  }[pattern];
  return `<pattern id="cloth" width="20" height="20" patternUnits="userSpaceOnUse"><rect width="20" height="20" fill="${colour}"/>${marks}</pattern>`;
}
