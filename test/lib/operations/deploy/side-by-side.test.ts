import { describe, expect, it } from 'vitest';
import { UndeError } from '../../../../src/lib/common/error/unde-error.ts';
import type { OrderedService } from '../../../../src/lib/operations/deploy/order.ts';
import type { DeployEvent, HostOutcome, Rollout } from '../../../../src/lib/operations/deploy/rollout.ts';
import { inGraph } from '../../../../src/lib/operations/deploy/side-by-side.ts';

function node(
  service: string,
  parts: Partial<Pick<OrderedService, 'after' | 'foundations'>> = {},
): OrderedService {
  const moves = [
    { reached: { assignment: { host: { name: `${service}-host` } } }, desired: { digest: 'd' } },
  ];
  return {
    service,
    moves: moves as unknown as OrderedService['moves'],
    after: [],
    foundations: [],
    ...parts,
  };
}

function rollout(service: string, result: HostOutcome['result'], reason?: string): Rollout {
  return {
    id: 'id',
    service,
    digest: 'd',
    hosts: [{ host: `${service}-host`, result, digest: 'd', reason }],
    seconds: 1,
    bytesSent: 0,
    notStarted: result === 'untouched' ? reason : undefined,
  };
}

/** A command whose services report each step, and end when the test says how. */
function command(nodes: readonly OrderedService[], serial = false) {
  const log: string[] = [];
  const events: DeployEvent[] = [];
  const interrupt = new AbortController();
  const ends = new Map(nodes.map(({ service }) => [service, Promise.withResolvers<HostOutcome['result']>()]));
  const all = inGraph(
    nodes,
    async ({ service }, turn) => {
      log.push(`${service} is brought`);
      const stop = await turn.mayBegin();
      if (stop !== undefined) return rollout(service, 'untouched', stop);
      log.push(`${service} switches`);
      const result = (await ends.get(service)?.promise) ?? 'ok';
      const later = turn.mustStop();
      log.push(`${service} ${result}${later === undefined ? '' : `, and stops: ${later}`}`);
      return rollout(service, result);
    },
    { serial, signal: interrupt.signal, onEvent: (event) => events.push(event) },
  );
  const end = async (service: string, result: HostOutcome['result'] | Error) => {
    if (typeof result === 'string') ends.get(service)?.resolve(result);
    else ends.get(service)?.reject(result);
    // Everything that follows from it happens in microtasks.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { log, events, all, end, interrupt };
}

const results = (rollouts: readonly Rollout[]) =>
  Object.fromEntries(rollouts.map(({ service, hosts }) => [service, [hosts[0]?.result, hosts[0]?.reason]]));

describe('services of one command', () => {
  it('go side by side; a switch waits for the confirmed one that it is after, and is brought meanwhile', async () => {
    const { log, all, end } = command([node('pool'), node('other'), node('api', { after: ['pool'] })]);
    await end('none', 'ok');
    expect(log.toSorted()).toEqual([
      'api is brought',
      'other is brought',
      'other switches',
      'pool is brought',
      'pool switches',
    ]);
    await end('pool', 'ok');
    expect(log).toContain('api switches');
    await end('api', 'ok');
    await end('other', 'ok');
    expect(results(await all)).toEqual({
      pool: ['ok', undefined],
      other: ['ok', undefined],
      api: ['ok', undefined],
    });
  });

  it('begin nothing before their foundations are confirmed', async () => {
    const { log, all, end } = command([node('base'), node('api', { foundations: ['base'] })]);
    await end('none', 'ok');
    expect(log).toEqual(['base is brought', 'base switches']);
    await end('base', 'ok');
    await end('api', 'ok');
    expect(log.slice(2)).toEqual(['base ok', 'api is brought', 'api switches', 'api ok']);
    await all;
  });

  it('stop when one fails: who is under way ends its batch, who has not begun is not started', async () => {
    const { log, all, end, events } = command([
      node('pool'),
      node('other'),
      node('api', { after: ['other'] }),
      node('web', { after: ['pool'] }),
    ]);
    await end('none', 'ok');
    await end('pool', 'failed');
    await end('other', 'ok');
    expect(log).toContain('other ok, and stops: pool failed');
    expect(results(await all)).toEqual({
      pool: ['failed', undefined],
      other: ['ok', undefined],
      api: ['untouched', 'pool failed'],
      web: ['untouched', 'pool failed'],
    });
    expect(events.filter(({ kind }) => kind === 'end')).toContainEqual({
      kind: 'end',
      service: 'web',
      ok: false,
      text: 'not started: pool failed',
    });
  });

  it('take what went wrong before a switch as the failure of that service alone', async () => {
    const { all, end } = command([node('pool'), node('other')]);
    const error = new UndeError({ code: 'PREPARE_FAILED', message: 'no room', exit: 'failed' });
    await end('pool', error);
    await end('other', 'ok');
    const [pool, other] = await all;
    expect(pool?.error).toBe(error);
    expect(pool?.hosts[0]).toMatchObject({ result: 'untouched', reason: 'no room' });
    expect(other?.hosts[0]?.result).toBe('ok');
  });

  it('begin no further one after Ctrl-C', async () => {
    const { all, end, interrupt } = command([node('pool'), node('api', { after: ['pool'] })]);
    await end('none', 'ok');
    interrupt.abort();
    await end('pool', 'returned');
    expect(results(await all)['api']).toEqual(['untouched', 'interrupted by the operator']);
  });

  it('are all waited for where the tool itself fails, so that no lease is given back before its time', async () => {
    const { log, all, end } = command([node('pool'), node('other')]);
    const fault = expect(all).rejects.toThrow('a fault of ours');
    await end('pool', new Error('a fault of ours'));
    let over = false;
    all.catch(() => (over = true));
    await end('none', 'ok');
    expect(over).toBe(false);
    await end('other', 'ok');
    await fault;
    expect(log).toContain('other ok');
  });

  it('go one after the other where that is asked for', async () => {
    const { log, all, end } = command([node('pool'), node('other')], true);
    await end('none', 'ok');
    expect(log).toEqual(['pool is brought', 'pool switches']);
    await end('pool', 'ok');
    expect(log.slice(2)).toEqual(['pool ok', 'other is brought', 'other switches']);
    await end('other', 'ok');
    await all;
  });
});
