import type { Fleet } from '../../fleet/fleet.ts';
import type { RenderScope } from '../../manifest/manifest.ts';
import { askHosts } from '../../fleet/ask/ask-hosts.ts';
import type { Attempt } from './attempt.ts';
import { attemptScript, parseAttempts } from './attempt-script.ts';
import { verdictOf, worstPathFirst, type PathVerdict } from './path-verdict.ts';

/** How long a host may take for all of its tries, in milliseconds. */
const ANSWER_MS = 120_000;

/** Tries connections from the hosts themselves, all hosts at once; what is wrong stands first. */
export async function checkPaths(
  fleet: Fleet,
  scope: RenderScope,
  attempts: readonly Attempt[],
): Promise<PathVerdict[]> {
  const byHost = Map.groupBy(attempts, ({ from }) => from);
  const scripts = new Map(
    [...byHost].map(([host, own]) => [
      host,
      attemptScript(own.map(({ to, port }) => ({ address: scope.addressOf(to), port }))),
    ]),
  );
  const answers = await askHosts(fleet, scripts, { timeoutMs: ANSWER_MS });
  const verdicts = [...byHost].flatMap(([host, own]) => {
    const answer = answers.get(host);
    const found = parseAttempts(answer?.code === undefined ? '' : answer.stdout);
    return own.map((attempt, index) => verdictOf(attempt, found.get(index)));
  });
  return worstPathFirst(verdicts);
}
