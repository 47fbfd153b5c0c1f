import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bashCommand, quote } from '../../../../src/lib/common/shell/quote.ts';
import { bash, HOSTILE } from './bash.ts';

/** Any text that can be an argument of a process. */
const words = fc.array(
  fc.string({ unit: 'binary', maxLength: 30 }).filter((word) => !/[\0\uD800-\uDFFF]/.test(word)),
  { minLength: 1, maxLength: 12 },
);

describe('quote', () => {
  it.each(['bash', 'dash'])('gives %s back every word as it was', (shell) => {
    fc.assert(
      fc.property(words, (list) => {
        const { stdout } = bash(`printf '%s\\0' ${list.map(quote).join(' ')}`, shell);
        expect(stdout.split('\0').slice(0, -1)).toEqual(list);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves plain words readable, and quotes an empty one', () => {
    expect(quote('/etc/unde/hello.env')).toBe('/etc/unde/hello.env');
    expect(quote('')).toBe("''");
  });
});

describe('bashCommand', () => {
  it('runs the same script from any login shell', () => {
    fc.assert(
      fc.property(words, (list) => {
        const script = `printf '%s\\0' ${list.map(quote).join(' ')}`;
        for (const shell of ['bash', 'dash']) {
          expect(bash(bashCommand(script), shell).stdout.split('\0').slice(0, -1)).toEqual(list);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('shows a login shell nothing that one of them reads inside single quotes', () => {
    for (const script of ['echo a\necho b', `printf '\\n'`, 'echo hi!', HOSTILE]) {
      expect(bashCommand(script)).toMatch(/^exec bash -c 'eval "\$\(base64 -d <<<[A-Za-z0-9+/=]+\)"'$/);
    }
    expect(bashCommand('uptime')).toBe('exec bash -c uptime');
  });

  it('keeps exit codes, set -e, traps and standard input', () => {
    const script = `set -e\ntrap 'echo tidied' EXIT\nread -r line\necho "$line"\nfalse\necho never`;
    const { stdout, code } = bash(`echo given | (${bashCommand(script)})`);
    expect(stdout).toBe('given\ntidied\n');
    expect(code).toBe(1);
  });

  it('asks sudo for the rights where the user is not root, without a prompt', () => {
    expect(bashCommand('id', 'deploy')).toBe('exec sudo -n bash -c id');
  });
});
