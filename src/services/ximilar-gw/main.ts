import { readCredential } from '../../lib/runtime/process/credentials.ts';
import { badSetting, readSettings } from '../../lib/runtime/process/settings.ts';
import { withUploads } from '../../lib/manifest/endpoints/upload-origins.ts';
import { startService } from '../../lib/runtime/process/start.ts';
import { buildGateway } from './build.ts';
import { manifest } from './manifest.ts';
import { gatewayRoutes } from './routes.ts';
import { settings as specs } from './settings.ts';

await startService(manifest, ({ env, log, metrics, flags }) => {
  const settings = withUploads(readSettings(specs, env), env);
  if (settings.collectionId === '') {
    const spec = specs.find(({ key }) => key === 'collectionId') as (typeof specs)[number];
    throw badSetting(spec, 'no collection is named');
  }
  const token = readCredential('ximilar-api-token', env);
  const { gateway, close } = buildGateway({ env, log, metrics, flags, settings, token });
  return {
    routes: (app) => gatewayRoutes(app, { gateway, settings, metrics }),
    awaited: () => [],
    close,
  };
});
