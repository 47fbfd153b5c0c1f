import { parseArgs } from 'node:util';

/** Lets `--port` say which port a simulator listens on, for starts by hand; services read it from the environment. */
export function takePort(args: readonly string[] = process.argv.slice(2)): void {
  const { values } = parseArgs({ args: [...args], options: { port: { type: 'string' } } });
  if (values.port !== undefined) process.env['UNDE_PORT'] = values.port;
}
