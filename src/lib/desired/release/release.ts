/** One file of a release. */
export interface ReleaseFile {
  /** Path inside the release, with forward slashes. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly mode: 0o644 | 0o755;
  /** Where its bytes are on the operator's machine. */
  readonly source: string;
}

/** A built release: what runs on a host, whole, named by what is in it. */
export interface Release {
  readonly service: string;
  /** SHA-256 over the list of its files. */
  readonly digest: string;
  /** Sorted by path. */
  readonly files: readonly ReleaseFile[];
}

/** How a digest is shown to people. */
export function shortDigest(digest: string | undefined): string {
  return digest === undefined ? '—' : digest.slice(0, 12);
}

/** The text that a release's digest is taken of: one line a file, sorted by path. */
export function releaseListing(files: readonly ReleaseFile[]): string {
  return files.map((file) => `${file.sha256} ${file.mode.toString(8)} ${file.path}\n`).join('');
}

/** What a blob is called in the store: executables apart, since hard links share their permission bits. */
export function blobKey(file: Pick<ReleaseFile, 'sha256' | 'mode'>): string {
  return file.mode === 0o755 ? `${file.sha256}x` : file.sha256;
}
