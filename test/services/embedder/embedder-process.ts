import path from 'node:path';
import { startProcess, type ServiceProcess } from '../../lib/runtime/process/service-process.ts';
import { smallModel } from '../../lib/lab/model/small-model.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../src/services/embedder/main.ts');

/** An embedder that is up, with the small model. */
export interface RunningEmbedder extends ServiceProcess {
  readonly base: string;
  /** Asks for a vector by URL. */
  embed(
    imageUrl: unknown,
    signal?: AbortSignal,
  ): Promise<{ status: number; body: EmbedBody; headers: Headers }>;
  /** The value of one line of /metrics; 0 when it is not there. */
  metric(line: string): Promise<number>;
}

/** What /embed answers, whichever way. */
export interface EmbedBody {
  readonly vector?: number[];
  readonly model?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Starts an embedder that may fetch from the given hosts on loopback, and waits until it is ready. */
export async function startEmbedder(
  hosts: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<RunningEmbedder> {
  const service = startProcess(MAIN, {
    UNDE_EMBEDDER_MODEL: await smallModel(),
    UNDE_EMBEDDER_ALLOWED_HOSTS: hosts.join(','),
    UNDE_EMBEDDER_PERMITTED_RANGES: '127.0.0.0/8',
    ...env,
  });
  const base = await service.url;
  const deadline = Date.now() + 60_000;
  while ((await fetch(`${base}/ready`)).status !== 200) {
    if (Date.now() > deadline) {
      service.child.kill('SIGKILL');
      throw new Error('the embedder does not get ready');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    ...service,
    base,
    async embed(imageUrl, signal) {
      const response = await fetch(`${base}/embed`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ image_url: imageUrl }),
        signal,
      });
      return {
        status: response.status,
        body: (await response.json()) as EmbedBody,
        headers: response.headers,
      };
    },
    async metric(line) {
      const text = await (await fetch(`${base}/metrics`)).text();
      const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
      return Number(found?.slice(line.length + 1) ?? 0);
    },
  };
}
