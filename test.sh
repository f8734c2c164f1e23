#!/usr/bin/env bash
# Builds everything and runs all tests. With ORLEANSCALLS_REQUIRE_ALL=1 (CI) a missing PostgreSQL, Chromium or Node is a failure
# instead of a skipped test. Arguments name test folders to run: ./test.sh Machine Grains
set -uo pipefail
cd "$(dirname "$0")"
. .ci/packages.sh

dotnet build OrleansCalls.sln -c Release --nologo -v quiet -clp:ErrorsOnly || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

out=$(mktemp)
trap 'rm -f "$out"' EXIT
status=0
for project in tests/*/*.csproj; do
  name=$(basename "$(dirname "$project")")
  if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
  grep -q 'Microsoft.NET.Test.Sdk' "$project" || continue
  echo "--- $name"
  dotnet test "$project" -c Release --no-build --nologo --logger 'console;verbosity=minimal' | tee -a "$out"
  if [ "${PIPESTATUS[0]}" -ne 0 ]; then
    status=1
    # A host that dies prints no summary; it must not look like a suite without tests.
    tail -n 3 "$out" | grep -q 'Failed:' || echo 'Failed!  - Failed: 1, Passed: 0, Skipped: 0' >> "$out"
  fi
done

sum() { grep -oE "$1: +[0-9]+" "$out" | awk '{ n += $2 } END { print n + 0 }'; }
echo "$(sum Passed) passed, $(sum Failed) failed, $(sum Skipped) skipped"
exit $status
