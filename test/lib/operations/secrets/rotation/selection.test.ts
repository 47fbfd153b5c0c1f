import { describe, expect, it } from 'vitest';
import { lossOf, selectedForRotation } from '../../../../../src/lib/operations/secrets/rotation/selection.ts';
import { entries, password, token, use } from '../../../desired/secrets/declared-fixture.ts';

const declared = [password('a', 'one'), password('b', 'two'), token('vendor')];
const store = entries(
  { name: 'a', kind: 'password' },
  { name: 'b', kind: 'password' },
  { name: 'vendor', kind: 'brought' },
);
const selected = (names: string[], more: { all?: boolean; service?: string } = {}, of = store) =>
  selectedForRotation({ names, all: false, ...more }, declared, of).map(({ name }) => name);

describe('what is rotated', () => {
  it('is what is named, what a service holds, or everything that vendors do not give', () => {
    expect(selected(['b'])).toEqual(['b']);
    expect(selected([], { service: 'one' })).toEqual(['a']);
    expect(selected([], { all: true })).toEqual(['a', 'b']);
    expect(selected(['b'], { service: 'one' })).toEqual(['b', 'a']);
  });

  it("is never a vendor's, the authority, or what there is not", () => {
    expect(() => selected(['vendor'])).toThrow(expect.objectContaining({ code: 'NOT_ROTATED' }));
    expect(() => selected(['authority'])).toThrow(expect.objectContaining({ code: 'NOT_ROTATED' }));
    expect(() => selected(['aa'])).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_SECRET', hint: 'did you mean a?' }),
    );
    expect(() => selected(['a'], {}, entries())).toThrow(expect.objectContaining({ code: 'SECRET_MISSING' }));
    expect(() => selected([])).toThrow(expect.objectContaining({ code: 'NOTHING_TO_ROTATE' }));
    expect(() => selected([], { service: 'none' })).toThrow(/none holds no secret/);
  });
});

describe('lossOf', () => {
  it('is none where somebody verifies both values, and where one alone holds it', () => {
    const shared = password('a');
    const { spec } = shared;
    const two = [use('one', 'app', spec), use('two', 'app', spec)];
    const alone = { ...shared, verifiers: [] };
    expect(lossOf(shared)).toBeUndefined();
    expect(lossOf({ ...alone, holders: two.slice(0, 1) })).toBeUndefined();
    expect(lossOf({ ...alone, holders: two })).toMatch(/disagree/);
    expect(lossOf({ ...alone, holders: two, spec: { ...spec, kind: 'certificate' } })).toBeUndefined();
    expect(lossOf({ ...shared, spec: { ...spec, kind: 'wireguard-key' } })).toMatch(/silent/);
  });
});
