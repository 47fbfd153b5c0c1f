import { labelsOf, of, target, type AlertCase } from './alert-case.ts';

const alertmanager = target('monitoring', 'alertmanager', 9093);
const slack = { integration: 'slack', reason: 'clientError' };

export const cases: Readonly<Record<string, AlertCase>> = {
  AlertmanagerNotificationsFailing: {
    silent: { [of('alertmanager_notifications_failed_total', alertmanager, slack)]: '4' },
    firing: { [of('alertmanager_notifications_failed_total', alertmanager, slack)]: '4+1' },
    says: 'Messages by slack are not delivered (clientError): look at `unde alerts` yourself.',
    labels: labelsOf(alertmanager, slack),
  },
  AlertmanagerConfigReloadFailed: {
    silent: { [of('alertmanager_config_last_reload_successful', alertmanager)]: '1' },
    firing: { [of('alertmanager_config_last_reload_successful', alertmanager)]: '0' },
    says: 'Alertmanager refused its configuration and goes on with an older one.',
    labels: labelsOf(alertmanager),
  },
};
