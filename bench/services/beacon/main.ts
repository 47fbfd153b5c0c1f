import { startService } from '../../../src/lib/runtime/process/start.ts';
import { manifest } from './manifest.ts';

await startService(manifest, () => ({ routes: () => undefined, awaited: () => [] }));
