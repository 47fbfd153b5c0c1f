import { startService } from '../../../src/lib/http/service.ts';
import { manifest } from './manifest.ts';

await startService(manifest, () => ({ routes: () => undefined, awaited: () => [] }));
