import { describe, expect, it } from 'vitest';
import { renderFiles } from '../../../src/platform/redis/files.ts';
import { syntaxErrors } from '../../lib/common/shell/bash.ts';
import { redisScope } from './redis-scope.ts';

const file = (path: string, scope = redisScope()) =>
  renderFiles(scope).find((candidate) => candidate.path === path)?.content ?? '';

describe('the files of Redis', () => {
  it('start it on its own configuration, prepared by root', () => {
    const unit = file('/etc/systemd/system/redis-server.service.d/unde.conf').split('\n');
    expect(unit).toContain('ExecStartPre=+/usr/local/lib/unde/redis-prepare start');
    expect(unit).toContain('ExecStart=');
    expect(unit).toContain('ExecReload=+/usr/local/lib/unde/redis-prepare reload');
  });

  it('are scripts that bash can read, in both roles', () => {
    for (const role of ['broker', 'cache']) {
      for (const { path, content, mode } of renderFiles(redisScope({}, `{ role: ${role} }`))) {
        if (mode === 0o755) expect([path, syntaxErrors(content)]).toEqual([path, '']);
      }
    }
  });

  it('give a broker half of the memory and a cache more, unless the inventory says otherwise', () => {
    const share = (settings: string) =>
      /^percent=(\d+)$/m.exec(file('/usr/local/lib/unde/redis-prepare', redisScope({}, settings)))?.[1];
    expect(share('{ role: broker }')).toBe('50');
    expect(share('{ role: cache }')).toBe('70');
    expect(share('{ role: cache, maxmemory_percent: 20 }')).toBe('20');
  });

  it('use the address that this context gives the host', () => {
    expect(file('/etc/redis/unde.conf')).toContain('bind 127.0.0.1 198.18.0.4');
  });
});
