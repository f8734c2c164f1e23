#!/usr/bin/env bash
# Fuzzes one target with AFL++, guided by the coverage of the service's own assemblies: tests/Fuzz/fuzz.sh TARGET [MINUTES]
# Needs afl-fuzz (Debian: afl++) and the .NET tool sharpfuzz (dotnet tool install --global SharpFuzz.CommandLine).
set -euo pipefail
cd "$(dirname "$0")"
target=${1:?which target? $(ls Corpus | tr '\n' ' ')}
minutes=${2:-10}
command -v afl-fuzz >/dev/null || { echo "afl-fuzz is missing (Debian: apt-get install afl++)"; exit 1; }
command -v sharpfuzz >/dev/null || { echo "sharpfuzz is missing (dotnet tool install --global SharpFuzz.CommandLine)"; exit 1; }

work=$(mktemp -d)
dotnet build -c Release --nologo -v quiet -clp:ErrorsOnly
cp -r ../../artifacts/bin/OrleansCalls.Tests.Fuzz/release "$work/bin"
for assembly in "$work"/bin/OrleansCalls.{Gateway,Grains,GrainInterfaces,Silo}.dll; do
  if [ -f "$assembly" ]; then sharpfuzz "$assembly"; fi
done

echo "Findings will be in $work/out"
AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 \
  afl-fuzz -i "Corpus/$target" -o "$work/out" -t 10000 -m none -V $((minutes * 60)) -- \
  dotnet "$work/bin/OrleansCalls.Tests.Fuzz.dll" "$target"
crashes=$(find "$work/out" -path '*crashes*' -name 'id*' | wc -l)
echo "$target: $crashes inputs that threw; each belongs into tests/Fuzz/Corpus/$target, and what it shows is to be mended"
[ "$crashes" -eq 0 ]
