import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FileStore } from '../../src/lib/secrets/file-store.ts';
import { labDirectory } from '../../src/lib/lab/state.ts';

/** How often the machine's processes are looked at, in milliseconds. */
const SAMPLE_MS = 10;
/** Nobody starts another program in the same process later than this, in milliseconds; then it is left alone. */
const SETTLED_MS = 2000;

/** Every command line and environment that a process of this machine, the lab's included, showed while it was watched. */
export class ProcessWatch {
  readonly #seen = new Set<string>();
  readonly #since = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  /** Ends the watch; what was seen, each text once. */
  end(): string[] {
    clearInterval(this.#timer);
    return [...this.#seen];
  }

  #sample(): void {
    const now = Date.now();
    const there = new Set(readdirSync('/proc').filter((name) => /^\d+$/.test(name)));
    for (const pid of this.#since.keys()) if (!there.has(pid)) this.#since.delete(pid);
    for (const pid of there) {
      const since = this.#since.get(pid) ?? now;
      this.#since.set(pid, since);
      if (now - since > SETTLED_MS || pid === String(process.pid)) continue;
      for (const file of ['cmdline', 'environ']) {
        try {
          this.#seen.add(readFileSync(`/proc/${pid}/${file}`, 'utf8'));
        } catch {
          // It has ended meanwhile.
        }
      }
    }
  }
}

/** Opens a lab's store as its operator does. */
export function labStore(lab: string): Promise<FileStore> {
  const home = labDirectory(lab);
  return FileStore.open(path.join(home, 'secrets'), 'lab', path.join(home, 'identity.txt'));
}

/** What would give a value away: itself, as it travels, its longest line, and a login's password. */
export function tracesOf(value: string): string[] {
  const lines = value.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----'));
  const [, password = ''] = /^[a-z_]+:(.+)$/.exec(value) ?? [];
  // Of a private key with its certificate only what stands before the certificate is secret.
  const secret = value.includes('PRIVATE KEY') ? lines.slice(0, 2) : [value, ...lines, password];
  return [...new Set([...secret, Buffer.from(value).toString('base64').slice(0, 40)])].filter(
    (text) => text.length >= 16 && !text.includes('\n'),
  );
}

/** Files below some folders that contain one of the texts. */
export function filesWith(texts: readonly string[], folders: readonly string[]): string[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-traces-'));
  const patterns = path.join(folder, 'patterns');
  writeFileSync(patterns, texts.map((text) => `${text}\n`).join(''), { mode: 0o600 });
  try {
    // Exit code 1: nothing was found. 2: a file went away meanwhile.
    const script =
      'p=$1; shift; find "$@" -type f -print0 2>/dev/null | xargs -0r grep -lsaF -f "$p" --; true';
    const options = { encoding: 'utf8', maxBuffer: 64 << 20 } as const;
    return execFileSync('bash', ['-c', script, 'bash', patterns, ...folders], options)
      .split('\n')
      .filter(Boolean);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
