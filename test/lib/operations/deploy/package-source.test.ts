import { describe, expect, it } from 'vitest';
import { withoutUnsourced } from '../../../../src/lib/operations/deploy/package-source.ts';
import { assertReady } from '../../../../src/lib/operations/deploy/preflight.ts';
import type { Survey } from '../../../../src/lib/operations/plan/survey.ts';
import type { Host } from '../../../../src/lib/inventory/inventory.ts';
import type { Connection } from '../../../../src/lib/fleet/ssh/connection.ts';
import { DESIRED, hostFacts, serviceFacts } from './fixture.ts';

const foreign = { ...DESIRED, service: 'charts', packages: ['charts'], packageSource: 'configure a source' };
const survey = (desired: readonly (typeof DESIRED)[], packagesNowhere: readonly string[]) => ({
  assignment: { host: { name: 'monitoring' } as Host, desired },
  connection: {} as Connection,
  facts: {
    ...hostFacts(serviceFacts(), { packagesNowhere }),
    services: desired.map(({ service }) => serviceFacts({ name: service })),
  },
});

describe('a package that no apt source of the host has', () => {
  it('stops a deploy before anything changes, and says what to do', () => {
    expect(() => assertReady([survey([DESIRED, foreign], ['charts'])])).toThrow(
      expect.objectContaining({
        code: 'PACKAGE_SOURCE_MISSING',
        exit: 'refused',
        hint: 'configure a source',
      }),
    );
    expect(() => assertReady([survey([DESIRED, foreign], [])])).not.toThrow();
  });

  it('leaves its service out of a lab, and nothing else', () => {
    const { surveys, unsourced } = withoutUnsourced([survey([DESIRED, foreign], ['charts'])]);
    expect(surveys[0]?.assignment.desired.map(({ service }) => service)).toEqual(['hello']);
    expect(unsourced).toEqual([{ service: 'charts', host: 'monitoring', hint: 'configure a source' }]);
  });

  it('is an error in a lab, too, where nothing else was asked for', () => {
    const surveys: Survey[] = [survey([foreign], ['charts'])];
    expect(() => withoutUnsourced(surveys)).toThrow(
      expect.objectContaining({ code: 'PACKAGE_SOURCE_MISSING' }),
    );
  });
});
