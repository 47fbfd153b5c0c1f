import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

let packed: string[];
beforeAll(() => {
  const answer = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // A list, or from npm 12 on an object by the package's name.
  const [pack] = Object.values(JSON.parse(answer) as Record<string, { files: { path: string }[] }>);
  packed = pack?.files.map((file) => file.path) ?? [];
}, 60_000);

describe('the npm package', () => {
  it('brings what a deploy reads: sources, scripts, units, migrations', () => {
    const wanted = globSync(['src/**', 'sql/**', 'systemd/**', 'bin/*'], { cwd: root, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
    expect(wanted.length).toBeGreaterThan(400);
    expect(wanted.filter((file) => !packed.includes(file))).toEqual([]);
  });

  it("brings every folder that the code reads below the package's own", () => {
    const read = globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(/packageRoot\(\),\s*'([^']+)'/g)].map(
        ([, folder]) => folder ?? '',
      ),
    );
    expect(new Set(read)).toEqual(new Set(['src', 'sql', 'systemd']));
    for (const folder of read) expect(packed.some((file) => file.startsWith(`${folder}/`))).toBe(true);
  });

  it('brings nothing else: no tests, no tools of development, nothing of an operator', () => {
    const known =
      /^(bin|dist|sql|src|systemd)\/|^(README\.md|package\.json|inventory\.(yaml|schema\.json)|oclif\.manifest\.json)$/;
    expect(packed.filter((file) => !known.test(file))).toEqual([]);
    const strange = /\.test\.|\.log$|\.(age|pem|key|onnx)$|(^|\/)(\.|identity\.txt|known_hosts|index\.yaml)/;
    expect(packed.filter((file) => strange.test(file))).toEqual([]);
  });
});
