/** Writes inventory.schema.json, from which editors complete and check inventory.yaml. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { inventoryJsonSchema } from '../src/lib/operations/inventory/json-schema.ts';

writeFileSync(path.resolve(import.meta.dirname, '../inventory.schema.json'), inventoryJsonSchema());
