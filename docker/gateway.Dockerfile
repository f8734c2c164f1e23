# A gateway with the page: by default with its own silo in one process, with Gateway__Silo=cluster a client of separate silos.
# Settings: docs/settings.md. Build at the root of the repository: docker build -f docker/gateway.Dockerfile -t orleanscalls-gateway:0.1.0 .
#
# Tags name exact versions. To pin the content, add the digest that `docker buildx imagetools inspect <image>` prints:
# FROM <image>@sha256:<digest>.
FROM node:24.19.0-bookworm-slim AS page
WORKDIR /src/gateway/page
COPY gateway/page/package.json gateway/page/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY gateway/page ./
COPY clients/typescript/src /src/clients/typescript/src
COPY clients/typescript/tsconfig.json /src/clients/typescript/
RUN npm run build && npm sbom --sbom-format=cyclonedx > /src/page.json

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG TARGETARCH
WORKDIR /src
# The files that determine the packages are copied first, so that the layer is cached until they change.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY grain-interfaces/OrleansCalls.GrainInterfaces.csproj grain-interfaces/
COPY grains/OrleansCalls.Grains.csproj grains/
COPY silo/OrleansCalls.Silo.csproj silo/
COPY gateway/OrleansCalls.Gateway.csproj gateway/Page.targets gateway/
RUN dotnet restore gateway/OrleansCalls.Gateway.csproj -a $TARGETARCH -p:PublishReadyToRun=true
COPY grain-interfaces grain-interfaces
COPY grains grains
COPY silo silo
COPY docs/settings.md docs/
COPY gateway gateway
COPY --from=page /src/gateway/wwwroot gateway/wwwroot
RUN dotnet publish gateway/OrleansCalls.Gateway.csproj -c Release --no-restore -a $TARGETARCH --self-contained false -p:PublishReadyToRun=true \
    -p:UseAppHost=false -p:BuildPage=false -o /app
# The software bill of materials: CycloneDX, /app/sbom/*.json.
ARG VERSION=0.1.0
RUN dotnet tool install --tool-path /tools CycloneDX --version 6.3.1 \
 && /tools/dotnet-CycloneDX gateway/OrleansCalls.Gateway.csproj --disable-package-restore --output-format Json --set-name orleanscalls-gateway --set-version "$VERSION" \
    --output /app/sbom --filename packages.json

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble
# /data is for one process with SQLite: mount a volume (-v calls:/data). A cluster stores nothing there.
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/* \
 && mkdir /data && chown $APP_UID /data
# The version of Directory.Build.props and the image's tag; CI adds the commit: --build-arg REVISION=$(git rev-parse HEAD).
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="orleanscalls-gateway" \
      org.opencontainers.image.description="A gateway of OrleansCalls: sockets, REST and the page; by default with its own silo" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=build /app ./
COPY --from=page /src/page.json ./sbom/
ENV ASPNETCORE_URLS=http://+:5080 Storage__Path=/data
EXPOSE 5080
USER $APP_UID
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=90s --retries=3 \
    CMD ["curl", "-fsS", "-o", "/dev/null", "http://localhost:5080/health/ready"]
ENTRYPOINT ["dotnet", "OrleansCalls.Gateway.dll"]
