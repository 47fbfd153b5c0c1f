/** One value that the inventory may set for a service, and that reaches the process as an environment variable. */
export interface SettingSpec {
  /** The environment variable, e.g. `UNDE_EMBEDDER_QUEUE`. */
  readonly variable: string;
  /** The key under `services.<name>.settings` in the inventory. */
  readonly key: string;
  readonly type: 'string' | 'integer' | 'list';
  readonly default: string | number | readonly string[];
  readonly purpose: string;
  /** The least and the greatest value of an integer. */
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What settings are once they are read: one typed value a setting, by its key. */
export type Settings<Specs extends readonly SettingSpec[]> = {
  readonly [Spec in Specs[number] as Spec['key']]: Spec['type'] extends 'integer'
    ? number
    : Spec['type'] extends 'list'
      ? readonly string[]
      : string;
};

/** Resource limits of the unit, in systemd's own notation. */
export interface LimitSpec {
  readonly memoryMax?: string;
  readonly tasksMax?: number;
  readonly openFiles?: number;
  /** How long the service may take to drain on SIGTERM, in seconds. */
  readonly stopSeconds: number;
  /** How long the event loop may be stuck before systemd restarts the unit, in seconds. */
  readonly watchdogSeconds: number;
}

/** A file that the operator brings, such as a model's weights. */
export interface AssetSpec {
  /** The name under `assets/` in the release. */
  readonly name: string;
  /** The key under `services.<name>.assets` in the inventory that holds the path on the operator's machine. */
  readonly key: string;
  readonly purpose: string;
  /** The service does without it where the inventory names no path. */
  readonly optional?: boolean;
}
