import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SearchResponse } from '../../src/contracts/gateway.ts';
import type { RerankResponse } from '../../src/contracts/rerank.ts';
import { machineFiles } from '../../src/lib/lab/machine.ts';
import type { Behaviour } from '../vendors/behaviour.ts';
import { smallModel } from '../lib/lab/model/small-model.ts';
import { TestFleet } from './fleet.ts';

/** Where what is not ours stands: both vendors, and the photos. */
export const OUTSIDE = 'llm-reranker';
const OUTSIDE_ADDRESS = '198.18.0.13';
const PHOTOS = `${OUTSIDE_ADDRESS}:8080`;

/** What a service answered. */
export interface Reply<T> {
  readonly status: number;
  readonly body: T & { readonly error?: { readonly code: string; readonly message: string } };
}

/** How a chain differs from the usual one. */
export interface ChainOptions {
  /** Settings of services beside those that the chain needs, by service. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  /** The embedder's model; a small one without it. */
  readonly model?: string;
}

/** The search chain on machines of its own, with both vendors' simulators and a place for photos. */
export class SearchFleet {
  readonly fleet: TestFleet;

  private constructor(fleet: TestFleet) {
    this.fleet = fleet;
  }

  /**
   * Boots four machines and deploys everything that search needs; databases are migrated.
   *
   * @param further Hosts that are booted beside them, and get nothing.
   */
  static async up(
    lab: string,
    further: readonly string[] = [],
    options: ChainOptions = {},
  ): Promise<SearchFleet> {
    const hosts = ['production-db', 'embedder', 'ximilar-gw', OUTSIDE, ...further];
    const fleet = await TestFleet.up(lab, hosts, [], 'test/vendors');
    const search = new SearchFleet(fleet);
    await search.#inventory(options);
    const photos = search.#photosFolder();
    mkdirSync(photos, { recursive: true });
    await fleet.console(
      OUTSIDE,
      'systemd-run --unit=photos --working-directory=/srv/photos python3 -m http.server 8080',
    );
    await fleet.ok('deploy', 'postgres,pgbouncer');
    await fleet.ok('db', 'migrate', 'production');
    await fleet.ok('deploy', 'embedder,ximilar-simulator,gemini-simulator,ximilar-gw,llm-reranker');
    return search;
  }

  /** Puts a photo where services may fetch it; answers its URL. */
  photo(name: string, bytes: Buffer): string {
    const file = path.join(this.#photosFolder(), name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return `http://${PHOTOS}/${name}`;
  }

  search(body: object): Promise<Reply<SearchResponse>> {
    return this.#post('ximilar-gw', 8001, '/search', body);
  }

  rerank(body: object): Promise<Reply<RerankResponse>> {
    return this.#post(OUTSIDE, 8002, '/rerank', body);
  }

  /** The vector that the embedder makes of a photo, as the gateway gets it. */
  async embed(url: string): Promise<{ vector: number[]; model: string }> {
    const name = new URL(url).pathname.slice(1);
    const said = await this.fleet.console(
      OUTSIDE,
      `curl -s -m 30 -F image=@/srv/photos/${name} http://${await this.#address('embedder')}:8003/embed`,
    );
    return JSON.parse(said) as { vector: number[]; model: string };
  }

  async behave(vendor: 'ximilar' | 'gemini', behaviour: Behaviour): Promise<void> {
    const port = vendor === 'ximilar' ? 8101 : 8102;
    await this.#post(OUTSIDE, port, '/_simulator/behaviour', behaviour, ['-X', 'PUT']);
  }

  /** Adds a photo to the catalogue's collection at Ximilar. */
  async collect(fields: Readonly<Record<string, string>>, picture: Buffer): Promise<void> {
    const record = { ...fields, _base64: picture.toString('base64') };
    const headers = ['-H', "'authorization: Token any'", '-H', "'collection-id: catalogue'"];
    await this.#post(OUTSIDE, 8101, '/similarity/fashion-new/v2/insert', { records: [record] }, headers);
  }

  /** Runs SQL as the administrator. */
  sql(text: string): Promise<string> {
    const file = `${machineFiles(this.fleet.lab, 'production-db').root}/srv/statement.sql`;
    writeFileSync(file, text);
    return this.fleet.console(
      'production-db',
      '/usr/lib/postgresql/17/bin/psql -XqAt -v ON_ERROR_STOP=1 -h /run/postgresql -U postgres -d unde_ai -f /srv/statement.sql 2>&1',
    );
  }

  async down(): Promise<void> {
    await this.fleet.down();
  }

  async #address(host: string): Promise<string> {
    const said = await this.fleet.console(host, 'hostname -I');
    return said.split(/\s+/).find((each) => each.startsWith('198.18.')) ?? '';
  }

  #photosFolder(): string {
    return `${machineFiles(this.fleet.lab, OUTSIDE).root}/srv/photos`;
  }

  async #post<T>(
    host: string,
    port: number,
    route: string,
    body: object,
    further: readonly string[] = [],
  ): Promise<Reply<T>> {
    // A body may be longer than a command line.
    const file = `${machineFiles(this.fleet.lab, host).root}/srv/body.json`;
    writeFileSync(file, JSON.stringify(body));
    const said = await this.fleet.console(
      host,
      `curl -s -m 30 -w '\\n%{http_code}' -H 'content-type: application/json' -d @/srv/body.json ${further.join(' ')} http://127.0.0.1:${port}${route}`,
    );
    const at = said.lastIndexOf('\n');
    const text = said.slice(0, at);
    return { status: Number(said.slice(at + 1)), body: JSON.parse(text || '{}') as Reply<T>['body'] };
  }

  /** Both vendors simulated, and a small model. */
  async #inventory({ settings = {}, model }: ChainOptions): Promise<void> {
    const photos = { allowedHosts: [PHOTOS], permittedRanges: ['198.18.0.0/15'] };
    const embedder = model ?? (await smallModel());
    await this.fleet.edit(({ services }) => {
      services['embedder'] = { assets: { model: embedder } };
      services['ximilar-gw'] = {
        settings: {
          ...photos,
          collectionId: 'catalogue',
          ximilarUrl: `http://${OUTSIDE_ADDRESS}:8101`,
          imagesUrl: `http://${PHOTOS}/`,
        },
      };
      services['llm-reranker'] = {
        settings: { ...photos, geminiUrl: `http://${OUTSIDE_ADDRESS}:8102` },
      };
      for (const [service, further] of Object.entries(settings)) {
        const known = services[service];
        services[service] = { ...known, settings: { ...known?.settings, ...further } };
      }
    });
    for (const vendor of ['ximilar-simulator', 'gemini-simulator']) await this.fleet.place(vendor, [OUTSIDE]);
  }
}
