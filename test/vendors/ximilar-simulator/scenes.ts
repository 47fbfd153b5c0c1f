import { z } from 'zod';
import { Picture } from '../picture.ts';
import { label, type Label } from './labels.ts';

/** `PUT /_simulator/scenes`: what a photo is to be answered with. */
const scene = z.strictObject({
  /** The photo, as base64. */
  image: z.string(),
  objects: z
    .array(
      z.strictObject({
        name: z.string(),
        /** Shares of the photo: left, top, width, height. */
        box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
        prob: z.number().default(0.95),
      }),
    )
    .optional(),
  /** Tags by group: `{"Category": "Clothing/Dresses", "Color": "red"}`. */
  tags: z.record(z.string(), z.string()).optional(),
});

interface Scene {
  readonly picture: Picture;
  readonly objects: z.infer<typeof scene>['objects'];
  readonly tags: Record<string, Label[]> | undefined;
}

/** A photo that was cut, scaled or written anew is the same up to this distance. */
const SAME = 0.03;

/** Answers that were planted for certain photos. */
export class Scenes {
  readonly #scenes: Scene[] = [];

  /** Plants an answer; a later one for the same photo counts. */
  async plant(body: unknown): Promise<void> {
    const { image, objects, tags } = scene.parse(body);
    this.#scenes.unshift({
      picture: await Picture.read(Buffer.from(image, 'base64')),
      objects,
      tags:
        tags && Object.fromEntries(Object.entries(tags).map(([group, name]) => [group, [label(name, 0.95)]])),
    });
  }

  /** What was planted for a photo; boxes are in its own pixels. */
  find(
    picture: Picture,
  ): { readonly objects: object[] | undefined; readonly tags: Scene['tags'] } | undefined {
    const found = this.#scenes.find((each) => each.picture.distance(picture) < SAME);
    if (found === undefined) return undefined;
    const { width, height } = picture;
    return {
      tags: found.tags,
      objects: found.objects?.map(({ name, prob, box: [left, top, wide, high] }, index) => ({
        id: `planted-${index}`,
        name,
        prob,
        bound_box: [left * width, top * height, (left + wide) * width, (top + high) * height].map(Math.round),
        area: wide * high * width * height,
        'Top Category': [label('Clothing', 0.99)],
      })),
    };
  }
}
