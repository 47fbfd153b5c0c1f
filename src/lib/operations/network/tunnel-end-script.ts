import { quote } from '../../common/shell/quote.ts';

/** One end of a tunnel, as the host that has it is asked about it. */
export interface EndQuestion {
  readonly interface: string;
  /** The other end's address inside the tunnel. */
  readonly far: string;
}

/** What a host says of its end of a tunnel. */
export interface EndFacts {
  readonly interface: string;
  /** Whether the interface is there. */
  readonly present: boolean;
  /** Round trip through the tunnel in milliseconds; `undefined`: nothing answered. */
  readonly rttMs: number | undefined;
  /** Seconds since the ends last agreed on keys; `undefined`: never. */
  readonly handshakeAgeSeconds: number | undefined;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/**
 * Asks a host about its ends, each for itself, so that one that does not answer holds up no other. `wg show all dump`
 * would be one call, but prints private keys.
 */
export function endScript(ends: readonly EndQuestion[]): string {
  return `
export LC_ALL=C
ask() {
  local interface=$1 far=$2 rtt='' at=0 received=0 sent=0 answer
  [[ -e /sys/class/net/$interface ]] || { printf 'end %s absent\\n' "$interface"; return; }
  answer=$(ping -n -q -c 3 -i 0.3 -W 2 -I "$interface" "$far" 2>/dev/null)
  [[ $answer =~ =\\ ([0-9.]+)/ ]] && rtt=\${BASH_REMATCH[1]}
  read -r _ at < <(wg show "$interface" latest-handshakes)
  read -r _ received sent < <(wg show "$interface" transfer)
  printf 'end %s present %s %s %s %s %s\\n' "$interface" "\${rtt:--}" "\${at:-0}" "$EPOCHSECONDS" "\${received:-0}" "\${sent:-0}"
}
${ends.map((end) => `ask ${quote(end.interface)} ${quote(end.far)} &`).join('\n')}
wait`.trim();
}

/** Reads what {@link endScript} printed. */
export function parseEnds(stdout: string): EndFacts[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('end '))
    .map((line) => {
      const [, name = '', state, rtt = '-', at = '0', now = '0', received = '0', sent = '0'] =
        line.split(' ');
      return {
        interface: name,
        present: state === 'present',
        rttMs: rtt === '-' ? undefined : Number(rtt),
        handshakeAgeSeconds: Number(at) === 0 ? undefined : Math.max(0, Number(now) - Number(at)),
        receivedBytes: Number(received),
        sentBytes: Number(sent),
      };
    });
}
