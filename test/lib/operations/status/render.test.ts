import { stripVTControlCharacters } from 'node:util';
import chalk from 'chalk';
import { afterEach, describe, expect, it } from 'vitest';
import { displayWidth } from '../../../../src/lib/common/text/width.ts';
import { renderStatus } from '../../../../src/lib/operations/status/render.ts';
import {
  ledgerEntry,
  noAnswer,
  observed,
  OTHER_RELEASE,
  RELEASE,
  running,
  statusOf,
  unit,
} from './fixture.ts';

const clock = '2026-03-01 12:00:00 UTC';
const level = chalk.level;
afterEach(() => {
  chalk.level = level;
});

const troubled = statusOf([
  observed('local-orchestrator', { ledger: [ledgerEntry()] }),
  observed('local-mood', { services: [running('embedder', { unit: unit({ active: 'inactive' }) })] }),
  observed('push', { site: 'helsinki', failure: noAnswer('push'), age: 30, notBuilt: ['redis'] }),
  observed('gpu', { site: 'helsinki', age: 20 }),
  observed('old', { site: 'helsinki', services: [running('embedder', { digest: OTHER_RELEASE })] }),
]);

describe('renderStatus', () => {
  it('draws sites, hosts and services in aligned columns', () => {
    const lines = renderStatus(statusOf([observed('local-app', { ledger: [ledgerEntry()] })]), {
      width: 110,
      clock,
    });
    expect(lines).toEqual([
      `● all well  lab:test  1/1 hosts up, 1/1 services running${' '.repeat(31)}${clock}`,
      '',
      'LOCAL',
      'HOST / SERVICE  STATE      RELEASE   SINCE  CPU  MEMORY  DISK  LOAD  LAST DEPLOY',
      'local-app       ● up                    3d   7%     25%   40%  0.42',
      '  embedder      ● running  aaaaaaaa     2h  25%    512M              deploy 3h ago by al@ops',
    ]);
  });

  it('puts what is wrong before everything else, each with what to type', () => {
    const lines = renderStatus(troubled, { width: 110, clock });
    expect(lines.slice(0, 10)).toEqual([
      expect.stringMatching(/^✘ 2 wrong {2}lab:test {2}3\/5 hosts up, 3\/5 services running/),
      '',
      '✘ no answer from push within 5 s; it last answered 30s ago',
      '  → unde lab status --name test',
      '✘ embedder on local-mood has been stopped for 2h',
      '  → unde start embedder+host:local-mood',
      expect.stringContaining('! embedder is mixed: '),
      '  → unde deploy embedder',
      '! gpu has not answered for 20s, and what is shown of it is that old',
      '  → unde exec host:gpu -- uptime',
    ]);
    expect(lines.find((line) => line.startsWith('push'))).toMatch(
      /✘ unreachable .* no answer, answered 30s ago$/,
    );
    expect(lines.find((line) => line.startsWith('gpu'))).toMatch(/◌ stale .* answered 20s ago$/);
    expect(lines.at(-1)).toBe('not built yet, on 1 host: redis');
  });

  it('says what services have to do, and how that goes', () => {
    const work = [
      { name: 'queue', value: 3, unit: 'requests', target: 50 },
      { name: 'p95 of 5 min', value: 12_300, unit: 'ms', target: 10_000 },
    ];
    const body = JSON.stringify({ release: RELEASE, invocation: 'i1', work });
    const busy = observed('gpu', { services: [running('embedder', { health: { status: 200, body } })] });
    const lines = renderStatus(statusOf([busy]), { width: 110, clock });
    expect(lines).toContain('▸ embedder on gpu: queue 3 requests of 50, p95 of 5 min 12.3 s over 10.0 s');
  });

  it.each([40, 80, 100, 140])('never is wider than %i columns', (width) => {
    for (const line of renderStatus(troubled, { width, clock }))
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  it('keeps state, release and shares at 80 columns', () => {
    const lines = renderStatus(troubled, { width: 80, clock });
    expect(lines.find((line) => line.includes('stopped  '))).toMatch(
      /^ {2}embedder +■ stopped +aaaaaaaa +2h/,
    );
    expect(lines.join('\n')).not.toContain('LAST DEPLOY');
  });

  it('paints nothing green that is old or unknown', () => {
    chalk.level = 1;
    const lines = renderStatus(
      statusOf([observed('gpu', { age: 60 }), observed('x', { failure: noAnswer('x') })]),
      {
        width: 110,
        clock,
      },
    );
    expect(lines.join('\n')).not.toContain('\u001B[32m');
    const fresh = renderStatus(statusOf([observed('gpu')]), { width: 110, clock }).join('\n');
    expect(fresh).toContain('\u001B[32m● running');
  });

  it('says by words and signs what colours say', () => {
    chalk.level = 1;
    const coloured = renderStatus(troubled, { width: 110, clock }).map(stripVTControlCharacters);
    chalk.level = 0;
    expect(coloured).toEqual(renderStatus(troubled, { width: 110, clock }));
  });

  it('gives hosts that are well one line each where the terminal is too low', () => {
    const hosts = Array.from({ length: 20 }, (_, index) => observed(`host-${index}`));
    const bad = observed('bad', { services: [running('embedder', { unit: unit({ active: 'failed' }) })] });
    const status = statusOf([...hosts, bad]);
    expect(renderStatus(status, { width: 110, height: 100, clock })).toHaveLength(7 + 42);
    const lines = renderStatus(status, { width: 110, height: 30, clock });
    expect(lines).toHaveLength(7 + 20 + 2);
    expect(lines.find((line) => line.startsWith('host-7 '))).toMatch(/● embedder$/);
    expect(lines.at(-1)).toMatch(/^ {2}embedder +✘ failed/);
  });
});
