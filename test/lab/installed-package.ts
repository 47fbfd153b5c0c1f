import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Answer } from './fleet.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What an operator writes into the package.json of an empty folder before `npm install` (README, "Installed in a folder of your own"). */
const FOLDER = { private: true, allowScripts: { node: true, 'onnxruntime-node': false } };

/** The npm package as an operator has it: packed, and installed into a folder of his own. */
export class InstalledPackage {
  readonly directory: string;
  readonly #lab: string;

  private constructor(directory: string, lab: string) {
    this.directory = directory;
    this.#lab = lab;
  }

  /** Packs what is built, installs it into an empty folder, and lays the inventory that it brings there. */
  static async into(directory: string, lab: string): Promise<InstalledPackage> {
    await mkdir(directory);
    const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', directory];
    const packed = await run('npm', packing, root, process.env);
    await writeFile(path.join(directory, 'package.json'), JSON.stringify(FOLDER));
    const flags = ['--prefer-offline', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const tarball = path.join(directory, packed.stdout.trim());
    const installed = await run('npm', ['install', ...flags, tarball], directory, outsideOfNpm());
    for (const { code, stdout, stderr } of [packed, installed]) {
      if (code !== 0) throw new Error(`npm failed:\n${stdout}\n${stderr}`);
    }
    const inventory = path.join(directory, 'node_modules/unde/inventory.yaml');
    await copyFile(inventory, path.join(directory, 'inventory.yaml'));
    return new InstalledPackage(directory, lab);
  }

  /** Runs a command of the installed CLI in the operator's folder, where it finds the inventory by itself. */
  unde(...args: string[]): Promise<Answer> {
    const { UNDE_INVENTORY: _, UNDE_SERVICES: __, ...env } = outsideOfNpm();
    return run(path.join(this.directory, 'node_modules/.bin/unde'), args, this.directory, {
      ...env,
      UNDE_CONTEXT: `lab:${this.#lab}`,
      UNDE_OPERATOR: 'tester@bench',
      UNDE_ONLY_LAB: '1',
      NO_COLOR: '1',
    });
  }

  /** Runs a command that must succeed. */
  async ok(...args: string[]): Promise<Answer> {
    const answer = await this.unde(...args);
    if (answer.code === 0) return answer;
    throw new Error(`unde ${args.join(' ')} ended with ${answer.code}:\n${answer.stdout}\n${answer.stderr}`);
  }
}

/** This process's environment without what npm, or the checkout's own programs, put into it. */
function outsideOfNpm(): NodeJS.ProcessEnv {
  const own = path.join(root, 'node_modules/.bin');
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const entries = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_)/.test(name));
  return {
    ...Object.fromEntries(entries),
    PATH: folders.filter((folder) => folder !== own).join(path.delimiter),
  };
}

function run(file: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Answer> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { cwd, env, maxBuffer: 64 << 20 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr, json: () => JSON.parse(stdout) as unknown }),
    );
  });
}
