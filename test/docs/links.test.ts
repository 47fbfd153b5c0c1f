import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const pages = globSync(['*.md', '{docs,bench,test}/**/*.md', 'src/**/README.md'], { cwd: root }).toSorted();
const read = (page: string) => readFileSync(path.join(root, page), 'utf8');

/** The anchors of a page, as they are made of its headings: lower case, words joined by hyphens. */
function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the pages', () => {
  it.each(pages)('%s has links that lead somewhere', (page) => {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const at = file === '' ? page : path.join(path.dirname(page), file);
      expect(existsSync(path.join(root, at)), `${page}: ${target}`).toBe(true);
      if (anchor !== undefined && at.endsWith('.md'))
        expect(anchors(at), `${page}: ${target}`).toContain(anchor);
    }
  });

  it('can all be reached from the door', () => {
    const door = read('docs/README.md');
    for (const page of readdirSync(path.join(root, 'docs')).filter((file) => file.endsWith('.md'))) {
      if (page !== 'README.md') expect(door, page).toContain(`](${page})`);
    }
  });

  it.each(pages)('%s names files that there are', (page) => {
    // A word in capitals is the reader's to fill in.
    for (const [, file = ''] of read(page).matchAll(
      /`((?:src|test|docs|sql|scripts|bench)\/[a-z0-9_./-]+)`/g,
    )) {
      expect(existsSync(path.join(root, file)), `${page}: ${file}`).toBe(true);
    }
  });
});
