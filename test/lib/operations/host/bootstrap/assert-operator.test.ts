import { describe, expect, it } from 'vitest';
import type { UndeError } from '../../../../../src/lib/common/error/unde-error.ts';
import { assertOperator } from '../../../../../src/lib/operations/host/bootstrap/assert-operator.ts';
import type { Inventory } from '../../../../../src/lib/inventory/inventory.ts';

const KIM = 'ssh-ed25519 AAAAkim';
const inventory = (...keys: string[]) =>
  ({
    file: '/fleet/inventory.yaml',
    operators: keys.map((key, index) => ({ name: `operator-${index}`, sshKeys: [key] })),
  }) as unknown as Inventory;

function refusal(fleet: Inventory, own: readonly string[]): UndeError | undefined {
  try {
    assertOperator(fleet, own);
    return undefined;
  } catch (error) {
    return error as UndeError;
  }
}

describe('whoever takes everybody else’s access away', () => {
  it('is an operator, by any of the keys that he can log in with', () => {
    expect(refusal(inventory(`${KIM} kim@laptop`), ['ssh-rsa AAAAold', KIM])).toBeUndefined();
  });

  it('is refused with the line to add, where he is none', () => {
    const error = refusal(inventory('ssh-ed25519 AAAAalex alex@desk'), [KIM]);
    expect(error?.code).toBe('NOT_AN_OPERATOR');
    expect(error?.hint).toContain(KIM);
  });

  it('is refused where there are no operators, or he has no key', () => {
    expect(refusal(inventory(), [KIM])?.code).toBe('NO_OPERATORS');
    expect(refusal(inventory(KIM), [])?.hint).toContain('ssh-keygen');
  });

  it('is not taken for one whose key only begins the same', () => {
    expect(refusal(inventory('ssh-ed25519 AAAAkimberly kim@laptop'), [KIM])?.code).toBe('NOT_AN_OPERATOR');
  });
});
