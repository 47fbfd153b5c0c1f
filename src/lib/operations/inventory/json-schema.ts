import * as z from 'zod/mini';
import { inventorySchema } from '../../inventory/schema.ts';

/** The schema of inventory.yaml as JSON Schema text, for editors; what inventory.schema.json holds. */
export function inventoryJsonSchema(): string {
  const schema = z.toJSONSchema(inventorySchema, { io: 'input' });
  return `${JSON.stringify({ title: 'unde inventory', ...schema }, undefined, 2)}\n`;
}
