import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { renderTable, type Column } from '../../../src/lib/common/text/table.ts';
import type { ProcessorTime } from './processor-time.ts';

const SHOWN = 10;

const COLUMNS: readonly Column[] = [
  { header: 'FILE' },
  { header: 'WALL', align: 'right' },
  { header: 'PROCESSOR', align: 'right' },
];

/** Prints the slowest test files of a run, with processor seconds beside wall seconds: who waits, and who works. */
export default class Slowest implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const times = process.env['UNDE_LAB_TIMES'];
    const processor = new Map<string, number>();
    if (times !== undefined && existsSync(times)) {
      for (const line of readFileSync(times, 'utf8').split('\n').filter(Boolean)) {
        const { file, seconds } = JSON.parse(line) as ProcessorTime;
        processor.set(file, seconds);
      }
    }
    const rows = modules
      .map((module) => ({
        file: path.relative(process.cwd(), module.moduleId),
        wall: module.diagnostic().duration / 1000,
      }))
      .sort((a, b) => b.wall - a.wall);
    const total = rows.reduce((sum, { file }) => sum + (processor.get(file) ?? 0), 0);
    const shown = rows
      .slice(0, SHOWN)
      .map(({ file, wall }) => [
        file,
        `${wall.toFixed(0)} s`,
        processor.has(file) ? `${processor.get(file)?.toFixed(0)} s` : '',
      ]);
    console.log(`\nslowest files of ${rows.length}; all took ${total.toFixed(0)} processor seconds`);
    console.log(renderTable(COLUMNS, shown));
  }
}
