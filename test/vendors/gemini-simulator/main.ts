/** `node test/vendors/gemini-simulator/main.ts [--port 8102]` */
import { readSettings } from '../../../src/lib/runtime/process/settings.ts';
import { startService } from '../../../src/lib/runtime/process/start.ts';
import { takePort } from '../port.ts';
import { manifest } from './manifest.ts';
import { geminiRoutes } from './routes.ts';
import { settings as specs } from './settings.ts';

takePort();

await startService(manifest, ({ env }) => {
  const { key } = readSettings(specs, env);
  return {
    routes: async (app) => {
      await app.register(async (vendor) => geminiRoutes(vendor, key));
    },
    awaited: () => [],
  };
});
