import { describe, expect, it } from 'vitest';
import type { CommandEntry } from '../../../src/lib/cli/command-manifest.ts';
import { complete, type ValueKind } from '../../../src/lib/cli/completion.ts';

const context = { name: 'context', char: 'c', type: 'option' } as const;
const commands: CommandEntry[] = [
  {
    id: 'deploy',
    summary: 'Deploy.',
    args: { selector: { name: 'selector' } },
    flags: {
      context,
      diff: { name: 'diff', type: 'boolean', allowNo: true },
      with: { name: 'with', type: 'option', multiple: true, options: ['mirror', 'objects'] },
    },
  },
  { id: 'ssh', args: { host: { name: 'host' } }, flags: { context } },
  { id: 'lab:up', summary: 'Up.', args: {}, flags: { name: { name: 'name', char: 'n', type: 'option' } } },
  { id: 'lab:cut', summary: 'Cut.', args: { target: { name: 'target' } }, flags: {} },
];
const known: Record<ValueKind, string[]> = {
  selector: ['all', 'embedder', 'local-app', '@local'],
  host: ['embedder', 'local-app'],
  service: ['embedder'],
  name: ['embedder'],
  context: ['lab', 'lab:st', 'production'],
  lab: ['default', 'st'],
  machine: ['wan', 'local-app'],
};

const asked: ValueKind[] = [];
async function at(...words: string[]): Promise<string[]> {
  asked.length = 0;
  const found = await complete(words, commands, { lab: 'Labs.' }, async (kind) => {
    asked.push(kind);
    return known[kind];
  });
  return found.map(({ value }) => value);
}

describe('complete', () => {
  it('offers commands and topics, with what they are for', async () => {
    expect(await complete([''], commands, { lab: 'Labs.' }, async () => [])).toEqual([
      { value: 'deploy', description: 'Deploy.' },
      { value: 'lab', description: 'Labs.' },
      { value: 'ssh', description: '' },
    ]);
    expect(await at('d')).toEqual(['deploy']);
    expect(await at('lab', '')).toEqual(['cut', 'up']);
    expect(await at('nothing', '')).toEqual([]);
  });

  it('asks the inventory only where it is needed', async () => {
    await at('lab', '');
    expect(asked).toEqual([]);
    expect(await at('deploy', 'emb')).toEqual(['embedder']);
    expect(asked).toEqual(['selector']);
    expect(await at('ssh', '')).toEqual(['embedder', 'local-app']);
    expect(await at('lab', 'cut', '')).toEqual(['local-app', 'wan']);
  });

  it('completes the last name of a selector', async () => {
    expect(await at('deploy', 'all,!@l')).toEqual(['all,!@local']);
    expect(await at('deploy', 'embedder+')).toContain('embedder+@local');
  });

  it('offers the flags that are not given yet', async () => {
    expect(await at('deploy', '-c', 'lab', '--with', 'mirror', '-')).toEqual([
      '--diff',
      '--help',
      '--no-diff',
      '--with',
    ]);
    expect(await at('deploy', '--no')).toEqual(['--no-diff']);
  });

  it('offers the values of a flag, however it is written', async () => {
    expect(await at('deploy', '--context', 'lab')).toEqual(['lab', 'lab:st']);
    expect(await at('deploy', '-c', 'p')).toEqual(['production']);
    expect(await at('deploy', '--context=p')).toEqual(['--context=production']);
    expect(await at('deploy', '--with', '')).toEqual(['mirror', 'objects']);
    expect(await at('lab', 'up', '-n', '')).toEqual(['default', 'st']);
  });

  it('does not take the value of a flag for an argument', async () => {
    expect(await at('deploy', '-c', 'lab', 'emb')).toEqual(['embedder']);
    expect(await at('deploy', 'embedder', '')).toEqual([]);
  });

  it('leaves alone what stands behind --', async () => {
    expect(await at('ssh', 'embedder', '--', '')).toEqual([]);
  });
});
