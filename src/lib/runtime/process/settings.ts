import { UndeError } from '../../common/error/unde-error.ts';
import { readVariable } from '../../manifest/endpoints/variable.ts';
import type { Settings, SettingSpec } from '../../manifest/setting.ts';

/** The exit code of a service that refuses its configuration: sysexits' EX_CONFIG, as systemd names it. */
export const EXIT_BAD_CONFIGURATION = 78;

/**
 * Reads a service's configuration from the environment, once, at its start. A variable that is absent or empty
 * takes the default; a list is separated by commas or spaces.
 *
 * @throws UndeError BAD_SETTING, naming the variable
 */
export function readSettings<const Specs extends readonly SettingSpec[]>(
  specs: Specs,
  env: NodeJS.ProcessEnv = process.env,
): Settings<Specs> {
  return Object.fromEntries(specs.map((spec) => [spec.key, readSetting(spec, env)])) as Settings<Specs>;
}

function readSetting(spec: SettingSpec, env: NodeJS.ProcessEnv): string | number | readonly string[] {
  const text = readVariable(spec.variable, env);
  if (text === undefined) return spec.default;
  if (spec.type === 'string') return text;
  if (spec.type === 'list') return text.split(/[\s,]+/).filter((item) => item !== '');
  return readInteger(spec, text);
}

function readInteger(spec: SettingSpec, text: string): number {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = spec;
  const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
  if (value >= minimum && value <= maximum) return value;
  const range =
    spec.minimum === undefined && spec.maximum === undefined
      ? ''
      : ` of ${spec.minimum ?? 'any'} to ${spec.maximum ?? 'any'}`;
  throw badSetting(spec, `"${text}" is not a whole number${range}`);
}

/** The error for a setting whose value cannot be used; for checks that are a service's own. */
export function badSetting(spec: Pick<SettingSpec, 'variable' | 'purpose'>, why: string): UndeError {
  return new UndeError({
    code: 'BAD_SETTING',
    message: `${spec.variable}: ${why}`,
    exit: 'config',
    hint: `${spec.variable} is ${spec.purpose}`,
  });
}
