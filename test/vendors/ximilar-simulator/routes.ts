import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { PhotoSource } from '../../../src/lib/runtime/photos/photo-source.ts';
import { isAdmin, misbehave } from '../behaviour.ts';
import type { Picture } from '../picture.ts';
import { detect } from './detector.ts';
import { garmentOf, label, tagsOf } from './labels.ts';
import { answerRecords, LARGE, status } from './records.ts';
import { Scenes } from './scenes.ts';
import { similarityRoutes } from './similarity.ts';

/** What the simulator is made of. */
export interface SimulatorParts {
  /** The one token that is taken; empty takes any. */
  readonly token: string;
  /** Where photos come from that are sent by URL. */
  readonly photos: PhotoSource;
}

/** Ximilar's API as far as the fleet uses it; what is below `/_simulator` is the simulator's own. */
export function ximilarRoutes(app: FastifyInstance, { token, photos }: SimulatorParts): void {
  const scenes = new Scenes();
  misbehave(app, errorBody);
  app.addHook('onRequest', async (request) => {
    if (isAdmin(request.url)) return;
    const [, given] = /^Token (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (given === undefined || (token !== '' && given !== token)) throw new InvalidToken();
  });
  app.setErrorHandler<Error & { statusCode?: number; status?: number }>((error, _request, reply) => {
    if (error instanceof z.ZodError) {
      return reply.code(400).send({ status: status(400, z.prettifyError(error)) });
    }
    return reply.code(error.statusCode ?? error.status ?? 500).send({ detail: error.message });
  });

  const objects = (picture: Picture) => scenes.find(picture)?.objects ?? whatStandsOut(picture);
  const tags = (picture: Picture) => {
    const _tags = scenes.find(picture)?.tags ?? tagsOf(picture.colour);
    return { _tags, _tags_simple: Object.values(_tags).map(([first]) => first?.name) };
  };
  const detected = (body: unknown) =>
    answerRecords(body, photos, (picture) => ({ _objects: objects(picture) }));

  app.post('/tagging/fashion/v2/detect', LARGE, ({ body }) => detected(body));
  app.post('/detection/v2/detect', LARGE, ({ body }) => {
    z.looseObject({ task: z.string().min(1) }).parse(body);
    return detected(body);
  });
  app.post('/tagging/fashion/v2/tags', LARGE, ({ body }) => answerRecords(body, photos, tags));
  app.post('/tagging/fashion/v2/detect_tags', LARGE, ({ body }) =>
    answerRecords(body, photos, (picture) => ({
      _objects: objects(picture).map((object) => ({ ...object, ...tags(picture) })),
    })),
  );
  similarityRoutes(app, photos);

  app.put('/_simulator/scenes', LARGE, async ({ body }) => {
    await scenes.plant(body);
    return {};
  });
}

/** The objects of a photo that nothing was planted for. */
function whatStandsOut(picture: Picture): object[] {
  const { name } = garmentOf(picture.colour);
  return detect(picture).map(({ box, fill }) => ({
    id: Buffer.from(box.join('-')).toString('hex').slice(0, 16),
    name,
    bound_box: box,
    prob: 0.6 + 0.39 * fill,
    area: (box[2] - box[0]) * (box[3] - box[1]),
    'Top Category': [label('Clothing', 0.99)],
  }));
}

class InvalidToken extends Error {
  readonly statusCode = 401;

  constructor() {
    super('Invalid token.');
  }
}

/** Ximilar words its errors as Django does. */
function errorBody(code: number, seconds: number | undefined): object {
  const wait = seconds === undefined ? '' : ` Expected available in ${seconds} seconds.`;
  return { detail: code === 429 ? `Request was throttled.${wait}` : 'Internal server error.' };
}
