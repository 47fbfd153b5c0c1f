import { FINE as SIDE, type Picture } from '../picture.ts';

/** Something in a picture that is not its background. Pixels: left, top, right, bottom. */
export interface Region {
  readonly box: readonly [number, number, number, number];
  /** Which share of its box it fills. */
  readonly fill: number;
}

/** How far a colour is from the background's where it is none, of 255. */
const DIFFERENT = 40;
/** Smaller things are taken for specks, as a share of the picture. */
const LEAST = 0.015;

/** Finds what stands out from a picture's background, the largest first. The same picture has the same regions. */
export function detect(picture: Picture): Region[] {
  const stands = standsOut(picture.cells);
  const regions: number[][] = [];
  const seen = new Set<number>();
  for (let start = 0; start < SIDE * SIDE; start++) {
    if (!stands[start] || seen.has(start)) continue;
    const region = flood(start, stands, seen);
    if (region.length >= LEAST * SIDE * SIDE) regions.push(region);
  }
  return regions
    .sort((a, b) => b.length - a.length)
    .slice(0, 10)
    .map((region) => outline(region, picture));
}

/** Which cells differ from what the picture's edge mostly is. */
function standsOut(cells: Uint8Array): boolean[] {
  const edge = Array.from({ length: SIDE * SIDE }, (_, cell) => cell).filter((cell) => {
    const [x, y] = [cell % SIDE, Math.floor(cell / SIDE)];
    return x === 0 || y === 0 || x === SIDE - 1 || y === SIDE - 1;
  });
  const background = [0, 1, 2].map((channel) => {
    const values = edge.map((cell) => cells[cell * 3 + channel] ?? 0).sort((a, b) => a - b);
    return values[values.length >> 1] ?? 0;
  });
  return Array.from({ length: SIDE * SIDE }, (_, cell) =>
    background.some((value, channel) => Math.abs((cells[cell * 3 + channel] ?? 0) - value) > DIFFERENT),
  );
}

function flood(start: number, stands: readonly boolean[], seen: Set<number>): number[] {
  const region: number[] = [];
  const open = [start];
  seen.add(start);
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    region.push(cell);
    const x = cell % SIDE;
    const next = [
      cell - SIDE,
      cell + SIDE,
      ...(x > 0 ? [cell - 1] : []),
      ...(x < SIDE - 1 ? [cell + 1] : []),
    ];
    for (const each of next) {
      if (!stands[each] || seen.has(each)) continue;
      seen.add(each);
      open.push(each);
    }
  }
  return region;
}

function outline(cells: readonly number[], { width, height }: Picture): Region {
  const xs = cells.map((cell) => cell % SIDE);
  const ys = cells.map((cell) => Math.floor(cell / SIDE));
  const [left, right] = [Math.min(...xs), Math.max(...xs) + 1];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys) + 1];
  const scale = (value: number, side: number) => Math.round((value / SIDE) * side);
  return {
    box: [scale(left, width), scale(top, height), scale(right, width), scale(bottom, height)],
    fill: cells.length / ((right - left) * (bottom - top)),
  };
}
