/** A file that a platform service renders onto a host. */
export interface RenderedFile {
  readonly path: string;
  readonly content: string;
  /** Octal permission bits, e.g. 0o644. */
  readonly mode: number;
}
