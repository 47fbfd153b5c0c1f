import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../lib/runtime/process/service-process.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../src/services/recognition/main.ts');

const NEIGHBOURS = {
  UNDE_OWN_URL: 'http://127.0.0.1:1',
  UNDE_GATEWAY: 'http://127.0.0.1:1',
  UNDE_RERANKER: 'http://127.0.0.1:1',
};

describe('recognition', () => {
  it.each([
    ['UNDE_OWN_URL', ''],
    ['UNDE_GATEWAY', ''],
    ['UNDE_RERANKER', '127.0.0.1:1'],
    ['UNDE_REDIS_BROKER', ''],
    ['UNDE_RECOGNITION_QUEUE', '0'],
  ])('refuses %s=%s with code 78, naming it', async (variable, value) => {
    const service = startProcess(MAIN, { ...NEIGHBOURS, [variable]: value });
    expect(await service.exit).toBe(78);
    expect(service.log.at(-1)?.['msg']).toContain(`${variable}: "${value}"`);
  });
});
