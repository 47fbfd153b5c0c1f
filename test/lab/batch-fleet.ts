import { readFileSync, writeFileSync } from 'node:fs';
import { batchRun, batchStatus, type BatchRun, type BatchStatus } from '../../src/contracts/embed-batch.ts';
import { machineFiles } from '../../src/lib/lab/machine.ts';
import { smallModel } from '../lib/lab/model/small-model.ts';
import { TestFleet } from './fleet.ts';

const DATABASE = 'production-db';
const BATCH = 'embed-batch';
const STORAGE = 'lab-objects';
const BUCKET = `http://${STORAGE}:9000/unde-images`;

/** What a test's embed-batch is set to. */
type Settings = Readonly<Record<string, string | number>>;

/** embed-batch, Production DB and an object storage on machines of their own. */
export class BatchFleet {
  readonly fleet: TestFleet;

  private constructor(fleet: TestFleet) {
    this.fleet = fleet;
  }

  /** Boots three machines, and deploys everything; the database is migrated, and empty. */
  static async up(lab: string, settings: Settings): Promise<BatchFleet> {
    const fleet = await TestFleet.up(lab, [DATABASE, BATCH], ['--with', 'objects']);
    const model = await smallModel();
    await fleet.edit(({ services }) => {
      services[BATCH] = { assets: { model }, settings };
    });
    await fleet.ok('deploy', 'postgres,pgbouncer');
    await fleet.ok('db', 'migrate', 'production');
    await fleet.ok('deploy', BATCH);
    return new BatchFleet(fleet);
  }

  /** A run from its beginning to its end. */
  async run(...flags: string[]): Promise<BatchRun> {
    return batchRun.parse((await this.fleet.ok(BATCH, 'start', ...flags, '--json')).json());
  }

  /** Begins a run, and does not wait for it. */
  async begin(...flags: string[]): Promise<BatchRun> {
    return this.run(...flags, '--detach');
  }

  async status(): Promise<BatchStatus> {
    return batchStatus.parse((await this.fleet.ok(BATCH, 'status', '--json')).json());
  }

  /** The run that ended last, unless one is open or the service is away. */
  async ended(): Promise<BatchRun | undefined> {
    const answer = await this.fleet.unde([BATCH, 'status', '--json']);
    if (answer.code !== 0) return undefined;
    const { current, last } = batchStatus.parse(answer.json());
    return current === null ? (last ?? undefined) : undefined;
  }

  /** Runs SQL as the administrator. */
  sql(text: string): Promise<string> {
    writeFileSync(`${machineFiles(this.fleet.lab, DATABASE).root}/srv/statement.sql`, text);
    return this.fleet.console(
      DATABASE,
      '/usr/lib/postgresql/17/bin/psql -XqAt -v ON_ERROR_STOP=1 -h /run/postgresql -U postgres -d unde_ai -f /srv/statement.sql 2>&1',
    );
  }

  async count(from: string): Promise<number> {
    return Number(await this.sql(`SELECT count(*) FROM ${from}`));
  }

  /** What a metric of embed-batch says now; NaN while nothing answers. */
  async metric(name: string): Promise<number> {
    const said = await this.fleet.console(BATCH, 'curl -s -m 5 http://127.0.0.1:8004/metrics');
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(said)?.[1] ?? NaN);
  }

  /** The process dies as by a fault of the machine. */
  async kill(): Promise<void> {
    await this.fleet.console(BATCH, 'kill -9 $(systemctl show -p MainPID --value unde-embed-batch)');
  }

  /** The storage answers nobody, until {@link release}. */
  async hold(): Promise<void> {
    await this.fleet.console(STORAGE, 'systemctl kill -s STOP lab-objects');
  }

  async release(): Promise<void> {
    await this.fleet.console(STORAGE, 'systemctl kill -s CONT lab-objects');
  }

  async put(key: string, body: Buffer): Promise<void> {
    writeFileSync(`${machineFiles(this.fleet.lab, BATCH).root}/srv/object`, body);
    await this.#storage(`-X PUT -H 'content-type: image/jpeg' --data-binary @/srv/object`, key);
  }

  async remove(key: string): Promise<void> {
    await this.#storage('-X DELETE', key);
  }

  async get(key: string): Promise<Buffer> {
    await this.#storage('-o /srv/object', key);
    return readFileSync(`${machineFiles(this.fleet.lab, BATCH).root}/srv/object`);
  }

  down(): Promise<void> {
    return this.fleet.down();
  }

  async #storage(flags: string, key: string): Promise<void> {
    const said = await this.fleet.console(
      BATCH,
      `curl -sS -f -m 20 --user lab:lab --aws-sigv4 aws:amz:auto:s3 ${flags} ${BUCKET}/${key} 2>&1 || echo failed`,
    );
    if (said.endsWith('failed')) throw new Error(`${key}: ${said}`);
  }
}
