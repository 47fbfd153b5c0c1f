import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ON_REAL_CLOCK, renderDropIn, SPARED } from '../../../../src/lib/lab/clock/drop-in.ts';
import { NO_LAB_MACHINE, NO_LIBRARY, renderMoveScript } from '../../../../src/lib/lab/clock/move-script.ts';

/** A machine's files, and a systemctl that only writes down what it was asked. */
let root: string;
const SYSTEMCTL = `#!/bin/bash
[[ $1 == show ]] || echo "$@" >>"$CALLS"`;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'clock-'));
  for (const folder of ['bin', 'etc/systemd/system', 'usr/lib/any/faketime'])
    mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, 'etc/unde-lab'), 'UNDE_LAB=x\n');
  writeFileSync(path.join(root, 'usr/lib/any/faketime/libfaketime.so.1'), '');
  writeFileSync(path.join(root, 'bin/systemctl'), SYSTEMCTL, { mode: 0o755 });
});

function move(offset: number, at = root) {
  return spawnSync('bash', ['-s'], {
    input: renderMoveScript(offset, at),
    encoding: 'utf8',
    env: { PATH: `${root}/bin:/usr/bin:/bin`, CALLS: `${root}/calls` },
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
