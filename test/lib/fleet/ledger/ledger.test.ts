import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote } from '../../../../src/lib/common/shell/quote.ts';
import { parseLedgerLine } from '../../../../src/lib/fleet/ledger/entry.ts';
import { ledgerFunctions, ledgerScript, untimedLedgerLine } from '../../../../src/lib/fleet/ledger/writer.ts';
import { mergeLedgers } from '../../../../src/lib/fleet/ledger/history.ts';
import { bash } from '../../common/shell/bash.ts';
import { withVariables } from '../../common/shell/variables.ts';

describe('the ledger', () => {
  it('takes any reason and any name, one line each, and gives them back', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-ledger-'));
    const file = path.join(folder, 'ledger.jsonl');
    const functions = withVariables(ledgerFunctions(), { ledger_file: file });
    const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((each) => !each.includes('\0'));
    fc.assert(
      fc.property(text, text, (who, reason) => {
        bash(
          `LC_ALL=C\n${functions}\nledger id ${quote(who)} deploy hello ${'a'.repeat(64)} '' ok 3 ${quote(reason)}`,
        );
        const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
        const entry = parseLedgerLine(lines.at(-1) ?? '');
        const plain = (each: string) => each.replaceAll(/[\p{Cc}--[\x80-\x9f]]/gv, ' ');
        expect(entry).toMatchObject({
          id: 'id',
          who: plain(who),
          reason: plain(reason),
          seconds: 3,
          result: 'ok',
        });
      }),
      { numRuns: 40 },
    );
    rmSync(folder, { recursive: true });
  });

  it('is written in the form that it always had, whoever writes', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-ledger-'));
    const here = (script: string) => script.replaceAll('/var/lib/unde', folder);
    const entry = {
      id: 'a "at":0 b',
      who: 'kim@ops',
      action: 'run',
      service: 'chores',
      result: 'ok',
      seconds: 3,
      reason: 'job "x" \\ ü',
    } as const;
    const release = { digest: { bash: '"$digest"' }, from: { bash: '"$digest"' } };
    const script = [
      ledgerScript({ ...entry, seconds: 2.6 }),
      'digest=c0ffee',
      ledgerScript({ ...entry, ...release }),
      `ledger_line ${quote(untimedLedgerLine({ ...entry, digest: '', from: '' }))}`,
    ];
    const before = Math.floor(Date.now() / 1000);
    expect(bash(here(script.join('\n')))).toMatchObject({ code: 0, stderr: '' });
    const lines = readFileSync(path.join(folder, 'ledger.jsonl'), 'utf8').split('\n');
    rmSync(folder, { recursive: true });
    const { at = 0 } = parseLedgerLine(lines[0] ?? '') ?? {};
    expect(at).toBeGreaterThanOrEqual(before);
    const line = (digest: string) =>
      String.raw`{"id":"a \"at\":0 b","at":TIME,"who":"kim@ops","action":"run","service":"chores","digest":"${digest}","from":"${digest}","result":"ok","seconds":3,"reason":"job \"x\" \\ ü"}`;
    expect(lines.map((each) => each.replace(/(?<!\\)"at":\d+/, '"at":TIME'))).toEqual([
      line(''),
      line('c0ffee'),
      line(''),
      '',
    ]);
    expect(parseLedgerLine(lines[1] ?? '')).toEqual({
      ...entry,
      at: expect.any(Number) as number,
      digest: 'c0ffee',
      from: 'c0ffee',
    });
  });

  it('passes over damaged lines', () => {
    for (const line of ['', '{', 'null', '{"at":"x","service":"y"}', '[]']) {
      expect(parseLedgerLine(line)).toBeUndefined();
    }
  });

  it('is merged newest first; within a second a host’s own order holds', () => {
    const line = (at: number, id: string, service = 'hello') => JSON.stringify({ at, id, service });
    const merged = mergeLedgers(
      [
        { host: 'b', lines: [line(1, 'b1'), line(5, 'b2'), line(5, 'b3')] },
        { host: 'a', lines: [line(5, 'a1'), '{broken', line(9, 'other', 'mood'), line(9, 'a2')] },
      ],
      new Set(['hello']),
    );
    expect(merged.map(({ id }) => id)).toEqual(['a2', 'a1', 'b3', 'b2', 'b1']);
  });
});
