import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bash } from '../../common/shell/bash.ts';

/**
 * A folder that stands for a host, with a `systemctl` that writes down what it is asked and knows units by files:
 * `timers/NAME` are active timers, `jobs/NAME` run until they have been asked about as often as the file says.
 */
export class FakeHost {
  readonly root = mkdtempSync(path.join(os.tmpdir(), 'unde-host-'));

  constructor() {
    for (const folder of ['bin', 'timers', 'jobs', 'state']) mkdirSync(path.join(this.root, folder));
    this.write(
      'bin/systemctl',
      `#!/bin/bash
cd ${this.root}
case "$*" in
  *list-units*timer*) ls timers | sed 's/$/ loaded active/' ;;
  *list-units*) for j in $(ls jobs); do n=$(<jobs/$j); if ((n > 0)); then echo "$j loaded active"; echo $((n - 1)) >jobs/$j; fi; done ;;
  *) echo "$*" >>asked ;;
esac
`,
      0o755,
    );
  }

  write(file: string, text: string, mode = 0o644): void {
    writeFileSync(path.join(this.root, file), text, { mode });
  }

  /** Runs a script of ours on it. */
  run(script: string) {
    const here = script.replaceAll('/var/lib/unde', path.join(this.root, 'state'));
    return bash(`PATH=${this.root}/bin:$PATH; sleep() { :; }; ${here}`);
  }

  /** What systemctl was told to do, in order. */
  asked(): string[] {
    return this.text('asked').split('\n').slice(0, -1);
  }

  text(file: string): string {
    try {
      return readFileSync(path.join(this.root, file), 'utf8');
    } catch {
      return '';
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
