import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainReach, parseReach, reachScript } from '../../../../src/lib/lab/clock/reach-script.ts';

/** What the script says of a program, by its own function. */
function verdict(file: string): string {
  const functions = /^program\(\) \{[\s\S]*?\n\}/m.exec(reachScript())?.[0] ?? '';
  return spawnSync('bash', ['-c', `${functions}; program "$1"`, 'bash', file], {
    encoding: 'utf8',
  }).stdout.trim();
}

describe('reachScript', () => {
  it('knows programs by what they are: dynamic, static, Go', () => {
    expect(verdict('/bin/bash')).toBe('reached');
    // ldconfig must work before there is a loader.
    expect(verdict('/sbin/ldconfig')).toBe('static');
    const go = path.join(mkdtempSync(path.join(os.tmpdir(), 'reach-')), 'go');
    writeFileSync(go, Buffer.from('\u007FELF\0\0\xff Go buildinf:\b\u0002', 'latin1'));
    expect(verdict(go)).toBe('go');
  });

  it('tells of jobs that wait what their programs are, each once, and of nothing that is spared', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'reach-'));
    const set = 'Environment="LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1"';
    const unit = (name: string, program: string, environment = set) =>
      `ExecStart={ path=${program} ; argv[]=${program} -x=1 ; ignore_errors=no }\nControlGroup=\n${environment}\nId=${name}.service\nActiveState=inactive\n`;
    const script = path.join(folder, 'script');
    writeFileSync(script, '#!/bin/bash\n', { mode: 0o755 });
    const units = [
      unit('unde-job-a', '/bin/bash'),
      unit('unde-job-a', '/bin/bash'),
      unit('unde-job-b', '/sbin/ldconfig'),
      unit('unde-job-c', script),
      unit('unde-job-x@', '/bin/bash'),
      unit('unde-job-spared', '/bin/bash', 'Environment='),
      unit('other', '/bin/bash'),
    ];
    writeFileSync(path.join(folder, 'units'), units.join('\n'));
    const systemctl = `#!/bin/bash\nif [[ $1 == show ]]; then cat ${folder}/units; fi\n`;
    writeFileSync(path.join(folder, 'systemctl'), systemctl, { mode: 0o755 });
    const { stdout, stderr } = spawnSync('bash', ['-s'], {
      input: reachScript(),
      encoding: 'utf8',
      env: { PATH: `${folder}:/usr/bin:/bin` },
    });
    expect(stderr).toBe('');
    expect(parseReach(stdout).units.map(({ unit: name, reached, why }) => [name, reached, why])).toEqual([
      ['unde-job-a.service', true, undefined],
      ['unde-job-b.service', false, 'static'],
      ['unde-job-c.service', true, undefined],
    ]);
  });

  it('is a script that bash can read', () => {
    expect(spawnSync('bash', ['-n'], { input: reachScript(), encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});

describe('parseReach', () => {
  it('reads units in the order of their names, and how many timers there are', () => {
    const { units, timers } = parseReach(
      'unit etcd.service running go /usr/bin/etcd\nunit a.service waiting reached /usr/bin/a b\ntimers 3\n',
    );
    expect(timers).toBe(3);
    expect(units).toEqual([
      { unit: 'a.service', running: false, reached: true, program: '/usr/bin/a b' },
      { unit: 'etcd.service', running: true, reached: false, why: 'go', program: '/usr/bin/etcd' },
    ]);
    expect(units.map(explainReach)).toEqual(['', '/usr/bin/etcd is Go, which asks the kernel past libc']);
  });
});
