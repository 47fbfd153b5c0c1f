import type { FastifyInstance } from 'fastify';
import { pino, type Logger } from 'pino';
import type { WorkReport } from '../../../contracts/work.ts';
import { EXIT_BAD_CONFIGURATION, badSetting, readSettings } from './settings.ts';
import { UndeError } from '../../common/error/unde-error.ts';
import { FLAGS } from '../../manifest/flags/file.ts';
import { Flags } from '../flags/flags.ts';
import { observeFlags } from '../flags/metrics.ts';
import type { ServiceManifest } from '../../manifest/manifest.ts';
import { readVariable } from '../../manifest/endpoints/variable.ts';
import { metricsOf } from '../../manifest/metrics-of.ts';
import { Metrics } from '../metrics/metrics.ts';
import { createNotifier } from './notify.ts';
import { runningRelease } from './running-release.ts';
import { createServer } from './server.ts';

/** What a service is given to build itself from. */
export interface ServiceSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The flags that the manifest names; they change while the process runs. */
  readonly flags: Flags;
  /** Ends the process with code 1, for faults that only a new process mends; systemd starts one. */
  readonly fail: (error: Error) => void;
}

/** What a service adds to a plain server. */
export interface ServiceParts {
  readonly routes: (app: FastifyInstance) => void | Promise<void>;
  /** What is still missing before requests can be served; empty is ready. */
  readonly awaited: () => readonly string[] | Promise<readonly string[]>;
  /** What there is to do, and how that goes, for `/health`; answers at once. */
  readonly work?: () => readonly WorkReport[];
  /** Loads what the first request needs. `/health` answers meanwhile; systemd is told READY after it. */
  readonly boot?: () => Promise<void>;
  /** Lets go of everything, after the last request has been answered. */
  readonly close?: () => Promise<void>;
}

/** Settings that every service has. */
const COMMON = (port: number) =>
  [
    {
      variable: 'UNDE_LISTEN',
      key: 'listen',
      type: 'string',
      default: '0.0.0.0',
      purpose: 'the address to listen on',
    },
    {
      variable: 'UNDE_PORT',
      key: 'port',
      type: 'integer',
      default: port,
      minimum: 0,
      maximum: 65_535,
      purpose: 'the TCP port to listen on',
    },
    {
      variable: 'UNDE_LOG_LEVEL',
      key: 'logLevel',
      type: 'string',
      default: 'info',
      purpose: 'the least severe level that is logged: debug, info, warn or error',
    },
  ] as const;

/** How much of the unit's stop timeout is left for the process to end in by itself, in milliseconds. */
const STOP_MARGIN_MS = 1000;

/**
 * Runs a service for the whole life of its process: reads the configuration (exit code 78 when it is bad), listens,
 * boots, tells systemd, pings its watchdog, and on SIGTERM answers what it has accepted and ends with code 0,
 * within the manifest's `stopSeconds`.
 */
export async function startService(
  manifest: ServiceManifest,
  build: (surroundings: ServiceSurroundings) => ServiceParts | Promise<ServiceParts>,
): Promise<void> {
  const env = process.env;
  const identity = {
    service: manifest.name,
    release: runningRelease(),
    invocation: readVariable('INVOCATION_ID', env) ?? '',
  };
  // Written synchronously: the last line before an exit is the one that matters most.
  const log = pino({ base: { service: identity.service, release: identity.release } });
  const fail = (error: Error) => {
    log.fatal({ err: error }, error.message);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', (reason) => fail(asError(reason)));
  try {
    const settings = readSettings(COMMON(manifest.port), env);
    if (!(settings.logLevel in pino.levels.values)) {
      throw badSetting(COMMON(0)[2], `"${settings.logLevel}" is not a level`);
    }
    log.level = settings.logLevel;
    const metrics = new Metrics(metricsOf(manifest));
    const flags = await openFlags(manifest, env, log, metrics);
    const notifier = createNotifier({
      env,
      onError: (error) => log.warn({ err: error }, 'systemd-notify failed'),
    });
    const parts = await build({ env, log, metrics, flags, fail });

    let booted = parts.boot === undefined;
    let draining = false;
    const app = createServer({
      identity,
      metrics,
      log,
      draining: () => draining,
      ...(manifest.flags === undefined ? {} : { flags: () => flags.health() }),
      work: parts.work,
      awaited: async () => [...(booted ? [] : ['the start to finish']), ...(await parts.awaited())],
    });
    await parts.routes(app);

    const stop = async (signal: NodeJS.Signals): Promise<void> => {
      if (draining) return;
      draining = true;
      log.info({ signal }, 'stopping: answering what has been accepted');
      const late = setTimeout(
        () => fail(new Error(`still busy ${manifest.limits.stopSeconds} s after ${signal}`)),
        Math.max(0, manifest.limits.stopSeconds * 1000 - STOP_MARGIN_MS),
      );
      late.unref();
      void notifier.send('STOPPING=1');
      await app.close();
      await parts.close?.();
      await flags.close();
      log.info('stopped');
      process.exit(0);
    };
    process.on('SIGTERM', (signal) => void stop(signal));
    process.on('SIGINT', (signal) => void stop(signal));

    await app.listen({ host: settings.listen, port: settings.port });
    await parts.boot?.();
    booted = true;
    notifier.startWatchdog();
    await notifier.send('READY=1');
    log.info({ startMs: Math.round(process.uptime() * 1000) }, 'ready');
  } catch (thrown) {
    const error = asError(thrown);
    const code = error instanceof UndeError && error.exit === 'config' ? EXIT_BAD_CONFIGURATION : 1;
    const hint = error instanceof UndeError ? { code: error.code, hint: error.hint } : { err: error };
    log.fatal(hint, error.message);
    process.exit(code);
  }
}

/** The process's flags, with their metrics. */
async function openFlags(
  manifest: ServiceManifest,
  env: NodeJS.ProcessEnv,
  log: Logger,
  metrics: Metrics,
): Promise<Flags> {
  const specs = manifest.flags ?? [];
  const flags = await Flags.open({
    service: manifest.name,
    specs,
    // Tests have no host; systemd names the unit's own folder (systemd.exec(5), StateDirectory=).
    directory: env['UNDE_FLAGS_DIRECTORY'] || FLAGS,
    stateDirectory: env['STATE_DIRECTORY']?.split(':')[0],
    log,
    onChange: (health) => observeFlags(metrics, health),
  });
  if (specs.length > 0) observeFlags(metrics, flags.health());
  return flags;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
