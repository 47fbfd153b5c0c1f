import { globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '@oclif/core';
import { describe, expect, it } from 'vitest';
import { allManifests } from '../../src/registry.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'docs/runbooks');
const pages = readdirSync(folder)
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map((file) => file.slice(0, -3))
  .sort();
const alerts = (await allManifests())
  .flatMap((manifest) => (manifest.alerts ?? []).map(({ name }) => name))
  .sort();

const HEADINGS = ['What it means', 'What users notice', 'Look', 'Mend', 'Afterwards'];

/** Every command that there is by its words, such as `alerts silence`, and the flags that it takes. */
const commands = new Map<string, Command.Class['flags']>();
for (const file of globSync('**/*.ts', { cwd: path.join(root, 'src/commands') })) {
  const module = (await import(path.join(root, 'src/commands', file))) as { default: Command.Class };
  commands.set(file.replace(/(\/index)?\.ts$/, '').replaceAll('/', ' '), module.default.flags);
}

/** What an operator would paste from a page: lines of code without their comment, and code between words. */
function pasted(text: string): string[] {
  const lines = [...text.matchAll(/^ {4}(unde .*?)(?: +# .*)?$/gm)];
  const spans = [...text.matchAll(/`(unde [^`]+)`/g)];
  return [...lines, ...spans].map(([, line = '']) => line);
}

/** The words of a pasted line that `unde` itself reads: neither quoted values nor what runs on a host. */
function ownWords(line: string): string[] {
  return line
    .replaceAll(/"[^"]*"|'[^']*'/g, 'VALUE')
    .replace(/ -- .*/, '')
    .split(/\s+/)
    .slice(1);
}

function flagsOf(line: string): Command.Class['flags'] | undefined {
  const [first = '', second = ''] = ownWords(line);
  return commands.get(`${first} ${second}`) ?? commands.get(first);
}

const page = (name: string) => readFileSync(path.join(folder, `${name}.md`), 'utf8');

describe('the runbooks', () => {
  it('have a page for every alert that can fire, and none for one that cannot', () => {
    expect(pages).toEqual(alerts);
  });

  it.each(pages)('%s has the shape that they all have', (name) => {
    const text = page(name);
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toBe(`# ${name}`);
    expect(lines.filter((line) => line.startsWith('## ')).map((line) => line.slice(3))).toEqual(HEADINGS);
    expect(lines.length).toBeGreaterThanOrEqual(15);
    expect(lines.length).toBeLessThanOrEqual(45);
    for (const section of text.split(/^## .*$/m).slice(1)) expect(section.trim()).not.toBe('');
  });

  it.each([...pages, 'README'])('%s tells of commands that there are, with flags that they take', (name) => {
    const lines = pasted(page(name));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const flags = flagsOf(line);
      expect(flags, line).toBeDefined();
      const known = Object.entries(flags ?? {}).flatMap(([flag, { char }]) => [`--${flag}`, `-${char}`]);
      for (const word of ownWords(line).filter((each) => /^--?[a-z]/.test(each))) {
        expect([...known, '--json'], line).toContain(word.replace(/=.*/, ''));
      }
    }
  });

  it.each([...pages, 'README'])(
    '%s has lines that work when they are pasted: each says its context',
    (name) => {
      for (const line of pasted(page(name))) {
        const wanted = 'context' in (flagsOf(line) ?? {});
        expect(ownWords(line).join(' ').includes('--context production'), line).toBe(wanted);
        // What explains a line is a comment to the shell, too.
        expect(line.replaceAll(/"[^"]*"|'[^']*'/g, 'VALUE'), line).not.toContain('  ');
      }
    },
  );
});

describe('the door of the runbooks', () => {
  it('leads to every page once, in its area', () => {
    const [head = '', ...areas] = page('README').split(/^## /m);
    const linked = areas.flatMap((area) => [...area.matchAll(/^\* \[(\w+)\]\((\w+)\.md\): .+$/gm)]);
    expect(linked.map(([, name = '']) => name).toSorted()).toEqual(pages);
    for (const [line, name, file] of linked) expect(file, line).toBe(name);
    // What somebody who was woken types first.
    expect(pasted(head).slice(0, 2)).toEqual([
      'unde alerts --context production',
      'unde status --once --context production',
    ]);
  });
});
