import type { DetectResponse } from '../../contracts/gateway.ts';
import type { Box, Garment, GarmentTags } from '../../contracts/garment.ts';
import type { XimilarObject, XimilarTags } from '../../lib/runtime/vendors/ximilar/wire.ts';

/** The whole photo taken for one garment: what is left to search by where the detector does not answer. */
export const WHOLE_PHOTO: DetectResponse['garments'] = [
  { index: 0, box: [0, 0, 1, 1], category: 'unknown', confidence: 0 },
];

/** What Ximilar found in a photo of that size, as garments; the surest first. */
export function garmentsOf(
  objects: readonly XimilarObject[],
  size: { readonly width: number; readonly height: number },
): Garment[] {
  return objects
    .toSorted((a, b) => b.prob - a.prob)
    .flatMap(({ name, prob, bound_box }) => {
      const box = shares(bound_box, size);
      return box === undefined ? [] : [{ box, category: plainName(name), confidence: clamp(prob) }];
    })
    .map((garment, index) => ({ index, ...garment }));
}

/** What Ximilar says of a garment; of each group the surest tag, of colours all. */
export function tagsOf(tags: XimilarTags): GarmentTags {
  const best = (group: string) => tags[group]?.toSorted((a, b) => b.prob - a.prob)[0];
  const name = (group: string) => {
    const tag = best(group);
    return tag === undefined ? null : plainName(tag.name);
  };
  return {
    category: name('Category'),
    subcategory: name('Subcategory'),
    colours: (tags['Color'] ?? []).map((tag) => plainName(tag.name)),
    pattern: name('Design'),
    material: name('Material'),
    confidence: clamp((best('Category') ?? best('Subcategory'))?.prob ?? 0),
  };
}

/** Pixels as shares of the photo; undefined for a box with nothing of the photo in it. */
function shares(
  [left, top, right, bottom]: XimilarObject['bound_box'],
  { width, height }: { readonly width: number; readonly height: number },
): Box | undefined {
  const [x, y] = [clamp(left / width), clamp(top / height)];
  const [wide, high] = [clamp(right / width) - x, clamp(bottom / height) - y];
  return wide > 0 && high > 0 ? [x, y, wide, high] : undefined;
}

/** `Clothing/Dresses` is `dresses`. */
function plainName(name: string): string {
  return (name.split('/').at(-1) ?? name).trim().toLowerCase();
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
