#!/usr/bin/env bash
# Delivery by three server processes over a real Redis, of which something breaks: cluster.sh [fault] [--seconds 60] [--logs folder] [--clients 200] …
# Faults: kill, pause, rolling, redis-restart, redis-empty, pub-sub, quiet, redis-pause, sentinel, redis-cluster; all of them without an argument, and none.
# A line for each fault, then "faults N of N clean, sent N, expected N, delivered N, lost 0, …"; non-zero when one is not clean.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=artifacts/bin/Realtime.Delivery/release/Realtime.Delivery.dll
[ -f "$program" ] || dotnet build tests/Realtime.Delivery -c Release --nologo -v quiet -clp:ErrorsOnly
command -v redis-server > /dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server > /dev/null; }
exec dotnet "$program" cluster "$@"
