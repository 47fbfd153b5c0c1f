import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ServiceFacts } from '../../../../src/lib/fleet/facts/facts.ts';
import { renderFlagFile, type FlagFile } from '../../../../src/lib/manifest/flags/file.ts';
import { noteName, renderNote } from '../../../../src/lib/operations/flags/note.ts';
import type { Observation } from '../../../../src/lib/operations/status/observation.ts';
import { renderStatus } from '../../../../src/lib/operations/status/render.ts';
import { change, fileOf, LANTERN, SERVICES, v } from '../flags/fixture.ts';
import { noAnswer, observed, RELEASE, running, statusOf } from './fixture.ts';

const one = fileOf([1, { GLOW: 'dim' }]);
const two = fileOf([1, { GLOW: 'dim' }], [2, { SHARE: '0.1' }]);

/** The lantern with a file of flags, and a process that runs a version of it. */
function lantern(file: FlagFile | string | undefined, runs?: string, damaged?: string): ServiceFacts {
  const flags = { version: runs ?? (typeof file === 'object' ? file.version : '0'), damaged };
  const body = JSON.stringify({ status: 'ok', release: RELEASE, invocation: 'i1', flags });
  return running('lantern', {
    ...(file === undefined ? {} : { flags: typeof file === 'string' ? file : renderFlagFile(file) }),
    health: { status: 200, body },
  });
}

function host(name: string, service: ServiceFacts, parts: Parameters<typeof observed>[1] = {}): Observation {
  const observation = observed(name, { services: [service], ...parts });
  const desired = observation.assignment.desired.map((each) => ({
    ...each,
    flags: SERVICES.find((known) => known.name === each.service)?.specs ?? LANTERN.specs,
  }));
  return { ...observation, assignment: { ...observation.assignment, desired } };
}

const codes = (observations: Observation[]) =>
  statusOf(observations).problems.map(({ severity, code, hosts, message }) => [
    severity,
    code,
    hosts.join(),
    message,
  ]);

describe('flags in a status', () => {
  it('are not there where no service reads any, or all are at their defaults', () => {
    expect(statusOf([observed('a')])).toMatchObject({ flags: [], problems: [] });
    expect(statusOf([host('a', lantern(undefined))])).toMatchObject({ flags: [], problems: [] });
    expect(statusOf([host('a', lantern(fileOf([1, { GLOW: 'bright' }])))]).flags).toEqual([]);
  });

  it('are shown where they are not at their defaults, and nothing is wrong with that', () => {
    const status = statusOf([host('a', lantern(two)), host('b', lantern(two))], {
      now: Date.parse(change(2).changed_at) / 1000 + 120,
    });
    expect(status.problems.filter(({ code }) => code.startsWith('FLAGS_'))).toEqual([]);
    expect(status.flags.map(({ flag, value, changed }) => [flag, value, changed?.why])).toEqual([
      ['GLOW', 'dim', 'reason 1'],
      ['SHARE', '0.1', 'reason 2'],
    ]);
    const lines = renderStatus(status, { width: 110, clock: '' }).map((line) =>
      stripVTControlCharacters(line),
    );
    expect(lines).toContain('⚑ GLOW of lantern is dim, not bright 2m ago by kim@ops: reason 1');
  });

  it('are wrong on a host that was left behind', () => {
    expect(codes([host('a', lantern(two)), host('b', lantern(one))])).toEqual([
      ['error', 'FLAGS_LEFT_BEHIND', 'b', `the flags of lantern on b were left behind: it is at ${v(1)}`],
    ]);
    const [problem] = statusOf([host('a', lantern('{"torn'))]).problems;
    expect(problem).toMatchObject({ code: 'FLAGS_LEFT_BEHIND', hint: 'unde flags mend' });
    expect(problem?.message).toContain('its file is damaged');
  });

  it('are wrong where the process runs something else', () => {
    expect(codes([host('a', lantern(two, v(1)))])).toEqual([
      ['error', 'FLAGS_NOT_RUN', 'a', `lantern on a does not run the flags that it should: it runs ${v(1)}`],
    ]);
    expect(codes([host('a', lantern(two, v(1), 'SHARE takes a number'))])[0]?.[3]).toContain(
      `it stays at ${v(1)}: SHARE takes a number`,
    );
  });

  it('are left to the problem of a host that does not answer, but for what it has missed', () => {
    const note = { ...change(3), host: 'b', service: 'lantern', values: { GLOW: 'bright' } };
    const a = host('a', lantern(fileOf([1, { GLOW: 'dim' }], [3, { GLOW: 'bright' }])));
    const known: Observation = {
      ...a,
      answer: a.answer && {
        ...a.answer,
        facts: { ...a.answer.facts, flagNotes: [{ name: noteName(note), text: renderNote(note) }] },
      },
    };
    const b = host('b', lantern(one), { failure: noAnswer('b'), age: 30 });
    expect(codes([known, b]).map(([severity, code]) => [severity, code])).toEqual([
      ['error', 'NO_ANSWER'],
      ['warning', 'FLAGS_OWED'],
    ]);
  });
});
