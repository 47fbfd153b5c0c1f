import { describe, expect, it } from 'vitest';
import { codesWith, findingsWith } from '../../../inventory/fleet-fixture.ts';

describe('checkMonitoring', () => {
  it('finds a host that no scrape list names', () => {
    const [finding] = findingsWith(['"10.2.0.3:9100", ', '']);
    expect(finding).toMatchObject({ code: 'HOST_NOT_SCRAPED', severity: 'warning' });
    expect(finding?.message).toContain('cache (10.2.0.3)');
    expect(finding?.hint).toBe('add 10.2.0.3:9100 to scrape.local');
  });

  it('finds a service with metrics on a host that is scraped for something else only', () => {
    const [finding] = findingsWith([', "10.1.0.5:8003"', '']);
    expect(finding).toMatchObject({ code: 'EXPORTER_NOT_SCRAPED', severity: 'warning' });
    expect(finding?.hint).toBe('add 10.1.0.5:8003 to scrape.helsinki');
  });

  it('finds a target that is no host', () => {
    expect(codesWith(['"10.1.0.5:8003"', '"10.1.0.5:8003", "10.1.0.99:9100"'])).toEqual([
      'TARGET_WITHOUT_HOST',
    ]);
  });

  it('has nothing to say where there are no hand-written lists', () => {
    expect(
      codesWith(
        ['  local: ["10.2.0.2:9100", "10.2.0.3:9100", "10.2.0.4:9100", "10.2.0.5:9100"]\n', ''],
        [
          '  helsinki: ["10.1.0.2:9100", "10.1.0.3:9100", "10.1.0.4:9100", "10.1.0.5:9100", "10.1.0.5:8003"]\n',
          '',
        ],
        ['scrape:\n  witness: ["192.0.2.1:9100"]\n', ''],
      ),
    ).toEqual([]);
  });
});
