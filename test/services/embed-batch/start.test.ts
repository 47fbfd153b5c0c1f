import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../lib/runtime/process/service-process.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../src/services/embed-batch/main.ts');

describe('embed-batch', () => {
  it.each(['', 'hel1.example.com', 'file:///originals'])(
    'refuses UNDE_OBJECTS=%s with code 78',
    async (value) => {
      const service = startProcess(MAIN, { UNDE_OBJECTS: value });
      expect(await service.exit).toBe(78);
      expect(service.log.at(-1)?.['msg']).toContain(`UNDE_OBJECTS: "${value}"`);
    },
  );
});
