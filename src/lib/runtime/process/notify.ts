import { execFile } from 'node:child_process';

/** What a service tells systemd. */
export type Notice = 'READY=1' | 'STOPPING=1' | 'WATCHDOG=1' | `STATUS=${string}`;

/** The service's side of sd_notify(3). */
export interface Notifier {
  /** Sends notices; never throws, and does nothing where systemd is not listening. */
  send(...notices: readonly Notice[]): Promise<void>;
  /** Pings the watchdog from the event loop, so that a stuck loop is restarted. Answers what stops it. */
  startWatchdog(): () => void;
}

/** A notifier's surroundings; tests give their own. */
export interface NotifierOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Told when a notice could not be sent. */
  readonly onError?: (error: Error) => void;
}

const NOTIFY_TIMEOUT_MS = 5000;

/**
 * The notifier of this process. Node has no unix datagram sockets, so `systemd-notify` is run, which the unit
 * must allow (`NotifyAccess=all`).
 */
export function createNotifier({ env = process.env, onError }: NotifierOptions = {}): Notifier {
  const listening = Boolean(env['NOTIFY_SOCKET']);
  const send = (...notices: readonly Notice[]): Promise<void> => {
    if (!listening) return Promise.resolve();
    return new Promise((resolve) => {
      execFile('systemd-notify', notices, { env, timeout: NOTIFY_TIMEOUT_MS }, (error) => {
        if (error !== null) onError?.(error);
        resolve();
      });
    });
  };
  return {
    send,
    startWatchdog() {
      const interval = watchdogIntervalMs(env);
      if (!listening || interval === undefined) return () => undefined;
      const timer = setInterval(() => void send('WATCHDOG=1'), interval);
      return () => clearInterval(timer);
    },
  };
}

/**
 * How often to ping: a third of the time after which systemd would act, in milliseconds; undefined where it
 * does not watch this process.
 */
export function watchdogIntervalMs(env: NodeJS.ProcessEnv, pid: number = process.pid): number | undefined {
  const microseconds = Number(env['WATCHDOG_USEC']);
  if (!(microseconds > 0)) return undefined;
  const watched = env['WATCHDOG_PID'];
  if (watched && Number(watched) !== pid) return undefined;
  return microseconds / 3000;
}
