import { describe, expect, it, vi } from 'vitest';
import { takeTurn } from '../../../../../src/lib/operations/db/migration/advisory-lock.ts';
import type { DatabaseSession } from '../../../../../src/lib/operations/db/session.ts';

/** A session that gets the lock at the given attempt; until then somebody else has it. */
function sessionWith(attempt: number): DatabaseSession {
  let attempts = 0;
  return {
    rows: (sql: string) =>
      Promise.resolve(
        sql.includes('pg_try_advisory_lock')
          ? [{ mine: ++attempts >= attempt }]
          : [{ name: 'unde db migrate by eve@laptop', since: '2026-11-21T10:00:00Z' }],
      ),
  } as unknown as DatabaseSession;
}

describe('takeTurn', () => {
  it('goes ahead where nobody migrates', async () => {
    const onWait = vi.fn();
    await takeTurn(sessionWith(1), 0, onWait);
    expect(onWait).not.toHaveBeenCalled();
  });

  it('waits for its turn, and says once for whom', async () => {
    const onWait = vi.fn();
    await takeTurn(sessionWith(4), 5000, onWait);
    expect(onWait).toHaveBeenCalledExactlyOnceWith({
      name: 'unde db migrate by eve@laptop',
      since: '2026-11-21T10:00:00Z',
    });
  });

  it('gives up in time, and says who holds it', async () => {
    await expect(takeTurn(sessionWith(1000), 300, () => undefined)).rejects.toMatchObject({
      code: 'LOCKED',
      exit: 'locked',
      message:
        '"unde db migrate by eve@laptop" migrates this database since 2026-11-21T10:00:00Z, and did not end within 0.3 s',
    });
  });
});
