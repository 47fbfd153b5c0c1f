import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOST_PATH } from '../../../../src/lib/common/shell/script.ts';
import { confirmScript } from '../../../../src/lib/operations/deploy/confirm-script.ts';
import { switchScript } from '../../../../src/lib/operations/deploy/switch-script.ts';
import { deployDirectory } from '../../../../src/lib/operations/deploy/undo-script.ts';
import { bash } from '../../common/shell/bash.ts';
import { A, B, DEPLOY } from './fixture.ts';

/** A folder that stands for a host on which release A runs, with one file that B changes, one that it drops, one it adds. */
let root: string;
const at = (...names: string[]) => path.join(root, ...names);
const text = (...names: string[]) => readFileSync(at(...names), 'utf8');

function write(file: string, content: string, mode = 0o644): void {
  mkdirSync(path.dirname(at(file)), { recursive: true });
  writeFileSync(at(file), content, { mode });
}

/** Puts a script's folders into this one; also those of the script that it writes. */
const here = (script: string) =>
  script
    .replaceAll('/var/lib/unde', at('lib'))
    .replaceAll('/run/unde', at('run'))
    .replaceAll('/etc/', at('etc/'))
    .replaceAll(`PATH=${HOST_PATH}`, `PATH=${at('bin')}:${HOST_PATH}`);
const run = (script: string) => bash(`PATH=${at('bin')}:$PATH\n${here(script)}`);
const undo = (...words: string[]) => run(`"${deployDirectory(DEPLOY)}/undo" ${words.join(' ')}`);
const generation = (name: string) => `lib/services/hello/generations/${name}`;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'unde-way-back-'));
  // systemd as far as the scripts ask it: a new process at each restart, always active.
  write(
    'bin/systemctl',
    `#!/bin/bash
printf '%s\\n' "$*" >>${at('asked')}
case $* in
  'show -p InvocationID --value '*) cat ${at('invocation')} ;;
  restart*hello*) echo "after $$" >${at('invocation')} ;;
  is-active*) echo active ;;
  is-enabled*) echo enabled ;;
esac
`,
    0o755,
  );
  write('bin/systemd-run', `#!/bin/bash\nprintf '%s\\n' "$*" >>${at('asked')}\n`, 0o755);
  write('invocation', 'first\n');
  write('etc/changed', 'old\n');
  write('etc/dropped', 'dropped\n', 0o600);
  write(`${generation('before')}/rendered`, `644 ${at('etc/changed')}\n600 ${at('etc/dropped')}\n`);
  write(`${generation('before')}/digest`, `${A}\n`);
  write(`${generation('before')}/companions`, 'gone.timer\n');
  write('lib/services/hello/generation', 'before\n');
  symlinkSync(`/releases/${A}`, at('lib/services/hello/current'));
  const target = generation(DEPLOY.generation);
  write(`${target}/rendered`, `644 ${at('etc/changed')}\n600 ${at('etc/deep/added')}\n`);
  write(`${target}/file-0`, 'new\n');
  write(`${target}/file-1`, 'added\n');
  write(`${target}/companions`, 'come.timer\n');
});
afterEach(() => rmSync(root, { recursive: true }));

function switchOver(expected: string | undefined = 'before') {
  return run(switchScript(DEPLOY, 35, expected));
}

/** What of the host differs by a deploy. */
const state = () => ({
  changed: text('etc/changed'),
  dropped: existsSync(at('etc/dropped')),
  added: existsSync(at('etc/deep/added')),
  generation: text('lib/services/hello/generation').trim(),
  current: path.basename(readlinkSync(at('lib/services/hello/current'))),
  pending: existsSync(at('lib/services/hello/pending')),
});
const BEFORE = {
  changed: 'old\n',
  dropped: true,
  added: false,
  generation: 'before',
  current: A,
  pending: false,
};
const AFTER = {
  changed: 'new\n',
  dropped: false,
  added: true,
  generation: DEPLOY.generation,
  current: B,
  pending: true,
};
const ledger = () =>
  text('lib/ledger.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a switch', () => {
  it('puts all of a generation in force, arms the way back before, and tells of the process before', () => {
    expect(switchOver()).toEqual({ code: 0, stdout: 'switched first\n', stderr: '' });
    expect(state()).toEqual(AFTER);
    const asked = text('asked').split('\n');
    const armed = asked.findIndex((line) =>
      line.includes(`--unit=unde-return-${DEPLOY.id}-hello --on-active=35s`),
    );
    const left = asked.indexOf('disable --now --quiet gone.timer');
    const restarted = asked.indexOf(`restart --no-block ${DEPLOY.unit}`);
    expect([armed > 0, left > armed, restarted > left]).toEqual([true, true, true]);
    expect(asked).toContain('enable --quiet come.timer');
    expect(text('etc/systemd/system/unde-return.service')).toContain(
      `for undo in ${at('lib')}/deploys/*/undo`,
    );
    expect(readdirSync(at('etc')).filter((name) => name.endsWith('.unde-new'))).toEqual([]);
  });

  it.each<[string, () => unknown, number, string]>([
    [
      'another plan',
      () => write('lib/services/hello/generation', 'other\n'),
      15,
      'put generation other in force',
    ],
    [
      'one that is not confirmed',
      () => write('lib/services/hello/pending', 'x\n'),
      12,
      'not confirmed yet: x',
    ],
    [
      'a generation that is absent',
      () => rmSync(at(generation(DEPLOY.generation), 'rendered')),
      11,
      'is not on this',
    ],
  ])('refuses %s, and changes nothing', (_, happen, code, words) => {
    happen();
    const before = state();
    expect(switchOver()).toMatchObject({ code, stderr: expect.stringContaining(words) as string });
    expect(state()).toEqual(before);
  });
});

describe('the way back', () => {
  it('restores all that was, once, and says why in the ledger', () => {
    switchOver();
    expect(undo('failed', '"it does not answer"')).toEqual({
      code: 0,
      stdout: 'returned active\n',
      stderr: '',
    });
    expect(state()).toEqual(BEFORE);
    expect(ledger()).toMatchObject([
      { id: DEPLOY.id, digest: A, from: B, result: 'failed', reason: 'it does not answer' },
    ]);
    expect(text(`lib/services/hello/bad/${B}`)).toBe('it does not answer\n');
    expect(undo('returned', 'again').stdout).toBe('returned before\n');
    expect(ledger()).toHaveLength(1);
  });

  it('is closed by the confirmation, and opened again by who asks for it', () => {
    switchOver();
    expect(run(confirmScript(DEPLOY, text('invocation').trim(), 3)).stdout).toBe('confirmed\n');
    expect(undo('returned', 'timer').stdout).toBe('confirmed\n');
    expect(state()).toEqual({ ...AFTER, pending: false });
    expect(undo('returned', 'batch', 'confirmed').stdout).toBe('returned active\n');
    expect(state()).toEqual(BEFORE);
    expect(ledger().map(({ result }) => result)).toEqual(['ok', 'returned']);
  });

  it('is taken where the process that passed its gate is gone', () => {
    switchOver();
    expect(run(confirmScript(DEPLOY, 'first', 3)).code).toBe(13);
    expect(state()).toEqual(BEFORE);
  });

  it('ends in nothing where nothing ran before', () => {
    for (const name of ['generation', 'current']) rmSync(at('lib/services/hello', name));
    for (const name of ['changed', 'dropped']) rmSync(at('etc', name));
    expect(switchOver('').code).toBe(0);
    expect(undo('failed', 'why').code).toBe(0);
    for (const name of ['etc/changed', 'etc/deep/added', 'lib/services/hello/generation']) {
      expect([name, existsSync(at(name))]).toEqual([name, false]);
    }
  });
});
