#!/usr/bin/env bash
# Measures our .NET client against the NuGet package SocketIOClient on the same Node server: the server pinned to one core, the client to another, in turns.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
bench="$root/artifacts/bin/Realtime.ClientBench/release/Realtime.ClientBench"
server="$here/peers/node-socketio/server.js"

rounds=3
clients=realtime,package
loads=echo-1,echo-16,echo-50x1
settings=default,base-100,fixed-100
warmup=3
seconds=3
times=7
connections=4
name=
build=yes
server_cpu=0
client_cpu=1

usage() {
  cat <<'TEXT'
usage: benchmarks/client.sh [options]
  --quick            one round, short measurements, three restarts: less than a minute once built
  --rounds N         rounds of the echoes (3)
  --clients a,b      of realtime,package,bare,package-async (the last two on request: see the README)
  --loads a,b        of echo-1,echo-16,echo-50x1; "none" for none
  --settings a,b     of reconnecting, of default,base-100,fixed-100; "none" for none
  --seconds S        length of a measurement (3);  --warmup S  CPU time of the client before it (3)
  --times N          restarts of the server for each client and settings (7);  --connections N  clients that come back from each (4)
  --name NAME        of the results, benchmarks/results/NAME.md and .jsonl (date and commit)
  --no-build         use what was built before
  --server-cpu N     core of the server (0);  --client-cpu N  core of the client (1)
TEXT
}

while [ $# -gt 0 ]; do
  case $1 in
    --quick) rounds=1 warmup=2 seconds=1 times=3; shift ;;
    --no-build) build=no; shift ;;
    --help | -h) usage; exit 0 ;;
    --rounds | --clients | --loads | --settings | --seconds | --warmup | --times | --connections | --name | --server-cpu | --client-cpu)
      if [ $# -lt 2 ]; then usage >&2; exit 2; fi
      option=${1#--}
      printf -v "${option//-/_}" '%s' "$2"
      shift 2 ;;
    *) usage >&2; exit 2 ;;
  esac
done

commit=$(git -C "$root" rev-parse --short HEAD)
[ -z "$(git -C "$root" status --porcelain -- . ':!benchmarks/results')" ] || commit="$commit with local changes"
name=${name:-$(date +%Y-%m-%d)-${commit%% *}-client}
results="$here/results"
raw="$results/$name.jsonl"
scratch=$(mktemp -d)
server_pid=
failures=0
port=$((20000 + RANDOM % 10000))

stop_server() {
  if [ -n "$server_pid" ]; then
    kill -KILL "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
    server_pid=
  fi
}
trap 'stop_server; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

start_server() {
  local log="$scratch/server.log"
  port=$((port + 1))
  # Emptied here, not by the redirection in the child: the last server's ready line must not pass for this one's.
  : >"$log"
  PORT=$port taskset -c "$server_cpu" node "$server" >"$log" 2>&1 &
  server_pid=$!
  for _ in $(seq 200); do
    if grep -q ready "$log"; then return 0; fi
    if ! kill -0 "$server_pid" 2>/dev/null; then break; fi
    sleep 0.1
  done
  echo "the server did not start:" >&2
  tail -5 "$log" >&2
  return 1
}

# run_bench LIMIT ARGUMENTS: without the delay .NET goes on with code that was compiled in haste for as long as new methods come up.
run_bench() {
  local limit=$1 status=0
  shift
  DOTNET_TC_CallCountingDelayMs=0 timeout --kill-after 5 "$limit" taskset -c "$client_cpu" "$bench" "$@" >"$scratch/line" || status=$?
  if [ "$status" = 0 ]; then tee -a "$raw" <"$scratch/line"; fi
  return "$status"
}

fail() {
  failures=$((failures + 1))
  echo "$*: FAILED" | tee -a "$scratch/failures" >&2
}

# measure_echo CLIENT LOAD ROUND
measure_echo() {
  local in_flight=1 connected=1 status=0
  case $2 in
    echo-1) ;;
    echo-16) in_flight=16 ;;
    echo-50x1) connected=50 ;;
    *) echo "no load is called $2" >&2; exit 2 ;;
  esac
  if start_server; then
    run_bench 60 echo --client "$1" --load "$2" --round "$3" --port "$port" --connections "$connected" --in-flight "$in_flight" --warmup "$warmup" --seconds "$seconds" || status=$?
  else
    status=1
  fi
  stop_server
  if [ "$status" != 0 ]; then fail "$1, $2, round $3"; fi
}

# measure_reconnect CLIENT SETTINGS: it starts, kills and restarts its server itself.
measure_reconnect() {
  port=$((port + 1))
  run_bench 120 reconnect --client "$1" --settings "$2" --port "$port" --server "$server" --server-cpu "$server_cpu" --connections "$connections" --times "$times" || fail "$1, reconnect, $2"
}

describe() {
  echo "# Client benchmark results: $name"
  echo
  echo "* machine: $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, Linux $(uname -r); server on core $server_cpu, client on core $client_cpu; load average $(cut -d' ' -f1-3 /proc/loadavg) at the end"
  echo "* commit: $commit"
  echo "* versions: .NET $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -1), Node $(node -p process.version), socket.io $(node -p "require('$here/peers/node-socketio/package.json').dependencies['socket.io']"), SocketIOClient $(sed -n 's/.*Include="SocketIOClient" Version="\([^"]*\)".*/\1/p' "$root/Directory.Packages.props")"
  echo "* echoes: $rounds rounds, $seconds s measured after $warmup CPU s of warm-up, 128 B of JSON, WebSocket; reconnecting: $times restarts, $connections clients each"
  if [ -s "$scratch/failures" ]; then
    echo
    echo "**Failed runs:**"
    echo
    sed 's/^/* /' "$scratch/failures"
  fi
  echo
}

if [ "$build" = yes ]; then
  dotnet build -c Release --nologo -v quiet -clp:ErrorsOnly "$here/Realtime.ClientBench"
  (cd "$(dirname "$server")" && npm ci --silent)
fi

mkdir -p "$results"
: >"$raw"
if [ "$loads" != none ]; then
  for round in $(seq "$rounds"); do
    for load in ${loads//,/ }; do
      for client in ${clients//,/ }; do measure_echo "$client" "$load" "$round"; done
    done
  done
fi
if [ "$settings" != none ]; then
  for one in ${settings//,/ }; do
    for client in ${clients//,/ }; do
      # The bare client does not come back; only ours takes a policy, and the package's delay hardly grows anyway.
      if [ "$client" = bare ] || { [ "$one" = fixed-100 ] && [ "$client" != realtime ]; }; then continue; fi
      measure_reconnect "$client" "$one"
    done
  done
fi

describe >"$results/$name.md"
"$bench" report --raw "$raw" >>"$results/$name.md"
echo
cat "$results/$name.md"
if [ "$failures" != 0 ]; then
  echo "$failures runs failed" >&2
  exit 1
fi
