import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteError } from '../../../../../src/lib/runtime/call/remote-error.ts';
import { Deadline } from '../../../../../src/lib/runtime/call/deadline.ts';
import { Gemini, type GeminiOptions } from '../../../../../src/lib/runtime/vendors/gemini/client.ts';
import { costOf, PRICED_MODELS, PRICE_TABLE } from '../../../../../src/lib/runtime/vendors/gemini/prices.ts';
import type { GenerateRequest } from '../../../../../src/lib/runtime/vendors/gemini/wire.ts';
import { drawPhoto } from '../../../../vendors/pictures.ts';
import { startGemini, type Simulator } from '../../../../vendors/start.ts';

let simulator: Simulator;
let gemini: Gemini;
let request: GenerateRequest;

beforeAll(async () => {
  simulator = await startGemini('secret');
  const pictures = await Promise.all(
    ['red', 'navy', 'crimson'].map((colour) => drawPhoto([{ colour, box: [0.1, 0.1, 0.8, 0.8] }])),
  );
  request = {
    contents: [
      {
        role: 'user',
        parts: pictures.flatMap((jpeg) => [
          { text: 'A picture:' },
          { inlineData: { mimeType: 'image/jpeg', data: jpeg.toString('base64') } },
        ]),
      },
    ],
    generationConfig: {
      temperature: 0,
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'ARRAY',
        items: { type: 'OBJECT', properties: { number: { type: 'INTEGER' }, score: { type: 'NUMBER' } } },
      },
    },
  };
});
afterAll(() => simulator.close());

beforeEach(() => {
  gemini = client();
});
afterEach(async () => {
  await gemini.close();
  await simulator.reset();
});

function client(options: Partial<GeminiOptions> = {}): Gemini {
  return new Gemini({
    baseUrl: simulator.url,
    apiKey: 'secret',
    model: 'gemini-2.5-flash',
    timeoutMs: 1000,
    ...options,
  });
}

const ask = (ms = 2000, of = gemini) => of.generate(request, Deadline.after(ms));
const fault = async (work: Promise<unknown>) => (await work.catch((error: unknown) => error)) as RemoteError;

describe('Gemini', () => {
  it('answers by the schema, and says what it took', async () => {
    const { text, finish, tokens } = await ask();
    expect((JSON.parse(text) as { number: number }[]).map(({ number }) => number)).toEqual([2, 1]);
    expect(finish).toBe('STOP');
    expect(tokens.input).toBeGreaterThan(3 * 258);
    expect(tokens.output).toBeGreaterThan(0);
    expect((await simulator.requests()).paths).toEqual({
      '/v1beta/models/gemini-2.5-flash:generateContent': 1,
    });
  });

  it('says why there is no whole answer, and what it took all the same', async () => {
    await simulator.behave({ fault: { kind: 'max-tokens' } });
    expect((await ask()).finish).toBe('MAX_TOKENS');
    await simulator.behave({ fault: { kind: 'blocked' } });
    expect(await ask()).toMatchObject({ finish: 'SAFETY', text: '', tokens: { output: 0 } });
  });

  it.each([
    ['429', 'rate-limit', 'RESOURCE_EXHAUSTED'],
    ['500', 'unavailable', 'INTERNAL'],
    ['503', 'unavailable', 'UNAVAILABLE'],
    ['garbage', 'garbage', 'no sense'],
    ['hang', 'timeout', 'within'],
    ['reset', 'unavailable', 'reached'],
  ])('tells of %s as %s', async (kind, expected, words) => {
    await simulator.behave({ fault: { kind } });
    const error = await fault(ask(300));
    expect(error).toMatchObject({ fault: expected, remote: 'gemini' });
    expect(error.message).toContain(words);
    expect((await simulator.requests()).total).toBe(1);
  });

  it('says how long a quota lasts', async () => {
    await simulator.behave({ fault: { kind: '429', retry_after: 7 } });
    expect((await fault(ask())).retryAfterMs).toBe(7000);
  });

  it('knows a key that is not taken, and a model that there is not', async () => {
    const stranger = client({ apiKey: 'revoked' });
    const nobody = client({ model: 'no-such-model' });
    expect((await fault(ask(1000, stranger))).fault).toBe('denied');
    expect((await fault(ask(1000, nobody))).fault).toBe('rejected');
    await Promise.all([stranger.close(), nobody.close()]);
  });
});

describe('the price table', () => {
  it('prices input and output by the million', () => {
    expect(costOf('gemini-2.5-flash', { input: 1_000_000, output: 0 })).toBeCloseTo(0.3, 10);
    expect(costOf('gemini-2.5-flash', { input: 0, output: 1_000_000 })).toBeCloseTo(2.5, 10);
    expect(costOf('gemini-2.5-flash', { input: 3000, output: 200 })).toBeCloseTo(0.0014, 10);
    expect(PRICED_MODELS).toContain('gemini-2.5-flash');
    expect(PRICE_TABLE).toMatch(/^gemini-\d{4}-\d\d$/);
  });

  it('has no price for a model that it does not know', () => {
    expect(() => costOf('gemini-9', { input: 1, output: 1 })).toThrow('gemini-9');
  });
});
