import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestFleet } from './fleet.ts';

/** Whether this machine can make disks out of files. */
export const hasLoopDevices = statSync('/dev/loop-control', { throwIfNoEntry: false }) !== undefined;

/**
 * A disk of its own for a folder of a host, made out of a file, so that a test can see what would be on it if the power
 * were cut at an instant: what the kernel has not written to the device yet is not in a copy of the file.
 */
export class TestDisk {
  readonly #folder: string;
  readonly #device: string;
  readonly #fleet: TestFleet;
  readonly #host: string;
  readonly #mountPoint: string;

  private constructor(fleet: TestFleet, host: string, mountPoint: string, folder: string, device: string) {
    this.#fleet = fleet;
    this.#host = host;
    this.#mountPoint = mountPoint;
    this.#folder = folder;
    this.#device = device;
  }

  /** Mounts an empty disk over a folder of a host. */
  static async mount(
    fleet: TestFleet,
    host: string,
    mountPoint: string,
    megabytes: number,
  ): Promise<TestDisk> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-disk-'));
    const image = path.join(folder, 'disk');
    writeFileSync(image, '');
    truncateSync(image, megabytes << 20);
    run('mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image);
    const device = run('losetup', '--find', '--show', image);
    const minor = /\d+$/.exec(device)?.[0] ?? '';
    const said = await fleet.console(
      host,
      `mknod /dev/test-disk b 7 ${minor}; mount /dev/test-disk ${mountPoint} 2>&1 && chown redis:redis ${mountPoint} && echo mounted`,
    );
    if (said !== 'mounted') throw new Error(`no disk on ${host}: ${said}`);
    return new TestDisk(fleet, host, mountPoint, folder, device);
  }

  /** Takes down what is on the device at this instant. The kernel's own journal of the copy is replayed on reading. */
  copy(): () => Map<string, Buffer> {
    const copy = path.join(this.#folder, 'copy');
    copyFileSync(path.join(this.#folder, 'disk'), copy);
    return () => {
      const at = path.join(this.#folder, 'at');
      run('mkdir', '-p', at);
      run('mount', '-o', 'loop', copy, at);
      try {
        const names = readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) =>
          entry.isFile(),
        );
        return new Map(
          names.map((entry) => [entry.name, readFileSync(path.join(entry.parentPath, entry.name))]),
        );
      } finally {
        run('umount', at);
      }
    };
  }

  async unmount(): Promise<void> {
    await this.#fleet.console(this.#host, `umount ${this.#mountPoint}; rm -f /dev/test-disk`);
    run('losetup', '--detach', this.#device);
    rmSync(this.#folder, { recursive: true });
  }
}

function run(file: string, ...args: readonly string[]): string {
  return execFileSync(file, args, { encoding: 'utf8' }).trim();
}
