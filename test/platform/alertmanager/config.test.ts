import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifest } from '../../../src/platform/alertmanager/manifest.ts';
import { debianTool, runTool } from '../../lib/desired/monitoring/promtool.ts';
import { shippedScope, textOf } from '../../lib/desired/scope/shipped-scope.ts';

const CONFIG = '/etc/prometheus/alertmanager.yml';
const TEMPLATES = '/etc/prometheus/unde-messages.tmpl';
const amtool = debianTool('amtool');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'unde-alertmanager-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const render = async (settings: Record<string, string> = {}) =>
  textOf(manifest, await shippedScope('alertmanager', { settings }), CONFIG);

interface Config {
  receivers: {
    name: string;
    slack_configs: { api_url_file: string; channel?: string }[];
    telegram_configs?: { chat_id: number; bot_token_file: string; api_url: string }[];
  }[];
  inhibit_rules: { source_matchers: string[]; target_matchers: string[]; equal: string[] }[];
}

/** A configuration with its templates beside it, where amtool finds them. */
async function written(text: string): Promise<string> {
  const templates = path.join(folder, 'messages.tmpl');
  const file = path.join(folder, 'alertmanager.yml');
  await writeFile(templates, textOf(manifest, await shippedScope('alertmanager'), TEMPLATES));
  await writeFile(file, text.replace(TEMPLATES, templates));
  return file;
}

describe('alertmanager.yml', () => {
  it('reads its secrets from the unit’s credentials, and holds none', async () => {
    const { receivers } = parse(await render({ telegram_chats: '-1001' })) as Config;
    for (const { slack_configs, telegram_configs } of receivers) {
      expect(slack_configs[0]?.api_url_file).toBe(
        '/run/credentials/prometheus-alertmanager.service/alertmanager-slack-url',
      );
      for (const { bot_token_file } of telegram_configs ?? []) {
        expect(bot_token_file).toBe(
          '/run/credentials/prometheus-alertmanager.service/alertmanager-telegram-token',
        );
      }
    }
  });

  it('tells Telegram of what is critical once it knows a chat, each site its own if it has one', async () => {
    const chats = async (setting: string) => {
      const { receivers } = parse(await render({ telegram_chats: setting })) as Config;
      return Object.fromEntries(
        receivers.map(({ name, telegram_configs }) => [name, telegram_configs?.[0]?.chat_id]),
      );
    };
    expect(Object.values(await chats('')).filter(Boolean)).toEqual([]);
    expect(await chats('-1001,local=-1002')).toEqual({
      fleet: undefined,
      'fleet-critical': -1001,
      local: undefined,
      'local-critical': -1002,
      helsinki: undefined,
      'helsinki-critical': -1001,
    });
  });

  it.each([
    ['telegram_chats', 'dubai=-1', /names the site "dubai"/],
    ['telegram_chats', '#unde', /no chat's number/],
    ['slack_channels', 'dubai=#unde', /names the site "dubai"/],
  ])('refuses %s %s', async (key, value, message) => {
    await expect(render({ [key]: value })).rejects.toThrow(message);
  });

  it('lets nothing silence what explains it', async () => {
    const { inhibit_rules } = parse(await render()) as Config;
    const [site] = inhibit_rules;
    expect(site).toEqual({
      source_matchers: ['alertname="SiteDown"'],
      target_matchers: ['alertname!~"SiteDown"'],
      equal: ['site'],
    });
    const last = inhibit_rules.find(({ source_matchers }) => source_matchers[0]?.includes('TargetDown'));
    for (const earlier of ['SiteDown', 'HostDown', 'ServiceNotReady', 'TargetDown']) {
      expect(last?.target_matchers[0]).toContain(earlier);
    }
  });

  it.skipIf(amtool === undefined)('is a configuration to Alertmanager', async () => {
    const file = await written(
      await render({ telegram_chats: '-1001,local=-1002', slack_channels: '#unde' }),
    );
    const { code, said } = await runTool(amtool ?? '', ['check-config', file]);
    expect(code, said).toBe(0);
    expect(said).toContain('SUCCESS');
  });

  it.skipIf(amtool === undefined).each([
    ['site=local severity=critical host=local-app', 'local-critical'],
    ['site=local severity=warning', 'local'],
    ['site=helsinki severity=info', 'helsinki'],
    ['severity=critical', 'fleet-critical'],
    ['severity=warning', 'fleet'],
  ])('sends %s to %s', async (labels, receiver) => {
    const file = await written(await render());
    const { said } = await runTool(amtool ?? '', [
      'config',
      'routes',
      'test',
      `--config.file=${file}`,
      ...labels.split(' '),
    ]);
    expect(said.split('\n')[0]).toBe(receiver);
  });
});
