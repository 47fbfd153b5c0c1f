import { z } from 'zod';

/*
 * The Gemini API's wire format as far as it is used (ai.google.dev/api/generate-content, v1beta;
 * `POST /v1beta/models/MODEL:generateContent`, `x-goog-api-key`).
 */

/** A piece of what the model is shown, or of what it says. */
export type GeminiPart =
  { readonly text: string } | { readonly inlineData: { readonly mimeType: string; readonly data: string } };

/** A schema in Gemini's own dialect, a subset of OpenAPI's. */
export interface GeminiSchema {
  readonly type: 'OBJECT' | 'ARRAY' | 'STRING' | 'NUMBER' | 'INTEGER' | 'BOOLEAN';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, GeminiSchema>>;
  readonly required?: readonly string[];
  readonly propertyOrdering?: readonly string[];
  readonly items?: GeminiSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The body of a request. */
export interface GenerateRequest {
  readonly systemInstruction?: { readonly parts: readonly GeminiPart[] };
  readonly contents: readonly { readonly role: 'user' | 'model'; readonly parts: readonly GeminiPart[] }[];
  readonly generationConfig: {
    readonly temperature?: number;
    readonly maxOutputTokens?: number;
    readonly responseMimeType?: string;
    readonly responseSchema?: GeminiSchema;
    readonly thinkingConfig?: { readonly thinkingBudget: number };
  };
}

/** How many tokens a request took; Google bills thoughts as output. */
const usage = z.object({
  promptTokenCount: z.int().default(0),
  candidatesTokenCount: z.int().default(0),
  thoughtsTokenCount: z.int().default(0),
});

/** What the model answers with 200. */
export const generateAnswer = z.object({
  candidates: z
    .array(
      z.object({
        /** Absent where the answer was cut off before it began. */
        content: z
          .object({ parts: z.array(z.object({ text: z.string().optional() })).default([]) })
          .optional(),
        finishReason: z.string().optional(),
      }),
    )
    .default([]),
  promptFeedback: z.object({ blockReason: z.string().optional() }).optional(),
  usageMetadata: usage.prefault({}),
  modelVersion: z.string().optional(),
});

/** What it answers otherwise. */
export const errorAnswer = z.object({
  error: z.object({
    code: z.number(),
    message: z.string(),
    status: z.string(),
    details: z.array(z.record(z.string(), z.unknown())).default([]),
  }),
});
