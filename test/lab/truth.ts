import { expect } from 'vitest';
import type { LedgerEntry } from '../../src/lib/fleet/ledger/entry.ts';
import { until, type TestFleet } from './fleet.ts';

/** What a host runs, once everything that it says of it agrees. */
export interface Truth {
  readonly digest: string;
  readonly generation: string;
  readonly greeting: string;
  readonly mark: string;
  /** The ledger's last entry about `hello`. */
  readonly last: LedgerEntry;
}

/** One look at everything on a host that says what `hello` is; a line each, `name=value`. */
const LOOK = `
cd /var/lib/unde; S=services/hello
get() { exec 7<>/dev/tcp/127.0.0.1/8099 && printf 'GET %s HTTP/1.0\\r\\n\\r\\n' "$1" >&7 && tail -n 1 <&7; exec 7>&-; } 2>/dev/null
echo "active=$(systemctl is-active unde-hello)"
echo "invocation=$(systemctl show -p InvocationID --value unde-hello)"
c=$(readlink $S/current); echo "current=\${c##*/}"
echo "generation=$(cat $S/generation)"
g=$S/generations/$(cat $S/generation); echo "generationDigest=$(cat $g/digest)"
n=0; while read -r mode path; do cmp -s "$g/file-$n" "$path" || echo "differs=$path"; n=$((n+1)); done <"$g/rendered"
echo "pending=$(head -n 1 $S/pending 2>/dev/null)"
echo "health=$(get /health)"; echo "greeting=$(get /greeting)"
echo "ledger=$(grep '"service":"hello"' ledger.jsonl | tail -n 1)"
echo "left=$(ls -d incoming/* releases/*/*.making* $S/generations/*.making* /etc/unde/*.unde-new /etc/systemd/system/*.unde-new 2>/dev/null | tr '\\n' ' ')"
echo "timers=$(systemctl list-units --no-legend --plain 'unde-return-*.timer' | tr '\\n' ' ')"
`;

/**
 * The invariant of every fault: the host runs one whole release, healthy. Unit, process, link, generation, rendered
 * files and the ledger's last entry agree, and nothing half-made is left.
 */
export async function wholeTruth(fleet: TestFleet, host: string): Promise<Truth> {
  const output = await fleet.console(host, LOOK);
  const seen = Object.fromEntries(
    output.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const current = seen['current'] ?? '';
  expect(current, output).toMatch(/^[0-9a-f]{64}$/);
  expect(seen, output).toMatchObject({ active: 'active', pending: '', left: '', timers: '' });
  expect(seen['differs'], output).toBeUndefined();
  expect(seen['generationDigest'], output).toBe(current);
  expect(seen['health'], output).toContain(`"release":"${current}"`);
  expect(seen['health'], output).toContain(`"invocation":"${seen['invocation']}"`);
  const { greeting, mark } = JSON.parse(seen['greeting'] ?? '') as { greeting: string; mark: string };
  const last = JSON.parse(seen['ledger'] ?? '') as LedgerEntry;
  expect(last.digest, output).toBe(current);
  return { digest: current, generation: seen['generation'] ?? '', greeting, mark, last };
}

/** Waits until a deploy on a host is neither under way nor waiting for its confirmation. */
export async function settled(fleet: TestFleet, host: string): Promise<void> {
  await until(
    `the end of every deploy on ${host}`,
    () =>
      fleet.console(
        host,
        'ls /var/lib/unde/services/hello/pending 2>/dev/null; systemctl list-units --no-legend --plain "unde-return-*"; flock -n /run/unde/switch-hello true || echo switching',
      ),
    (seen) => seen === '',
    90,
  );
}

/**
 * Stops a program on a host the next time that it is called with an argument like this: touches /run/at-NAME, and
 * goes on when `letGo` is called. The scripts find it before the real one.
 */
export async function holdAt(fleet: TestFleet, host: string, program: string, argument = ''): Promise<void> {
  const trap = [
    '#!/bin/bash',
    `if [[ "$*" == *'${argument}'* && -e /run/hold-${program} ]]; then`,
    `  rm /run/hold-${program}; touch /run/at-${program}`,
    `  until [[ -e /run/go-${program} ]]; do sleep 0.1; done; source /run/go-${program}`,
    'fi',
    `exec /usr/bin/${program} "$@"`,
  ].join('\n');
  const encoded = Buffer.from(`${trap}\n`).toString('base64');
  await fleet.console(
    host,
    `rm -f /run/at-${program} /run/go-${program}; touch /run/hold-${program}; base64 -d <<<${encoded} >/usr/local/bin/${program}; chmod 755 /usr/local/bin/${program}`,
  );
}

/** Waits until the program is held. */
export async function heldAt(fleet: TestFleet, host: string, program: string): Promise<void> {
  await until(
    `${program} on ${host} to be called`,
    () => fleet.console(host, `ls /run/at-${program} 2>/dev/null`),
    (seen) => seen !== '',
  );
}

/** Lets the held program go on; `instead` is run first, and may exit. */
export async function letGo(fleet: TestFleet, host: string, program: string, instead = ':'): Promise<void> {
  await fleet.console(
    host,
    `echo ${JSON.stringify(instead)} >/run/go.new; mv /run/go.new /run/go-${program}; rm -f /usr/local/bin/${program}`,
  );
}
