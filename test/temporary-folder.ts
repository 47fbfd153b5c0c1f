import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Gives a run of the tests a temporary folder of its own, so that nothing of it is left, whatever a test forgets; in it,
 * what Node has compiled, for the many processes that tests start from the same sources.
 */
export default function temporaryFolder(): () => void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-test-'));
  const ours = { TMPDIR: folder, NODE_COMPILE_CACHE: path.join(folder, 'compiled') };
  const before = Object.keys(ours).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, ours);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true });
  };
}
