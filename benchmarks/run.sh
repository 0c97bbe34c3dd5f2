#!/usr/bin/env bash
# Measures the servers against each other: each pinned to one core, the load generator to another, interleaved in rounds.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
bin="$root/artifacts/bin"
load="$bin/Realtime.Load/release/Realtime.Load"

rounds=5
servers=realtime,kestrel,signalr,node
loads=echo,echo-pipelined,echo-rate,broadcast-1,broadcast-16,broadcast-rate,room,connect,idle
warmup=
seconds=3
room=19000
idle=10000
ping_interval=
nodes=1
name=
build=yes
server_cpu=0
load_cpu=1

usage() {
  cat <<'TEXT'
usage: benchmarks/run.sh [options]
  --quick            one round, short measurements, room of 5,000, heartbeats every 5 s: about three minutes
  --rounds N         rounds (5)
  --servers a,b      of realtime,inline,numbered,kestrel,signalr,node (inline: realtime with inline completions; numbered: rooms keep logs and clients recover)
  --loads a,b        of echo,echo-pipelined,echo-rate,broadcast-1,broadcast-16,broadcast-rate,room,connect,idle,conversation,slow-readers (the last two not by default)
  --seconds S        length of a measurement (3);  --warmup S  CPU time of each server before it (3; 9 of a cluster)
  --room N           members of the large room (19000);  --idle N  idle connections (10000)
  --ping-interval MS shortens the heartbeats of servers that read PING_INTERVAL (default: each server's own)
  --nodes N          servers of one cluster over a Redis of its own, for loads of rooms; the clients take turns, and the CPU is that of all servers and of Redis (1, without Redis)
  --name NAME        of the results, benchmarks/results/NAME.md and .jsonl (date and commit)
  --no-build         use what was built before
  --server-cpu N     core of the servers (0);  --load-cpu N  core of the generator (1)
TEXT
}

while [ $# -gt 0 ]; do
  case $1 in
    --quick) rounds=1 warmup=1 seconds=1.5 room=5000 ping_interval=5000; shift ;;
    --no-build) build=no; shift ;;
    --help | -h) usage; exit 0 ;;
    --rounds | --servers | --loads | --seconds | --warmup | --room | --idle | --ping-interval | --nodes | --name | --server-cpu | --load-cpu)
      if [ $# -lt 2 ]; then usage >&2; exit 2; fi
      option=${1#--}
      printf -v "${option//-/_}" '%s' "$2"
      shift 2 ;;
    *) usage >&2; exit 2 ;;
  esac
done

# The runtimes of a cluster compile beside each other on one core: with 3 s they were found compiling for a third of what was measured, with 9 s no more.
[ -n "$warmup" ] || { if [ "$nodes" -gt 1 ]; then warmup=9; else warmup=3; fi; }

commit=$(git -C "$root" rev-parse --short HEAD)
[ -z "$(git -C "$root" status --porcelain -- . ':!benchmarks/results')" ] || commit="$commit with local changes"
name=${name:-$(date +%Y-%m-%d)-${commit%% *}}
results="$here/results"
raw="$results/$name.jsonl"
scratch=$(mktemp -d)
server_pids=()
ports=
failures=0
port=$((20000 + RANDOM % 10000))

stop_server() {
  local pid
  for pid in "${server_pids[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  server_pids=()
}
trap 'stop_server; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

project_of() {
  case $1 in
    realtime | inline | numbered) echo "$here/Realtime.BenchServer" ;;
    kestrel) echo "$here/peers/KestrelWebSockets" ;;
    signalr) echo "$here/peers/SignalR" ;;
    node) echo "$here/peers/node-socketio" ;;
    *) echo "no server is called $1" >&2; return 2 ;;
  esac
}

command_of() {
  case $1 in
    realtime) echo "$bin/Realtime.BenchServer/release/Realtime.BenchServer" ;;
    inline) echo "INLINE=1 DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1 $bin/Realtime.BenchServer/release/Realtime.BenchServer" ;;
    numbered) echo "NUMBERED=1 $bin/Realtime.BenchServer/release/Realtime.BenchServer" ;;
    kestrel) echo "$bin/KestrelWebSocketsPeer/release/KestrelWebSocketsPeer" ;;
    signalr) echo "$bin/SignalRPeer/release/SignalRPeer" ;;
    node) echo "node $here/peers/node-socketio/server.js" ;;
  esac
}

# SignalR's own interval is 15 s where Socket.IO's is 25 s: shortened, they keep that proportion.
ping_interval_of() {
  [ -n "$ping_interval" ] || return 0
  if [ "$1" = signalr ]; then echo $((ping_interval * 15 / 25)); else echo "$ping_interval"; fi
}

build_server() {
  local project
  project=$(project_of "$1")
  if [ "$1" = node ]; then
    (cd "$project" && npm ci --silent)
  else
    dotnet build -c Release --nologo -v quiet -clp:ErrorsOnly "$project"
  fi
}

# await_ready PID LOG WORD NAME
await_ready() {
  for _ in $(seq 300); do
    if grep -q "$3" "$2"; then return 0; fi
    if ! kill -0 "$1" 2>/dev/null; then break; fi
    sleep 0.1
  done
  echo "$4 did not start:" >&2
  tail -5 "$2" >&2
  return 1
}

start_redis() {
  local log="$scratch/redis.log"
  : >"$log"
  redis_port=$((port + 1000))
  taskset -c "$server_cpu" redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --dir "$scratch" >"$log" 2>&1 &
  server_pids+=($!)
  await_ready $! "$log" 'Ready to accept' redis-server
}

start_server() {
  local interval log node
  interval=$(ping_interval_of "$1")
  ports= redis_port=
  if [ "$nodes" -gt 1 ]; then start_redis || return 1; fi
  for node in $(seq "$nodes"); do
    log="$scratch/server-$node.log"
    port=$((port + 1))
    # Emptied here, not by the redirection in the child: the last server's ready line must not pass for this one's.
    : >"$log"
    # shellcheck disable=SC2046 # a command and its argument
    # Without the delay .NET goes on with code that was compiled in haste for 20 s of saturation on one core; what is measured is the compiled server.
    PORT=$port DOTNET_TC_CallCountingDelayMs=0 taskset -c "$server_cpu" env ${interval:+PING_INTERVAL="$interval"} ${redis_port:+REDIS="127.0.0.1:$redis_port"} $(command_of "$1") >"$log" 2>&1 &
    server_pids+=($!)
    ports=${ports:+$ports,}$port
    await_ready $! "$log" ready "$1" || return 1
  done
}

# run_load SERVER LOAD ROUND
run_load() {
  local dialect=socketio interval heartbeats=1
  interval=$(ping_interval_of "$1")
  if [ "$1" = signalr ]; then dialect=signalr; fi
  if [ "$1" = numbered ]; then dialect=recovering; fi
  # Whole default intervals are long: every other round is enough for them.
  if [ -z "$ping_interval" ] && [ $(($3 % 2)) = 0 ]; then heartbeats=0; fi
  timeout 300 taskset -c "$load_cpu" "$load" run --server "$1" --load "$2" --round "$3" --raw "$raw" \
    --dialect "$dialect" --port "$ports" --pid "$(IFS=,; echo "${server_pids[*]}")" --warmup "$(awk "BEGIN { print $warmup * $nodes }")" --seconds "$seconds" \
    --room "$room" --idle "$idle" --heartbeats "$heartbeats" ${interval:+--ping-interval "$interval"}
}

measure() {
  local status=0
  if start_server "$1"; then run_load "$@" || status=$?; else status=1; fi
  if [ "$status" != 0 ]; then
    failures=$((failures + 1))
    echo "$1, $2, round $3: FAILED" | tee -a "$scratch/failures" >&2
  fi
  stop_server
}

describe() {
  local heartbeats="at each server's own interval"
  if [ -n "$ping_interval" ]; then heartbeats="shortened to $ping_interval ms (SignalR: 3/5 of it) where the server reads PING_INTERVAL"; fi
  echo "* machine: $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, Linux $(uname -r); server on core $server_cpu, load generator on core $load_cpu"
  echo "* commit: $commit"
  echo "* versions: .NET $(dotnet --list-runtimes | sed -n 's/^Microsoft.AspNetCore.App \([^ ]*\).*/\1/p' | tail -1), Node $(node -p process.version), socket.io $(node -p "require('$here/peers/node-socketio/package.json').dependencies['socket.io']")"
  if [ "$nodes" -gt 1 ]; then echo "* $nodes servers and $(redis-server --version | sed -n 's/.*v=\([^ ]*\).*/Redis \1/p') on the core of the servers; the CPU is theirs together"; fi
  echo "* $rounds rounds, $seconds s measured after $warmup CPU s of warm-up for each server, room of $room, $idle idle connections, heartbeats $heartbeats"
  if [ -s "$scratch/failures" ]; then
    echo
    echo "**Failed runs:**"
    echo
    sed 's/^/* /' "$scratch/failures"
  fi
}

chosen=()
for server in ${servers//,/ }; do
  project=$(project_of "$server")
  if [ -n "$(find "$project" -maxdepth 1 \( -name '*.csproj' -o -name package.json \) 2>/dev/null)" ]; then
    chosen+=("$server")
  else
    echo "skipping $server: ${project#"$root"/} does not exist yet"
  fi
done
[ ${#chosen[@]} -gt 0 ] || { echo "nothing to measure" >&2; exit 2; }

if [ "$build" = yes ]; then
  dotnet build -c Release --nologo -v quiet -clp:ErrorsOnly "$here/Realtime.Load"
  for server in "${chosen[@]}"; do build_server "$server"; done
fi

mkdir -p "$results"
: >"$raw"
for round in $(seq "$rounds"); do
  echo "round $round of $rounds"
  for one in ${loads//,/ }; do
    for server in "${chosen[@]}"; do measure "$server" "$one" "$round"; done
  done
done

describe >"$scratch/about"
echo
"$load" report --raw "$raw" --about "$scratch/about" --title "Benchmark results: $name" --nodes "$nodes" --output "$results/$name.md"
if [ "$failures" != 0 ]; then
  echo "$failures runs failed" >&2
  exit 1
fi
