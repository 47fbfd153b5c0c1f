import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A service that runs as a process of its own, on loopback. */
export interface ServiceProcess {
  /** `http://127.0.0.1:PORT`; known once it listens. */
  readonly url: Promise<string>;
  readonly exit: Promise<number | null>;
  /** Log lines so far, parsed. */
  readonly log: readonly Record<string, unknown>[];
  readonly child: ChildProcess;
}

/** Processes that nobody ended, such as after a hook that failed: they would keep the whole run from ending. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a service's entry file on a free port. It ends with this process, if not before. */
export function startProcess(entry: string, env: NodeJS.ProcessEnv = {}): ServiceProcess {
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      UNDE_ONLY_LAB: '1',
      UNDE_LISTEN: '127.0.0.1',
      UNDE_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  const log: Record<string, unknown>[] = [];
  const url = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      const found = /^Server listening at (http:\S+)/.exec(String(entry['msg']))?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the service ended with code ${code}`)));
  });
  // A process that never listens is a failure only for those who ask for its address.
  url.catch(() => undefined);
  return {
    url,
    log,
    child,
    exit: new Promise((resolve) => child.once('close', (code) => resolve(code))),
  };
}
