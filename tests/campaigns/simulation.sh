#!/usr/bin/env bash
# Seeded runs on virtual time: simulation.sh [seeds, default 10000] [--from seed]. One seed again, with its log: simulation.sh --seed 17
# Ends with "seeds N, violations N, mutations caught N of N"; non-zero when anything was violated, a mutation was missed, or a fault or branch never occurred.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=artifacts/bin/Realtime.Simulation/release/Realtime.Simulation.dll
dotnet build tests/Realtime.Simulation -c Release --nologo -v quiet -clp:ErrorsOnly
case "${1:-}" in '' | --*) ;; *) set -- --seeds "$@" ;; esac
exec dotnet "$program" "$@"
