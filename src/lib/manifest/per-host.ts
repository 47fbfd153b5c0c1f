import type { PerHost, RenderScope } from './manifest.ts';

/** Data of a manifest, which may depend on where it stands. */
export function perHost<T>(value: PerHost<T> | undefined, scope: RenderScope): T | undefined {
  return typeof value === 'function' ? (value as (scope: RenderScope) => T)(scope) : value;
}
