import { UndeError } from '../../common/error/unde-error.ts';
import type { ModelInterface } from './model-interface.ts';

/**
 * Refuses a model that takes batches of one size only: requests come singly and in company.
 *
 * @throws UndeError MODEL_FIXED_BATCH
 */
export function assertAnyBatch({ fixedBatch }: Pick<ModelInterface, 'fixedBatch'>): void {
  if (fixedBatch === undefined) return;
  throw new UndeError({
    code: 'MODEL_FIXED_BATCH',
    message: `the model takes batches of ${fixedBatch} and no others`,
    exit: 'config',
    hint: 'export it with a dynamic batch dimension (dynamic_axes in torch.onnx.export)',
  });
}
