import http from 'node:http';
import { pino } from 'pino';
import { createServer } from '../../../src/lib/runtime/process/server.ts';
import { Remote } from '../../../src/lib/runtime/call/remote.ts';
import { Metrics } from '../../../src/lib/runtime/metrics/metrics.ts';
import { cosine } from '../../../src/lib/runtime/onnx/vector.ts';
import { PhotoSource } from '../../../src/lib/runtime/photos/photo-source.ts';
import { Ximilar } from '../../../src/lib/runtime/vendors/ximilar/client.ts';
import type { EmbeddingsSearch } from '../../../src/services/ximilar-gw/embeddings.ts';
import { Gateway } from '../../../src/services/ximilar-gw/gateway.ts';
import { manifest } from '../../../src/services/ximilar-gw/manifest.ts';
import { PgvectorSource } from '../../../src/services/ximilar-gw/pgvector-source.ts';
import { Pictures } from '../../../src/services/ximilar-gw/pictures.ts';
import { productKey } from '../../../src/contracts/garment.ts';
import { foldPhotos, type FoundProduct, type Product } from '../../../src/services/ximilar-gw/product.ts';
import { gatewayRoutes } from '../../../src/services/ximilar-gw/routes.ts';
import { XimilarSource } from '../../../src/services/ximilar-gw/ximilar-source.ts';
import { startXimilar, type Simulator } from '../../vendors/start.ts';
import { startOrigin, type Origin } from '../../lib/runtime/fetch/origin.ts';

/** A photo in the planted catalogue. */
export interface Planted extends Omit<Product, 'similarity'> {
  readonly vector: readonly number[];
}

/** What the gateway answers. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { error?: { code: string; message: string } };
  readonly retryAfter: string | null;
}

/** A gateway with Ximilar's simulator, an embedder and a catalogue that a test plants, all over HTTP on loopback. */
export class Rig {
  readonly flags: {
    SEARCH_BACKEND: 'ximilar' | 'pgvector' | 'conditional' | 'dual';
    CONFIDENCE_THRESHOLD: number;
    MARGIN: number;
  } = { SEARCH_BACKEND: 'conditional', CONFIDENCE_THRESHOLD: 0.8, MARGIN: 0.1 };
  /** Photos of the catalogue, with vectors of which only the first few numbers differ from 0. */
  planted: Planted[] = [];
  /** What the embedder answers for any photo; a status is what it answers instead. */
  vector: readonly number[] | number = [1];
  /** What PostgreSQL does: an error is thrown. */
  database: Error | 'well' | 'silent' = 'well';
  readonly embedded: Buffer[] = [];
  /** How often PostgreSQL was asked. */
  searches = 0;
  readonly #photos = new Map<string, Buffer>();
  readonly #closers: (() => unknown)[] = [];
  ximilar!: Simulator;
  origin!: Origin;
  #url = '';

  static async start(options: { queue?: number; perSecond?: number; burst?: number } = {}): Promise<Rig> {
    const rig = new Rig();
    await rig.#start(options);
    return rig;
  }

  /** Puts a photo where the gateway may fetch it; answers its URL. */
  photo(name: string, bytes: Buffer): string {
    this.#photos.set(`/${name}`, bytes);
    return `http://${this.origin.host}/${name}`;
  }

  async ask(operation: 'detect' | 'tag' | 'search', body: object, signal?: AbortSignal): Promise<Answer> {
    const response = await fetch(`${this.#url}/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    return {
      status: response.status,
      body: (await response.json()) as Answer['body'],
      retryAfter: response.headers.get('retry-after'),
    };
  }

  /** What /metrics says. */
  async text(): Promise<string> {
    return (await fetch(`${this.#url}/metrics`)).text();
  }

  /** The value of one line of /metrics; 0 where it is not there. */
  async metric(line: string): Promise<number> {
    const lines = (await this.text()).split('\n');
    return Number(lines.find((each) => each.startsWith(`${line} `))?.slice(line.length + 1) ?? 0);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close();
  }

  async #start({
    queue = 64,
    perSecond = 1000,
    burst = 1000,
  }: {
    queue?: number;
    perSecond?: number;
    burst?: number;
  }) {
    this.ximilar = await startXimilar();
    this.origin = await startOrigin(new Proxy({}, { get: (_, key) => this.#serve(String(key)) }));
    const embedder = await this.#startEmbedder();
    const metrics = new Metrics(manifest.metrics);
    const bounds = { maxBytes: 10_000_000, maxPixels: 10_000_000, fetchSeconds: 1 };
    const origins = { allowedHosts: [this.origin.host], permittedRanges: ['127.0.0.0/8'] };
    const photos = new PhotoSource([], { ...bounds, ...origins });
    const pictures = new Pictures(photos, bounds);
    const ximilar = new Ximilar({
      baseUrl: this.ximilar.url,
      token: 't',
      collectionId: 'catalogue',
      searchService: 'similarity/fashion-new',
      detectionTask: '',
      perSecond,
      burst,
      timeoutMs: 800,
      breakerOpenMs: 100,
      onRateLimit: (by) => metrics.counter('ximilar_gw_rate_limit_hits').inc({ by }),
    });
    const remote = new Remote({
      name: 'embedder',
      baseUrl: embedder,
      maxBytes: 64_000,
      breaker: { patienceMs: 100, openMs: 100 },
    });
    const pgvector = new PgvectorSource({
      pictures,
      embedder: remote,
      embedTimeoutMs: 500,
      embeddings: { search: (search) => this.#search(search) },
      // Longer than a search takes on a busy machine: a test counts on it that the breaker is still open.
      breakerOpenMs: 1000,
      onSearch: (ms) => metrics.histogram('pgvector_knn_latency_ms').observe(ms),
    });
    const gateway = new Gateway({
      pictures,
      ximilar,
      sources: { pgvector, ximilar: new XimilarSource(ximilar, pictures) },
      flags: { current: () => ({ version: 'v1', values: { ...this.flags } }) },
    });
    const app = createServer({
      identity: { service: 'ximilar-gw', release: 'dev', invocation: '' },
      metrics,
      log: pino({ level: 'silent' }),
      awaited: () => [],
      draining: () => false,
    });
    gatewayRoutes(app, { gateway, settings: { queue, deadlineMs: 3000 }, metrics });
    this.#url = await app.listen({ host: '127.0.0.1', port: 0 });
    this.#closers.push(
      () => this.ximilar.close(),
      () => this.origin.close(),
      () => photos.close(),
      () => ximilar.close(),
      () => remote.close(),
      () => app.close(),
    );
  }

  /** Every path of the origin: a photo that was put there, or nothing. */
  #serve(path: string) {
    return (response: http.ServerResponse) => {
      const bytes = this.#photos.get(path);
      if (bytes === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes);
    };
  }

  async #startEmbedder(): Promise<string> {
    const embedder = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.embedded.push(Buffer.concat(chunks));
        if (typeof this.vector === 'number') response.writeHead(this.vector).end('{}');
        else response.end(JSON.stringify({ vector: padded(this.vector), model: 'm+p', ms: 1 }));
      });
    });
    await new Promise<void>((resolve) => embedder.listen(0, '127.0.0.1', resolve));
    this.#closers.push(() => {
      embedder.close();
      embedder.closeAllConnections();
    });
    return `http://127.0.0.1:${(embedder.address() as { port: number }).port}`;
  }

  /** What PostgreSQL would answer, by looking at every vector. */
  #search({ vector, limit, seen, brands, category }: EmbeddingsSearch): Promise<FoundProduct> {
    this.searches++;
    if (this.database === 'silent') return new Promise(() => undefined);
    if (this.database !== 'well') return Promise.reject(this.database);
    const photos = this.planted
      .filter((each) => brands?.includes(each.brand) !== false)
      .filter((each) => category === undefined || each.category === category)
      .map((each) => ({ ...each, similarity: cosine(vector, padded(each.vector)) }));
    const fresh = foldPhotos(photos).filter((each) => !seen.has(productKey(each)));
    return Promise.resolve({ products: fresh.slice(0, limit), more: fresh.length > limit });
  }
}

/** A vector with a given cosine to `[1]`, in the plane of the first number and another one. */
export function atCosine(cos: number, axis = 1): number[] {
  return padded([cos, ...Array<number>(axis - 1).fill(0), Math.sqrt(1 - cos * cos)]).slice(0, axis + 1);
}

function padded(numbers: readonly number[]): number[] {
  return [...numbers, ...Array<number>(512 - numbers.length).fill(0)];
}
