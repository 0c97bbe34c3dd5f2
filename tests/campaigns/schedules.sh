#!/usr/bin/env bash
# Systematic schedules of room log, outbound queue and ack table: schedules.sh [schedules of each scenario, default 10000]
# One scenario: schedules.sh --scenario room-log-join [--schedules 1000 | --seed 17] [--without Type.Method, a lock statement that is left out]
# Ends with "schedules N, violations N, planted races found N of N"; non-zero when anything was violated or a planted race was missed.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build tests/Realtime.Schedules -c Release --nologo -v quiet -clp:ErrorsOnly
exec dotnet artifacts/bin/Realtime.Schedules/release/Realtime.Schedules.dll "$@"
