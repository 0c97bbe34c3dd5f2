#!/usr/bin/env bash
# Kills one of three servers of a cluster that 5,000 of our clients are connected to: crash.sh [clients]
# Prints how long it takes until all have resumed on the other two, and what CPU Redis and those use; non-zero when a message is lost, repeated or out of order.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin="$here/../artifacts/bin"
clients=${1:-5000}
for project in Realtime.BenchServer Realtime.ClientBench; do
  [ -f "$bin/$project/release/$project" ] || dotnet build -c Release --nologo -v quiet -clp:ErrorsOnly "$here/$project"
done

scratch=$(mktemp -d)
pids=()
end() {
  for pid in "${pids[@]}"; do kill -KILL "$pid" 2> /dev/null || true; done
  rm -rf "$scratch"
}
trap end EXIT
trap 'exit 130' INT TERM

# await WORDS LOG
await() {
  for _ in $(seq 300); do
    if grep -q "$1" "$2"; then return 0; fi
    sleep 0.1
  done
  tail -5 "$2" >&2
  return 1
}

front=$((20000 + RANDOM % 10000))
redis=$((front + 9))
taskset -c 0 redis-server --port $redis --bind 127.0.0.1 --save '' --dir "$scratch" > "$scratch/redis.log" 2>&1 &
pids+=($!)
redis_pid=$!
await 'Ready to accept' "$scratch/redis.log"

cat > "$scratch/haproxy.cfg" << CONFIG
defaults
    mode tcp
    option redispatch
    retries 3
    timeout connect 2s
    timeout client 60s
    timeout server 60s
frontend public
    bind 127.0.0.1:$front
    default_backend nodes
backend nodes
    balance leastconn
CONFIG
nodes=()
for node in 1 2 3; do
  NUMBERED=1 PORT=$((front + node)) REDIS=127.0.0.1:$redis DOTNET_TC_CallCountingDelayMs=0 taskset -c 0 "$bin/Realtime.BenchServer/release/Realtime.BenchServer" > "$scratch/server-$node.log" 2>&1 &
  pids+=($!)
  nodes+=($!)
  await ready "$scratch/server-$node.log"
  echo "    server s$node 127.0.0.1:$((front + node)) check inter 500ms fall 1" >> "$scratch/haproxy.cfg"
done
taskset -c 0 haproxy -db -f "$scratch/haproxy.cfg" > "$scratch/haproxy.log" 2>&1 &
pids+=($!)
disown -a # the shell says nothing of the one that is killed

status=0
DOTNET_TC_CallCountingDelayMs=0 timeout 300 taskset -c 1 "$bin/Realtime.ClientBench/release/Realtime.ClientBench" crash --port $front --publisher-port $((front + 3)) \
  --connections "$clients" --nodes "$(IFS=,; echo "${nodes[*]}")" --redis $redis_pid || status=$?
grep -hv '^ready' "$scratch"/server-*.log | sort | uniq -c | sort -rn | head -5 || true
exit $status
