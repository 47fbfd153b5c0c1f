/** A scheduled job; it becomes a oneshot unit and a timer. */
export interface JobSpec {
  /** As operators call it, e.g. `cleanup_old_data`. */
  readonly name: string;
  readonly does: string;
  /** systemd.time(7) OnCalendar, without a time zone: the fleet's is added. */
  readonly calendar: string;
  /** One command line for ExecStart; `{{directory}}` is the service's own folder on the host. */
  readonly command: string;
  /** Whom it runs as; root unless told otherwise. `unde-<service>` is the service's own user, with its settings and folder. */
  readonly user?: string;
  readonly timeoutSeconds: number;
  /** RandomizedDelaySec, where moving it does no harm. */
  readonly jitterSeconds?: number;
}
