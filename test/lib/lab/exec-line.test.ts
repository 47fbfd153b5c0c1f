import { describe, expect, it } from 'vitest';
import { splitExec } from '../../../src/lib/lab/exec-line.ts';
import { remoteCommand } from '../../../src/lib/lab/login.ts';

describe('splitExec', () => {
  it('takes host and flags before the dashes, and leaves the command alone', () => {
    expect(splitExec(['embedder', '-n', 'two', '--json', '--', 'sh', '-c', 'a -- b', '--name'])).toEqual({
      host: 'embedder',
      own: ['-n', 'two', '--json'],
      command: ['sh', '-c', 'a -- b', '--name'],
    });
  });

  it('runs here without a host', () => {
    expect(splitExec(['--name=two', '--', 'ip', 'address'])).toEqual({
      host: undefined,
      own: ['--name=two'],
      command: ['ip', 'address'],
    });
  });

  it('refuses a command without dashes, and says how it is written', () => {
    expect(() => splitExec(['embedder', 'uptime'])).toThrow(
      expect.objectContaining({
        exit: 'usage',
        hint: expect.stringContaining('lab exec embedder -- uptime') as string,
      }),
    );
  });
});

describe('remoteCommand', () => {
  it('quotes what the shell on the other side would take apart', () => {
    expect(remoteCommand(['sh', '-c', `echo "$HOME" 'x'`, ''])).toBe(`sh -c 'echo "$HOME" '\\''x'\\''' ''`);
    expect(remoteCommand(['systemctl', 'is-active', 'a@b.service'])).toBe('systemctl is-active a@b.service');
  });
});
