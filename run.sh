#!/usr/bin/env bash
# Starts the whole service in one process: http://localhost:5080 unless ASPNETCORE_URLS says otherwise, data under ./data.
set -euo pipefail
cd "$(dirname "$0")"
. .ci/packages.sh

export ASPNETCORE_ENVIRONMENT="${ASPNETCORE_ENVIRONMENT:-Development}"
dotnet build gateway/OrleansCalls.Gateway.csproj -c Release --nologo -v quiet -clp:ErrorsOnly
exec dotnet run --project gateway/OrleansCalls.Gateway.csproj -c Release --no-build --no-launch-profile -- "$@"
