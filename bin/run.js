import module from 'node:module';

// Compiled code is cached between runs: half of the start-up time is compiling.
module.enableCompileCache?.();
// The launcher starts the pinned Node; asking for its version again would load a version parser.
process.env.OCLIF_DISABLE_ENGINE_WARNING ??= '1';
if (process.argv[2] === '__complete') {
  const { main } = await import('../dist/complete.js');
  await main(process.argv.slice(3));
} else {
  const { main } = await import('../dist/cli.js');
  await main(import.meta.url);
}
