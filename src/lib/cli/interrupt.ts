/**
 * A signal that Ctrl-C sets: the first one ends the work in an orderly way (what was switched and not confirmed goes
 * back), the second one ends the process; the hosts then go back by themselves.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('\ninterrupted: hosts that are not confirmed go back; once more to leave at once\n');
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}
