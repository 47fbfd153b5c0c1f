import type { Context } from '../../common/context/context.ts';
import { listed } from '../inventory/check/finding.ts';
import { daysUntil, type KnownCertificate } from '../../secrets/certificates/known.ts';
import { serviceFacts } from '../plan/plan.ts';
import { nextCommand } from './next-command.ts';
import type { Observation } from './observation.ts';
import type { StatusProblem, Severity } from './status.ts';

/** How long before its end a certificate is a warning, in days. */
export const CERTIFICATE_WARN_DAYS = 30;

/** A service on a host that has a certificate. */
interface Bearer {
  readonly host: string;
  readonly service: string;
  /** Whether it has the one that the store has now. */
  readonly current: boolean;
}

/**
 * Certificates on hosts that have expired, or will soon, and hosts that were left with one that has been replaced; a
 * pure function.
 */
export function certificateProblems(
  observations: readonly Observation[],
  certificates: readonly KnownCertificate[],
  { context, now }: { readonly context: Context; readonly now: number },
): StatusProblem[] {
  return certificates.flatMap((certificate): StatusProblem[] => {
    const bearers = observations.flatMap((observation) => bearersOf(observation, certificate));
    const problem = (
      severity: Severity,
      code: string,
      of: readonly Bearer[],
      what: string,
    ): StatusProblem => {
      const [first] = of;
      const places = of.map(({ service, host }) => `${service} on ${host}`);
      const services = [...new Set(of.map(({ service }) => service))].join(',');
      return {
        severity,
        code,
        hosts: [...new Set(of.map(({ host }) => host))],
        service: first?.service ?? null,
        message: `the certificate ${certificate.secret} of ${listed(places)} ${what}`,
        details: [],
        hint: nextCommand(context, code === 'CERTIFICATE_OLD' ? `deploy ${services}` : 'pki renew'),
      };
    };
    const current = bearers.filter((bearer) => bearer.current);
    const old = bearers.filter((bearer) => !bearer.current);
    const days = daysUntil(certificate.notAfter, now);
    const ends: StatusProblem[] =
      current.length === 0 || days >= CERTIFICATE_WARN_DAYS
        ? []
        : [
            days < 0
              ? problem('error', 'CERTIFICATE_EXPIRED', current, `expired ${agoText(-days)} ago`)
              : problem('warning', 'CERTIFICATE_EXPIRES', current, `expires in ${agoText(days)}`),
          ];
    return old.length === 0
      ? ends
      : [...ends, problem('warning', 'CERTIFICATE_OLD', old, 'is not the one that was issued last')];
  });
}

function bearersOf({ assignment, answer }: Observation, { secret, version }: KnownCertificate): Bearer[] {
  if (answer === undefined) return [];
  return assignment.desired.flatMap(({ service, secrets }) => {
    const placed = serviceFacts(answer.facts, service).secrets ?? {};
    return secrets
      .filter((each) => each.secret === secret && placed[each.credential] !== undefined)
      .map(({ credential }) => ({
        host: assignment.host.name,
        service,
        current: placed[credential] === version,
      }));
  });
}

function agoText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
