import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rollout } from '../../src/lib/operations/deploy/rollout.ts';
import type { ServicePlan } from '../../src/lib/operations/plan/plan.ts';
import { InstalledPackage } from './installed-package.ts';

const LAB = 'installed';
const SERVICES = 'node-exporter,llm-reranker';

let folder: string;
let installed: InstalledPackage;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'unde-installed-')));
  installed = await InstalledPackage.into(path.join(folder, 'fleet'), LAB);
  await installed.ok('lab', 'up', 'llm-reranker', '--name', LAB);
});
afterAll(async () => {
  await installed?.ok('lab', 'down', '--name', LAB);
  await rm(folder, { recursive: true, force: true });
});

interface DeployAnswer {
  readonly plan: ServicePlan[];
  readonly rollouts: Rollout[];
}

describe('unde, installed from the npm package', () => {
  it('takes the inventory of the folder that it is used in', async () => {
    const where = await installed.ok('inventory', 'list', '--json');
    const { hosts } = where.json() as { hosts: unknown[] };
    expect(hosts.length).toBeGreaterThan(20);
    const checks = await installed.unde('doctor', '--json');
    const said = JSON.stringify(checks.json());
    expect(said).toContain(path.join(installed.directory, 'inventory.yaml'));
    expect(said).toContain('the pinned one');
  });

  it('plans one of our services and a platform service', async () => {
    const plan = await installed.ok('plan', SERVICES, '--json');
    const { plan: planned } = plan.json() as { plan: ServicePlan[] };
    expect(planned.map(({ service, host }) => `${service} on ${host}`).sort()).toEqual([
      'llm-reranker on llm-reranker',
      'node-exporter on llm-reranker',
    ]);
  });

  it('builds, deploys and gates both', async () => {
    const deploy = await installed.ok('deploy', SERVICES, '--yes', '--json');
    const { rollouts } = deploy.json() as DeployAnswer;
    expect(rollouts.flatMap(({ hosts }) => hosts.map(({ result }) => result))).toEqual(['ok', 'ok']);
    const process = await installed.unde(
      'exec',
      'host:llm-reranker',
      '--',
      'tr "\\0" " " </proc/$(systemctl show -p MainPID --value unde-llm-reranker)/cmdline; ls /var/lib/unde/services/llm-reranker/current/node_modules',
    );
    expect(process.stdout).toContain('/var/lib/unde/services/llm-reranker/current/node');
    expect(process.stdout).toMatch(/^sharp$/m);
  });

  it('has nothing to do the second time', async () => {
    const again = await installed.unde('plan', SERVICES, '--json');
    const { plan } = again.json() as { plan: ServicePlan[] };
    expect(plan.map(({ state }) => state)).toEqual(['no change', 'no change']);
  });
});
