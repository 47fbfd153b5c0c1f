import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { GeminiSchema } from '../../../src/lib/runtime/vendors/gemini/wire.ts';
import { isAdmin, misbehave } from '../behaviour.ts';
import { Picture } from '../picture.ts';
import { ApiError, errorBody } from './api-error.ts';
import { fill } from './fill.ts';

const BODY_LIMIT = 20 * 1024 * 1024;
/** What Google counts for a picture of up to 384×384 pixels, and for each tile of a larger one. */
const PICTURE_TOKENS = 258;

const part = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ inlineData: z.strictObject({ mimeType: z.string(), data: z.base64() }) }),
]);
const content = z.strictObject({ role: z.enum(['user', 'model']).optional(), parts: z.array(part).min(1) });
/** Google refuses fields that it does not know, so the simulator does too. */
const generateBody = z.strictObject({
  systemInstruction: content.optional(),
  contents: z.array(content).min(1),
  generationConfig: z
    .strictObject({
      temperature: z.number().min(0).max(2).optional(),
      maxOutputTokens: z.int().positive().optional(),
      responseMimeType: z.enum(['text/plain', 'application/json']).optional(),
      responseSchema: z.looseObject({ type: z.string() }).optional(),
      thinkingConfig: z.strictObject({ thinkingBudget: z.int() }).optional(),
    })
    .default({}),
});

/**
 * The Gemini API as far as the fleet uses it. Besides the general faults it knows `bad-json` and `wrong-shape` (in the
 * model's own words), `max-tokens` (cut off) and `blocked` (the safety filter).
 */
export function geminiRoutes(app: FastifyInstance, key: string): void {
  misbehave(app, errorBody);
  app.addHook('onRequest', async (request) => {
    if (isAdmin(request.url)) return;
    const given = request.headers['x-goog-api-key'];
    if (given === undefined) throw new ApiError(403, 'the API key is missing');
    if (key !== '' && given !== key) throw new ApiError(400, 'API key not valid.', 'API_KEY_INVALID');
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    if (error instanceof ApiError) return reply.code(error.status).send(error.body);
    if (error instanceof z.ZodError) {
      return reply.code(400).send(new ApiError(400, `Invalid JSON payload: ${z.prettifyError(error)}`).body);
    }
    const code = error.statusCode ?? 500;
    return reply.code(code).send(new ApiError(code, error.message).body);
  });

  app.post<{ Params: { call: string } }>('/v1beta/models/:call', { bodyLimit: BODY_LIMIT }, (request) =>
    generate(request.params.call, request.body, request.fault?.kind),
  );
}

async function generate(call: string, body: unknown, fault: string | undefined): Promise<object> {
  const [, model] = /^(gemini-[\w.-]+):generateContent$/.exec(call) ?? [];
  if (model === undefined) throw new ApiError(404, `${call} is not found for API version v1beta`);
  const { contents, generationConfig, systemInstruction } = generateBody.parse(body);
  const parts = contents.flatMap((each) => each.parts);
  const pictures = await readPictures(parts);
  const [target, ...others] = pictures;
  const compared = others.map((picture, index) => ({
    number: index + 1,
    likeness: target === undefined ? 0 : 1 - target.distance(picture),
  }));
  const { responseSchema } = generationConfig;
  const whole =
    responseSchema === undefined
      ? `I see ${pictures.length} pictures.`
      : JSON.stringify(fill(responseSchema as unknown as GeminiSchema, compared));
  const text = textOf([...(systemInstruction?.parts ?? []), ...parts]);
  return say(model, fault, whole, { pictures: pictures.length, text });
}

async function readPictures(parts: readonly z.infer<typeof part>[]): Promise<Picture[]> {
  const inline = parts.flatMap((each) => ('inlineData' in each ? each.inlineData : []));
  try {
    return await Promise.all(inline.map(({ data }) => Picture.read(Buffer.from(data, 'base64'))));
  } catch {
    throw new ApiError(400, 'Unable to process input image.');
  }
}

/** An answer with its bill; a fault changes what the model says, and never that it is billed. */
function say(
  model: string,
  fault: string | undefined,
  whole: string,
  input: { readonly pictures: number; readonly text: string },
): object {
  const spoken: Readonly<Record<string, string>> = {
    'bad-json': `Here is the ranking:\n\`\`\`json\n${whole.slice(0, whole.length / 2)}`,
    'wrong-shape': '{"answer": "the second one"}',
    'max-tokens': whole.slice(0, whole.length / 2),
    blocked: '',
  };
  const text = spoken[fault ?? ''] ?? whole;
  const [promptText, output] = [tokens(input.text), tokens(text)];
  const images = input.pictures * PICTURE_TOKENS;
  const finishReason = fault === 'max-tokens' ? 'MAX_TOKENS' : 'STOP';
  return {
    ...(fault === 'blocked'
      ? { promptFeedback: { blockReason: 'SAFETY' } }
      : { candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason, index: 0 }] }),
    usageMetadata: {
      promptTokenCount: promptText + images,
      candidatesTokenCount: output,
      totalTokenCount: promptText + images + output,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: promptText },
        { modality: 'IMAGE', tokenCount: images },
      ],
    },
    modelVersion: model,
    responseId: randomUUID(),
  };
}

function textOf(parts: readonly z.infer<typeof part>[]): string {
  return parts.map((each) => ('text' in each ? each.text : '')).join('');
}

/** About four characters are a token. */
function tokens(text: string): number {
  return Math.ceil(text.length / 4);
}
