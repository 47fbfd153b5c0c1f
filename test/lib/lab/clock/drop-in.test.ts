import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ON_REAL_CLOCK, renderDropIn, SPARED } from '../../../../src/lib/lab/clock/drop-in.ts';

const root = path.resolve(import.meta.dirname, '../../../..');

describe('renderDropIn', () => {
  it('gives every service the library, and leaves monotonic clocks and the times of files alone', () => {
    expect(renderDropIn()).toBe(`# Put here by "unde lab clock"; taken away by "unde lab clock HOST reset".
[Service]
Environment=LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1
Environment=FAKETIME_TIMESTAMP_FILE=/etc/unde-lab.clock
Environment=FAKETIME_CACHE_DURATION=0
Environment=FAKETIME_DONT_FAKE_MONOTONIC=1
Environment=FAKETIME_DISABLE_SHM=1
Environment=NO_FAKE_STAT=1`);
  });

  it('spares what must see the real time, by a file of the same name that sets nothing', () => {
    expect(ON_REAL_CLOCK).toEqual(expect.arrayContaining(['ssh', 'systemd-', 'unde-return-', 'chrony']));
    expect(SPARED).toMatch(/^#.*$/);
  });

  it('spares the units that the tool itself starts beside services', () => {
    const units = globSync('src/lib/operations/{deploy,host}/*.ts', { cwd: root }).flatMap((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      return [...text.matchAll(/\b(unde-(?:return-?|patch|reboot))(?=['\s.$])/g)].map(
        ([, unit = '']) => unit,
      );
    });
    const found = [...new Set(units)].sort();
    expect(found).toEqual(['unde-patch', 'unde-reboot', 'unde-return', 'unde-return-']);
    expect(ON_REAL_CLOCK).toEqual(expect.arrayContaining(found));
  });
});

it('is known to the lab and to nothing else: production never has a pretended time', () => {
  const knowing = globSync(['src/**/*', 'systemd/*', 'sql/**/*', 'bin/*'], { cwd: root, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name))
    .filter((file) => /faketime|unde-lab\.clock|lab\/clock/i.test(readFileSync(file, 'utf8')))
    .map((file) => path.relative(root, file));
  expect(knowing).not.toEqual([]);
  expect(knowing.filter((file) => !/^src\/(lib|commands)\/lab\//.test(file))).toEqual([]);
});
