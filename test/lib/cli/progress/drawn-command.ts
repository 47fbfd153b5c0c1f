/** Draws what a command that is named shows of work that is made up; started at a terminal by a test. */
import { showingLabStages } from '../../../../src/lib/cli/lab-stages.ts';
import { showingMigrations } from '../../../../src/lib/cli/migration-progress.ts';
import { showingRotation } from '../../../../src/lib/cli/rotation-event.ts';
import { showingRun } from '../../../../src/lib/cli/run-progress.ts';
import { showingTurns } from '../../../../src/lib/cli/turn-progress.ts';
import type { BatchRun } from '../../../../src/contracts/embed-batch.ts';
import type { TurnOutcome } from '../../../../src/lib/operations/host/turn.ts';
import type { RotationReport } from '../../../../src/lib/operations/secrets/rotation/rotate.ts';

const [name = ''] = process.argv.slice(2);
const quiet = process.argv.includes('--quiet');
const log = (line: string) => {
  if (!quiet) console.log(line);
};

const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
  stages: () =>
    showingLabStages(['images', 'boot', 'login'], { log, quiet }, async (onStage) => {
      onStage('images', { kind: 'begin' });
      onStage('images', { kind: 'note', text: 'making the base image' });
      onStage('images', { kind: 'end', seconds: 1.25 });
      onStage('boot', { kind: 'begin' });
      onStage('boot', { kind: 'progress', done: 1, of: 2 });
      onStage('boot', { kind: 'end', seconds: 2 });
    }),
  turns: () =>
    showingTurns(['etcd-1', 'etcd-2', 'etcd-3'], { quiet }, async ({ tell, turn }) => {
      const first = await turn('etcd-1', async () => {
        tell('etcd-1', 'restarts');
        return outcome('etcd-1', 'ok', 'is back after 9 s');
      });
      const second = await turn('etcd-2', () => Promise.reject(new Error('is not well'))).catch(() =>
        outcome('etcd-2', 'refused', 'is not well'),
      );
      return [first, second, outcome('etcd-3', 'untouched', 'was not touched')];
    }),
  migrations: () =>
    showingMigrations(['001-a', '002-b'], { log, quiet }, async (onEvent) => {
      const migration = { name: '001-a', index: undefined } as never;
      const blocker = {
        pid: 7,
        user: 'app',
        application: 'shop',
        state: 'active',
        seconds: 3,
        query: 'SELECT 1',
      };
      onEvent({ type: 'waiting', holder: { name: 'kim', since: '10:00' } });
      onEvent({ type: 'applying', migration });
      onEvent({ type: 'blocked', migration, blockers: [blocker] });
      onEvent({ type: 'applied', migration, seconds: 0.5 });
    }),
  rotation: () =>
    showingRotation({ quiet, tunnels: true }, async (onEvent) => {
      const step = (phase: 'accept' | 'move', host: string) =>
        onEvent({
          kind: 'step',
          phase,
          outcome: { service: 'app', host, ok: true, text: 'runs', journal: [] },
        });
      onEvent({ kind: 'phase', phase: 'accept', text: 'both values are accepted by' });
      step('accept', 'h-1');
      onEvent({ kind: 'phase', phase: 'move', text: 'the new value is used by' });
      step('move', 'h-2');
      onEvent({ kind: 'phase', phase: 'move', text: 'both ends of wg-1 change together' });
      step('move', 'h-3');
      return { result: 'ok', rotated: ['a'], steps: [], seconds: 1 } satisfies RotationReport;
    }),
  run: () =>
    showingRun(RUN, { quiet }, async (onRun) => {
      onRun({ ...RUN, done: 5 });
      return { ...RUN, state: 'done', done: 10 };
    }),
};

function outcome(host: string, result: TurnOutcome['result'], text: string): TurnOutcome {
  return { host, result, text, seconds: 1, details: [], hint: null, exit: 'ok' };
}

const RUN = { id: 'r', scope: 'all', state: 'running', total: 10, done: 0, failed: 0 } as BatchRun;

await COMMANDS[name]?.();
console.log('the report');
