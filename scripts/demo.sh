#!/usr/bin/env bash
# What `make demo` shows: the embedder deployed to a real machine over SSH, and at work. Leaves the lab up, for trying.
set -euo pipefail
cd "$(dirname "$0")/.."
began=$SECONDS
unde() { bin/unde "$@"; }
say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
export UNDE_CONTEXT=lab

stand_in=${UNDE_STAND_INS:-${XDG_CACHE_HOME:-$HOME/.cache}/unde/stand-ins}/model.onnx
if [[ ! -e $stand_in ]]; then
  # The weights are the operator's to bring; the lab works with random ones of the same size.
  say 'unde model generate'
  unde model generate
fi

say 'unde lab up embedder,local-app'
unde lab up embedder,local-app

say 'unde deploy embedder,node-exporter'
unde deploy embedder,node-exporter --no-diff -m demo

say 'POST /embed'
address=$(unde lab status --json | node -e '
  const { machines } = JSON.parse(require("fs").readFileSync(0, "utf8"));
  console.log(machines.find((host) => host.name === "embedder").address)')
unde lab exec -- "$(command -v node)" scripts/demo-embed.ts "$address"

say 'unde deploy embedder,node-exporter   (again: nothing to change)'
unde deploy embedder,node-exporter

say 'unde status --once'
unde status --once

cat <<EOT

The demo took $((SECONDS - began)) s; the lab is still up. What to try next, with UNDE_CONTEXT=lab in the environment:

  bin/unde status                          the live dashboard
  bin/unde exec embedder -- 'kill -9 \$(systemctl show -p MainPID --value unde-embedder)'
  bin/unde logs embedder                   what it says
  bin/unde history                         who did what
  bin/unde plan all                        what is not deployed yet
  bin/unde lab up --wan-delay 120ms        the whole fleet, all 30 hosts
  bin/unde lab down                        take it down
EOT
