#!/usr/bin/env bash
# Runs every test. Installs what is missing first (Debian packages when root, npm packages). Ends with one line: N passed, N failed.
# usage: ./test.sh [stage ...]      stages: build unit interop samples attacks packages      default: all
set -uo pipefail
cd "$(dirname "$0")"
root=$PWD
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
logs=$root/artifacts/test-logs
rm -rf "$logs" && mkdir -p "$logs"
failures=$logs/failures.txt
stages=${*:-build unit interop samples attacks packages}
passed=0 failed=0 times=""

wants() { case " $stages " in *" $1 "*) return 0 ;; *) return 1 ;; esac }

stage() { # name, function
  wants "$1" || return 0
  local start=$SECONDS
  echo "== $1"
  "$2"
  times="$times$(printf '%-10s %4d s' "$1" $((SECONDS - start)))"$'\n'
}

count() { passed=$((passed + $1)); failed=$((failed + $2)); }

# What failed is shown where it happens and once more at the end, because what lies between is often cut away.
report() { sed "s|^|[$1] |" | tee -a "$failures"; } # stage or project; the text comes on standard input

install_packages() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  command -v node >/dev/null || missing+=(nodejs npm)
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v haproxy >/dev/null || missing+=(haproxy)
  command -v nginx >/dev/null || missing+=(nginx)
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ]; then
    echo "Missing: ${missing[*]}. Install them, or run as root." >&2
    exit 1
  fi
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >"$logs/apt.log" 2>&1 || { cat "$logs/apt.log"; exit 1; }
}

build() {
  dotnet build Realtime.sln -c Release -clp:NoSummary >"$logs/build.log" 2>&1 || { tail -n 40 "$logs/build.log"; echo "0 passed, 1 failed"; exit 1; }
}

test_project() { # project folder
  local name results
  name=$(basename "$1")
  results=$logs/$name
  dotnet test "$1" -c Release --no-build --logger trx --results-directory "$results" >"$results.log" 2>&1
  local status=$? counters=""
  counters=$(sed -nE 's/.*<Counters total="([0-9]+)" executed="[0-9]+" passed="([0-9]+)" failed="([0-9]+)".*/\2 \3/p' "$results"/*.trx 2>/dev/null | head -n 1)
  if [ -z "$counters" ]; then
    { echo "no result"; tail -n 30 "$results.log"; } | report "$name"; count 0 1; return
  fi
  # shellcheck disable=SC2086
  set -- $counters
  if [ "$status" -ne 0 ] && [ "$2" -eq 0 ]; then
    set -- "$1" 1 # a run that broke off, after tests that passed
    tail -n 30 "$results.log" | report "$name"
  fi
  echo "$name: $1 passed, $2 failed"
  # The name of a failed test, its message and where it was; nothing of the tests that passed.
  [ "$2" -eq 0 ] || awk '/^ +Failed /{on=1} /^ +(Passed|Skipped) |^(Passed|Failed)!|^Results File|^$/{on=0} on' "$results.log" | head -n 100 | report "$name"
  count "$1" "$2"
}

npm_status=
install_npm() { # what two stages share; installed by the first one that runs
  if [ -z "$npm_status" ]; then
    (cd tests/interop && npm ci) >"$logs/npm-interop.log" 2>&1
    npm_status=$?
    [ "$npm_status" -eq 0 ] || { tail -n 20 "$logs/npm-interop.log" | report npm; count 0 1; }
  fi
  return "$npm_status"
}

unit() {
  local project
  install_npm # for the tests of the client, which run against Node's server too; without it those fail and say why
  for project in tests/*.Tests; do
    [ "$(basename "$project")" = Realtime.Samples.Tests ] || test_project "$project"
  done
}

interop() {
  install_npm || return
  (cd tests/interop && node run.mjs) >"$logs/interop.log" 2>&1
  local line
  line=$(grep -E '^interop: [0-9]+ passed, [0-9]+ failed' "$logs/interop.log" | tail -n 1)
  if [ -z "$line" ]; then tail -n 40 "$logs/interop.log" | report interop; count 0 1; return; fi
  echo "$line"
  # shellcheck disable=SC2046
  count $(printf '%s' "$line" | sed -E 's/interop: ([0-9]+) passed, ([0-9]+) failed.*/\1 \2/')
  grep '^tried again' "$logs/interop.log"
  case $line in *" 0 failed"*) ;; *) grep -vE '^(tried again|interop: )' "$logs/interop.log" | head -n 100 | report interop ;; esac # it prints failures only
}

samples() {
  [ ! -d tests/Realtime.Samples.Tests ] || test_project tests/Realtime.Samples.Tests
}

attacks() {
  tests/campaigns/attacks.sh >"$logs/attacks.log" 2>&1
  local line
  line=$(grep -E '^attacks: [0-9]+ of [0-9]+ held' "$logs/attacks.log" | tail -n 1)
  if [ -z "$line" ]; then tail -n 40 "$logs/attacks.log" | report attacks; count 0 1; return; fi
  echo "$line"
  # shellcheck disable=SC2046
  set -- $(printf '%s' "$line" | sed -E 's/attacks: ([0-9]+) of ([0-9]+) held/\1 \2/')
  count "$1" $(($2 - $1))
  [ "$1" -eq "$2" ] || grep -A3 FAILED "$logs/attacks.log" | report attacks
}

packages() {
  [ -x eng/test-packages ] || return 0
  if eng/test-packages >"$logs/packages.log" 2>&1; then
    tail -n 1 "$logs/packages.log"; count "$(grep -c '^ok ' "$logs/packages.log")" 0
  else
    tail -n 40 "$logs/packages.log" | report packages; count "$(grep -c '^ok ' "$logs/packages.log")" 1
  fi
}

install_packages
stage build build
stage unit unit
stage interop interop
stage samples samples
stage attacks attacks
stage packages packages
if [ -s "$failures" ]; then printf '\n== what failed\n'; cat "$failures"; fi
printf '\n%s' "$times"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
