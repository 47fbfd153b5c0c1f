import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../../..');

it('loads ONNX Runtime without its telemetry: no device id and no offline store appear', () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'unde-telemetry-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const script = `
    const { onnxRuntime } = await import('${root}/src/lib/runtime/onnx/runtime.ts');
    const { InferenceSession } = await onnxRuntime();
    await InferenceSession.create(new Uint8Array([1, 2, 3])).catch(() => undefined);`;
  const { ORT_DISABLE_TELEMETRY: _, CI: __, ...env } = process.env;
  execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...env, HOME: home, XDG_CACHE_HOME: path.join(home, '.cache') },
  });
  expect(existsSync(path.join(home, '.cache'))).toBe(false);
});
