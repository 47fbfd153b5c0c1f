import type { Manifest, RenderScope, ServiceManifest } from '../../manifest/manifest.ts';
import type { SettingSpec } from '../../manifest/setting.ts';
import { credentialFile, environmentFile, serviceDirectory, unitName } from '../../common/layout/layout.ts';
import { UndeError } from '../../common/error/unde-error.ts';

/** The systemd unit of a service: ours are named by the tool, the others by their package. */
export function unitOf(manifest: Manifest): string {
  return manifest.kind === 'service' ? unitName(manifest.name) : manifest.unit;
}

/**
 * Renders the systemd unit of one of our services from `systemd/service.unit`.
 *
 * @param template The template's text.
 * @param credentials Names of the credentials that the process finds in $CREDENTIALS_DIRECTORY.
 */
export function renderServiceUnit(
  template: string,
  manifest: ServiceManifest,
  credentials: readonly string[] = [],
): string {
  const { limits } = manifest;
  const values: Record<string, string> = {
    name: manifest.name,
    purpose: manifest.purpose,
    directory: serviceDirectory(manifest.name),
    environment: environmentFile(manifest.name),
    startSeconds: String(manifest.health.startSeconds),
    stopSeconds: String(limits.stopSeconds),
    watchdogSeconds: String(limits.watchdogSeconds),
    limits: [
      ...credentials.map((name) => `LoadCredentialEncrypted=${name}:${credentialFile(manifest.name, name)}`),
      limits.memoryMax === undefined ? '' : `MemoryMax=${limits.memoryMax}`,
      limits.tasksMax === undefined ? '' : `TasksMax=${limits.tasksMax}`,
      limits.openFiles === undefined ? '' : `LimitNOFILE=${limits.openFiles}`,
    ]
      .filter((line) => line !== '')
      .join('\n'),
  };
  return template.replace(/\{\{(\w+)\}\}/g, (_, key: string) => values[key] ?? '');
}

/**
 * Renders a service's settings as an environment file (systemd.exec(5), EnvironmentFile): the manifest's defaults,
 * overridden by the inventory, and what follows from the fleet around it.
 */
export function renderEnvironment(
  manifest: Pick<ServiceManifest, 'name' | 'settings' | 'environment'>,
  scope: RenderScope,
): string {
  const lines = [
    ...manifest.settings.map((spec) => `${spec.variable}=${quoteValue(scope.settings[spec.key] ?? '')}`),
    ...Object.entries(manifest.environment?.(scope) ?? {}).map(
      ([name, value]) => `${name}=${quoteValue(value)}`,
    ),
  ];
  return [`# Rendered by unde from the inventory's settings of ${manifest.name}.`, ...lines, ''].join('\n');
}

/**
 * A service's settings as text by key, defaults filled in.
 *
 * @throws UndeError UNKNOWN_SETTING, BAD_SETTING
 */
export function settingValues(
  manifest: Pick<ServiceManifest, 'name' | 'settings'>,
  given: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const known = manifest.settings.map((spec) => spec.key);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new UndeError({
      code: 'UNKNOWN_SETTING',
      message: `the inventory sets "${unknown}" for ${manifest.name}, which has no such setting`,
      exit: 'config',
      hint: known.length === 0 ? `${manifest.name} takes no settings` : `it has: ${known.join(', ')}`,
    });
  }
  return Object.fromEntries(
    manifest.settings.map((spec) => [spec.key, textOf(manifest.name, spec, given[spec.key] ?? spec.default)]),
  );
}

function textOf(service: string, spec: SettingSpec, value: unknown): string {
  const fits = {
    string: typeof value === 'string',
    integer: Number.isSafeInteger(value),
    list: Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number'),
  }[spec.type];
  const text = Array.isArray(value) ? value.join(',') : String(value);
  if (fits && !text.includes('\n')) return text;
  throw new UndeError({
    code: 'BAD_SETTING',
    message: `services.${service}.settings.${spec.key} takes ${spec.type === 'list' ? 'a list' : `one ${spec.type}`}, not ${JSON.stringify(value)}`,
    exit: 'config',
    hint: spec.purpose,
  });
}

function quoteValue(text: string): string {
  return /^[\w@%+=:,./-]*$/.test(text) ? text : `"${text.replaceAll(/["\\$`]/g, '\\$&')}"`;
}
