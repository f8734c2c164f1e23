#!/usr/bin/env bash
# Builds everything and runs all tests. With ORLEANSCALLS_REQUIRE_ALL=1 (CI) a missing PostgreSQL, Chromium or Node is a failure
# instead of a skipped test. Arguments name test folders to run: ./test.sh Machine Grains
set -uo pipefail
cd "$(dirname "$0")"
. silo/Push/Fcm/StandIn/choose.sh

dotnet build OrleansCalls.sln -c Release --nologo -v quiet -clp:ErrorsOnly || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

logs=$(mktemp -d)
figures=$(mktemp)
# A hanging test is named, and its suite stopped, without affecting the following suites.
hang=(--blame-hang-timeout "${ORLEANSCALLS_HANG:-10m}" --blame-hang-dump-type none --results-directory "$logs/results")
export ORLEANSCALLS_FIGURES="$figures"
trap 'rm -rf "$logs" "$figures"' EXIT
status=0
for project in tests/*/*.csproj clients/*/tests/*/*.csproj; do
  name=$(basename "$(dirname "$project")")
  if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
  grep -q 'Microsoft.NET.Test.Sdk' "$project" || continue
  echo "--- $name"
  began=$SECONDS
  dotnet test "$project" -c Release --no-build --nologo --logger 'console;verbosity=minimal' \
    --logger "trx;LogFileName=$name.trx" "${hang[@]}" 2>&1 | tee "$logs/suite.$name"
  code=${PIPESTATUS[0]}
  printf '%7d s  %s\n' $((SECONDS - began)) "$name" >> "$logs/times"
  [ "$code" -eq 0 ] && grep -q 'Passed: *[1-9]' "$logs/suite.$name" && continue
  status=1
  # A suite that crashes, or runs no tests, prints no failures; it must not look successful.
  grep -q 'Failed: *[1-9]' "$logs/suite.$name" || echo 'Failed!  - Failed: 1, Passed: 0, Skipped: 0' >> "$logs/suite.$name"
done

cat "$figures"
echo "Suites:"
sort -rn "$logs/times"
echo "Slowest tests:"
cat "$logs"/results/*.trx 2>/dev/null \
  | sed -nE 's/.*<UnitTestResult .* testName="([^"]*)".* duration="([0-9]+):([0-9]+):([0-9.]+)".*/\2 \3 \4 \1/p' \
  | awk '{ printf "%7.1f s ", $1 * 3600 + $2 * 60 + $3; $1 = $2 = $3 = ""; print substr($0, 3) }' \
  | sort -rn | sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g; 10q'
# The end of a long log is what people, and a CI, look at first.
awk '/^  Failed / { left = 12; print FILENAME ":" } /^  Stack Trace:/ { left = 0 } left-- > 0 { print substr($0, 1, 400) }' \
  "$logs"/suite.* | sed "s|^$logs/suite\.|Failed in |"
sum() { cat "$logs"/suite.* | grep -oE "$1: +[0-9]+" | awk '{ n += $2 } END { print n + 0 }'; }
echo "$(sum Passed) passed, $(sum Failed) failed, $(sum Skipped) skipped"
exit $status
