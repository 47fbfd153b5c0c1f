import { execute } from '@oclif/core';

/** Starts the CLI; `bin/run.js` calls it. */
export async function main(from: string): Promise<void> {
  await execute({ dir: from });
}
