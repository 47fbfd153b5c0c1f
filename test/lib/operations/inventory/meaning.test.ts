import { describe, expect, it } from 'vitest';
import { meaningsOf } from '../../../../src/lib/operations/inventory/meaning.ts';
import { fleetWith } from '../../inventory/fleet-fixture.ts';

const inventory = fleetWith();
const BUILT = ['embedder', 'node-exporter', 'unplaced'];

describe('meaningsOf', () => {
  it('finds everything that a name stands for', () => {
    expect(Object.keys(meaningsOf(inventory, 'embedder', BUILT))).toEqual(['service', 'host']);
    expect(Object.keys(meaningsOf(inventory, 'votes', BUILT))).toEqual(['group']);
    expect(Object.keys(meaningsOf(inventory, 'local', BUILT))).toEqual(['site']);
  });

  it('finds one kind where it is asked for', () => {
    expect(Object.keys(meaningsOf(inventory, 'host:embedder', BUILT))).toEqual(['host']);
    expect(meaningsOf(inventory, '@local', BUILT).site?.hosts).toHaveLength(4);
  });

  it('knows a service that is built but not placed, and one that is planned', () => {
    expect(meaningsOf(inventory, 'unplaced', BUILT).service).toMatchObject({ hosts: [] });
    expect(meaningsOf(inventory, 'redis', BUILT).service?.planned).toEqual({
      port: 6379,
      protocol: 'tcp',
      open: 'fleet',
    });
  });

  it.each([
    ['embeder', 'did you mean embedder?'],
    ['group:embedder', 'did you mean embedder?'],
    ['constructor', 'see what there is: unde inventory list'],
  ])('refuses %s', (name, hint) => {
    expect(() => meaningsOf(inventory, name, BUILT)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_NAME', exit: 'usage', hint }),
    );
  });
});
