import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ON_REAL_CLOCK, renderDropIn, SPARED } from '../../../../src/lib/lab/clock/drop-in.ts';
import { NO_LAB_MACHINE, NO_LIBRARY, renderMoveScript } from '../../../../src/lib/lab/clock/move-script.ts';

/** A machine's files, and a systemctl that shows the units of a file, and else only writes down what it was asked. */
let root: string;
const SYSTEMCTL = `#!/bin/bash
case $1 in
  show) cat "$UNITS" ;;
  is-active) [[ $3 != broken.service ]] ;;
  *) echo "$@" >>"$CALLS" ;;
esac`;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'clock-'));
  for (const folder of ['bin', 'etc/systemd/system', 'usr/lib/any/faketime'])
    mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, 'etc/unde-lab'), 'UNDE_LAB=x\n');
  writeFileSync(path.join(root, 'usr/lib/any/faketime/libfaketime.so.1'), '');
  writeFileSync(path.join(root, 'units'), '');
  writeFileSync(path.join(root, 'bin/systemctl'), SYSTEMCTL, { mode: 0o755 });
});

function move(offset: number, at = root) {
  return spawnSync('bash', ['-s'], {
    input: renderMoveScript(offset, at),
    encoding: 'utf8',
    env: { PATH: `${root}/bin:/usr/bin:/bin`, CALLS: `${root}/calls`, UNITS: `${root}/units` },
  });
}
const written = () => globSync('etc/**/*clock*', { cwd: root }).sort();

describe('renderMoveScript', () => {
  it('writes the offset and the drop-ins, and lets systemd read them', () => {
    expect(move(-90)).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(path.join(root, 'etc/unde-lab.clock'), 'utf8')).toBe('-90\n');
    expect(move(86_400).status).toBe(0);
    expect(readFileSync(path.join(root, 'etc/unde-lab.clock'), 'utf8')).toBe('+86400\n');
    const dropIn = (unit: string) =>
      readFileSync(path.join(root, 'etc/systemd/system', `${unit}.d/lab-clock.conf`), 'utf8');
    expect(dropIn('service')).toBe(`${renderDropIn()}\n`);
    for (const unit of ON_REAL_CLOCK) expect(dropIn(`${unit}.service`)).toBe(`${SPARED}\n`);
    expect(readFileSync(path.join(root, 'calls'), 'utf8')).toBe('daemon-reload\ndaemon-reload\n');
  });

  it('restarts what does not go by the clock yet, or still does, and no job', () => {
    const sleeper = (env: NodeJS.ProcessEnv) => spawn('/bin/sleep', ['60'], { env, stdio: 'ignore' });
    const [without, having] = [sleeper({}), sleeper({ LD_PRELOAD: '/nowhere/libfaketime.so.1' })];
    try {
      const set = 'LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1';
      const unit = (name: string, pid: number | undefined, environment: string, type = 'simple') =>
        `Type=${type}\nMainPID=${pid}\nEnvironment=${environment}\nId=${name}.service\n`;
      const units = [
        unit('new', without.pid, set),
        unit('broken', without.pid, set),
        unit('moved', having.pid, set),
        unit('spared', without.pid, ''),
        unit('left', having.pid, ''),
        unit('job', without.pid, set, 'oneshot'),
        unit('stopped', 0, set),
      ];
      writeFileSync(path.join(root, 'units'), units.join('\n'));
      expect(move(90).stdout).toBe('restarted new.service\nfailed broken.service\nrestarted left.service\n');
      expect(readFileSync(path.join(root, 'calls'), 'utf8')).toContain(
        'restart new.service broken.service left.service\n',
      );
    } finally {
      without.kill();
      having.kill();
    }
  });

  it('takes everything away again, and leaves the drop-ins of others', () => {
    move(90);
    const other = path.join(root, 'etc/systemd/system/ssh.service.d/own.conf');
    writeFileSync(other, '');
    expect(move(0)).toMatchObject({ status: 0, stderr: '' });
    expect(written()).toEqual([]);
    expect(globSync('etc/systemd/system/*', { cwd: root })).toEqual(['etc/systemd/system/ssh.service.d']);
    expect(existsSync(other)).toBe(true);
  });

  it('does nothing on a machine that is no lab’s, and nothing where there is no library', () => {
    const bare = mkdtempSync(path.join(os.tmpdir(), 'clock-'));
    mkdirSync(path.join(bare, 'etc'));
    expect(move(90, bare).status).toBe(NO_LAB_MACHINE);
    writeFileSync(path.join(bare, 'etc/unde-lab'), '');
    expect(move(90, bare).status).toBe(NO_LIBRARY);
    expect(globSync('**/*', { cwd: bare }).sort()).toEqual(['etc', 'etc/unde-lab']);
    expect(existsSync(path.join(root, 'calls'))).toBe(false);
  });
});
