import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../src/lib/manifest/manifest.ts';
import { ruleFile } from '../../../../src/lib/desired/monitoring/rules.ts';
import { yamlText, type YamlValue } from '../../../../src/lib/common/text/yaml-text.ts';
import { allManifests } from '../../../../src/registry.ts';
import { of } from './alert-cases/alert-case.ts';
import { ALERT_CASES } from './alert-cases/all-cases.ts';
import { debianTool, runTool } from './promtool.ts';
import { ruleTests } from './rule-tests.ts';
import { inventory } from '../scope/shipped-scope.ts';

const manifests = await allManifests();
const alerting = manifests.filter(({ alerts }) => (alerts ?? []).length > 0);
const promtool = debianTool('promtool');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'unde-rules-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Thresholds for alerts that are off until an inventory sets one. */
const given = Object.fromEntries(
  alerting.flatMap(({ alerts }) =>
    (alerts ?? []).flatMap(({ name, metric }) => {
      const threshold = ALERT_CASES[name]?.threshold;
      return threshold === undefined ? [] : [[metric, threshold]];
    }),
  ),
);

async function rulesOf(name: string, of: readonly Manifest[]): Promise<string> {
  const file = path.join(folder, `${name}.rules.yml`);
  const options = { thresholds: { ...inventory.thresholds, ...given }, runbooks: 'docs/runbooks' };
  await writeFile(file, yamlText(ruleFile(of, options)));
  return file;
}

describe('the alert rules of all manifests', () => {
  it('have a case each, and no case is left over', () => {
    const alerts = alerting.flatMap((manifest) => (manifest.alerts ?? []).map(({ name }) => name)).sort();
    expect(Object.keys(ALERT_CASES).sort()).toEqual(alerts);
  });

  it.skipIf(promtool === undefined)('are rules to Prometheus', async () => {
    const rules = await rulesOf('all', manifests);
    const { code, said } = await runTool(promtool ?? '', [
      'check',
      'rules',
      '--lint=all',
      '--lint-fatal',
      rules,
    ]);
    expect(said).toContain('SUCCESS');
    expect(code).toBe(0);
  });

  it.skipIf(promtool === undefined).each(alerting.map((manifest) => [manifest.name, manifest] as const))(
    'of %s are silent, fire, and do not fire too early',
    async (name, manifest) => {
      const file = path.join(folder, `${name}.tests.yml`);
      // What others record may be asked for; their alerts would only take time.
      const rules = await rulesOf(
        name,
        manifests.map((each) => (each === manifest ? each : { ...each, alerts: [] })),
      );
      const caseOf = (alert: string) => {
        const found = ALERT_CASES[alert];
        if (found === undefined) throw new Error(`${alert} has no case in test/lib/monitoring/alert-cases`);
        return found;
      };
      await writeFile(file, ruleTests(rules, manifest, caseOf));
      const { code, said } = await runTool(promtool ?? '', ['test', 'rules', file]);
      expect(code, said).toBe(0);
    },
  );

  it.skipIf(promtool === undefined)('take two missed scrapes for a death, and one for none', async () => {
    const file = path.join(folder, 'death.tests.yml');
    const node = { host: 'push', site: 'helsinki', instance: 'push:9100' };
    const fires = {
      exp_labels: { severity: 'critical', service: 'node-exporter', host: 'push', site: 'helsinki' },
      exp_annotations: {
        summary: 'push answers neither a ping nor any of its exporters.',
        runbook: 'docs/runbooks/HostDown.md',
      },
    };
    const at = (eval_time: string, exp_alerts: YamlValue[]) => ({
      alertname: 'HostDown',
      eval_time,
      exp_alerts,
    });
    const test = (values: string, checks: YamlValue[]) => ({
      interval: '15s',
      input_series: [
        { series: of('up', { labels: { ...node, service: 'node-exporter' }, job: 'node-exporter' }), values },
      ],
      alert_rule_test: checks,
    });
    await writeFile(
      file,
      yamlText({
        rule_files: [
          await rulesOf(
            'death',
            manifests.filter(({ name }) => name === 'node-exporter'),
          ),
        ],
        evaluation_interval: '5s',
        tests: [
          test('1 1 0 1x20', [at('30s', []), at('40s', []), at('45s', []), at('60s', []), at('120s', [])]),
          // And it goes on for a minute, while what was on the host comes back.
          test('1 1 0 0 1x20', [at('40s', []), at('45s', [fires]), at('115s', [fires]), at('125s', [])]),
        ],
      }),
    );
    const { code, said } = await runTool(promtool ?? '', ['test', 'rules', file]);
    expect(code, said).toBe(0);
  });
});
