import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../src/lib/manifest/manifest.ts';
import { ruleList } from '../../../../src/lib/operations/alerts/rule-list.ts';
import { ruleFile } from '../../../../src/lib/desired/monitoring/rules.ts';
import { yamlText } from '../../../../src/lib/common/text/yaml-text.ts';

const alert = { for: '1m', severity: 'warning', summary: '{{ $labels.host }}: over $threshold' } as const;
const manifest = {
  name: 'shop',
  records: [{ name: 'wait_ms', expr: 'wait * 1000', help: 'how long' }],
  alerts: [
    { ...alert, name: 'SlowShop', metric: 'wait_ms', expr: 'wait_ms > $threshold', threshold: 5 },
    { ...alert, name: 'DearShop', metric: 'cost_usd', expr: 'cost_usd > $threshold', threshold: null },
    { ...alert, name: 'ShopDown', metric: 'shop_up', expr: 'shop_up == 0', severity: 'critical', keep: '1m' },
  ],
} as unknown as Manifest;
const off = { cost_usd: null, wait_ms: 7, shop_up: null };

describe('ruleList', () => {
  it('says what each fires at, and who decided it', () => {
    const rows = (thresholds: Record<string, number | null>) =>
      ruleList([manifest], thresholds, 'docs/runbooks').map(
        ({ name, threshold, from, on }) => `${name} ${threshold} ${from} ${on}`,
      );
    expect(rows({})).toEqual([
      'SlowShop 5 manifest true',
      'DearShop null unset false',
      'ShopDown null manifest true',
    ]);
    expect(rows(off)).toEqual([
      'SlowShop 7 inventory true',
      'DearShop null inventory false',
      'ShopDown null inventory false',
    ]);
  });
});

describe('ruleFile', () => {
  it('has no rule that is off, and evaluates critical ones more often', () => {
    const text = yamlText(ruleFile([manifest], { thresholds: {}, runbooks: 'https://books/' }));
    expect(text).toMatchInlineSnapshot(`
      "groups:
        - name: shop
          interval: '15s'
          rules:
            - record: wait_ms
              expr: 'wait * 1000'
            - alert: SlowShop
              expr: 'wait_ms > 5'
              for: '1m'
              labels:
                severity: warning
                service: shop
              annotations:
                summary: '{{ $labels.host }}: over 5'
                runbook: 'https://books/SlowShop.md'
        - name: 'shop, critical'
          interval: '5s'
          rules:
            - alert: ShopDown
              expr: 'shop_up == 0'
              for: '1m'
              keep_firing_for: '1m'
              labels:
                severity: critical
                service: shop
              annotations:
                summary: '{{ $labels.host }}: over $threshold'
                runbook: 'https://books/ShopDown.md'
      "
    `);
    expect(yamlText(ruleFile([manifest], { thresholds: off, runbooks: 'x' }))).not.toContain('ShopDown');
  });
});
