import { UndeError } from '../../common/error/unde-error.ts';
import type { Facts } from '../../fleet/facts/facts.ts';
import type { Survey } from '../plan/survey.ts';
import type { DesiredService } from '../../desired/service.ts';

/** A placement that cannot be deployed, since no apt source of its host has the packages. */
export interface Unsourced {
  readonly service: string;
  readonly host: string;
  readonly hint: string;
}

/** Whether a service waits for an apt source that the operator has not configured on the host. */
export function lacksSource(desired: DesiredService, facts: Facts): boolean {
  return desired.packages.some((name) => facts.packagesNowhere?.includes(name) ?? false);
}

/** The error of a deploy that stops for want of an apt source, before anything has changed. */
export function sourceMissing(
  host: string,
  { service, packages, packageSource, unit }: DesiredService,
): UndeError {
  return new UndeError({
    code: 'PACKAGE_SOURCE_MISSING',
    message: `no apt source of ${host} has the package ${packages.join(', ')}, which ${service} needs; nothing was changed`,
    exit: 'refused',
    where: { host, unit },
    hint: packageSource,
  });
}

/**
 * Takes the services without an apt source out of surveys, as a lab does: its hosts have no way to the source.
 *
 * @throws UndeError PACKAGE_SOURCE_MISSING where nothing else was selected.
 */
export function withoutUnsourced(surveys: readonly Survey[]): {
  readonly surveys: readonly Survey[];
  readonly unsourced: readonly Unsourced[];
} {
  const unsourced: Unsourced[] = [];
  let refusal: UndeError | undefined;
  const kept = surveys.map((survey): Survey => {
    if (!('facts' in survey)) return survey;
    const { host, desired } = survey.assignment;
    const [lacking, others] = [true, false].map((lacks) =>
      desired.filter((each) => lacksSource(each, survey.facts) === lacks),
    );
    for (const each of lacking ?? []) {
      refusal ??= sourceMissing(host.name, each);
      unsourced.push({ service: each.service, host: host.name, hint: each.packageSource ?? '' });
    }
    return { ...survey, assignment: { host, desired: others ?? [] } };
  });
  if (refusal !== undefined && kept.every(({ assignment }) => assignment.desired.length === 0)) throw refusal;
  return { surveys: kept, unsourced };
}
