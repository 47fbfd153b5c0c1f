import { describe, expect, it } from 'vitest';
import { rootCommand } from '../../../../../src/lib/operations/host/bootstrap/first-contact.ts';
import { bashCommand } from '../../../../../src/lib/common/shell/quote.ts';
import { bash, HOSTILE } from '../../../common/shell/bash.ts';

/** A sudo that tells that it was asked, and does what it is told. */
const SUDO = `sudo() { [[ $1 == -n ]] || return 9; shift; printf 'sudo '; command "$@"; }; exec() { "$@"; };`;

describe('a command on a server that is still the provider’s', () => {
  const script = 'printf %s "${greeting:-hello}"';

  it('runs as it is where root logs in, whomever it was made for: there may be no sudo', () => {
    for (const madeFor of ['root', 'ops']) {
      expect(bash(rootCommand(bashCommand(script, madeFor), 'root')).stdout).toBe('hello');
    }
  });

  it('runs by sudo where another account logs in, once', () => {
    for (const madeFor of ['root', 'ops']) {
      const { stdout } = bash(SUDO + rootCommand(bashCommand(script, madeFor), 'ubuntu'));
      expect(stdout).toBe('sudo hello');
    }
  });

  it('keeps every word as it was', () => {
    const words = `printf %s ${JSON.stringify('x')}; cat <<'EOF'\n${HOSTILE}\nEOF`;
    expect(bash(SUDO + rootCommand(bashCommand(words), 'ubuntu')).stdout).toBe(`sudo x${HOSTILE}\n`);
  });
});
