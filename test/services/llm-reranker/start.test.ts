import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startProcess } from '../../lib/runtime/process/service-process.ts';
import { credentials } from '../../lib/runtime/process/credentials-folder.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../src/services/llm-reranker/main.ts');

const { directory, remove } = credentials({ 'gemini-api-key': 'planted-key' });
afterAll(remove);

describe('llm-reranker', () => {
  it.each([
    [{ UNDE_LLM_RERANKER_MODEL: 'gemini-99' }, 'UNDE_LLM_RERANKER_MODEL'],
    [{ UNDE_LLM_RERANKER_SHOWN: '51' }, 'UNDE_LLM_RERANKER_SHOWN'],
    [{ CREDENTIALS_DIRECTORY: '/nowhere' }, 'gemini-api-key'],
  ])('refuses %j with code 78, naming it', async (env, named) => {
    const service = startProcess(MAIN, { CREDENTIALS_DIRECTORY: directory, ...env });
    expect(await service.exit).toBe(78);
    expect(service.log.at(-1)?.['msg']).toContain(named);
  });

  it('starts without Gemini, and stops', async () => {
    const service = startProcess(MAIN, { CREDENTIALS_DIRECTORY: directory });
    const url = await service.url;
    expect(await (await fetch(`${url}/ready`)).json()).toEqual({ ready: true, awaited: [] });
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
    expect(JSON.stringify(service.log)).not.toContain('planted-key');
  });
});
