import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandId, generatedDocs } from '../../../scripts/generate-docs.ts';
import { commandReference } from '../../../src/lib/cli/reference.ts';

const root = path.resolve(import.meta.dirname, '../../..');

describe('commandReference', () => {
  it('has usage, arguments, flags and examples of each command', () => {
    const text = commandReference([
      {
        id: 'lab:up',
        summary: 'Boot it.',
        args: { selector: { name: 'selector', description: 'hosts', default: 'all' } },
        flags: {
          diff: { name: 'diff', type: 'boolean', allowNo: true, description: 'show diffs' },
          name: { name: 'name', char: 'n', type: 'option', description: 'which' },
        },
        examples: ['<%= config.bin %> <%= command.id %> embedder'],
      },
    ]);
    expect(text).toContain('## unde lab up');
    expect(text).toContain('unde lab up [SELECTOR] [flags]');
    expect(text).toContain('| `SELECTOR` | hosts (default all) |');
    expect(text).toContain('| `--[no-]diff` | show diffs |');
    expect(text).toContain('| `-n, --name NAME` | which |');
    expect(text).toContain('unde lab up embedder');
  });
});

describe('the generated docs', () => {
  it('name each command as it is typed: a topic’s own one by the topic alone', async () => {
    expect(commandId('alerts/index.ts')).toBe('alerts');
    expect(commandId('lab/up.ts')).toBe('lab:up');
    const text = (await generatedDocs())['docs/commands.md'] ?? '';
    const documented = [...text.matchAll(/^## unde (.+)$/gm)].map(([, name]) => name);
    const there = globSync('**/*.ts', { cwd: path.join(root, 'src/commands') }).map((file) =>
      file.replace(/\.ts$/, '').replaceAll('/', ' '),
    );
    // What is hidden is not documented; what is documented can be typed.
    expect(documented.length).toBeGreaterThan(there.length - 5);
    for (const name of documented)
      expect(there.includes(`${name} index`) || there.includes(name ?? ''), name).toBe(true);
    expect(documented.filter((name) => name?.endsWith(' index'))).toEqual([]);
  });

  it('are up to date: npm run generate:docs', async () => {
    for (const [file, text] of Object.entries(await generatedDocs())) {
      expect(readFileSync(path.join(root, file), 'utf8'), file).toBe(text);
    }
  });
});
