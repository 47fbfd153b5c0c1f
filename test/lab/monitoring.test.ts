import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertStatus } from '../../src/lib/operations/alerts/alert-status.ts';
import { ruleFile } from '../../src/lib/desired/monitoring/rules.ts';
import { yamlText } from '../../src/lib/common/text/yaml-text.ts';
import { allManifests, manifestOf } from '../../src/registry.ts';
import { ALERT_CASES } from '../lib/desired/monitoring/alert-cases/all-cases.ts';
import { debianTool, runTool } from '../lib/desired/monitoring/promtool.ts';
import { ruleTests } from '../lib/desired/monitoring/rule-tests.ts';
import { AlertReceiver } from './alert-receiver.ts';
import { TestFleet, until } from './fleet.ts';

const WATCHED = ['node-exporter', 'blackbox-exporter', 'alertmanager', 'prometheus'];
const NO_CASE = { silent: {}, firing: {}, says: '', labels: {} };
let fleet: TestFleet;
let receiver: AlertReceiver;

beforeAll(async () => {
  fleet = await TestFleet.up('mont', ['monitoring', 'scraper', 'local-mood']);
  receiver = await AlertReceiver.start(fleet);
  await fleet.ok('deploy', [...WATCHED, 'hello'].join(','));
}, 300_000);
afterAll(async () => {
  receiver?.stop();
  await fleet?.down();
});

/** One instant query, asked on the monitoring host. */
async function query(expr: string): Promise<{ metric: Record<string, string>; value: number }[]> {
  const text = await fleet.on(
    'monitoring',
    `curl -sS --data-urlencode ${JSON.stringify(`query=${expr}`).replaceAll('$', String.raw`\$`)} localhost:9090/api/v1/query`,
  );
  const { data } = JSON.parse(text) as {
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}

async function alerts(): Promise<AlertStatus & { code: number }> {
  const answer = await fleet.unde(['alerts', '--json']);
  return { ...(answer.json() as AlertStatus), code: answer.code };
}

/** Waits for an alert to be in a state, as `unde alerts` tells it. */
function alertIs(name: string, host: string, state: string, seconds: number): Promise<AlertStatus> {
  return until(
    `${name} on ${host} ${state}`,
    alerts,
    (seen) => seen.alerts.some((each) => each.name === name && each.host === host && each.state === state),
    seconds,
  );
}

function quiet(seconds: number): Promise<AlertStatus & { code: number }> {
  return until('no alert', alerts, (seen) => seen.alerts.length === 0, seconds);
}

describe('monitoring, on real machines', () => {
  it('reaches every target and every probe', async () => {
    const count = async (expr: string): Promise<Record<string, number>> =>
      Object.fromEntries((await query(expr)).map(({ metric, value }) => [metric['job'] ?? '', value]));
    const up = await until(
      'every target up',
      () => count('count by (job) (up == 1)'),
      (seen) => Object.values(seen).reduce((sum, each) => sum + each, 0) === 12,
      120,
    );
    expect(up).toEqual({
      'node-exporter': 3,
      ping: 3,
      ready: 3,
      prometheus: 1,
      alertmanager: 1,
      'blackbox-exporter': 1,
    });
    await until(
      'every probe to succeed',
      () => count('count by (job) (probe_success == 1)'),
      ({ ping, ready }) => ping === 3 && ready === 3,
      120,
    );
  });

  it('finds every metric under the name that its manifest gives it', async () => {
    const exposed = async (service: string) => {
      const manifest = await manifestOf(service);
      const declared = [...manifest.metrics, ...(manifest.records ?? [])].map(({ name }) => name);
      // Nothing in this lab has a scheduled job, a certificate or a shard.
      return declared.filter((name) => !/^unde_job_|^probe_ssl_|^certificate_|^local_shard_/.test(name));
    };
    const names = (await Promise.all(WATCHED.map(exposed))).flat();
    await until(
      'every metric',
      async () => {
        const found = await query(`count by (__name__) ({__name__=~"${names.join('|')}"})`);
        const there = new Set(found.map(({ metric }) => metric['__name__']));
        return names.filter((name) => !there.has(name));
      },
      (missing) => missing.length === 0,
      120,
    );
  });

  it('has rules that Debian’s Prometheus takes, and that behave', async () => {
    const promtool = debianTool('promtool') ?? '';
    const folder = await mkdtemp(path.join(os.tmpdir(), 'unde-rules-'));
    const check = await fleet.on('monitoring', 'promtool check config /etc/prometheus/prometheus.yml');
    expect(check).toMatch(/SUCCESS: \d+ rules found/);
    const rules = path.join(folder, 'rules.yml');
    const tests = path.join(folder, 'tests.yml');
    const manifests = await allManifests();
    const options = { thresholds: { disk_usage_percent: 80 }, runbooks: 'docs/runbooks' };
    for (const name of WATCHED) {
      // What others record may be asked for; their alerts have their turn in the unit tests.
      const few = manifests.map((each) => (each.name === name ? each : { ...each, alerts: [] }));
      await writeFile(rules, yamlText(ruleFile(few, options)));
      await writeFile(
        tests,
        ruleTests(rules, await manifestOf(name), (alert) => ALERT_CASES[alert] ?? NO_CASE),
      );
      const { code, said } = await runTool(promtool, ['test', 'rules', tests]);
      expect(code, said).toBe(0);
    }
    await rm(folder, { recursive: true });
  });

  it('says nothing while nothing is wrong', async () => {
    const answer = await fleet.ok('alerts');
    expect(answer.stdout).toContain('0 firing');
    expect(receiver.messages).toEqual([]);
  });
});

describe('a service that dies', () => {
  const about = (host: string, since: number) =>
    receiver.since(since).filter(({ text }) => text.includes(`ServiceNotReady on ${host}`));
  const told = (what: string, host: string, since: number, status: string) =>
    until(
      what,
      () => Promise.resolve(about(host, since).filter(({ text }) => text.includes(status))),
      (seen) => new Set(seen.map(({ to }) => to)).size === 2,
      240,
    );

  it('is told once to each receiver, and once more when it is back; what is silenced is not told', async () => {
    const words = 'alerts silence ServiceNotReady --host local-mood --for 30m -m rehearsal --json';
    const silence = await fleet.unde(words.split(' '));
    expect(silence.code, silence.stdout).toBe(0);
    const { silence: id } = silence.json() as { silence: string };
    const begin = Date.now();
    await fleet.on('scraper', 'systemctl kill -s KILL unde-hello; systemctl stop unde-hello');
    await fleet.on('local-mood', 'systemctl stop unde-hello');

    for (const { text } of await told('a message to each receiver', 'scraper', begin, '[CRITICAL]')) {
      expect(text).toContain('hello on scraper is not ready to serve.');
      expect(text).toContain('docs/runbooks/ServiceNotReady.md');
    }
    await alertIs('ServiceNotReady', 'local-mood', 'silenced', 150);
    const status = await alerts();
    expect(status.code).toBe(10);
    expect(status.alerts.map(({ name, host, state }) => `${name} ${host} ${state}`).sort()).toEqual([
      'ServiceNotReady local-mood silenced',
      'ServiceNotReady scraper told',
    ]);
    expect((await fleet.unde(['status', '--once'])).stdout).toContain('1 alert fires: unde alerts');
    expect(status.silences).toMatchObject([
      { alert: 'ServiceNotReady', host: 'local-mood', by: 'tester@bench', why: 'rehearsal' },
    ]);

    await fleet.ok('start', 'hello+host:scraper');
    await told('the end', 'scraper', begin, '[RESOLVED]');
    expect(
      about('scraper', begin)
        .map(({ to }) => to)
        .sort(),
    ).toEqual(['slack', 'slack', 'telegram', 'telegram']);
    // Only what an operator silenced is left, and that is no reason to fail.
    expect((await alerts()).code).toBe(0);
    expect(about('local-mood', begin)).toEqual([]);

    await fleet.ok('alerts', 'unsilence', id.slice(0, 8));
    await told('what was silenced', 'local-mood', begin, '[CRITICAL]');
    await fleet.ok('start', 'hello+host:local-mood');
    await told('its end', 'local-mood', begin, '[RESOLVED]');
    await quiet(150);
  }, 900_000);
});

describe('a host that dies', () => {
  it('is one message, whatever was on it', async () => {
    const begin = Date.now();
    await fleet.ok('lab', 'cut', 'scraper', '-n', fleet.lab);
    const [first] = await until(
      'the message',
      () => Promise.resolve(receiver.since(begin).filter(({ to }) => to === 'telegram')),
      (seen) => seen.length > 0,
      180,
    );
    expect(first?.text).toContain('[CRITICAL] HostDown on scraper');
    // What it explains has fired meanwhile, and was kept from the operators.
    await alertIs('ServiceNotReady', 'scraper', 'explained', 180);
    await alertIs('TargetDown', 'scraper', 'explained', 180);
    const told = receiver.since(begin).map(({ to, text }) => `${to}: ${text.split('\n')[0]}`);
    expect(told.sort()).toEqual([
      'slack: [CRITICAL] HostDown on scraper',
      'telegram: <b>[CRITICAL] HostDown on scraper</b>',
    ]);

    await fleet.ok('lab', 'heal', 'scraper', '-n', fleet.lab);
    await quiet(240);
    const others = receiver.since(begin).filter(({ text }) => !text.includes('HostDown'));
    expect(others).toEqual([]);
  }, 900_000);
});

describe('monitoring that dies itself', () => {
  it('keeps what Prometheus had taken in when it is killed', async () => {
    const samples = async () =>
      (await query('count_over_time(up{job="node-exporter", host="scraper"}[2h])'))[0]?.value ?? 0;
    const before = await samples();
    expect(before).toBeGreaterThan(5);
    await fleet.on('monitoring', 'systemctl kill -s KILL prometheus');
    await until(
      'Prometheus back',
      () => fleet.on('monitoring', 'curl -s -o /dev/null -w "%{http_code}" localhost:9090/-/ready'),
      (code) => code === '200',
    );
    expect(await samples()).toBeGreaterThanOrEqual(before);
  });

  it('is said by unde alerts, with what is still known', async () => {
    await fleet.on('monitoring', 'systemctl stop prometheus');
    const blind = await fleet.exits(5, 'alerts');
    expect(blind.stdout).toContain('prometheus on monitoring does not answer: nothing is watched');

    await fleet.on('monitoring', 'systemctl stop prometheus-alertmanager');
    const down = await fleet.exits(5, 'alerts');
    expect(down.stderr).toContain('MONITORING_DOWN');

    await fleet.ok('start', 'prometheus');
    const mute = await fleet.exits(10, 'alerts');
    expect(mute.stdout).toContain('alertmanager on monitoring does not answer: nobody is told');

    await fleet.ok('start', 'alertmanager');
    await fleet.ok('lab', 'cut', 'monitoring', '-n', fleet.lab);
    const cut = await fleet.unde(['alerts']);
    await fleet.ok('lab', 'heal', 'monitoring', '-n', fleet.lab);
    expect(cut.code).toBe(5);
    expect(cut.stderr).toContain('MONITORING_UNREACHABLE');
  });
});
