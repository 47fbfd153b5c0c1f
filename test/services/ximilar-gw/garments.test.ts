import { describe, expect, it } from 'vitest';
import { garmentsOf, tagsOf } from '../../../src/services/ximilar-gw/garments.ts';

const size = { width: 400, height: 800 };

describe('garmentsOf', () => {
  it('answers shares of the photo, the surest first', () => {
    const garments = garmentsOf(
      [
        { name: 'Clothing/Shoes', bound_box: [0, 600, 200, 800], prob: 0.7 },
        { name: 'Dress', bound_box: [100, 80, 300, 480], prob: 0.95 },
      ],
      size,
    );
    expect(garments).toEqual([
      { index: 0, box: [0.25, 0.1, 0.5, 0.5], category: 'dress', confidence: 0.95 },
      { index: 1, box: [0, 0.75, 0.5, 0.25], category: 'shoes', confidence: 0.7 },
    ]);
  });

  it('keeps boxes inside the photo, and drops those with nothing in them', () => {
    const garments = garmentsOf(
      [
        { name: 'Bag', bound_box: [-20, 400, 500, 900], prob: 1.2 },
        { name: 'Hat', bound_box: [50, 50, 50, 90], prob: 0.9 },
        { name: 'Belt', bound_box: [500, 0, 600, 10], prob: 0.9 },
      ],
      size,
    );
    expect(garments).toEqual([{ index: 0, box: [0, 0.5, 1, 0.5], category: 'bag', confidence: 1 }]);
  });
});

describe('tagsOf', () => {
  it('takes the surest of each group, and all colours', () => {
    expect(
      tagsOf({
        Category: [
          { name: 'Clothing/Skirts', prob: 0.4 },
          { name: 'Clothing/Dresses', prob: 0.97 },
        ],
        Subcategory: [{ name: 'Midi dresses', prob: 0.9 }],
        Color: [
          { name: 'Red', prob: 0.8 },
          { name: 'white', prob: 0.5 },
        ],
        Design: [{ name: 'striped', prob: 0.7 }],
      }),
    ).toEqual({
      category: 'dresses',
      subcategory: 'midi dresses',
      colours: ['red', 'white'],
      pattern: 'striped',
      material: null,
      confidence: 0.97,
    });
    expect(tagsOf({})).toMatchObject({ category: null, colours: [], confidence: 0 });
  });
});
