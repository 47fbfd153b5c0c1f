import { labelsOf, of, target, type AlertCase } from './alert-case.ts';

const one = target('ximilar-gw', 'ximilar-gw', 8001);
const other = target('recognition', 'ximilar-gw', 8001);
const runs = (version: string) => ({ version });

export const cases: Readonly<Record<string, AlertCase>> = {
  FlagsDamaged: {
    silent: { [of('unde_flags_damaged', one)]: '0' },
    firing: { [of('unde_flags_damaged', one)]: '1' },
    says: 'ximilar-gw on ximilar-gw cannot use its file of flags, and runs the last values that were good.',
    labels: labelsOf(one),
    service: 'ximilar-gw',
  },
  FlagsDiffer: {
    // Another service has versions of its own.
    silent: {
      [of('unde_flags_version_info', one, runs('a'))]: '1',
      [of('unde_flags_version_info', other, runs('a'))]: '1',
      [of('unde_flags_version_info', target('recognition', 'recognition', 8005), runs('b'))]: '1',
    },
    firing: {
      [of('unde_flags_version_info', one, runs('a'))]: '1',
      [of('unde_flags_version_info', other, runs('b'))]: '1',
    },
    says: 'The processes of ximilar-gw run 2 versions of its flags.',
    labels: {},
    service: 'ximilar-gw',
  },
};
