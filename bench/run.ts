/**
 * `npm run bench -- NAME… [--json]`, `npm run bench -- list`, `npm run bench -- --smoke NAME…|all [--lab NAME]`: with
 * `--smoke` all the code of the benchmarks with the least work, and none of their figures.
 */
import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { renderTable } from '../src/lib/common/text/table.ts';
import type { Bench, Measurement } from './bench.ts';
import { runSmoke } from './smoke.ts';

const { values: flags, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    lab: { type: 'string' },
  },
});

const benches = await allBenches();
if (names.length === 0 || names[0] === 'list') list();
else process.exitCode = await main(names);

async function allBenches(): Promise<Bench[]> {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => file.endsWith('.ts') && !['run.ts', 'smoke.ts'].includes(file),
  );
  const modules = await Promise.all(
    files.map((file) => import(path.join(import.meta.dirname, file)) as Promise<{ bench?: Bench }>),
  );
  return modules.flatMap(({ bench }) => bench ?? []);
}

function list(): void {
  process.stdout.write(
    `${renderTable(
      [{ header: 'bench' }, { header: 'what' }],
      benches.map(({ name, what }) => [name, what]),
    )}\n`,
  );
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => name !== 'all' && !benches.some((bench) => bench.name === name));
  if (unknown !== undefined) {
    process.stderr.write(`no benchmark is called "${unknown}"; see: npm run bench -- list\n`);
    return 2;
  }
  const chosen = names.includes('all') ? benches : benches.filter(({ name }) => names.includes(name));
  return flags.smoke ? runSmoke(chosen, flags.lab) : measure(chosen);
}

async function measure(chosen: readonly Bench[]): Promise<number> {
  let holds = true;
  for (const bench of chosen) {
    const missing = bench.missing?.();
    if (missing !== undefined) throw new Error(`${bench.name}: ${missing}`);
    const measurements = await bench.run({ smoke: false, lab: undefined });
    holds &&= measurements.every((measurement) => measurement.holds);
    print(measurements);
  }
  return holds ? 0 : 1;
}

function print(measurements: readonly Measurement[]): void {
  if (flags.json) {
    for (const measurement of measurements) {
      process.stdout.write(`${JSON.stringify({ ...measurement, machine: machine() })}\n`);
    }
    return;
  }
  const number = (value: number | undefined) =>
    value === undefined ? '' : String(Number(value.toPrecision(4)));
  process.stdout.write(
    `${renderTable(
      [
        { header: 'name' },
        { header: 'value', align: 'right' },
        { header: 'unit' },
        { header: 'reference', align: 'right' },
        { header: 'ratio', align: 'right' },
        { header: 'aim' },
        { header: '' },
        { header: 'note' },
      ],
      measurements.map(({ name, value, unit, reference, ratio, aim, holds, note }) => [
        name,
        number(value),
        unit,
        number(reference),
        number(ratio),
        aim,
        holds ? 'holds' : 'MISSED',
        note,
      ]),
    )}\n`,
  );
}

function machine(): Record<string, unknown> {
  return {
    cpu: os.cpus()[0]?.model.trim(),
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    loadAverage: os.loadavg()[0],
  };
}
