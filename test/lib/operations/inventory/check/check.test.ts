import { describe, expect, it } from 'vitest';
import { codesWith, findingsWith } from '../../../inventory/fleet-fixture.ts';

describe('checkInventory', () => {
  it('is silent about a sound fleet', () => {
    expect(findingsWith()).toEqual([]);
  });

  it('puts errors first, and each kind in the order of the file', () => {
    const codes = codesWith(
      ['broker: { type: CX23 }', 'broker: { type: CPX22 }'],
      ['address: 10.1.0.5', 'address: 10.1.0.4'],
      ['id: L2', 'id: L1'],
      ['{ host: cache,', '{ host: broker,'],
    );
    expect(codes).toEqual([
      'ID_REPEATED',
      'ADDRESS_CLAIMED',
      // Further down in the file than the warnings.
      'QUEUE_CROSSES_SITES',
      'EXPORTER_NOT_SCRAPED',
      'TARGET_WITHOUT_HOST',
      'TARGET_WITHOUT_HOST',
      'CLAIM_CONTRADICTED',
    ]);
  });
});
