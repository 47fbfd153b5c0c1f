import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBE_KINDS } from '../../../src/lib/desired/monitoring/probes.ts';
import { manifest } from '../../../src/platform/blackbox-exporter/manifest.ts';
import { debianTool, runTool } from '../../lib/desired/monitoring/promtool.ts';
import { shippedScope, textOf } from '../../lib/desired/scope/shipped-scope.ts';

const CONFIG = '/etc/prometheus/unde-blackbox.yml';
const exporter = debianTool('prometheus-blackbox-exporter');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'unde-blackbox-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the blackbox exporter's configuration", () => {
  it.skipIf(exporter === undefined)('is one to the exporter, with a module for each probe', async () => {
    const text = textOf(manifest, await shippedScope('blackbox-exporter'), CONFIG);
    for (const kind of PROBE_KINDS) expect(text).toContain(`  ${kind}:\n`);
    const file = path.join(folder, 'blackbox.yml');
    await writeFile(file, text);
    const { code, said } = await runTool(exporter ?? '', [`--config.file=${file}`, '--config.check']);
    expect(code, said).toBe(0);
  });
});
