#!/usr/bin/env bash
# Fuzzes every target of tests/Realtime.Fuzz with AFL++ on instrumented assemblies: fuzz.sh [minutes per target] [target…]
# Ends with "fuzz: N targets, N executions, N paths, N crashes, N hangs"; non-zero when there was a crash or a hang.
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=${1:-5}
shift || true
work=$PWD/artifacts/fuzz
tool=$work/tools/sharpfuzz
version=$(sed -nE 's/.*"SharpFuzz" Version="([^"]+)".*/\1/p' Directory.Packages.props)

if ! command -v afl-fuzz > /dev/null; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends afl++ > /dev/null
fi
[ -x "$tool" ] || dotnet tool install SharpFuzz.CommandLine --version "$version" --tool-path "$work/tools" > /dev/null

# The instrumented copy is made anew each time: an assembly can be instrumented only once.
rm -rf "$work/bin" "$work/in" "$work/out"
mkdir -p "$work/in" "$work/out"
dotnet publish tests/Realtime.Fuzz -c Release -o "$work/bin" --nologo -v quiet

# AFL passes over seeds that crash, so they are tried first, by the code as it is.
if [ $# -gt 0 ]; then targets=("$@"); else targets=($(ls tests/Realtime.Fuzz/Corpus)); fi
for target in "${targets[@]}"; do
  find "tests/Realtime.Fuzz/Corpus/$target" -type f -exec dotnet "$work/bin/Realtime.Fuzz.dll" "$target" {} +
done

for assembly in Realtime.Core Realtime.AspNetCore; do
  "$tool" "$work/bin/$assembly.dll"
done

# AFL neither asks for settings of the kernel nor binds to a core.
export AFL_SKIP_CPUFREQ=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
export DOTNET_TieredPGO=0 DOTNET_gcServer=0

executions=0 paths=0 crashes=0 hangs=0
stat() { sed -nE "s/^$2 *: *([0-9]+).*/\1/p" "$work/out/$1/default/fuzzer_stats"; }
for target in "${targets[@]}"; do
  mkdir -p "$work/in/$target"
  find "tests/Realtime.Fuzz/Corpus/$target" -type f -exec cp {} "$work/in/$target/" \;
  dictionary=()
  case $target in packet | payload) dictionary=(-x tests/Realtime.Fuzz/packet.dict) ;; esac
  afl-fuzz -i "$work/in/$target" -o "$work/out/$target" "${dictionary[@]}" -t 5000 -m none -V $((minutes * 60)) \
    -- dotnet "$work/bin/Realtime.Fuzz.dll" "$target" > "$work/out/$target.log" 2>&1 || { tail -30 "$work/out/$target.log"; exit 1; }
  e=$(stat "$target" execs_done) p=$(stat "$target" corpus_count) c=$(stat "$target" saved_crashes) h=$(stat "$target" saved_hangs)
  echo "$target: $e executions, $p paths, $(stat "$target" edges_found) edges, $c crashes, $h hangs"
  executions=$((executions + e)) paths=$((paths + p)) crashes=$((crashes + c)) hangs=$((hangs + h))
done

[ "$((crashes + hangs))" -eq 0 ] || find "$work/out" \( -path '*/crashes/id*' -o -path '*/hangs/id*' \) -printf 'finding: %P\n'
echo "fuzz: ${#targets[@]} targets, $executions executions, $paths paths, $crashes crashes, $hangs hangs"
[ "$((crashes + hangs))" -eq 0 ]
