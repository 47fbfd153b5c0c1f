import { describe, expect, it } from 'vitest';
import { UndeError } from '../../../../../src/lib/common/error/unde-error.ts';
import type { VitalsAnswer } from '../../../../../src/lib/operations/host/vitals/collect.ts';
import { hostEntries } from '../../../../../src/lib/operations/host/vitals/host-entry.ts';
import { MACHINE_COLUMNS, machineRow } from '../../../../../src/lib/operations/host/vitals/host-table.ts';
import type { Vitals } from '../../../../../src/lib/operations/host/vitals/vitals.ts';
import type { Host } from '../../../../../src/lib/inventory/inventory.ts';
import { NOW, vitals } from './fixture.ts';

function answered(name: string, parts: Partial<Vitals> = {}): VitalsAnswer {
  return {
    host: { name, site: 'local' } as Host,
    vitals: vitals(parts),
    askedAt: NOW - 0.1,
    answeredAt: NOW + 0.1,
  };
}

const DEAD: VitalsAnswer = {
  host: { name: 'dead', site: 'local' } as Host,
  failure: new UndeError({ code: 'UNREACHABLE', message: 'dead does not answer', exit: 'unreachable' }),
};

describe('the list of hosts', () => {
  it('puts first what needs attention most, and keeps the order of the inventory otherwise', () => {
    const entries = hostEntries([
      answered('well'),
      answered('skewed', { now: NOW + 90 }),
      answered('also-well'),
      answered('patchable', { updates: { all: 3, security: 2, listsAgeSeconds: 0 } }),
      DEAD,
    ]);
    expect(entries.map(({ host }) => host)).toEqual(['dead', 'skewed', 'patchable', 'well', 'also-well']);
  });

  it('says of a host whose clock is off how far it is, as far as the round trip lets one know', () => {
    const [entry] = hostEntries([answered('skewed', { now: NOW - 90 })]);
    expect(entry).toMatchObject({
      clockSkewSeconds: -89.9,
      attention: [{ code: 'CLOCK_SKEW', text: 'its clock is 89.9 s behind' }],
    });
    expect(hostEntries([answered('slow')])[0]).toMatchObject({ clockSkewSeconds: 0, attention: [] });
  });

  it('tells of a host that could not be asked why, and nothing that it does not know', () => {
    expect(hostEntries([DEAD])[0]).toMatchObject({
      host: 'dead',
      error: { code: 'UNREACHABLE', message: 'dead does not answer' },
      kernel: null,
      rebootPending: null,
      updates: null,
    });
  });

  it('takes the last deploy from the ledger, past later restarts and damaged lines', () => {
    const line = (parts: object) =>
      JSON.stringify({
        at: NOW - 60,
        who: 'kim@ops',
        service: 'embedder',
        action: 'deploy',
        result: 'ok',
        ...parts,
      });
    const ledger = [
      line({ service: 'first' }),
      line({}),
      '{broken',
      line({ action: 'restart', service: 'other' }),
    ];
    expect(hostEntries([answered('a', { ledger })])[0]?.lastDeploy).toEqual({
      at: '2026-03-01T11:59:00.000Z',
      by: 'kim@ops',
      service: 'embedder',
      action: 'deploy',
      result: 'ok',
    });
  });

  it('is a row a host', () => {
    const ledger = [
      JSON.stringify({ at: NOW - 7200, who: 'kim@ops', service: 'embedder', action: 'deploy', result: 'ok' }),
    ];
    const [entry] = hostEntries([
      answered('embedder', { ledger, updates: { all: 3, security: 2, listsAgeSeconds: 0 } }),
    ]);
    const row = entry === undefined ? [] : machineRow(entry, NOW);
    expect(row).toHaveLength(MACHINE_COLUMNS.length);
    expect(row.join(' | ')).toBe(
      'embedder | 2 security updates | debian 13 | 6.12.43+deb13-amd64 | 1d | 3 (2 security) | 40% | 25% | ok | embedder 2h ago by kim@ops',
    );
    const [dead] = hostEntries([DEAD]);
    expect(dead === undefined ? [] : machineRow(dead, NOW)).toEqual([
      'dead',
      'dead does not answer',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
    ]);
  });
});
