import { describe, expect, it } from 'vitest';
import { defaultSnapshot, readSnapshot } from '../../../../src/lib/runtime/flags/snapshot.ts';
import type { FlagSpec } from '../../../../src/lib/manifest/flag.ts';

const specs: readonly FlagSpec[] = [
  { name: 'MODE', type: 'enum', values: ['on', 'off'], default: 'off', purpose: 'whether' },
  { name: 'WINDOW', type: 'interval', default: '24 hours', purpose: 'how long' },
];
const version = '20261121-151305042-ab12';
const text = (values: object) => JSON.stringify({ version, values });

describe('readSnapshot', () => {
  it('has values of the right type, and defaults for what nobody set', () => {
    expect(defaultSnapshot(specs)).toEqual({ version: '0', values: { MODE: 'off', WINDOW: 86_400_000 } });
    expect(readSnapshot(specs, text({ MODE: 'on' }))).toEqual({
      snapshot: { version, values: { MODE: 'on', WINDOW: 86_400_000 } },
    });
  });

  it('passes over flags of another release', () => {
    expect(readSnapshot(specs, text({ GONE: 'x', __proto__: { MODE: 'on' } })).damage).toBeUndefined();
  });

  it('is damaged as a whole by one bad value, and has what can be used of the rest', () => {
    expect(readSnapshot(specs, text({ MODE: 'maybe', WINDOW: '1 h' }))).toEqual({
      snapshot: { version, values: { MODE: 'off', WINDOW: 3_600_000 } },
      damage: `${version}: MODE takes one of on, off, not "maybe"`,
    });
  });

  it('cannot be changed by whoever holds it', () => {
    const { snapshot } = readSnapshot(specs, text({}));
    expect(Object.isFrozen(snapshot)).toBe(true);
    expect(Object.isFrozen(snapshot?.values)).toBe(true);
  });
});
