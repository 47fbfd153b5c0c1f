import { UndeError } from '../../lib/common/error/unde-error.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import { yamlText, type YamlValue } from '../../lib/common/text/yaml-text.ts';
import { addressees, type Addressees } from './addressees.ts';
import { inhibitRules } from './inhibition.ts';

/** Where the texts of messages are rendered to. */
export const TEMPLATES = '/etc/prometheus/unde-messages.tmpl';

/** Names of the two credentials, as the unit's process finds them. */
export const TELEGRAM_TOKEN = 'alertmanager-telegram-token';
export const SLACK_URL = 'alertmanager-slack-url';

const CREDENTIALS = '/run/credentials/prometheus-alertmanager.service';

/**
 * alertmanager.yml. Every site has a route, and in it critical alerts one of their own: they reach Telegram as well as
 * Slack, a message a host, and are repeated more often.
 */
export function alertmanagerConfig(scope: RenderScope): string {
  const sites = scope.inventory.sites.map(({ name }) => name);
  const to: Recipients = {
    telegram: addressees('telegram_chats', scope.settings['telegram_chats'] ?? '', sites),
    telegramUrl: scope.settings['telegram_url'] ?? '',
    slack: addressees('slack_channels', scope.settings['slack_channels'] ?? '', sites),
  };
  return yamlText({
    templates: [TEMPLATES],
    route: {
      ...route('fleet'),
      routes: [
        ...severityRoutes('fleet', ['site=""']),
        ...sites.map((site) => ({
          matchers: [`site="${site}"`],
          ...route(site),
          routes: severityRoutes(site, []),
        })),
      ],
    },
    receivers: ['fleet', ...sites].flatMap((site) => receivers(site, to)),
    inhibit_rules: inhibitRules(scope.manifests),
  });
}

/** Whom messages go to. */
interface Recipients {
  readonly telegram: Addressees;
  readonly telegramUrl: string;
  readonly slack: Addressees;
}

/** What is no emergency: gathered for half a minute, a message an alert and site. */
function route(receiver: string): { readonly [key: string]: YamlValue } {
  return {
    receiver,
    group_by: ['alertname', 'site'],
    group_wait: '30s',
    group_interval: '5m',
    repeat_interval: '12h',
  };
}

function severityRoutes(site: string, matchers: readonly string[]): YamlValue[] {
  return [
    {
      matchers: [...matchers, 'severity="critical"'],
      receiver: `${site}-critical`,
      // A second host that dies is news of its own, and is told as fast as the first.
      group_by: ['alertname', 'site', 'host', 'service'],
      // Long enough for what explains an alert to arrive before the message is out.
      group_wait: '10s',
      // A host that dies again right after its return meets its old group, which waits for this instead.
      group_interval: '15s',
      repeat_interval: '2h',
    },
    { matchers: [...matchers, 'severity="info"'], receiver: site, repeat_interval: '7d' },
  ];
}

function receivers(site: string, { telegram, telegramUrl, slack }: Recipients): YamlValue[] {
  const chat = telegram.sites[site] ?? telegram.fleet;
  const channel = slack.sites[site] ?? slack.fleet;
  const slackConfigs = [
    {
      api_url_file: `${CREDENTIALS}/${SLACK_URL}`,
      channel,
      send_resolved: true,
      color: '{{ template "unde.color" . }}',
      title: '{{ template "unde.title" . }}',
      text: '{{ template "unde.text" . }}',
      fallback: '{{ template "unde.title" . }}',
      footer: '',
    },
  ];
  return [
    { name: site, slack_configs: slackConfigs },
    {
      name: `${site}-critical`,
      slack_configs: slackConfigs,
      telegram_configs:
        chat === undefined
          ? undefined
          : [
              {
                api_url: telegramUrl,
                bot_token_file: `${CREDENTIALS}/${TELEGRAM_TOKEN}`,
                chat_id: chatId(chat),
                send_resolved: true,
                parse_mode: 'HTML',
                message: '{{ template "unde.telegram" . }}',
              },
            ],
    },
  ];
}

/** Telegram knows a chat by a number; a group's is negative. */
function chatId(text: string): number {
  if (/^-?\d{1,15}$/.test(text) && Number(text) !== 0) return Number(text);
  throw new UndeError({
    code: 'BAD_SETTING',
    message: `telegram_chats of alertmanager names the chat "${text}", which is no chat's number`,
    exit: 'config',
    hint: 'a chat is a number, and a group is a negative one, such as -1001234567890',
  });
}
