# shellcheck shell=bash
# One HTTP request to a port of the host itself, by bash alone: neither curl nor Python need be there.

# http_get PORT PATH sets `status` and `body` (at most 4096 characters). It fails where nothing listens, and waits two
# seconds for each part of an answer.
http_get() {
  local line
  status=0
  body=
  { exec 7<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'GET %s HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&7
  if IFS= read -r -t 2 line <&7; then
    line=${line#* }
    status=${line%% *}
    while IFS= read -r -t 2 line <&7 && [[ $line != $'\r' && -n $line ]]; do :; done
    IFS= read -r -t 2 -d '' -n 4096 body <&7
  fi
  exec 7>&- 7<&-
}
