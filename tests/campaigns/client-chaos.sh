#!/usr/bin/env bash
# Clients behind a proxy that makes faults, for two minutes: client-chaos.sh [--seconds 120] [--clients 50] [--seed 1] [--break order|answer]
# Ends with "clients: N of N connected, N hung awaits, N out of order"; non-zero when anything was violated.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=artifacts/bin/Realtime.ClientChaos/release/Realtime.ClientChaos.dll
[ -f "$program" ] || dotnet build tests/Realtime.ClientChaos -c Release --nologo -v quiet -clp:ErrorsOnly
exec dotnet "$program" "$@"
