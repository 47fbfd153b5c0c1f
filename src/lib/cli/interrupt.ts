import { EXIT } from '../common/error/exit.ts';

/**
 * A signal that Ctrl-C sets: the first one ends the work in an orderly way (what was switched and not confirmed goes
 * back), the second one ends the process; the hosts then go back by themselves.
 *
 * @param meaning What becomes of the work, as it is told.
 */
export function interruptSignal(meaning = 'hosts that are not confirmed go back'): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    process.stderr.write(`\ninterrupted: ${meaning}; once more to leave at once\n`);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}
