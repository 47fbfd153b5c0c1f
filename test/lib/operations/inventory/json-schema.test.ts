import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inventoryJsonSchema } from '../../../../src/lib/operations/inventory/json-schema.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

describe('inventory.schema.json', () => {
  it('is what scripts/generate-schema.ts writes', () => {
    expect(readFileSync(path.join(ROOT, 'inventory.schema.json'), 'utf8')).toBe(inventoryJsonSchema());
  });

  it('is what editors are told to hold inventory.yaml against', () => {
    const [first] = readFileSync(path.join(ROOT, 'inventory.yaml'), 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=./inventory.schema.json');
  });
});
