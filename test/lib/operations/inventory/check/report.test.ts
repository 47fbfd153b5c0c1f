import { describe, expect, it } from 'vitest';
import { placed, renderFindings } from '../../../../../src/lib/operations/inventory/check/report.ts';
import { findingsWith, fleetWith } from '../../../inventory/fleet-fixture.ts';

const CHANGE = ['id: L2', 'id: L1'] as const;

describe('renderFindings', () => {
  it('says where, what and what to do, and counts', () => {
    const text = renderFindings(fleetWith(CHANGE), findingsWith(CHANGE), '/fleet');
    expect(text).toContain('error   ID_REPEATED  inventory.yaml:11');
    expect(text).toContain('L1 is the id of app and cache');
    expect(text).toContain('→ give each server an id of its own');
    expect(text).toContain('1 error, 0 warnings  (9 hosts at 3 sites)');
  });

  it('writes the whole path of a file elsewhere', () => {
    expect(renderFindings(fleetWith(CHANGE), findingsWith(CHANGE), '/other/place')).toContain(
      '/fleet/inventory.yaml:11',
    );
  });

  it('says so where nothing is wrong', () => {
    expect(renderFindings(fleetWith(), [], '/fleet')).toBe('ok  9 hosts at 3 sites, nothing wrong');
  });
});

describe('placed', () => {
  it('adds the file to the line', () => {
    const [finding] = findingsWith(CHANGE);
    expect(finding && placed(fleetWith(CHANGE), finding).where).toBe('/fleet/inventory.yaml:11');
  });
});
