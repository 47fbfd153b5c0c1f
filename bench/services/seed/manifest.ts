import type { ServiceManifest } from '../../../src/lib/manifest/manifest.ts';
import { manifest as payload } from '../payload/manifest.ts';

/** Brings Node to the hosts before the clock starts, as any service before it would have. */
export const manifest: ServiceManifest = {
  ...payload,
  name: 'seed',
  purpose: 'brings the runtime to a host before the benchmark',
  port: 8096,
  assets: [],
};
