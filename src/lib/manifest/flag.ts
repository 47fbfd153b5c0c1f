/** A switch of behaviour that operators turn while the service runs, without a deploy. */
export interface FlagSpec {
  /** Upper-case, e.g. `SEARCH_BACKEND`. */
  readonly name: string;
  readonly type: 'enum' | 'float' | 'int' | 'interval';
  /** For an enum. */
  readonly values?: readonly string[];
  /** Least and greatest value of a number, both allowed; of an interval in milliseconds. */
  readonly range?: readonly [number, number];
  /** In the text that `unde flags set` takes: `conditional`, `0.80`, `24 hours`. */
  readonly default: string;
  /** What an emergency rollback sets it to; absent where it leaves it alone. */
  readonly emergency?: string;
  readonly purpose: string;
}
