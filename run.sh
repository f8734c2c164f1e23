#!/usr/bin/env bash
# Starts the whole service in one process: http://localhost:5080 unless ASPNETCORE_URLS says otherwise, data under ./data.
set -euo pipefail
cd "$(dirname "$0")"
. silo/Push/Fcm/StandIn/choose.sh

export ASPNETCORE_ENVIRONMENT="${ASPNETCORE_ENVIRONMENT:-Development}"
project=gateway/OrleansCalls.Gateway.csproj
dotnet build "$project" -c Release --nologo -v quiet -clp:ErrorsOnly
# Not "dotnet run", which would stay in memory next to the service, and start it in the project's folder.
exec dotnet "$(dotnet msbuild "$project" -getProperty:TargetPath -p:Configuration=Release)" "$@"
