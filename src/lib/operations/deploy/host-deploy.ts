import { UndeError } from '../../common/error/unde-error.ts';
import { KEPT_RELEASES } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import type { HealthSpec } from '../../manifest/health.ts';
import type { DesiredService } from '../../desired/service.ts';
import { blobKey } from '../../desired/release/release.ts';
import type { Payload } from '../../desired/release/payload.ts';
import { connect } from '../../fleet/ssh/connect.ts';
import type { Connection, ExecResult } from '../../fleet/ssh/connection.ts';
import type { SshTarget } from '../../fleet/ssh/target.ts';
import { confirmScript } from './confirm-script.ts';
import { armedGateScript, CONFIRM_SECONDS } from './gate-script.ts';
import { prepareScript } from './prepare-script.ts';
import { pruneScript } from './prune-script.ts';
import { reloadScript } from './reload-script.ts';
import { placeSecretsScript, secretLines, type PlacedSecret } from './secrets-script.ts';
import { switchScript } from './switch-script.ts';
import { deployDirectory, type DeployIdentity } from './undo-script.ts';

/** How long an upload and its unpacking may take, in milliseconds: a model over a slow link. */
const PREPARE_TIMEOUT_MS = 30 * 60_000;

/** How long encrypting credentials may take, in milliseconds. */
const SECRETS_TIMEOUT_MS = 60_000;

/** What the gate said of a host. */
export type GateVerdict =
  | { readonly passed: true; readonly invocation: string }
  | { readonly passed: false; readonly reason: string; readonly journal: readonly string[] };

/** What an undo found: the host is back, it is not, or the deploy was confirmed and stays. */
export type UndoAnswer = 'back' | 'broken' | 'confirmed';

/** One deploy of one service on one host, step by step. */
export class HostDeploy {
  readonly target: SshTarget;
  readonly connection: Connection;
  readonly deploy: DeployIdentity;
  readonly #health: HealthSpec;
  readonly #port: number | undefined;
  readonly #stopSeconds: number;
  readonly #started = Date.now();

  constructor(
    target: SshTarget,
    connection: Connection,
    deploy: DeployIdentity,
    service: Pick<DesiredService, 'health' | 'port' | 'stopSeconds'>,
  ) {
    this.target = target;
    this.connection = connection;
    this.deploy = deploy;
    this.#health = service.health;
    this.#port = service.port;
    this.#stopSeconds = service.stopSeconds;
  }

  /**
   * Brings everything onto the host without touching what runs.
   *
   * @param missingBlobs Keys of the release's blobs that the host lacks.
   */
  async prepare(desired: DesiredService, missingBlobs: readonly string[], payload: Payload): Promise<void> {
    const missing = new Set(missingBlobs);
    const files = desired.release?.files ?? [];
    const texts: Record<string, string> = {
      companions: desired.companions.map((unit) => `${unit}\n`).join(''),
      rendered: desired.files.map((file) => `${file.mode.toString(8)} ${file.path}\n`).join(''),
      ...Object.fromEntries(desired.files.map((file, index) => [`file-${index}`, file.content])),
      ...(desired.release === undefined
        ? {}
        : { listing: files.map((file) => `${blobKey(file)} ${file.path}\n`).join('') }),
    };
    const result = await this.#bash(prepareScript(this.deploy.id, desired), PREPARE_TIMEOUT_MS, () =>
      payload.stream(
        files.filter((file) => missing.has(blobKey(file))),
        texts,
      ),
    );
    if (result.code === 0) return;
    throw this.#error('PREPARE_FAILED', 'could not be prepared; what runs was not touched', result);
  }

  /**
   * Encrypts credentials to the host and puts them where its units find them. Values travel on standard input only.
   *
   * @param left Names of credentials that the service no longer has.
   */
  async placeSecrets(secrets: readonly PlacedSecret[], left: readonly string[]): Promise<void> {
    const result = await this.connection.bash(placeSecretsScript(this.deploy.service, left), {
      timeoutMs: SECRETS_TIMEOUT_MS,
      stdin: secretLines(secrets),
    });
    if (result.code === 0) return;
    throw this.#error('SECRETS_NOT_PLACED', 'did not get its credentials; what runs was not touched', result);
  }

  /** Makes the service take over its new credentials while it serves on. */
  async reload(): Promise<void> {
    const { id, by, service, digest, action } = this.deploy;
    const script = reloadScript(
      service,
      { unit: this.deploy.unit, port: this.#port, health: this.#health, stopSeconds: 0, release: undefined },
      `${quote(id)} ${quote(by)} ${action} ${quote(service)} ${digest} ${digest}`,
    );
    const result = await this.#bash(script, (this.#health.startSeconds + 60) * 1000);
    if (result.code === 0) return;
    throw this.#error('RELOAD_FAILED', 'did not take over its new credentials', result);
  }

  /**
   * Puts the generation in force and waits for the gate.
   *
   * @param expected The generation that the plan saw; see {@link switchScript}.
   * @throws UndeError when the switch itself fails; the caller then undoes.
   */
  async switch(expected: string | undefined): Promise<GateVerdict> {
    const { startSeconds, stableSeconds } = this.#health;
    const limit = this.#stopSeconds + startSeconds + stableSeconds + CONFIRM_SECONDS;
    const script = [
      switchScript(this.deploy, limit, expected),
      armedGateScript(this.deploy, {
        unit: this.deploy.unit,
        port: this.#port,
        health: this.#health,
        stopSeconds: this.#stopSeconds,
        release: this.deploy.hasRelease ? this.deploy.digest : undefined,
      }),
    ].join('\n');
    const result = await this.#bash(script, (limit + 10) * 1000);
    const lines = result.stdout.split('\n');
    const verdict = lines.find((line) => line.startsWith('gate '));
    if (verdict === undefined) {
      throw this.#error('SWITCH_FAILED', 'could not be switched', result);
    }
    if (verdict.startsWith('gate ok ')) return { passed: true, invocation: verdict.slice(8) };
    return {
      passed: false,
      reason: verdict.slice('gate failed '.length),
      journal: lines.filter((line) => line.startsWith('journal ')).map((line) => line.slice(8)),
    };
  }

  /** Confirms over a fresh connection, which proves that the host can still be reached after the change. */
  async confirm(invocation: string): Promise<void> {
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    const script = `${confirmScript(this.deploy, invocation, seconds)}\n(\n${pruneScript(this.deploy.service, KEPT_RELEASES)}\n) >/dev/null 2>&1`;
    const fresh = await connect(this.target);
    try {
      const result = await fresh.bash(script, { timeoutMs: 30_000 });
      if (result.stdout.includes('confirmed')) return;
      throw this.#error('NOT_CONFIRMED', 'passed its gate, but could not be confirmed', result);
    } finally {
      fresh.close();
    }
  }

  /**
   * Takes the host back to what it ran before, over a fresh connection where the first one is gone.
   *
   * @param confirmed Go back even though the deploy was confirmed.
   */
  async undo(result: 'failed' | 'returned', reason: string, confirmed = false): Promise<UndoAnswer> {
    // Without its script a deploy has switched nothing, unless it was confirmed.
    const command = `undo=${deployDirectory(this.deploy)}/undo; [[ -x $undo ]] || exit ${confirmed ? 6 : 0}; "$undo" ${result} ${quote(reason)} ${confirmed ? 'confirmed' : ''}`;
    const run = (connection: Connection) => connection.bash(command, { timeoutMs: 120_000 });
    const answer = await run(this.connection).catch(async () => {
      const fresh = await connect(this.target);
      return run(fresh).finally(() => fresh.close());
    });
    if (answer.code !== 0) return 'broken';
    return answer.stdout.trim() === 'confirmed' ? 'confirmed' : 'back';
  }

  async #bash(script: string, timeoutMs: number, stdin?: () => AsyncIterable<Buffer>): Promise<ExecResult> {
    return this.connection.bash(script, {
      timeoutMs,
      ...(stdin === undefined ? {} : { stdin: stdin() }),
    });
  }

  #error(code: string, what: string, result: ExecResult): UndeError {
    const lines = result.stderr.trim().split('\n').slice(-20);
    const full = /No space left on device/.test(result.stderr);
    return new UndeError({
      code: full ? 'DISK_FULL' : code,
      message: `${this.target.host}: ${this.deploy.service} ${what}${full ? ': the disk is full' : ''}`,
      exit: 'failed',
      where: { host: this.target.host, unit: this.deploy.unit },
      details: lines.filter((line) => line !== ''),
      hint: full
        ? `make room: unde exec ${this.target.host} -- df -h`
        : `unde logs ${this.deploy.service} --host ${this.target.host}`,
    });
  }
}
