import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Agent } from 'undici';
import { benchModel, benchPhotos } from './photos.ts';
import type { Parts } from './probe.ts';

const PHOTOS = 40;

/** One request's outcome. */
export interface Outcome {
  readonly status: number;
  readonly ms: number;
}

/** An embedder with the full-size stand-in, an origin with photos, and what measures the parts alone. */
export interface Rig {
  /** Asks for the embedding of a photo, by its number. */
  embed(photo: number): Promise<Outcome>;
  /** Fetches a photo straight from the origin; answers how long it took, in milliseconds. */
  fetchPhoto(photo: number): Promise<number>;
  /** Decodes and computes a photo without the service; answers how long it took, in milliseconds. */
  embedAlone(photo: number): Promise<number>;
  /** Measures the parts of many, while nothing else of the rig runs. */
  parts(): Promise<Parts>;
  /** The embedder's metrics by line. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  /** The embedder's resident memory in bytes: now, and at most so far. */
  memory(): Promise<{ now: number; peak: number }>;
  close(): Promise<void>;
}

/** Starts it all on loopback, each part a process of its own. */
export async function startRig({ smoke }: { readonly smoke: boolean }): Promise<Rig> {
  const model = await benchModel({ smoke });
  const photos = await benchPhotos(smoke ? 2 : PHOTOS);
  const here = (file: string) => path.join(import.meta.dirname, file);
  const origin = await startNode(here('origin.ts'), photos, {}, (line) => /^\d+$/.test(line));
  const probe = await startNode(here('probe.ts'), [model, ...photos], {}, (line) => line === 'ready');
  const embedder = await startNode(
    here('../../src/services/embedder/main.ts'),
    [],
    {
      UNDE_LISTEN: '127.0.0.1',
      UNDE_PORT: '0',
      UNDE_EMBEDDER_MODEL: model,
      UNDE_EMBEDDER_ALLOWED_HOSTS: `127.0.0.1:${origin.line}`,
      UNDE_EMBEDDER_PERMITTED_RANGES: '127.0.0.0/8',
    },
    (line) => line.includes('"msg":"ready"'),
  );
  const base = embedder.lines.map((line) => /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]).find(Boolean) ?? '';
  const photoUrl = (photo: number) => `http://127.0.0.1:${origin.line}/${photo}`;
  const agent = new Agent({ connections: 1024, headersTimeout: 60_000 });

  const ask = (question: string) => {
    const answer = probe.next();
    probe.child.stdin?.write(`${question}\n`);
    return answer;
  };

  return {
    async embed(photo) {
      const began = performance.now();
      const { statusCode, body } = await agent.request({
        origin: base,
        path: '/embed',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ image_url: photoUrl(photo) }),
      });
      await body.arrayBuffer();
      return { status: statusCode, ms: performance.now() - began };
    },
    async fetchPhoto(photo) {
      const began = performance.now();
      const { body } = await agent.request({
        origin: `http://127.0.0.1:${origin.line}`,
        path: `/${photo}`,
        method: 'GET',
      });
      await body.arrayBuffer();
      return performance.now() - began;
    },
    embedAlone: async (photo) => Number(await ask(String(photo))),
    parts: async () => JSON.parse(await ask('parts')) as Parts,
    async metrics() {
      const text = await (await fetch(`${base}/metrics`)).text();
      return new Map(
        text
          .split('\n')
          .filter((line) => line !== '' && !line.startsWith('#'))
          .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
      );
    },
    async memory() {
      const status = await readFile(`/proc/${embedder.child.pid}/status`, 'utf8');
      const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1024;
      return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
    },
    async close() {
      await agent.destroy();
      for (const { child } of [embedder, probe, origin]) {
        child.kill('SIGTERM');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
    },
  };
}

interface NodeProcess {
  readonly child: ChildProcess;
  /** The line that said that it is up. */
  readonly line: string;
  readonly lines: readonly string[];
  /** Its next line. */
  next(): Promise<string>;
}

function startNode(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  isUp: (line: string) => boolean,
): Promise<NodeProcess> {
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, UNDE_ONLY_LAB: '1', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}: ${lines.at(-1) ?? ''}`)));
    reader.on('line', (line) => {
      lines.push(line);
      if (lines.length > 1000) lines.splice(10, 500);
      if (!isUp(line)) return;
      const next = async () => ((await once(reader, 'line')) as [string])[0];
      resolve({ child, line, lines, next });
    });
  });
}

/** Runs `count` requests, `clients` at a time; answers their outcomes and the seconds that it took. */
export async function closedLoop(
  rig: Rig,
  clients: number,
  count: number,
): Promise<{ outcomes: Outcome[]; seconds: number }> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < count) outcomes.push(await rig.embed(next++));
    }),
  );
  return { outcomes, seconds: (performance.now() - began) / 1000 };
}
