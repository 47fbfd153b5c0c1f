import type { Hook } from '@oclif/core';
import { formatError } from '../lib/cli/base-command.ts';
import { unknownCommand } from '../lib/cli/unknown-command.ts';

/** Tells of a command that there is not, in the shape of every other error, and suggests what was meant. */
const hook: Hook.CommandNotFound = async function ({ config }) {
  const given = process.argv.slice(2);
  const words = given
    .slice(0, given.includes('--') ? given.indexOf('--') : undefined)
    .filter((word) => !word.startsWith('-'));
  const error = unknownCommand(words, config.commandIDs);
  if (given.includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: error.toJSON() }, undefined, 2)}\n`);
  else process.stderr.write(`${formatError(error)}\n`);
  this.exit(error.exitCode);
};

export default hook;
