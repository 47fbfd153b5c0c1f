import type { RenderedFile } from '../../manifest/rendered-file.ts';

/** A configuration file that says by whom it is written; its format must know `#` as a comment. */
export function renderedFile(path: string, content: string): RenderedFile {
  const head = '# Rendered by unde from the manifests and the inventory; changes made here are drift.';
  return { path, content: `${head}\n${content}`, mode: 0o644 };
}

/** A drop-in of a unit that a package brings. */
export function dropIn(unit: string, lines: readonly string[]): RenderedFile {
  return renderedFile(`/etc/systemd/system/${unit}.d/unde.conf`, `${lines.join('\n')}\n`);
}

/** The file of flags that Debian's units of Prometheus' family read. */
export function flagsFile(name: string, flags: readonly string[]): RenderedFile {
  return renderedFile(`/etc/default/${name}`, `ARGS="${flags.join(' ')}"\n`);
}
