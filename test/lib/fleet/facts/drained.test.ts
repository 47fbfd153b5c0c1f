import { describe, expect, it } from 'vitest';
import { parseFacts } from '../../../../src/lib/fleet/facts/parse.ts';
import { factsScript } from '../../../../src/lib/fleet/facts/script.ts';
import type { FactsQuery } from '../../../../src/lib/fleet/facts/facts.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bash } from '../../common/shell/bash.ts';
import { withVariables } from '../../common/shell/variables.ts';

const QUERY: FactsQuery = {
  services: [],
  files: [],
  packages: [],
  releases: [],
  ledgerLines: 0,
  sampleCpu: false,
  probeHealth: false,
};

describe('the facts of a drained host', () => {
  it('tell who took it out of work, and why', () => {
    const state = mkdtempSync(path.join(os.tmpdir(), 'unde-drained-'));
    try {
      const ask = () =>
        parseFacts(
          QUERY,
          bash(withVariables(factsScript(QUERY), { drained: path.join(state, 'drained') })).stdout,
        ).host;
      expect(ask().drained).toBeUndefined();
      writeFileSync(path.join(state, 'drained'), '1772366400\nkim@ops\nnew\tdisk\nunit unde-hello.service\n');
      expect(ask().drained).toEqual({ at: 1772366400, by: 'kim@ops', why: 'new disk' });
    } finally {
      rmSync(state, { recursive: true });
    }
  });
});
