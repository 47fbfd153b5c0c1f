/** A process that follows a file of flags, and tells its parent when it runs a new version. */
import { Flags } from '../../src/lib/runtime/flags/flags.ts';
import { manifest } from '../services/beacon/manifest.ts';

const [directory = '', stateDirectory = ''] = process.argv.slice(2);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

await Flags.open({
  service: manifest.name,
  specs: manifest.flags ?? [],
  directory,
  stateDirectory,
  log,
  // The kernel's monotonic clock is the same for both processes.
  onChange: ({ version }) => process.send?.({ version, at: String(process.hrtime.bigint()) }),
});
process.send?.({ version: 'ready', at: '0' });
// Nothing else keeps it alive: following a file is no reason for a process to live.
process.on('disconnect', () => process.exit());
