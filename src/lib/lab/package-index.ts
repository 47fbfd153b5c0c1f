import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './process.ts';

/** A .deb file as the index of a repository names it. */
export interface PackageFile {
  /** The package's control paragraph, as `dpkg-deb --field` prints it. */
  readonly control: string;
  /** Relative to the repository. */
  readonly file: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}

/** Renders a repository's `Packages` file (Debian repository format, flat layout). */
export function renderPackageIndex(packages: readonly PackageFile[]): string {
  return packages
    .map(
      ({ control, file, size, sha256 }) =>
        `${control.trim()}\nFilename: ./${file}\nSize: ${size}\nSHA256: ${sha256}\n`,
    )
    .join('\n');
}

/** Renders a repository's `Release` file, which tells apt what to fetch without trying every name there could be. */
export function renderRelease(packageIndex: string, date: Date): string {
  const sum = createHash('sha256').update(packageIndex).digest('hex');
  return [
    'Origin: unde lab',
    'Label: unde lab',
    `Date: ${date.toUTCString().replace('GMT', 'UTC')}`,
    'Acquire-By-Hash: no',
    'SHA256:',
    ` ${sum} ${Buffer.byteLength(packageIndex)} Packages`,
    '',
  ].join('\n');
}

/** Makes a folder of .deb files a repository that apt can be pointed at with `[trusted=yes]`. */
export async function writePackageIndex(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.deb')).sort();
  const packages: PackageFile[] = [];
  for (const file of files) {
    const content = await readFile(path.join(folder, file));
    packages.push({
      control: await run('dpkg-deb', ['--field', path.join(folder, file)]),
      file,
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
  }
  const index = renderPackageIndex(packages);
  await writeFile(path.join(folder, 'Packages'), index);
  await writeFile(path.join(folder, 'Release'), renderRelease(index, new Date()));
}
