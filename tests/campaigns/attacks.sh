#!/usr/bin/env bash
# Attacks a real server, with each protection and without it: attacks.sh [word …]      the words choose attacks by name
# Ends with "attacks: N of N held"; non-zero when one was not.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=artifacts/bin/Realtime.Attacks/release/Realtime.Attacks.dll
[ -f "$program" ] || dotnet build tests/Realtime.Attacks -c Release --nologo -v quiet -clp:ErrorsOnly
exec dotnet "$program" "$@"
