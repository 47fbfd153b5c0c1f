import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { allManifests } from '../../src/registry.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'docs/runbooks');
const pages = readdirSync(folder)
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.slice(0, -3))
  .sort();
const alerts = (await allManifests())
  .flatMap((manifest) => (manifest.alerts ?? []).map(({ name }) => name))
  .sort();

const HEADINGS = ['What it means', 'What users notice', 'Look', 'Mend', 'Afterwards'];

/** Every command that there is, such as `alerts silence`. */
const commands = readdirSync(path.join(root, 'src/commands'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/(\/index)?\.ts$/, '').replaceAll('/', ' '));

describe('the runbooks', () => {
  it('have a page for every alert that can fire, and none for one that cannot', () => {
    expect(pages).toEqual(alerts);
  });

  it.each(pages)('%s has the shape that they all have', (name) => {
    const text = readFileSync(path.join(folder, `${name}.md`), 'utf8');
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toBe(`# ${name}`);
    expect(lines.filter((line) => line.startsWith('## ')).map((line) => line.slice(3))).toEqual(HEADINGS);
    expect(lines.length).toBeGreaterThanOrEqual(15);
    expect(lines.length).toBeLessThanOrEqual(45);
    for (const section of text.split(/^## .*$/m).slice(1)) expect(section.trim()).not.toBe('');
  });

  it.each(pages)('%s tells of commands that there are', (name) => {
    const text = readFileSync(path.join(folder, `${name}.md`), 'utf8');
    const told = [...text.matchAll(/(?:`|^ {4})unde ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/gm)];
    expect(told.length).toBeGreaterThan(0);
    for (const [all, first = '', second = ''] of told) {
      expect(
        commands.some((command) => command === first || command === `${first} ${second}`),
        all,
      ).toBe(true);
    }
  });
});
