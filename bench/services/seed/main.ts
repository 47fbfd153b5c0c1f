import { startService } from '../../../src/lib/runtime/process/start.ts';
import { manifest } from './manifest.ts';

await startService(manifest, ({ env }) => ({
  routes: (app) => void app.get('/greeting', () => ({ greeting: env['PAYLOAD_GREETING'] ?? 'hello' })),
  awaited: () => [],
}));
