# Sourced by run.sh and test.sh, from the root of the repository. Decides for each group of packages whether the official ones or
# the stand-ins under embedded/ are used, and remembers it in .packages.local.props (git-ignored).
#   PACKAGES=ask       ask the package source again (default: only when nothing is remembered)
#   PACKAGES=embedded  stand-ins for all groups
#   PACKAGES=official  official packages for all groups

remember_packages() {
  cat > .packages.local.props <<EOF
<Project>
  <PropertyGroup>
    <EmbeddedOrleans>$1</EmbeddedOrleans>
    <EmbeddedFirebaseAdmin>$2</EmbeddedFirebaseAdmin>
    <EmbeddedJwtBearer>$3</EmbeddedJwtBearer>
  </PropertyGroup>
</Project>
EOF
}

# Prints false (no stand-in needed) when the package source has the group, else true.
lacks_group() {
  if dotnet restore .ci/probe/probe.csproj -p:IgnorePackagesFile=true -p:Group="$1" --force --nologo -v quiet >/dev/null 2>&1; then
    echo false
  else
    echo true
  fi
}

case "${PACKAGES:-}" in
  embedded) remember_packages true true true ;;
  official) remember_packages false false false ;;
  ask | '')
    if [ "${PACKAGES:-}" = ask ] || [ ! -f .packages.local.props ]; then
      echo "Asking the package source what it has (once)..."
      remember_packages "$(lacks_group Orleans)" "$(lacks_group FirebaseAdmin)" "$(lacks_group JwtBearer)"
    fi
    ;;
  *)
    echo "PACKAGES is '$PACKAGES'; it must be ask, embedded or official." >&2
    exit 1
    ;;
esac

stand_ins=$(sed -n 's:.*<Embedded\([A-Za-z]*\)>true<.*:\1:p' .packages.local.props | paste -sd' ' -)
if [ -n "$stand_ins" ]; then
  echo "Packages: stand-ins under embedded/ for $stand_ins; the rest official. (PACKAGES=ask asks the package source again.)"
else
  echo "Packages: all official."
fi
