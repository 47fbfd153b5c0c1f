import { describe, expect, it } from 'vitest';
import { codesWith, findingsWith } from '../../../inventory/fleet-fixture.ts';

describe('checkQuorums', () => {
  it('finds a majority that the loss of one promised site takes', () => {
    const [finding] = findingsWith(['votes: [vote-1, vote-2, vote-3]', 'votes: [vote-1, vote-2, broker]']);
    expect(finding).toMatchObject({ code: 'QUORUM_AT_ONE_SITE', severity: 'error' });
    expect(finding?.message).toContain(
      'losing helsinki takes vote-2 and broker, leaving etcd 1 of 3 votes where 2',
    );
  });

  it('keeps silent about a site whose loss nobody promised to survive', () => {
    expect(
      codesWith(
        ['votes: [vote-1, vote-2, vote-3]', 'votes: [vote-1, vote-2, broker]'],
        ['survives: [local, helsinki]', 'survives: [local]'],
      ),
    ).toEqual([]);
  });

  it('finds a quorum of an even number', () => {
    expect(
      codesWith(
        ['survives: [local, helsinki]', 'survives: []'],
        ['votes: [vote-1, vote-2, vote-3]', 'votes: [vote-1, vote-2]'],
      ),
    ).toEqual(['QUORUM_EVEN']);
  });
});
