import { batchScope } from '../../contracts/embed-batch.ts';
import { messageOf } from '../../lib/common/error/unde-error.ts';
import { manifest } from './manifest.ts';
import { requestRun } from './run-request.ts';

/** What the weekly jobs run beside the service, with a scope as the only argument. */
const scope = batchScope.parse(process.argv[2]);
try {
  process.stdout.write(`${await requestRun(`http://127.0.0.1:${manifest.port}`, scope)}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
