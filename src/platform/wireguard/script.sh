# shellcheck shell=bash
# Keeps the tunnels and routes of a host; script.ts renders what it needs to know:
#   plan (the folder that says what is planned), run (the folder of what is in force), key (the credential), metrics
#   (the file for node-exporter), header (its first lines), table (the routing table, and the priority of the rule that
#   leads to it), mark (of WireGuard's own packets), pace_seconds and routes_pace_seconds (with tunnels, and without).

set -u
export LC_ALL=C PATH

read_plan() {
  local kind rest
  tunnels=()
  routes=()
  forward=
  missing=()
  mtu=1420
  while read -r kind rest; do
    case $kind in
      tunnel) tunnels+=("$rest") ;;
      route) routes+=("$rest") ;;
      forward) forward=1 ;;
      missing) missing+=("$rest") ;;
      mtu) mtu=$rest ;;
    esac
  done <"$plan/plan"
}

# What an interface is made from: it is configured anew when one of them has changed.
stamp() { sha256sum "$plan/$1.conf" "$key" 2>/dev/null | sha256sum; }
configured() { [[ -e /sys/class/net/$1 && -e $run/$1 && $(<"$run/$1") == "$(stamp "$1")" ]]; }

# Makes one interface be as planned. Its key goes from pipe to pipe.
raise() {
  local interface=$1 own=$2
  if [[ ! -e /sys/class/net/$interface ]]; then
    rm -f "$run/$interface"
    # A scope of its own: a restart of the unit must not end the program that carries the tunnel.
    ip link add "$interface" type wireguard 2>/dev/null ||
      WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD=1 systemd-run --quiet --scope --collect \
        --unit="unde-wireguard-$interface" wireguard-go "$interface" >/dev/null 2>&1
    if [[ ! -e /sys/class/net/$interface ]]; then
      echo "$interface: neither the kernel nor wireguard-go could make it" >&2
      return 1
    fi
  fi
  if ! configured "$interface"; then
    {
      printf '[Interface]\nPrivateKey = '
      systemd-creds decrypt --quiet --name=key "$key" - || exit 1
      printf '\n'
      cat "$plan/$interface.conf"
    } | wg syncconf "$interface" /dev/stdin || {
      echo "$interface: wg refused its configuration" >&2
      return 1
    }
    stamp "$interface" >"$run/$interface"
  fi
  ip link set "$interface" mtu "$mtu" up && ip address replace "$own" dev "$interface"
}

# Makes everything be as planned. What the plan no longer has goes last.
converge() {
  local failed=0 interface own rest file line
  declare -A planned=()
  read_plan
  mkdir -p "$run"
  if ((${#missing[@]})); then
    printf 'the inventory lacks: %s\n' "${missing[@]}" >&2
    return 1
  fi
  for line in "${tunnels[@]}"; do
    read -r interface own rest <<<"$line"
    planned[$interface]=1
    raise "$interface" "$own" || failed=1
  done
  if ((${#routes[@]})); then
    # Answers may come another way than questions go, for as long as one end is not deployed: that is not forged.
    [[ $(</proc/sys/net/ipv4/conf/all/rp_filter) != 1 ]] || echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter
    [[ $(ip rule show pref "$table") ]] ||
      ip rule add pref "$table" not fwmark "$mark" lookup "$table" || failed=1
    printf "route replace %s table $table\n" "${routes[@]}" | ip -force -batch - || failed=1
  else
    ip rule del pref "$table" 2>/dev/null
  fi
  [[ -z $forward ]] || echo 1 >/proc/sys/net/ipv4/ip_forward || failed=1
  if [[ -e $run/routes ]]; then
    grep -vxFf <(printf '%s\n' '' "${routes[@]}") "$run/routes" |
      sed "s/.*/route del & table $table/" | ip -force -batch - 2>/dev/null
  fi
  printf '%s\n' "${routes[@]}" >"$run/routes"
  for file in "$run"/*; do
    interface=${file##*/}
    [[ $interface == routes || ${planned[$interface]:-} ]] || {
      ip link delete "$interface"
      rm -f "$file"
    }
  done
  return $failed
}

take_away() {
  local file
  ip rule del pref "$table" 2>/dev/null
  ip route flush table "$table" 2>/dev/null
  for file in "$run"/*; do
    [[ ${file##*/} == routes ]] || ip link delete "${file##*/}"
  done 2>/dev/null
  rm -rf "$run"
}

# measure INTERFACE OWN FAR FROM FROM_SITE prints one tunnel's lines. One of three pings may answer: a lost packet is no
# lost tunnel. The quickest of them counts, since the first may have waited for a handshake.
measure() {
  local interface=$1 far=$3 answer at
  local labels="{tunnel=\"$interface\",from=\"$4\",from_site=\"$5\"}"
  answer=$(ping -n -q -c 3 -i 0.3 -W 1 -I "$interface" "$far" 2>/dev/null)
  if [[ $answer =~ =\ ([0-9.]+)/ ]]; then
    printf '%s%s %s\n' vpn_tunnel_up "$labels" 1 vpn_tunnel_rtt_ms "$labels" "${BASH_REMATCH[1]}"
  else
    printf '%s%s %s\n' vpn_tunnel_up "$labels" 0
  fi
  read -r _ at < <(wg show "$interface" latest-handshakes 2>/dev/null)
  printf '%s%s %s\n' vpn_tunnel_handshake_timestamp_seconds "$labels" "${at:-0}"
}

report() {
  local line
  ((${#tunnels[@]})) || return 0
  mkdir -p "${metrics%/*}"
  {
    printf '%s\n' "${header[@]}"
    for line in "${tunnels[@]}"; do
      # shellcheck disable=SC2086 # its words are the arguments
      measure $line &
    done | sort
  } >"$metrics.new"
  mv -f "$metrics.new" "$metrics"
}

keep() {
  local pace
  # A restart leaves everything as it is: the next process takes it over.
  trap '[[ $(systemctl list-jobs --no-legend unde-wireguard.service) == *restart* ]] || take_away; exit 0' TERM
  trap 'reloading' HUP
  converge || exit 1
  systemd-notify --ready
  while :; do
    report
    pace=$routes_pace_seconds
    ((${#tunnels[@]} == 0)) || pace=$pace_seconds
    # A signal ends the waiting; it would make a read with a timeout wait for ever.
    sleep "$pace" &
    wait "$!"
    converge
  done
}

# systemd wants to know when a reload begins and ends (Type=notify-reload).
reloading() {
  systemd-notify --reloading
  converge
  systemd-notify --ready
}

check() {
  local line interface rest
  read_plan
  for line in "${tunnels[@]}"; do
    read -r interface rest <<<"$line"
    configured "$interface" || {
      echo "$interface is not as planned"
      exit 1
    }
  done
  ((${#routes[@]} == 0)) || [[ $(ip rule show pref "$table") ]] || {
    echo "no rule leads into the tunnels' routes"
    exit 1
  }
}

shopt -s nullglob
case ${1:-} in
  keep) keep ;;
  check) check ;;
  *)
    echo "usage: $0 keep|check" >&2
    exit 2
    ;;
esac
