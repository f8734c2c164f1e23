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

# One suite, or those of its tests that a filter names; what it prints is kept in a file of its own.
run() { # project, name of the file, further arguments
  dotnet test "$1" -c Release --no-build --nologo --logger 'console;verbosity=minimal' \
    --logger "trx;LogFileName=$2.trx" "${hang[@]}" "${@:3}" 2>&1 | tee "$logs/suite.$2"
  return "${PIPESTATUS[0]}"
}

# The tests that a suite failed in, as a filter; nothing if it was cut short, if anything but a test failed, or if more did than
# chance explains.
failed() {
  local results counted
  grep -qiE 'run (was )?aborted|host process crashed|cleanup failure' "$logs/suite.$1" && return
  results=$(grep -o '<UnitTestResult [^>]*outcome="Failed"' "$logs/results/$1.trx" 2>/dev/null)
  counted=$(sed -nE 's/^Failed! +- Failed: +([0-9]+),.*/\1/p' "$logs/suite.$1")
  [ "$(grep -c . <<< "$results")" = "${counted:-none}" ] || return
  sed -E 's/.* testName="([^"(]*).*/FullyQualifiedName=\1/' <<< "$results" | sort -u \
    | awk '{ all = all (NR > 1 ? "|" : "") $0 } END { if (NR <= 3) print all }'
}

# Counts a suite's failures as passed.
steady() {
  mv "$logs/suite.$1" "$logs/unsteady.$1"
  awk '/^Failed! / { split($0, n, /[^0-9]+/); print "Failed: 0, Passed: " n[2] + n[3] ", Skipped: " n[4] }' \
    "$logs/unsteady.$1" > "$logs/suite.$1"
}

# What failed in the suites whose logs are given, in few lines.
failures() { # what to say, logs
  awk -v said="$1" '/^  Failed / { left = 12; name = FILENAME; sub(/.*\./, "", name); print said, name ":" }
    /^  Stack Trace:/ { left = 0 } left-- > 0 { print substr($0, 1, 400) }' "${@:2}"
}

for project in tests/*/*.csproj clients/*/tests/*/*.csproj; do
  name=$(basename "$(dirname "$project")")
  if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
  grep -q 'Microsoft.NET.Test.Sdk' "$project" || continue
  echo "--- $name"
  began=$SECONDS
  run "$project" "$name"
  code=$?
  # On a machine that others use too, a browser or a cluster may be late by chance. A test that fails is run once more, by
  # itself; one that passes then is named at the end all the same, with its failure.
  if [ $code -ne 0 ] && again=$(failed "$name") && [ -n "$again" ]; then
    echo "--- $name, once more: $again"
    run "$project" "again.$name" --filter "$again" && grep -q 'Passed: *[1-9]' "$logs/suite.again.$name" \
      && steady "$name" && code=0
    mv "$logs/suite.again.$name" "$logs/again.$name"
  fi
  printf '%7d s  %s\n' $((SECONDS - began)) "$name" >> "$logs/times"
  [ $code -eq 0 ] && grep -q 'Passed: *[1-9]' "$logs/suite.$name" && continue
  status=1
  # A suite that crashes, or runs no tests, prints no failures; it must not look successful.
  grep -q 'Failed: *[1-9]' "$logs/suite.$name" \
    || printf '  Failed %s: it ended with %s and no test said why\nFailed!  - Failed: 1, Passed: 0, Skipped: 0\n' \
      "$name" $code >> "$logs/suite.$name"
done
[ -s "$logs/times" ] || { echo "There is no such suite."; exit 1; }

cat "$figures"
echo "Suites:"
sort -rn "$logs/times"
echo "Slowest tests:"
cat "$logs"/results/*.trx 2>/dev/null \
  | sed -nE 's/.*<UnitTestResult .* testName="([^"]*)".* duration="([0-9]+):([0-9]+):([0-9.]+)".*/\2 \3 \4 \1/p' \
  | awk '{ printf "%7.1f s ", $1 * 3600 + $2 * 60 + $3; $1 = $2 = $3 = ""; print substr($0, 3) }' \
  | sort -rn | sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g; 10q'
shopt -s nullglob
# The end of a long log is what people, and a CI, look at first.
failures "Passed only the second time, in" /dev/null "$logs"/unsteady.*
failures "Failed in" /dev/null "$logs"/suite.*
sum() { cat "$logs"/suite.* | grep -oE "$1: +[0-9]+" | awk '{ n += $2 } END { print n + 0 }'; }
echo "$(sum Passed) passed, $(sum Failed) failed, $(sum Skipped) skipped"
exit $status
