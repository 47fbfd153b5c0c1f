import { describe, expect, it } from 'vitest';
import { codesWith, findingsWith } from '../../../inventory/fleet-fixture.ts';

const CLAIM = 'broker: { type: CX23 }';

describe('checkClaims', () => {
  it('is silent about a claim that agrees', () => {
    expect(codesWith([CLAIM, 'thresholds: { disk: 80 }'])).toEqual([]);
  });

  it('finds a claim that differs, with both values', () => {
    const [finding] = findingsWith([CLAIM, 'broker: { type: CPX22 }']);
    expect(finding).toMatchObject({ code: 'CLAIM_CONTRADICTED', severity: 'warning' });
    expect(finding?.message).toBe('old page: broker has type CPX22; here it is CX23');
  });

  it('finds a claim about a threshold', () => {
    expect(codesWith([CLAIM, 'thresholds: { disk: 85 }'])).toEqual(['CLAIM_CONTRADICTED']);
  });

  it.each([
    ['an address that is somebody else’s now', 'app: { address: 10.1.0.4 }', '10.1.0.4 is vote-2 now'],
    ['an id that is somebody else’s', 'app: { id: H4 }', 'H4 is embedder now'],
    [
      'huge pages that do not fit',
      'shard: { huge_pages: 17000 }',
      '17000 × 2 MB are 33.2 GB, and it has 32 GB',
    ],
    ['memory that is not to be had', 'shard: { ram_gb: 256 }', 'local has no machine above 32 GB'],
    [
      'a queue across the sites',
      'dialogue: { host: broker }',
      'no Redis traffic may cross sites, and app would wait',
    ],
  ])('says what would come of believing %s', (_, claim, consequence) => {
    const [finding] = findingsWith([CLAIM, claim]);
    expect(finding?.code).toBe('CLAIM_CONTRADICTED');
    expect(finding?.message).toContain(consequence);
  });

  it('finds a claim about something that the subject does not have', () => {
    const [finding] = findingsWith([CLAIM, 'broker: { adress: 10.1.0.3 }']);
    expect(finding).toMatchObject({
      code: 'CLAIM_ABOUT_NOTHING',
      severity: 'error',
      hint: 'did you mean address?',
    });
  });
});
