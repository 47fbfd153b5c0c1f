import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Client, Pool } from 'pg';
import { machineFiles } from '../../src/lib/lab/machine.ts';
import { BenchFleet } from '../fleet.ts';
import { emptyCatalogue } from './empty-catalogue.ts';
import { BRANDS, type CatalogueShape } from './catalogue.ts';
import { COLUMNS, writeCopyFile } from './copy-file.ts';

const HOST = 'production-db';
/** What PostgreSQL may reckon with, so that the index stays in memory as it would in production, in MB. */
const MEMORY_MB = 10_240;

/** Production DB on a machine of a lab, as it is deployed, with a catalogue of embeddings in it. */
export class KnnDatabase {
  readonly #fleet: BenchFleet;
  /** How long loading the rows and building the index took, in seconds. */
  readonly seconds: { load: number; index: number } = { load: 0, index: 0 };

  private constructor(fleet: BenchFleet) {
    this.#fleet = fleet;
  }

  /** Boots, deploys, migrates and fills it. */
  static async up(shape: CatalogueShape, shared?: string): Promise<KnnDatabase> {
    const fleet = await BenchFleet.up('bknn', [HOST], { everywhere: [], shared });
    const database = new KnnDatabase(fleet);
    try {
      await database.#deploy();
      await database.#fill(shape);
      return database;
    } catch (error) {
      await database.down();
      throw error;
    }
  }

  /** Connections by the server's socket, with the rights of ximilar-gw. */
  pool(max: number): Pool {
    const options = '-c role=ximilar_gw';
    return new Pool({ host: this.#socket(), database: 'unde_ai', user: 'postgres', max, options });
  }

  /** Takes the lab down; leaves the catalogue empty to others that share it. */
  async down(): Promise<void> {
    await emptyCatalogue(this.#fleet);
    await this.#fleet.down();
  }

  async #deploy(): Promise<void> {
    await this.#fleet.edit((_, { [HOST]: host }) => {
      if (host !== undefined) host.settings = { postgres: { database: 'production', memory_mb: MEMORY_MB } };
    });
    await this.#fleet.ok('deploy', `postgres+host:${HOST}`);
    await this.#fleet.ok('db', 'migrate', 'production');
  }

  async #fill(shape: CatalogueShape): Promise<void> {
    const folder = path.join(machineFiles(this.#fleet.lab, HOST).root, 'srv/bench');
    mkdirSync(folder, { recursive: true });
    await writeCopyFile(path.join(folder, 'embeddings'), shape);
    const admin = new Client({ host: this.#socket(), database: 'unde_ai', user: 'postgres' });
    await admin.connect();
    try {
      const began = performance.now();
      for (const { name } of BRANDS)
        await admin.query('INSERT INTO brands (name, title) VALUES ($1, $1)', [name]);
      await admin.query(`
        SET session_replication_role = replica; SET maintenance_work_mem = '2GB';
        SELECT drop_embeddings_index();
        COPY sku_image_embeddings (${COLUMNS}) FROM '/srv/bench/embeddings' (FORMAT binary);
        INSERT INTO products (id, brand_id, sku, name, category) OVERRIDING SYSTEM VALUE
          SELECT DISTINCT product_id, brand_id, 'SKU-' || product_id, 'Product ' || product_id, category FROM sku_image_embeddings;
        INSERT INTO photos (id, product_id, position, object_key, content_hash) OVERRIDING SYSTEM VALUE
          SELECT photo_id, product_id, photo_id % ${shape.photosPerProduct} + 1, 'originals/' || photo_id || '.jpg', content_hash
          FROM sku_image_embeddings`);
      this.seconds.load = (performance.now() - began) / 1000;
      const loaded = performance.now();
      await admin.query('SELECT build_embeddings_index()');
      this.seconds.index = (performance.now() - loaded) / 1000;
      for (const table of ['sku_image_embeddings', 'products', 'photos', 'brands']) {
        await admin.query(`VACUUM ANALYZE ${table}`);
      }
    } finally {
      await admin.end();
      rmSync(folder, { recursive: true });
    }
  }

  /** The folder of the server's socket, seen from outside the machine. */
  #socket(): string {
    const [supervisor = ''] = readFileSync(machineFiles(this.#fleet.lab, HOST).pid, 'utf8').split(' ');
    let generation = [supervisor];
    for (let depth = 0; depth < 4; depth++) {
      generation = generation.flatMap(childrenOf);
      const init = generation.find((pid) =>
        /^NSpid:\s.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')),
      );
      if (init !== undefined) return `/proc/${init}/root/run/postgresql`;
    }
    throw new Error(`${HOST} does not run`);
  }
}

function childrenOf(pid: string): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}
