/** `make tour`, `make tour NAME=…`: shows a visitor what the product does, on a lab that stays up. */
import { globSync } from 'node:fs';
import path from 'node:path';
import { renderTable } from '../src/lib/common/text/table.ts';
import { canBootLab } from '../src/lib/lab/requirements.ts';
import { give } from './tour/give.ts';
import { type Tour, TourError } from './tour/tour.ts';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'scripts/tours');
const names = globSync('*.ts', { cwd: folder })
  .map((file) => path.basename(file, '.ts'))
  .sort();

async function load(name: string): Promise<Tour> {
  return ((await import(path.join(folder, `${name}.ts`))) as { tour: Tour }).tour;
}

async function list(): Promise<void> {
  const tours = await Promise.all(names.map(load));
  const rows = tours.map(({ name, steps, title }) => [name, String(steps.length), title]);
  const columns = [{ header: 'tour' }, { header: 'steps', align: 'right' as const }, { header: 'what' }];
  console.log(renderTable(columns, rows));
}

async function show(name: string): Promise<number> {
  if (!names.includes(name)) {
    console.error(`there is no tour "${name}"; there are: ${names.join(', ')}`);
    return 2;
  }
  const possible = await canBootLab();
  if (!possible.ok) {
    console.error(`a tour needs a lab: ${possible.why}`);
    return 2;
  }
  const write = (text: string) => void process.stdout.write(text);
  try {
    await give(await load(name), { root, write, colours: process.stdout.isTTY });
    return 0;
  } catch (error) {
    if (!(error instanceof TourError)) throw error;
    console.error(`\nThe tour ends here: ${error.message}.`);
    return 1;
  }
}

const [name] = process.argv.slice(2);
if (name === undefined) await list();
else process.exitCode = await show(name);
