import { describe, expect, it } from 'vitest';
import { codesWith, findingsWith } from '../../../inventory/fleet-fixture.ts';

describe('checkPlacements', () => {
  it('finds a planned service that no host runs', () => {
    const [finding] = findingsWith(['web: { port: 443 }', 'web: { port: 443 }\n  nginx: {}']);
    expect(finding).toMatchObject({ code: 'SERVICE_WITHOUT_HOST', severity: 'warning' });
    expect(finding?.message).toBe('nginx is planned, but no host runs it');
  });

  it('finds a built service that no host runs', () => {
    expect(codesWith(['services: [embedder] }', 'services: [] }'])).toContain('SERVICE_WITHOUT_HOST');
  });

  it('finds a plan that has come true', () => {
    expect(codesWith(['web: { port: 443 }', 'web: { port: 443 }\n  embedder: {}'])).toEqual([
      'PLANNED_IS_BUILT',
    ]);
  });

  it('finds a setting that the service does not have, and names the one that was meant', () => {
    const [finding] = findingsWith(['{ queue: 8 }', '{ queu: 8 }']);
    expect(finding).toMatchObject({
      code: 'UNKNOWN_SETTING',
      severity: 'error',
      hint: 'did you mean queue?',
    });
  });

  it('finds it in the overrides of a host too', () => {
    expect(codesWith(['task: vectors,', 'task: vectors, settings: { embedder: { depth: 1 } },'])).toEqual([
      'UNKNOWN_SETTING',
    ]);
  });

  it('finds an asset without a path, and a path without an asset', () => {
    expect(codesWith(['{ model: model.onnx }', '{ modell: model.onnx }'])).toEqual([
      'ASSET_WITHOUT_PATH',
      'UNKNOWN_ASSET',
    ]);
  });

  it('finds a group without hosts', () => {
    expect(codesWith(['groups:\n', 'groups:\n  nobody: []\n'])).toEqual(['GROUP_EMPTY']);
  });
});
