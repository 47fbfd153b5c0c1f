import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BatchRun } from '../../../src/contracts/embed-batch.ts';
import { bundleService } from '../../../src/lib/desired/release/bundle.ts';
import type { JobSpec } from '../../../src/lib/manifest/job.ts';
import { manifest } from '../../../src/services/embed-batch/manifest.ts';
import { requestRun } from '../../../src/services/embed-batch/run-request.ts';
import { startOrigin, type Origin } from '../../lib/runtime/fetch/origin.ts';

const RUN: BatchRun = {
  id: '7',
  scope: 'new',
  state: 'running',
  total: 12,
  done: 0,
  failed: 0,
  rate: 0,
  eta_seconds: null,
  started: '2026-01-05T02:00:00.000Z',
  ended: null,
  unreadable: [],
};

let origin: Origin | undefined;
let asked: unknown;
afterEach(() => origin?.close());

async function answering(status: number, body: object): Promise<string> {
  origin = await startOrigin({
    '/embed_batch': (response, request) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked = JSON.parse(Buffer.concat(chunks).toString());
        response.writeHead(status).end(JSON.stringify(body));
      });
    },
  });
  return `http://${origin.host}`;
}

describe('a weekly job of embed-batch', () => {
  it('asks for a run, and says which', async () => {
    const url = await answering(202, RUN);
    expect(await requestRun(url, 'new')).toBe('202: run 7 over new has begun, 12 photo(s)');
    expect(asked).toEqual({ scope: 'new' });
  });

  it('is content with a run that is open', async () => {
    const url = await answering(409, {
      error: { code: 'RUN_OPEN', message: 'a run is open already: "all"' },
    });
    expect(await requestRun(url, 'new')).toContain('409: embed-batch: a run is open already');
  });

  it.each([
    [409, 'NO_RUN'],
    [500, 'INTERNAL'],
  ])('fails at %s %s', async (status, code) => {
    const url = await answering(status, { error: { code, message: 'no' } });
    await expect(requestRun(url, 'progressive')).rejects.toThrow('embed-batch: no');
  });

  it('fails where nobody listens', async () => {
    await expect(requestRun('http://127.0.0.1:1', 'new', 2000)).rejects.toMatchObject({ absent: true });
  });

  it('runs a program that is in the release, as the service’s own user', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-jobs-'));
    vi.stubEnv('XDG_CACHE_HOME', folder);
    try {
      const directory = path.resolve(import.meta.dirname, '../../../src/services/embed-batch');
      const files = (await bundleService({ manifest, directory })).map((file) => file.path);
      const jobs = manifest.jobs as readonly JobSpec[];
      for (const { command, user } of jobs) {
        const [node, , program, scope] = command.split(' ');
        expect(node).toBe('{{directory}}/current/node');
        expect(files).toContain(program?.replace('{{directory}}/current/', ''));
        expect(['new', 'progressive']).toContain(scope);
        expect(user).toBe('unde-embed-batch');
      }
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });
});
