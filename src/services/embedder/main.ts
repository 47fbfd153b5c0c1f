import path from 'node:path';
import { readSettings } from '../../lib/runtime/process/settings.ts';
import { entryDirectory } from '../../lib/runtime/process/running-release.ts';
import { startService } from '../../lib/runtime/process/start.ts';
import { Embedder } from './embedder.ts';
import { manifest } from './manifest.ts';
import { embedRoutes } from './routes.ts';
import { settings as specs } from './settings.ts';

await startService(manifest, ({ env, log, metrics, fail }) => {
  const settings = readSettings(specs, env);
  const embedder = new Embedder(settings, metrics);
  metrics.sample('embedder_queue_depth', () => embedder.waiting);
  return {
    routes: (app) => embedRoutes(app, { embedder, settings, metrics }),
    awaited: () => (embedder.modelId === '' ? ['the model to be loaded'] : []),
    boot: async () => {
      const worker = await embedder.load(
        settings.model || path.join(entryDirectory(), 'assets', 'model.onnx'),
      );
      // A model that died takes its thread pool with it; only a new process mends that.
      void worker.ended.then((error) => (error === undefined ? undefined : fail(error)));
      metrics.gauge('embedder_model_info').set({ model: embedder.modelId }, 1);
      log.info({ model: embedder.modelId, ...worker.model }, 'model loaded');
    },
    close: () => embedder.close(),
  };
});
