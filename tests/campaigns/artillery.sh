#!/usr/bin/env bash
# Two servers behind HAProxy with the configuration of the guide, and 200 users of artillery for a minute, half of them on polling, half on WebSocket.
# Ends with "artillery: N of N users, sent N, received N, N messages/s"; non-zero when a user failed, the servers counted other than what was sent, or it was less than 2,000 a second.
set -euo pipefail
cd "$(dirname "$0")/../.."
users=200
least=2000
command -v haproxy redis-server > /dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends haproxy redis-server > /dev/null; }
program=artifacts/bin/Realtime.LoadHost/release/Realtime.LoadHost
[ -f "$program" ] || dotnet build tests/Realtime.LoadHost -c Release --nologo -v quiet -clp:ErrorsOnly
# Its browser is not needed, and is a download of its own.
[ -d tests/artillery/node_modules/artillery ] || (cd tests/artillery && npm ci --ignore-scripts --silent)

scratch=$(mktemp -d)
pids=()
end() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait
  rm -rf "$scratch"
}
trap end EXIT
trap 'exit 130' INT TERM

# await WORDS LOG PID
await() {
  for _ in $(seq 300); do
    if grep -q "$1" "$2"; then return 0; fi
    kill -0 "$3" 2> /dev/null || break
    sleep 0.1
  done
  echo "it did not start:" >&2
  tail -5 "$2" >&2
  return 1
}

front=$((20000 + RANDOM % 10000))
redis=$((front + 1))
a=$((front + 2))
b=$((front + 3))
server_cpu=0
load_cpu=$(($(nproc) - 1))
taskset -c $server_cpu redis-server --port $redis --bind 127.0.0.1 --save '' --dir "$scratch" > "$scratch/redis.log" 2>&1 &
pids+=($!)
await 'Ready to accept' "$scratch/redis.log" $!
for port in $a $b; do
  PORT=$port REDIS=127.0.0.1:$redis taskset -c $server_cpu "$program" > "$scratch/$port.log" 2>&1 &
  pids+=($!)
  await ready "$scratch/$port.log" $!
done

# The guide's configuration, on other addresses and without TLS.
sed -e "s/bind :443 .*/bind 127.0.0.1:$front/" -e "s/10.0.0.11:8080/127.0.0.1:$a/" -e "s/10.0.0.12:8080/127.0.0.1:$b/" docs/guides/load-balancing/haproxy.cfg > "$scratch/haproxy.cfg"
taskset -c $server_cpu haproxy -db -f "$scratch/haproxy.cfg" > "$scratch/haproxy.log" 2>&1 &
pids+=($!)
curl -fs --retry 50 --retry-all-errors --retry-delay 1 -o "$scratch/health" "http://127.0.0.1:$front/health"

loads=()
for transport in polling websocket; do
  TRANSPORT=$transport TARGET="http://127.0.0.1:$front" taskset -c "$load_cpu" tests/artillery/node_modules/.bin/artillery run --quiet --output "$scratch/$transport.json" tests/artillery/scenario.yml &
  loads+=($!)
done
for load in "${loads[@]}"; do wait "$load"; done
curl -fsS "http://127.0.0.1:$a/counts" > "$scratch/a.json"
curl -fsS "http://127.0.0.1:$b/counts" > "$scratch/b.json"
grep -v "^ready" "$scratch/$a.log" "$scratch/$b.log" || true
node tests/artillery/verdict.mjs $users $least "$scratch/a.json" "$scratch/b.json" "$scratch/polling.json" "$scratch/websocket.json"
