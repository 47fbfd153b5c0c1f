import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import type { SecretSpec } from '../../lib/manifest/secret.ts';
import { alerts } from './alerts.ts';
import { SLACK_URL, TELEGRAM_TOKEN } from './config.ts';
import { alertmanagerFiles } from './files.ts';

const secrets: readonly SecretSpec[] = [
  { secret: TELEGRAM_TOKEN, kind: 'brought', title: 'Alertmanager Telegram bot token' },
  { secret: SLACK_URL, kind: 'brought', title: 'Alertmanager Slack webhook URL' },
];

/** Alertmanager from Debian: gathers alerts, leaves out what another one explains, and tells Telegram and Slack. */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'alertmanager',
  purpose: 'tells operators of alerts, once each',
  port: 9093,
  packages: ['prometheus-alertmanager'],
  unit: 'prometheus-alertmanager.service',
  rolling: 'independent',
  health: { path: '/-/healthy', ready: '/-/ready', startSeconds: 30, stableSeconds: 4 },
  metrics: [
    {
      name: 'alertmanager_notifications_failed_total',
      type: 'counter',
      help: 'Messages that could not be delivered, by receiver and reason.',
      labels: ['integration', 'reason'],
      alert: '> 0',
    },
    {
      name: 'alertmanager_notifications_total',
      type: 'counter',
      help: 'Messages, delivered or not, by receiver.',
      labels: ['integration'],
    },
    { name: 'alertmanager_alerts', type: 'gauge', help: 'Alerts, by state.', labels: ['state'] },
    {
      name: 'alertmanager_config_last_reload_successful',
      type: 'gauge',
      help: '0 once it has refused a configuration.',
    },
  ],
  settings: [
    {
      variable: 'TELEGRAM_CHATS',
      key: 'telegram_chats',
      type: 'list',
      default: [],
      purpose:
        'who gets critical alerts by Telegram: CHAT, or SITE=CHAT for the alerts of one site; empty: nobody',
    },
    {
      variable: 'TELEGRAM_URL',
      key: 'telegram_url',
      type: 'string',
      default: 'https://api.telegram.org',
      purpose: "Telegram's API; another address for a proxy, or a stand-in",
    },
    {
      variable: 'SLACK_CHANNELS',
      key: 'slack_channels',
      type: 'list',
      default: [],
      purpose: "Slack channels: #CHANNEL, or SITE=#CHANNEL for one site; empty: the webhook's own",
    },
  ],
  secrets,
  clients: [{ service: 'prometheus' }],
  alerts,
  files: alertmanagerFiles,
};
