/**
 * Checks the shell of this repository: its own scripts, the `.sh` files that go to hosts, and every script that is
 * rendered for one, with sample parameters. By shfmt (form), shellcheck (sense) and {@link shellFaults} (names, width).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { shellText } from '../src/lib/common/shell/script.ts';
import { renderedScripts } from '../test/shell/rendered-scripts.ts';
import { shellFaults } from './shell-faults.ts';

const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);

const parts = globSync('src/**/*.sh').sort();
const programs = [...globSync('scripts/**/*.sh').sort(), '.ci/run', 'bin/unde'].filter((file) =>
  existsSync(file),
);
const scripts = renderedScripts();
let faults = 0;

function fail(text: string): void {
  faults++;
  console.error(text);
}

for (const file of [...parts, ...programs]) {
  for (const fault of shellFaults(readFileSync(file, 'utf8'))) fail(`${file}:${fault}`);
}
for (const [name, script] of scripts) {
  // Values make long lines; the rest of their lines is seen in the files.
  for (const fault of shellFaults(script, Infinity)) fail(`${name}, rendered:${fault}`);
}
for (const file of parts) {
  const text = shellText(path.relative('src', file));
  if (![...scripts.values()].some((script) => script.includes(text))) {
    fail(
      `${file}: no script of test/shell/rendered-scripts.ts has it, so that shellcheck cannot read it whole`,
    );
  }
}

const missing = new Set<string>();

/** Runs one of the two tools; tells where it is missing, which is a fault where everything must be checked. */
function check(program: string, options: readonly string[], files: readonly string[]): void {
  if (missing.has(program)) return;
  const { error, status, stdout, stderr } = spawnSync(program, [...options, ...files], { encoding: 'utf8' });
  if (error === undefined) {
    if (status !== 0) fail(`${stdout}${stderr}`.trimEnd());
    return;
  }
  missing.add(program);
  const text = `${program} is not here, so shell is not checked by it: sudo apt-get install ${program}`;
  if (process.env['CI'] !== undefined || process.env['UNDE_REQUIRE_LAB'] === '1') fail(text);
  else console.error(text);
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-shell-'));
try {
  const rendered = [...scripts].map(([name, script]) => {
    const file = path.join(folder, `${name}.sh`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, script.startsWith('#!') ? script : `#!/bin/bash\n${script}\n`);
    return file;
  });
  check('shfmt', ['--diff'], [...parts, ...programs]);
  check('shellcheck', [], programs);
  // By themselves they know neither their parameters nor who uses what they set; together they do.
  check('shellcheck', ['--exclude=SC2154,SC2034'], parts);
  check('shellcheck', [], rendered);
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = faults === 0 ? 0 : 1;
