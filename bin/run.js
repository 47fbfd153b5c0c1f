import module from 'node:module';

// Compiled code is cached between runs: half of the start-up time is compiling.
module.enableCompileCache?.();
const { main } = await import('../dist/cli.js');
await main(import.meta.url);
