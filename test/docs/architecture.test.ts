import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const architecture = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');

/** The folders directly in one of src. */
const folders = (below: string) =>
  readdirSync(path.join(root, 'src', below), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** The folders of src as the page draws them: two blanks a level. */
function drawnTree(): string[] {
  const drawing = /^ {4}src\/\n((?: {4}.*\n)+)/m.exec(architecture)?.[1] ?? '';
  const above: string[] = [];
  return [...drawing.matchAll(/^ {4}( +)([a-z0-9-]+)\//gm)].map(([, indent = '', name = '']) => {
    above.splice(indent.length / 2 - 1, Infinity, name);
    return above.join('/');
  });
}

const rooms = folders('lib').map((room) => `lib/${room}`);
const topics = folders('lib/operations');

describe('docs/architecture.md', () => {
  it('draws the tree that there is: rooms, what is in them, and the topics of operations', () => {
    const there = [
      ...folders(''),
      ...rooms,
      ...rooms.flatMap((room) => folders(room).map((name) => `${room}/${name}`)),
    ];
    expect(drawnTree().toSorted()).toEqual(there.toSorted());
  });

  it('and README.md name the ten rooms', () => {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    const named = [...readme.matchAll(/^ {6}([a-z]+)\/ {2,}\S/gm)].map(([, room]) => `lib/${room}`);
    expect(named.toSorted()).toEqual(rooms.toSorted());
  });

  it('says of each topic of the CLI where its work is: under the same name, or in a row of its own', () => {
    const rows = new Map(
      [...architecture.matchAll(/^\| `unde ([a-z-]+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(
        ([, topic = '', places = '']) => [
          topic,
          [...places.matchAll(/`([a-z0-9/-]+)`/g)].map(([, at]) => at),
        ],
      ),
    );
    const elsewhere = folders('commands').filter((topic) => !topics.includes(topic));
    expect([...rows.keys()].toSorted()).toEqual(elsewhere.toSorted());
    for (const [topic, places] of rows) {
      expect(places.length, topic).toBeGreaterThan(0);
      for (const place of places)
        expect(existsSync(path.join(root, 'src/lib', place ?? '')), place).toBe(true);
    }
  });

  it('names each command of one word, and each room of operations has a command', () => {
    const commands = globSync('*.ts', { cwd: path.join(root, 'src/commands') }).map((file) =>
      file.slice(0, -3),
    );
    const section = /^Commands of one word:[^]*?\n\n/m.exec(architecture)?.[0] ?? '';
    const named = [...section.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);
    // These print what the tool knows of itself.
    const own = ['completion', 'exit-codes', 'help'];
    for (const command of commands) if (!own.includes(command)) expect(named, command).toContain(command);
    // `unde lab seed` is the one topic that is called otherwise; a row says so.
    const typed = [...commands, ...folders('commands'), 'seed'];
    for (const topic of topics) expect(typed, topic).toContain(topic);
  });
});

describe('the head line', () => {
  const places = ['commands', 'contracts', 'platform', 'services', ...rooms];

  it.each([...places, ...topics.map((topic) => `lib/operations/${topic}`)])('of src/%s is there', (place) => {
    const lines = readFileSync(path.join(root, 'src', place, 'README.md'), 'utf8')
      .trimEnd()
      .split('\n');
    // One sentence; who wants more reads on, ten lines at most.
    expect(lines[0]).toMatch(/^[A-Z`].{20,118}\.$/);
    expect(lines.length).toBeLessThanOrEqual(12);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(124);
  });

  it.each(places)(
    'of src/%s is followed by who may import it, or what it imports, and where to begin',
    (place) => {
      const text = readFileSync(path.join(root, 'src', place, 'README.md'), 'utf8');
      expect(text).toMatch(/\bimports?\b/);
      expect(text).toMatch(/Begin at `/);
      for (const [, file = ''] of text.matchAll(/`([a-z0-9/-]+(?:\.ts|\/))`/g)) {
        const from = file.startsWith('src/') ? root : path.join(root, 'src', place);
        expect(existsSync(path.join(from, file)), file).toBe(true);
      }
    },
  );
});
