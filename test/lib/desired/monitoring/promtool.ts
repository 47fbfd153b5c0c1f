import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { layerOf } from '../../../../src/lib/lab/image.ts';

/** Debian's tools of Prometheus' family: this machine's, or those of the lab's image, which run here as they are. */
export function debianTool(name: string): string | undefined {
  const folders = ['/usr/bin', path.join(layerOf('full').root, 'usr/bin')];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** Runs a tool to its end; answers its code and all that it said. */
export function runTool(file: string, args: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { maxBuffer: 16 << 20 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, said: stdout + stderr }),
    );
  });
}
