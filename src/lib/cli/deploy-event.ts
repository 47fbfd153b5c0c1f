import type { DeployEvent } from '../operations/deploy/rollout.ts';
import { openProgress, type ProgressOptions } from './progress/progress.ts';

/** Shows the progress of deploys while work goes on: an item a service, a part a host. */
export async function showingDeploy<T>(
  options: ProgressOptions,
  work: (onEvent: (event: DeployEvent) => void) => Promise<T>,
): Promise<T> {
  const progress = await openProgress(options);
  const onEvent = (event: DeployEvent) => {
    if (event.kind === 'begin') progress.begin(event.services.map(({ service }) => service));
    else if (event.kind === 'end') progress.end(event.service, event.ok, event.text);
    else progress.report(event.service, event.text, event.kind === 'host' ? event.host : undefined);
  };
  try {
    return await work(onEvent);
  } finally {
    await progress.close();
  }
}
