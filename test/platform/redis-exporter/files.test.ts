import { describe, expect, it } from 'vitest';
import type { Host } from '../../../src/lib/inventory/inventory.ts';
import { renderFiles } from '../../../src/platform/redis-exporter/files.ts';
import { syntaxErrors } from '../../lib/common/shell/bash.ts';

const files = (role: string) => renderFiles({ host: {} as Host, settingsOf: () => ({ role }) });
const unit = (role: string) => files(role).find(({ path }) => path.endsWith('/unde.conf'))?.content ?? '';

describe('the files of redis-exporter', () => {
  it('hand it the password for the role of the Redis beside it', () => {
    expect(unit('cache')).toContain(
      'LoadCredentialEncrypted=redis-cache-redis-exporter:/etc/credstore.encrypted/unde.redis-exporter.redis-cache-redis-exporter\n',
    );
    expect(unit('broker')).toContain('LoadCredentialEncrypted=redis-broker-redis-exporter:');
  });

  it('start it without the password in an argument', () => {
    const start = files('cache').find(({ path }) => path.endsWith('-start'))?.content;
    expect(start).toContain('--redis.password-file=<(printf');
    expect(start).not.toMatch(/--redis\.password[= ]/);
  });

  it('are scripts that bash can read', () => {
    for (const { path, content, mode } of files('broker')) {
      if (mode === 0o755) expect([path, syntaxErrors(content)]).toEqual([path, '']);
    }
  });

  it('refuse a role that there is not', () => {
    expect(() => files('queue')).toThrow('role broker or cache, not "queue"');
  });
});
