import { Parser } from '@oclif/core';
import { describe, expect, it } from 'vitest';
import {
  linesFlag,
  messageFlag,
  requireReason,
  timeoutFlag,
  unreachableFlagOfFlags,
} from '../../../src/lib/cli/common-flags.ts';

describe('-m', () => {
  it('says who reads it, and whether it is required', () => {
    expect(messageFlag('written into the ledger').message.description).toBe('why; written into the ledger');
    expect(messageFlag('everybody sees it', { required: true }).message.description).toBe(
      'why; everybody sees it (required)',
    );
  });

  it.each(['', '   '])('is missing where it is %j', (message) => {
    expect(() => requireReason({ message }, 'a silence')).toThrow(
      expect.objectContaining({
        code: 'NO_REASON',
        exit: 'usage',
        message: expect.stringMatching(/^a silence/),
      }),
    );
  });

  it('is kept without blanks around it', () => {
    expect(requireReason({ message: ' new disk ' }, 'a silence')).toBe('new disk');
  });
});

it('still reads the word that --skip-unreachable had for flags', async () => {
  const parsed = async (argv: string[]) =>
    (await Parser.parse(argv, { flags: unreachableFlagOfFlags })).flags;
  expect(await parsed(['--allow-partial'])).toMatchObject({ 'skip-unreachable': true });
  expect(await parsed(['--skip-unreachable'])).toMatchObject({ 'skip-unreachable': true });
  expect(await parsed([])).not.toMatchObject({ 'skip-unreachable': true });
});

it.each([
  [['--timeout', '0'], /1 or (more|greater)|greater than or equal to 1/],
  [['--timeout', '301'], /300/],
  [['-n', '0'], /1/],
])('keeps numbers within their limits: %j', async (argv, message) => {
  const flags = { ...timeoutFlag('it may take', 20, { max: 300 }), ...linesFlag('entries to show') };
  await expect(Parser.parse(argv, { flags })).rejects.toThrow(message);
  expect((await Parser.parse([], { flags })).flags).toMatchObject({ timeout: 20, lines: 20 });
});
