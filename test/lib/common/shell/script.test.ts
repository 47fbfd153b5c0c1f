import { describe, expect, it } from 'vitest';
import {
  assignments,
  printFunction,
  shellProgram,
  shellScript,
  shellText,
} from '../../../../src/lib/common/shell/script.ts';
import { bash, HOSTILE } from './bash.ts';

describe('assignments', () => {
  it('brings every value as it is', () => {
    const script = assignments({
      text: HOSTILE,
      lines: 'one\ntwo\n',
      nothing: '',
      number: 7,
      yes: true,
      no: false,
      list: ['a b', HOSTILE, ''],
      none: [],
      table: new Map<string, string | number>([
        ['plain', 1],
        [HOSTILE, HOSTILE],
      ]),
    });
    const told = bash(`set -u
${script}
printf '[%s]' "$text" "$lines" "$nothing" $((number + yes - no)) "\${list[@]}" "\${none[@]}" "\${table[plain]}" "\${#table[@]}"
for key in "\${!table[@]}"; do
  if [[ $key == "$text" && \${table[$key]} == "$text" ]]; then echo found; fi
done`);
    const values = [HOSTILE, 'one\ntwo\n', '', 8, 'a b', HOSTILE, '', 1, 2];
    expect(told).toEqual({
      code: 0,
      stderr: '',
      stdout: `${values.map((value) => `[${value}]`).join('')}found\n`,
    });
  });
});

describe('printFunction', () => {
  it('prints a text to the byte, whatever is in it', () => {
    const text = `${HOSTILE}\n\nEND_OF_TOLD\n  'x'\t\\\n`;
    expect(bash(`${printFunction('told', text)}\ntold`)).toEqual({ code: 0, stdout: text, stderr: '' });
  });
});

describe('shellProgram', () => {
  it('names its interpreter first, and says what it is', () => {
    expect(shellProgram(['record TEXT'], { number: 3 }, 'lib/common/shell/record.sh')).toMatch(
      /^#!\/bin\/bash\n# Rendered by unde; .*\n# record TEXT\nnumber=3\n\n# rec FIELD[^]*\n}\n$/,
    );
  });
});

describe('shellScript', () => {
  it('puts the parameters before the files, and leaves out what a file says about itself', () => {
    const script = shellScript({ seconds: 3 }, 'lib/common/shell/record.sh', 'lib/common/shell/uptime.sh');
    expect(script.startsWith('seconds=3\n\n# rec FIELD')).toBe(true);
    expect(script).not.toContain('shellcheck');
    expect(bash(`${script}\nuptime; rec "$seconds" $((now > 0)) $'a\\tb\\nc'`).stdout).toBe('3\t1\ta b c\n');
  });

  it('reads a file that is not there as an error', () => {
    expect(() => shellText('lib/common/shell/absent.sh')).toThrow(/absent\.sh/);
  });
});
