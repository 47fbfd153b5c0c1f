import type { RenderScope } from '../manifest.ts';
import type { PhotoOrigins } from '../photo-settings.ts';
import { badVariable, readVariable } from './variable.ts';

/** Tells a service where recognition serves the photos that were uploaded to it. */
const VARIABLE = 'UNDE_UPLOADS';
const RECOGNITION = 'recognition';

/** The environment variable that names the origin of uploaded photos; nothing where this fleet has no recognition. */
export function uploadsEnvironment(
  scope: Pick<RenderScope, 'placementsOf' | 'addressOf' | 'manifests'>,
): Record<string, string> {
  const [host] = scope.placementsOf(RECOGNITION);
  const port = scope.manifests.find(({ name }) => name === RECOGNITION)?.port;
  return host === undefined || port === undefined ? {} : { [VARIABLE]: `${scope.addressOf(host)}:${port}` };
}

/**
 * Lets a service fetch uploaded photos beside those that its settings allow: that one address and port, no other.
 *
 * @throws UndeError BAD_SETTING
 */
export function withUploads<T extends PhotoOrigins>(settings: T, env: NodeJS.ProcessEnv): T {
  const origin = readVariable(VARIABLE, env);
  if (origin === undefined) return settings;
  const [, address] = /^(\d+(?:\.\d+){3}):\d+$/.exec(origin) ?? [];
  if (address === undefined)
    throw badVariable(VARIABLE, env, 'ADDRESS:PORT', `which host has ${RECOGNITION}`);
  return {
    ...settings,
    allowedHosts: [...settings.allowedHosts, origin],
    permittedRanges: [...settings.permittedRanges, `${address}/32`],
  };
}
