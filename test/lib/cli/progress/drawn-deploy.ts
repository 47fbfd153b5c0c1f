/** Draws the progress of a deploy that is made up; started at a terminal by a test. */
import { showingDeploy } from '../../../../src/lib/cli/deploy-event.ts';

await showingDeploy({ quiet: process.argv.includes('--quiet') }, async (onEvent) => {
  onEvent({
    kind: 'begin',
    services: [
      { service: 'base', hosts: 2 },
      { service: 'hello', hosts: 1 },
    ],
  });
  onEvent({ kind: 'stage', service: 'base', text: 'batch 1 of 1' });
  onEvent({ kind: 'host', service: 'base', host: 'scraper', text: 'prepared' });
  // What somebody else writes meanwhile is not lost.
  process.stderr.write('interrupted: a word from elsewhere\n');
  onEvent({ kind: 'end', service: 'base', ok: true, text: 'confirmed on 2 host(s)' });
  onEvent({ kind: 'end', service: 'hello', ok: false, text: 'not started: base failed' });
});
console.log('the report');
