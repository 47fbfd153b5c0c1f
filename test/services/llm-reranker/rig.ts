import type { ServerResponse } from 'node:http';
import { pino } from 'pino';
import type { RerankRequest } from '../../../src/contracts/rerank.ts';
import { createServer } from '../../../src/lib/runtime/process/server.ts';
import { Metrics } from '../../../src/lib/runtime/metrics/metrics.ts';
import { PhotoSource } from '../../../src/lib/runtime/photos/photo-source.ts';
import { Gemini } from '../../../src/lib/runtime/vendors/gemini/client.ts';
import type { CostRow } from '../../../src/services/llm-reranker/attempts.ts';
import { bill } from '../../../src/services/llm-reranker/bill.ts';
import { manifest } from '../../../src/services/llm-reranker/manifest.ts';
import { Pictures } from '../../../src/services/llm-reranker/pictures.ts';
import { Reranker } from '../../../src/services/llm-reranker/reranker.ts';
import { rerankRoutes } from '../../../src/services/llm-reranker/routes.ts';
import { startOrigin, type Origin } from '../../lib/runtime/fetch/origin.ts';
import { drawPhoto } from '../../vendors/pictures.ts';
import { startGemini, type Simulator } from '../../vendors/start.ts';

/** What the reranker answers. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { error?: { code: string; message: string } };
}

/** A reranker with Gemini's simulator and an origin with photos, over HTTP on loopback. */
export interface Rig {
  readonly gemini: Simulator;
  readonly origin: Origin;
  /** The cost rows so far. */
  readonly rows: CostRow[];
  /** A garment that is crimson, and candidates of these colours, each called by its colour. */
  question(...colours: string[]): RerankRequest;
  ask(body: object, signal?: AbortSignal): Promise<Answer>;
  metric(line: string): Promise<number>;
  close(): Promise<void>;
}

const drawn = new Map<string, Promise<Buffer>>();

function photo(colour: string): Promise<Buffer> {
  const known =
    drawn.get(colour) ?? drawPhoto([{ colour, box: [0.1, 0.1, 0.8, 0.8] }], { width: 500, height: 750 });
  drawn.set(colour, known);
  return known;
}

/** What the origin does with a path: `absent`, `silent` and `words` are no colours. */
function serve(path: string) {
  return async (response: ServerResponse) => {
    const colour = /^\/(\w+)\.jpg$/.exec(path)?.[1] ?? 'absent';
    if (colour === 'silent') return;
    if (colour === 'absent') response.writeHead(404).end();
    else {
      const body = colour === 'words' ? 'no photo' : await photo(colour);
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(body);
    }
  };
}

/** Starts it all. Photos of any colour are at `/COLOUR.jpg`. */
export async function startRig({ queue = 32, shown = 20 } = {}): Promise<Rig> {
  const gemini = await startGemini();
  const origin = await startOrigin(new Proxy({}, { get: (_, path) => serve(String(path)) }));
  const metrics = new Metrics(manifest.metrics);
  const photos = new PhotoSource([], {
    allowedHosts: [origin.host],
    permittedRanges: ['127.0.0.0/8'],
    maxBytes: 5_000_000,
    fetchSeconds: 5,
  });
  const client = new Gemini({
    baseUrl: gemini.url,
    apiKey: 'k',
    model: 'gemini-2.5-flash',
    timeoutMs: 1000,
    breakerOpenMs: 100,
  });
  const rows: CostRow[] = [];
  const charge = bill(metrics, { info: () => undefined });
  const reranker = new Reranker({
    pictures: new Pictures({ photos, maxPixels: 10_000_000, longest: 384 }),
    gemini: client,
    model: 'gemini-2.5-flash',
    shown,
    onRow: (row) => {
      rows.push(row);
      charge(row);
    },
  });
  const app = createServer({
    identity: { service: 'llm-reranker', release: 'dev', invocation: '' },
    metrics,
    log: pino({ level: 'silent' }),
    awaited: () => [],
    draining: () => false,
  });
  rerankRoutes(app, { reranker, settings: { queue, deadlineMs: 3000 }, metrics });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    gemini,
    origin,
    rows,
    question: (...colours) => ({
      image_url: `http://${origin.host}/crimson.jpg`,
      category: 'dress',
      candidates: colours.map((sku) => ({ sku, image_url: `http://${origin.host}/${sku}.jpg`, title: sku })),
    }),
    async ask(body, signal) {
      const response = await fetch(`${url}/rerank`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    },
    async metric(line) {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(
        text
          .split('\n')
          .find((each) => each.startsWith(`${line} `))
          ?.slice(line.length + 1) ?? 0,
      );
    },
    async close() {
      await app.close();
      await Promise.all([client.close(), photos.close(), gemini.close(), origin.close()]);
    },
  };
}
