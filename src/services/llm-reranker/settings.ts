import type { Settings, SettingSpec } from '../../lib/manifest/setting.ts';
import { photoSettings } from '../../lib/manifest/photo-settings.ts';

/** What an operator may set for the reranker. */
export const settings = [
  ...photoSettings('UNDE_LLM_RERANKER'),
  {
    variable: 'UNDE_LLM_RERANKER_URL',
    key: 'geminiUrl',
    type: 'string',
    default: 'https://generativelanguage.googleapis.com',
    purpose: 'where the Gemini API is; a simulator in a lab',
  },
  {
    variable: 'UNDE_LLM_RERANKER_MODEL',
    key: 'model',
    type: 'string',
    default: 'gemini-2.5-flash',
    purpose: 'the model that compares; one that the price table knows',
  },
  {
    variable: 'UNDE_LLM_RERANKER_TIMEOUT_MS',
    key: 'geminiTimeoutMs',
    type: 'integer',
    default: 6000,
    minimum: 100,
    maximum: 120_000,
    purpose: 'how long Gemini may take for one attempt, in milliseconds',
  },
  {
    variable: 'UNDE_LLM_RERANKER_DEADLINE_MS',
    key: 'deadlineMs',
    type: 'integer',
    default: 8000,
    minimum: 100,
    maximum: 120_000,
    purpose: 'how long a request may take whose caller does not say how long it waits, in milliseconds',
  },
  {
    variable: 'UNDE_LLM_RERANKER_SHOWN',
    key: 'shown',
    type: 'integer',
    default: 20,
    minimum: 1,
    maximum: 50,
    purpose: 'how many candidates the model is shown at most; each costs 258 tokens and more',
  },
  {
    variable: 'UNDE_LLM_RERANKER_LONGEST',
    key: 'longest',
    type: 'integer',
    default: 384,
    minimum: 64,
    maximum: 1536,
    purpose: "a picture's longest side as it is shown, in pixels; above 384 Google counts it in tiles",
  },
  {
    variable: 'UNDE_LLM_RERANKER_QUEUE',
    key: 'queue',
    type: 'integer',
    default: 32,
    minimum: 1,
    maximum: 4096,
    purpose: 'how many requests are taken on at a time; more are answered with 503',
  },
] as const satisfies readonly SettingSpec[];

/** The reranker's configuration, as read. */
export type RerankerSettings = Settings<typeof settings>;
