import type { ServiceManifest } from '../../lib/manifest/manifest.ts';
import { alerts, metrics } from './metrics.ts';
import { settings } from './settings.ts';

export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'embedder',
  purpose: 'turns a photo into its FashionCLIP embedding: POST /embed',
  port: 8003,
  clients: [{ service: 'ximilar-gw' }],
  settings,
  health: { path: '/health', ready: '/ready', startSeconds: 60, stableSeconds: 12 },
  limits: { memoryMax: '4G', tasksMax: 256, openFiles: 4096, stopSeconds: 20, watchdogSeconds: 15 },
  workers: ['lib/runtime/onnx/session.worker.ts'],
  nativeModules: ['onnxruntime-node', 'sharp'],
  assets: [
    {
      name: 'model.onnx',
      key: 'model',
      purpose: 'the image tower of FashionCLIP 2.0 as ONNX; `unde model check` tells whether a file is one',
    },
    {
      name: 'model.onnx.golden.json',
      key: 'golden',
      purpose:
        "the model's golden vector, compared at every start; `unde model check --write-golden` makes it",
      optional: true,
    },
  ],
  metrics,
  alerts,
};
