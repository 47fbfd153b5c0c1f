import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hostScript, judgeHost, parseHostAnswer } from '../../../../src/lib/operations/doctor/host.ts';

describe('hostScript', () => {
  it('is read back by parseHostAnswer, and names what is missing', () => {
    // With an empty path nothing but bash itself is found.
    const output = execFileSync('/bin/bash', ['-s'], {
      input: hostScript(),
      env: { PATH: '/nonexistent' },
    }).toString();
    const answer = parseHostAnswer(output);
    expect(answer?.missing).toContain('flock');
    expect(answer?.missing).toContain('systemctl');
    expect(answer?.os).not.toBe('');
  });
});

describe('parseHostAnswer', () => {
  it('takes nothing from an answer that stops early', () => {
    expect(parseHostAnswer('os Debian\nsystemd 257\n')).toBeUndefined();
  });
});

describe('judgeHost', () => {
  const answer = { os: 'Debian 13', systemd: 257, missing: [] };

  it('is content with what a plain Debian has', () => {
    expect(judgeHost('gpu', answer, 'login 80 ms')).toMatchObject({
      verdict: 'ok',
      message: 'login 80 ms, Debian 13, systemd 257',
    });
  });

  it('names the packages of missing programs, and refuses an old systemd', () => {
    expect(judgeHost('gpu', { ...answer, missing: ['tar', 'flock'] }, '')).toMatchObject({
      verdict: 'fail',
      hint: 'unde exec host:gpu -- apt-get install -y tar util-linux',
    });
    expect(judgeHost('gpu', { ...answer, systemd: 247 }, '')).toMatchObject({ verdict: 'fail' });
  });
});
