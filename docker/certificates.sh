#!/usr/bin/env bash
# Creates certificates for TLS between the processes of a cluster: an authority, once, and a certificate for each name.
#   docker/certificates.sh FOLDER silo-1 silo-2 gateway-1
# Keep FOLDER/authority.key off the machines that run silos and gateways: it can sign further certificates.
set -euo pipefail
folder=${1:?a folder for the files}
shift
mkdir -p "$folder"
cd "$folder"
umask 077
if [ ! -f authority.key ]; then
  openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -subj "/CN=orleans-calls cluster" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout authority.key -out authority.pem
fi
for name in "$@"; do
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/CN=$name" -keyout "$name.key" -out "$name.csr"
  openssl x509 -req -in "$name.csr" -CA authority.pem -CAkey authority.key -CAcreateserial -days 365 -out "$name.pem" \
    -extfile <(printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:%s\n' "$name")
  rm "$name.csr"
done
