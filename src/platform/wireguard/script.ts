import { credentialFile } from '../../lib/common/layout/layout.ts';
import { quote } from '../../lib/common/shell/quote.ts';
import { metrics } from './metrics.ts';
import { METRICS } from './unit.ts';

/** The mark of WireGuard's own packets: they go by the host's ordinary routes, never into a tunnel. */
export const MARK = '0x5182';

/** The routing table, and the priority of the rule that leads to it. */
const TABLE = '5182';

/** How often tunnels are looked at, in seconds, and how often a host that has only routes. */
const PACE_SECONDS = 10;
const ROUTES_PACE_SECONDS = 60;

/** What node-exporter passes on of a metric's meaning. */
const HEADER = metrics
  .flatMap(({ name, type, help }) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`])
  .map(quote)
  .join(' ');

/**
 * The program that keeps the tunnels and routes of a host as `/etc/unde/wireguard` says; the same on every host.
 *
 * What is as it should be is not touched, so that a change of one tunnel, or a restart, cuts no other. An interface
 * that vanished comes back at the next look. When the unit is stopped for good, everything is taken away.
 */
export function wireguardScript(): string {
  return `#!/bin/bash
# Rendered by unde. keep: runs as unde-wireguard.service; check: whether everything is as planned.
set -u; export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
PLAN=/etc/unde/wireguard; RUN=/run/unde/wireguard; KEY=${credentialFile('wireguard', 'key')}
METRICS=${METRICS}

read_plan() {
  local kind rest; tunnels=(); routes=(); forward=; missing=(); mtu=1420
  while read -r kind rest; do
    case $kind in
      tunnel) tunnels+=("$rest") ;; route) routes+=("$rest") ;; forward) forward=1 ;;
      missing) missing+=("$rest") ;; mtu) mtu=$rest ;;
    esac
  done <"$PLAN/plan"
}

# What an interface is made from: it is configured anew when one of them has changed.
stamp() { sha256sum "$PLAN/$1.conf" "$KEY" 2>/dev/null | sha256sum; }
configured() { [[ -e /sys/class/net/$1 && -e $RUN/$1 && $(<"$RUN/$1") == "$(stamp "$1")" ]]; }

# Makes one interface be as planned. Its key goes from pipe to pipe.
raise() {
  local interface=$1 own=$2
  if [[ ! -e /sys/class/net/$interface ]]; then
    rm -f "$RUN/$interface"
    # A scope of its own: a restart of the unit must not end the program that carries the tunnel.
    ip link add "$interface" type wireguard 2>/dev/null ||
      WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD=1 systemd-run --quiet --scope --collect --unit="unde-wireguard-$interface" wireguard-go "$interface" >/dev/null 2>&1
    [[ -e /sys/class/net/$interface ]] || { echo "$interface: neither the kernel nor wireguard-go could make it" >&2; return 1; }
  fi
  if ! configured "$interface"; then
    {
      printf '[Interface]\\nPrivateKey = '; systemd-creds decrypt --quiet --name=key "$KEY" - || exit 1
      printf '\\n'; cat "$PLAN/$interface.conf"
    } | wg syncconf "$interface" /dev/stdin || { echo "$interface: wg refused its configuration" >&2; return 1; }
    stamp "$interface" >"$RUN/$interface"
  fi
  ip link set "$interface" mtu "$mtu" up && ip address replace "$own" dev "$interface"
}

# Makes everything be as planned. What the plan no longer has goes last.
converge() {
  local failed=0 interface own rest file line; declare -A planned=()
  read_plan; mkdir -p "$RUN"
  if ((\${#missing[@]})); then printf 'the inventory lacks: %s\\n' "\${missing[@]}" >&2; return 1; fi
  for line in "\${tunnels[@]}"; do
    read -r interface own rest <<<"$line"; planned[$interface]=1
    raise "$interface" "$own" || failed=1
  done
  if ((\${#routes[@]})); then
    # Answers may come another way than questions go, for as long as one end is not deployed: that is not forged.
    [[ $(</proc/sys/net/ipv4/conf/all/rp_filter) != 1 ]] || echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter
    [[ $(ip rule show pref ${TABLE}) ]] || ip rule add pref ${TABLE} not fwmark ${MARK} lookup ${TABLE} || failed=1
    printf 'route replace %s table ${TABLE}\\n' "\${routes[@]}" | ip -force -batch - || failed=1
  else ip rule del pref ${TABLE} 2>/dev/null; fi
  [[ -z $forward ]] || echo 1 >/proc/sys/net/ipv4/ip_forward || failed=1
  if [[ -e $RUN/routes ]]; then
    grep -vxFf <(printf '%s\\n' '' "\${routes[@]}") "$RUN/routes" | sed 's/.*/route del & table ${TABLE}/' | ip -force -batch - 2>/dev/null
  fi
  printf '%s\\n' "\${routes[@]}" >"$RUN/routes"
  for file in "$RUN"/*; do
    interface=\${file##*/}
    [[ $interface == routes || \${planned[$interface]:-} ]] || { ip link delete "$interface"; rm -f "$file"; }
  done
  return $failed
}

take_away() {
  local file
  ip rule del pref ${TABLE} 2>/dev/null; ip route flush table ${TABLE} 2>/dev/null
  for file in "$RUN"/*; do [[ \${file##*/} == routes ]] || ip link delete "\${file##*/}"; done 2>/dev/null
  rm -rf "$RUN"
}

# One tunnel's lines. One of three pings may answer: a lost packet is no lost tunnel. The quickest of them counts,
# since the first may have waited for a handshake.
measure() {
  local interface=$1 far=$3 answer key at; local labels="{tunnel=\\"$interface\\",from=\\"$4\\",from_site=\\"$5\\"}"
  answer=$(ping -n -q -c 3 -i 0.3 -W 1 -I "$interface" "$far" 2>/dev/null)
  if [[ $answer =~ =\\ ([0-9.]+)/ ]]; then
    printf '%s%s %s\\n' vpn_tunnel_up "$labels" 1 vpn_tunnel_rtt_ms "$labels" "\${BASH_REMATCH[1]}"
  else printf '%s%s %s\\n' vpn_tunnel_up "$labels" 0; fi
  read -r key at < <(wg show "$interface" latest-handshakes 2>/dev/null)
  printf '%s%s %s\\n' vpn_tunnel_handshake_timestamp_seconds "$labels" "\${at:-0}"
}

report() {
  local line; ((\${#tunnels[@]})) || return 0
  mkdir -p "\${METRICS%/*}"
  # shellcheck disable=SC2086
  { printf '%s\\n' ${HEADER}; for line in "\${tunnels[@]}"; do measure $line & done | sort; } >"$METRICS.new"
  mv -f "$METRICS.new" "$METRICS"
}

keep() {
  local pace
  # A restart leaves everything as it is: the next process takes it over.
  trap '[[ $(systemctl list-jobs --no-legend unde-wireguard.service) == *restart* ]] || take_away; exit 0' TERM
  trap 'reloading' HUP
  converge || exit 1
  systemd-notify --ready
  while :; do
    report; pace=${ROUTES_PACE_SECONDS}; ((\${#tunnels[@]} == 0)) || pace=${PACE_SECONDS}
    # A signal ends the waiting; it would make a read with a timeout wait for ever.
    sleep "$pace" & wait "$!"
    converge
  done
}

# systemd wants to know when a reload begins and ends (Type=notify-reload).
reloading() {
  systemd-notify --reloading; converge; systemd-notify --ready
}

check() {
  local line interface rest; read_plan
  for line in "\${tunnels[@]}"; do
    read -r interface rest <<<"$line"
    configured "$interface" || { echo "$interface is not as planned"; exit 1; }
  done
  ((\${#routes[@]} == 0)) || [[ $(ip rule show pref ${TABLE}) ]] || { echo "no rule leads into the tunnels' routes"; exit 1; }
}

shopt -s nullglob
case \${1:-} in keep) keep ;; check) check ;; *) echo "usage: $0 keep|check" >&2; exit 2 ;; esac
`;
}
