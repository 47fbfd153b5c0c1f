import { readCredential } from '../../lib/runtime/process/credentials.ts';
import { badSetting, readSettings } from '../../lib/runtime/process/settings.ts';
import { startService } from '../../lib/runtime/process/start.ts';
import { PhotoSource } from '../../lib/runtime/photos/photo-source.ts';
import { withUploads } from '../../lib/manifest/endpoints/upload-origins.ts';
import { Gemini } from '../../lib/runtime/vendors/gemini/client.ts';
import { PRICED_MODELS } from '../../lib/runtime/vendors/gemini/prices.ts';
import { bill } from './bill.ts';
import { manifest } from './manifest.ts';
import { Pictures } from './pictures.ts';
import { Reranker } from './reranker.ts';
import { rerankRoutes } from './routes.ts';
import { settings as specs } from './settings.ts';

await startService(manifest, ({ env, log, metrics }) => {
  const settings = withUploads(readSettings(specs, env), env);
  const { model } = settings;
  if (!PRICED_MODELS.includes(model)) {
    const spec = specs.find(({ key }) => key === 'model') as (typeof specs)[number];
    throw badSetting(spec, `"${model}" has no price; there are prices of ${PRICED_MODELS.join(', ')}`);
  }
  const photos = new PhotoSource(specs, settings);
  const gemini = new Gemini({
    baseUrl: settings.geminiUrl,
    apiKey: readCredential('gemini-api-key', env),
    model,
    timeoutMs: settings.geminiTimeoutMs,
    onBreaker: (state) => {
      metrics.gauge('llm_reranker_breaker_open').set(state === 'closed' ? 0 : 1);
      log.warn({ remote: 'gemini', breaker: state }, `gemini: breaker ${state}`);
    },
  });
  const pictures = new Pictures({ photos, ...settings });
  const onRow = bill(metrics, log);
  const reranker = new Reranker({ pictures, gemini, model, shown: settings.shown, onRow });
  return {
    routes: (app) => rerankRoutes(app, { reranker, settings, metrics }),
    awaited: () => [],
    close: async () => {
      await Promise.all([gemini.close(), photos.close()]);
    },
  };
});
