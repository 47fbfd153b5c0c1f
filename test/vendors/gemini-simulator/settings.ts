import type { SettingSpec } from '../../../src/lib/manifest/setting.ts';

/** What may be set for the simulator. */
export const settings = [
  {
    variable: 'GEMINI_SIMULATOR_KEY',
    key: 'key',
    type: 'string',
    default: '',
    purpose: 'the one API key that is taken; empty takes any',
  },
] as const satisfies readonly SettingSpec[];
