/** Runs one command from source, as `unde` does from the build: `node run-command.ts lab/up ARGUMENTS...`. */
import path from 'node:path';

const [command = '', ...args] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '../..');
const module = (await import(path.join(root, 'src/commands', `${command}.ts`))) as {
  default: { run(argv: string[], root: string): Promise<unknown> };
};
await module.default.run(args, root);
