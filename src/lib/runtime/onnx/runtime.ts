import { isMainThread } from 'node:worker_threads';
import type * as OnnxRuntime from 'onnxruntime-node';

type Runtime = typeof OnnxRuntime;

/**
 * Keeps ONNX Runtime from reporting to its maker: since 1.28 its Linux builds send usage over the network unless this
 * variable stands in the environment before the library is loaded (microsoft/onnxruntime pull request 27379). The
 * main thread must do it, since a worker's environment is a copy that native code does not see.
 */
export function silenceTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}

if (isMainThread) silenceTelemetry();

let runtime: Runtime | undefined;

/**
 * ONNX Runtime, loaded at its first use and only with its telemetry off.
 *
 * @throws Error in a worker whose main thread has not called {@link silenceTelemetry}.
 */
export async function onnxRuntime(): Promise<Runtime> {
  if (process.env['ORT_DISABLE_TELEMETRY'] !== '1') {
    throw new Error('ONNX Runtime must not be loaded before its telemetry is off');
  }
  runtime ??= await import('onnxruntime-node');
  return runtime;
}
