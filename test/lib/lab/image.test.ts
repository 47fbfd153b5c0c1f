import { describe, expect, it } from 'vitest';
import { renderLayerScript } from '../../../src/lib/lab/image.ts';
import { renderPackageIndex, renderRelease } from '../../../src/lib/lab/package-index.ts';
import { layerKey, LAYERS } from '../../../src/lib/lab/recipe.ts';

describe('layerKey', () => {
  it('changes with anything that a layer is made from', () => {
    const { full } = LAYERS;
    const key = layerKey(full);
    expect(layerKey({ ...full })).toBe(key);
    expect(layerKey({ ...full, packages: [...full.packages, 'nginx'] })).not.toBe(key);
    expect(layerKey({ ...full, enabled: ['nginx.service'] })).not.toBe(key);
    expect(layerKey({ ...full, files: [{ path: '/etc/motd', content: '', mode: 0o644 }] })).not.toBe(key);
  });
});

describe('renderLayerScript', () => {
  it('installs the packages, without starting their services on the machine that builds', () => {
    const script = renderLayerScript(['nginx', 'curl']);
    expect(script).toContain(' install nginx curl\n');
    expect(script.indexOf('policy-rc.d')).toBeLessThan(script.indexOf('apt-get'));
    expect(script).toContain(String.raw`printf '#!/bin/sh\nexit 101\n'`);
  });
});

describe('a repository', () => {
  const index = renderPackageIndex([
    { control: 'Package: a\nVersion: 1\n', file: 'a_1.deb', size: 3, sha256: 'ab' },
    { control: 'Package: b\nVersion: 2\n', file: 'b_2.deb', size: 4, sha256: 'cd' },
  ]);

  it('lists each package in a paragraph of its own', () => {
    expect(index).toBe(
      'Package: a\nVersion: 1\nFilename: ./a_1.deb\nSize: 3\nSHA256: ab\n\n' +
        'Package: b\nVersion: 2\nFilename: ./b_2.deb\nSize: 4\nSHA256: cd\n',
    );
  });

  it('says what the list weighs', () => {
    const release = renderRelease(index, new Date(0));
    expect(release).toContain(`\nDate: Thu, 01 Jan 1970 00:00:00 UTC\n`);
    expect(release).toMatch(new RegExp(`\\nSHA256:\\n [0-9a-f]{64} ${index.length} Packages\\n$`));
  });
});
