import type { RenderScope } from '../manifest.ts';
import { badVariable, readVariable } from './variable.ts';

/** The environment variables that tell a service where others of ours are, by the others' names. */
const VARIABLES = {
  'ximilar-gw': 'UNDE_GATEWAY',
  'llm-reranker': 'UNDE_RERANKER',
  embedder: 'UNDE_EMBEDDER',
} as const;
const OWN = 'UNDE_OWN_URL';
const OBJECTS = 'UNDE_OBJECTS';

/** A service that other services call. */
export type CalledService = keyof typeof VARIABLES;

/** What of a scope the URLs of services follow from. */
type UrlScope = Pick<RenderScope, 'placementsOf' | 'addressOf' | 'manifests'>;

/** Environment variables for a service that calls others: where each is that this fleet has. */
export function serviceEnvironment(
  scope: UrlScope,
  services: readonly CalledService[],
): Record<string, string> {
  return Object.fromEntries(
    services.flatMap((service): [string, string][] => {
      const [host] = scope.placementsOf(service);
      const port = portOf(scope, service);
      if (host === undefined || port === undefined) return [];
      return [[VARIABLES[service], `http://${scope.addressOf(host)}:${port}`]];
    }),
  );
}

/** The environment variable for a service that tells others where it is itself. */
export function ownEnvironment(
  scope: Pick<RenderScope, 'host' | 'addressOf' | 'manifests'>,
  service: string,
): Record<string, string> {
  const port = portOf(scope, service);
  return port === undefined ? {} : { [OWN]: `http://${scope.addressOf(scope.host)}:${port}` };
}

/** The environment variable for a service that uses the object storage; nothing where this fleet has none. */
export function objectsEnvironment({
  objectStorage,
}: Pick<RenderScope, 'objectStorage'>): Record<string, string> {
  return objectStorage === undefined ? {} : { [OBJECTS]: objectStorage };
}

/**
 * Where another service is, from the environment: its URL without a slash at the end.
 *
 * @throws UndeError BAD_SETTING
 */
export function serviceUrl(service: CalledService, env: NodeJS.ProcessEnv): string {
  return readUrl(VARIABLES[service], env, `which host has ${service}`);
}

/**
 * Where another service is that this one can do without; `undefined` where this fleet has none.
 *
 * @throws UndeError BAD_SETTING for a URL that is none
 */
export function findServiceUrl(service: CalledService, env: NodeJS.ProcessEnv): string | undefined {
  return readVariable(VARIABLES[service], env) === undefined ? undefined : serviceUrl(service, env);
}

/**
 * Where others reach the service that asks, from the environment.
 *
 * @throws UndeError BAD_SETTING
 */
export function ownUrl(env: NodeJS.ProcessEnv): string {
  return readUrl(OWN, env, 'the address of the host that it is placed on');
}

/**
 * Where the object storage is, from the environment.
 *
 * @throws UndeError BAD_SETTING
 */
export function objectsUrl(env: NodeJS.ProcessEnv): string {
  return readUrl(OBJECTS, env, 'external.object_storage; in a lab, unde lab up --with objects');
}

function portOf({ manifests }: Pick<RenderScope, 'manifests'>, service: string): number | undefined {
  return manifests.find(({ name }) => name === service)?.port;
}

function readUrl(name: string, env: NodeJS.ProcessEnv, source: string): string {
  const url = URL.parse(readVariable(name, env) ?? '');
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  // A question mark, a fragment or a login would silently be lost behind the paths that are put after it.
  if (url === null || !isWeb || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw badVariable(name, env, 'a URL like http://HOST:PORT', source);
  }
  return url.href.replace(/\/$/, '');
}
