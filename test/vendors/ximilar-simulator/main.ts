/** `node test/vendors/ximilar-simulator/main.ts [--port 8101]` */
import { readSettings } from '../../../src/lib/runtime/process/settings.ts';
import { startService } from '../../../src/lib/runtime/process/start.ts';
import { PhotoSource } from '../../../src/lib/runtime/photos/photo-source.ts';
import { takePort } from '../port.ts';
import { manifest } from './manifest.ts';
import { ximilarRoutes } from './routes.ts';
import { settings as specs } from './settings.ts';

takePort();

await startService(manifest, ({ env }) => {
  const settings = readSettings(specs, env);
  const photos = new PhotoSource(specs, settings);
  return {
    routes: async (app) => {
      await app.register(async (vendor) => ximilarRoutes(vendor, { token: settings.token, photos }));
    },
    awaited: () => [],
    close: () => photos.close(),
  };
});
