import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifest } from '../../../src/services/embedder/manifest.ts';
import { startProcess } from '../../lib/runtime/process/service-process.ts';
import { smallModel } from '../../lib/lab/model/small-model.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const MAIN = path.join(ROOT, 'src/services/embedder/main.ts');

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'unde-embedder-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('the embedder', () => {
  it.each([
    ['UNDE_EMBEDDER_QUEUE', '0'],
    ['UNDE_EMBEDDER_MAX_PIXELS', 'many'],
    ['UNDE_EMBEDDER_ALLOWED_HOSTS', 'https://photos.example/'],
    ['UNDE_EMBEDDER_PERMITTED_RANGES', '10.1'],
  ])('refuses %s=%s with code 78, naming the variable', async (variable, value) => {
    const service = startProcess(MAIN, { [variable]: value });
    expect(await service.exit).toBe(78);
    expect(service.log.at(-1)?.['msg']).toContain(variable);
  });

  it('refuses a model that it cannot serve', async () => {
    const service = startProcess(MAIN, { UNDE_EMBEDDER_MODEL: path.join(directory, 'absent.onnx') });
    expect(await service.exit).toBe(78);
    expect(service.log.at(-1)).toMatchObject({ code: 'NO_MODEL' });
    const narrow = startProcess(MAIN, {
      UNDE_EMBEDDER_MODEL: await smallModel('narrow', { projection: 256 }),
    });
    expect(await narrow.exit).toBe(78);
    expect(narrow.log.at(-1)).toMatchObject({ code: 'MODEL_SHAPE' });
  });

  it('refuses a model that answers otherwise than its golden vector', async () => {
    const model = path.join(directory, 'model.onnx');
    await symlink(await smallModel(), model);
    const golden = { input: 'ramp-1', sha256: '0'.repeat(64), vector: Array.from({ length: 512 }, () => 1) };
    await writeFile(`${model}.golden.json`, JSON.stringify(golden));
    const service = startProcess(MAIN, { UNDE_EMBEDDER_MODEL: model });
    expect(await service.exit).toBe(78);
    expect(service.log.at(-1)).toMatchObject({ code: 'GOLDEN_DIFFERS' });
  });

  it('runs bundled, from a release, with its model among the assets', async () => {
    const release = path.join(directory, 'releases/embedder/0123abcd');
    await mkdir(path.join(release, 'assets'), { recursive: true });
    await build({
      absWorkingDir: ROOT,
      entryPoints: [
        { in: MAIN, out: 'main' },
        ...manifest.workers.map((worker) => ({
          in: path.join('src', worker),
          out: path.basename(worker, '.ts'),
        })),
      ],
      outdir: release,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      external: [...manifest.nativeModules],
      banner: {
        js: "import{createRequire as __cr}from'node:module';import{dirname as __dn}from'node:path';import{fileURLToPath as __fp}from'node:url';const require=__cr(import.meta.url),__filename=__fp(import.meta.url),__dirname=__dn(__filename);",
      },
    });
    await symlink(await smallModel(), path.join(release, 'assets/model.onnx'));
    await symlink(path.join(ROOT, 'node_modules'), path.join(release, 'node_modules'));
    await symlink(release, path.join(directory, 'current'));
    const service = startProcess(path.join(directory, 'current/main.js'), { INVOCATION_ID: 'feed' });
    const url = await service.url;
    await expect.poll(() => service.log.some(({ msg }) => msg === 'ready'), { timeout: 15_000 }).toBe(true);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
      service: 'embedder',
      release: '0123abcd',
      invocation: 'feed',
    });
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
  });
});
