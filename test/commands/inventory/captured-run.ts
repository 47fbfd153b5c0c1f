import { vi } from 'vitest';

/** What a command printed and how it ended. */
export interface CapturedRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** Standard output as JSON, for `--json`. */
  json(): unknown;
}

interface Runnable {
  run(argv: string[], from: string): Promise<unknown>;
}

/** Runs a command from source inside this process, and takes what it prints. */
export async function capturedRun(command: Runnable, ...argv: string[]): Promise<CapturedRun> {
  const out: string[] = [];
  const errors: string[] = [];
  const into = (chunks: string[]) => (chunk: unknown) => {
    chunks.push(String(chunk));
    return true;
  };
  const spies = [
    vi
      .spyOn(console, 'log')
      .mockImplementation((...words: unknown[]) => void out.push(`${words.join(' ')}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation(into(out)),
    vi.spyOn(process.stderr, 'write').mockImplementation(into(errors)),
  ];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await command.run(argv, import.meta.url);
    const stdout = out.join('');
    return {
      stdout,
      stderr: errors.join(''),
      exitCode: currentExitCode(),
      json: () => JSON.parse(stdout) as unknown,
    };
  } finally {
    // A code left behind would become the test runner's own.
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

function currentExitCode(): number {
  return Number(process.exitCode ?? 0);
}
