# Sourced by run.sh and test.sh at the root of the repository: restores the silo, and sets FirebaseAdminStandIn when the package
# source has no FirebaseAdmin. The exported variable is an MSBuild property of every later dotnet command.
if [ -z "${FirebaseAdminStandIn:-}" ]; then
  if ! restored=$(dotnet restore silo/OrleansCalls.Silo.csproj --nologo -v quiet 2>&1); then
    if ! grep -qE 'NU110[123].*FirebaseAdmin' <<< "$restored"; then
      echo "$restored" >&2
      exit 1
    fi
    export FirebaseAdminStandIn=true
    echo "The package source has no FirebaseAdmin: its stand-in is compiled (silo/Push/Fcm/StandIn)."
  fi
  unset restored
fi
