import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { recognition as recognitionSchema, type Recognition } from '../../src/contracts/recognize.ts';
import type { Requests } from '../vendors/behaviour.ts';
import { drawPhoto } from '../vendors/pictures.ts';
import { plantCatalogue } from './planted-catalogue.ts';
import { Probe } from './probe-client.ts';
import type { Looked, Sent, Wish } from './recognition-probe.ts';
import { OUTSIDE, SearchFleet, type ChainOptions } from './search-fleet.ts';

/** The whole way of a photo on machines of its own: the search chain, the broker, the Staging DB, and recognition. */
export class RecognitionFleet {
  readonly chain: SearchFleet;
  /** A photo with one crimson garment: on the operator's disk, and where services may fetch it. */
  readonly file: string;
  readonly photo: string;

  private constructor(chain: SearchFleet, file: string, photo: string) {
    this.chain = chain;
    this.file = file;
    this.photo = photo;
  }

  /** Boots seven machines and deploys everything; Ximilar's collection has S-1 to S-4, and all but S-4 are in stock. */
  static async up(lab: string, options: ChainOptions = {}): Promise<RecognitionFleet> {
    const chain = await SearchFleet.up(lab, ['staging-db', 'push', 'recognition'], options);
    await chain.fleet.ok('deploy', 'postgres+host:staging-db,pgbouncer+host:staging-db,redis');
    await chain.fleet.ok('db', 'migrate', 'staging');
    await chain.fleet.ok('deploy', 'recognition,ximilar-gw,llm-reranker');
    const drawn = await drawPhoto([{ colour: 'crimson', box: [0.1, 0.1, 0.8, 0.8] }]);
    const photo = chain.photo('users/1.jpg', drawn);
    const file = path.join(chain.fleet.directory, 'photo.jpg');
    writeFileSync(file, drawn);
    for (const [sku, colour] of [
      ['S-1', 'crimson'],
      ['S-2', 'firebrick'],
      ['S-3', 'tomato'],
      ['S-4', 'navy'],
    ] as const) {
      const picture = await drawPhoto([{ colour, box: [0.1, 0.1, 0.8, 0.8] }], { width: 200, height: 300 });
      const url = chain.photo(`originals/zara/${sku}/1.jpg`, picture);
      chain.photo(`originals/zara/${sku}/2.jpg`, picture);
      await chain.collect({ _id: `${sku}/1`, _url: url, sku, brand: 'zara', category: 'dress' }, picture);
    }
    const fleet = new RecognitionFleet(chain, file, photo);
    await fleet.stock('S-1', 'S-2', 'S-3');
    return fleet;
  }

  /** Says what was seen in stock just now; nothing else was. */
  async stock(...skus: string[]): Promise<void> {
    const values = skus.map((sku) => `('zara', '${sku}', now(), true)`).join(', ');
    const sql = `DELETE FROM raw_availability; ${values === '' ? '' : `INSERT INTO raw_availability (brand, sku, seen_at, in_stock) VALUES ${values}`}`;
    await this.chain.fleet.ok('db', 'psql', 'staging', '--write', '-c', sql);
  }

  /** Plants sixty products around the photo's vector, in stock or not. */
  async plant(): Promise<void> {
    const said = await plantCatalogue(this.chain, await this.chain.embed(this.photo));
    if (said !== '') throw new Error(`the catalogue was not planted: ${said}`);
  }

  /** How often a vendor was asked since its start. */
  async vendorRequests(vendor: 'ximilar' | 'gemini'): Promise<number> {
    const port = vendor === 'ximilar' ? 8101 : 8102;
    const text = await this.chain.fleet.console(
      OUTSIDE,
      `curl -s http://127.0.0.1:${port}/_simulator/requests`,
    );
    return (JSON.parse(text) as Requests).total;
  }

  /** Runs `unde recognize`; a request that ended without a result is an answer. */
  async recognize(what: string): Promise<Recognition> {
    const answer = await this.chain.fleet.unde(['recognize', what, '--timeout', '120', '--json']);
    const parsed = recognitionSchema.safeParse(answer.json());
    if (parsed.success) return parsed.data;
    throw new Error(`unde recognize ${what}: ${answer.stdout}\n${answer.stderr}`);
  }

  /** Sends requests from the users' side of the lab; answers what became of each, in the order of the answers. */
  send(
    request: NonNullable<Wish['send']>,
    onSent: (sent: Sent) => void = () => undefined,
  ): Promise<readonly Sent[]> {
    return this.#probe({ send: request }, onSent);
  }

  /** What recognition tells of requests that were sent. */
  async look(ids: readonly string[]): Promise<readonly Recognition[]> {
    const looked = await this.#probe<Looked>({ look: ids });
    return looked.map(({ body }) => recognitionSchema.parse(body));
  }

  async down(): Promise<void> {
    await this.chain.down();
  }

  async #probe<T>(request: Omit<Wish, 'origin'>, onLine: (line: T) => void = () => undefined): Promise<T[]> {
    const probe = await Probe.start(this.chain.fleet, 'recognition-probe.ts', 'recognition', (address) => ({
      ...request,
      origin: `http://${address}:8005`,
    }));
    const lines: T[] = [];
    for await (const text of probe.lines()) {
      const line = JSON.parse(text) as T;
      lines.push(line);
      onLine(line);
    }
    return lines;
  }
}

/** Ids of requests: UUIDs that a series and a number make. */
export function requestIds(series: number, count: number): string[] {
  return Array.from(
    { length: count },
    (_, n) => `0190a5b0-${String(series).padStart(4, '0')}-7000-8000-${String(n).padStart(12, '0')}`,
  );
}
