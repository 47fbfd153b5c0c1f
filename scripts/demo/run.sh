#!/usr/bin/env bash
# What `make demo` shows: a photo recognised by services on machines of their own, deployed over SSH. Leaves the lab up.
set -euo pipefail
cd "$(dirname "$0")/../.."
began=$SECONDS
unde() { bin/unde "$@"; }
say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
run() {
  local word line=unde
  for word; do [[ $word == *' '* ]] && line+=" '$word'" || line+=" $word"; done
  say "$line"
  unde "$@"
}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/unde
mkdir -p "$cache"
export UNDE_CONTEXT=lab
# The vendors across the internet are simulators here, which the inventory of the demo places on one of the machines.
export UNDE_SERVICES=test/vendors
node scripts/demo/inventory.ts >"$cache/demo-inventory.yaml"
export UNDE_INVENTORY=$cache/demo-inventory.yaml
brands=3 products=10

# The weights are the operator's to bring; the lab works with random ones of the same size.
[[ -e ${UNDE_STAND_INS:-$cache/stand-ins}/model.onnx ]] || run model generate

run lab up local-app,embedder,embed-batch,ximilar-gw,llm-reranker,recognition,push,production-db,staging-db \
  --with objects
# shellcheck disable=SC2016 # the script is Node's
address() {
  unde lab status --json | node -e '
    const { machines } = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const machine = machines.find(({ name, role }) => (role === "fleet" ? name : role) === process.argv[1]);
    if (machine === undefined) throw new Error(`the lab has no ${process.argv[1]}`);
    console.log(machine.address)' "$1"
}

printf '\n\033[1m# The ground: databases and Redis\033[0m\n'
run deploy postgres,pgbouncer,redis --no-diff -m demo
run db migrate production
run db migrate staging

printf '\n\033[1m# The services\033[0m\n'
services=embedder,embed-batch,ximilar-simulator,gemini-simulator,ximilar-gw,llm-reranker,recognition
run deploy "$services,node-exporter+host:embedder" --no-diff -m demo

say 'POST /embed'
unde lab exec -- "$(command -v node)" scripts/demo/embed.ts "$(address embedder)"

printf '\n\033[1m# A made-up catalogue, and its vectors\033[0m\n'
run lab seed --brands $brands --products $products --photos 2
run embed-batch start
unde lab exec -- "$(command -v node)" scripts/demo/vendors.ts "$cache/garment.jpg" \
  "$(address llm-reranker):8101" "$(address objects):9000" $brands $products

printf '\n\033[1m# A photo comes back as garments to buy\033[0m\n'
run recognize "$cache/garment.jpg" --watch

printf '\n\033[1m# A flag changes the path that a request takes, without a restart\033[0m\n'
run flags set SEARCH_BACKEND=ximilar -m 'ask Ximilar alone'
run recognize "$cache/garment.jpg"
run flags rollback -m 'as it was'

say 'unde deploy embedder,recognition   (again: nothing to change)'
unde deploy embedder,recognition

say 'unde status --once'
unde status --once

cat <<EOT

The demo took $((SECONDS - began)) s; the lab is still up. To go on, with these in the environment:

  export UNDE_CONTEXT=lab UNDE_SERVICES=test/vendors UNDE_INVENTORY=$UNDE_INVENTORY

  bin/unde status                          the live dashboard
  bin/unde recognize $cache/garment.jpg --watch
  bin/unde flags set SEARCH_BACKEND=pgvector -m 'try it'     then recognise again; flags rollback
  bin/unde exec embedder -- 'kill -9 \$(systemctl show -p MainPID --value unde-embedder)'
  bin/unde logs recognition                what it says
  bin/unde history                         who did what
  bin/unde plan all                        what is not deployed yet
  bin/unde lab up --wan-delay 120ms        the whole fleet, all 30 hosts
  bin/unde lab down                        take it down
EOT
