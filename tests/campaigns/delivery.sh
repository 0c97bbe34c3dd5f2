#!/usr/bin/env bash
# Delivery between real processes over a network that breaks, for some minutes: delivery.sh [minutes] [--faults all|none|cut,kill,…] [--logs folder] [--clients 200] …
# Ends with "sent N, expected N, delivered N, lost N, duplicated N, out of order N, silent gaps N"; non-zero when anything was violated, or a fault or branch is missing.
# Lost packets and a narrow network need root, nft and tc: everything runs in a network namespace of its own then.
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=3
case ${1:-} in [0-9]*) minutes=$1; shift ;; esac
program=artifacts/bin/Realtime.Delivery/release/Realtime.Delivery.dll
[ -f "$program" ] || dotnet build tests/Realtime.Delivery -c Release --nologo -v quiet -clp:ErrorsOnly
for tool in nft:nftables tc:iproute2; do
  command -v "${tool%:*}" > /dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${tool#*:}" > /dev/null; }
done
exec unshare --net bash -c 'ip link set lo up mtu 1500 && exec dotnet "$@"' delivery "$program" --minutes "$minutes" "$@"
