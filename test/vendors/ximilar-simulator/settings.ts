import type { SettingSpec } from '../../../src/lib/manifest/setting.ts';
import { photoSettings } from '../../../src/lib/manifest/photo-settings.ts';

/** What may be set for the simulator. */
export const settings = [
  ...photoSettings('XIMILAR_SIMULATOR'),
  {
    variable: 'XIMILAR_SIMULATOR_TOKEN',
    key: 'token',
    type: 'string',
    default: '',
    purpose: 'the one token that is taken; empty takes any',
  },
] as const satisfies readonly SettingSpec[];
