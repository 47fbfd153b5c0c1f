import { assignments, type ShellVariables } from '../../../../src/lib/common/shell/script.ts';

/**
 * A rendered script with other values in its variables, such as folders that a test made.
 *
 * @throws Error where the script does not assign one of them on a line of its own.
 */
export function withVariables(script: string, variables: ShellVariables): string {
  return Object.entries(variables).reduce((text, [name, value]) => {
    const line = new RegExp(`^(declare -A )?${name}=.*$`, 'm');
    if (!line.test(text)) throw new Error(`the script assigns no ${name}`);
    return text.replace(line, () => assignments({ [name]: value }));
  }, script);
}
