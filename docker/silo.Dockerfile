# A silo: a host for grains, one of several in a cluster. Settings: docs/settings.md.
# Build at the root of the repository: docker build -f docker/silo.Dockerfile -t orleanscalls-silo:0.1.0 .
#
# Tags name exact versions. To pin the content, add the digest that `docker buildx imagetools inspect <image>` prints:
# FROM <image>@sha256:<digest>.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG TARGETARCH
WORKDIR /src
# The files that determine the packages are copied first, so that the layer is cached until they change.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY grain-interfaces/OrleansCalls.GrainInterfaces.csproj grain-interfaces/
COPY grains/OrleansCalls.Grains.csproj grains/
COPY silo/OrleansCalls.Silo.csproj silo/
RUN dotnet restore silo/OrleansCalls.Silo.csproj -a $TARGETARCH -p:PublishReadyToRun=true
COPY grain-interfaces grain-interfaces
COPY grains grains
COPY silo silo
COPY docs/settings.md docs/
RUN dotnet publish silo/OrleansCalls.Silo.csproj -c Release --no-restore -a $TARGETARCH --self-contained false -p:PublishReadyToRun=true \
    -p:UseAppHost=false -o /app
# The software bill of materials: CycloneDX, /app/sbom/*.json.
ARG VERSION=0.1.0
RUN dotnet tool install --tool-path /tools CycloneDX --version 6.3.1 \
 && /tools/dotnet-CycloneDX silo/OrleansCalls.Silo.csproj --disable-package-restore --output-format Json --set-name orleanscalls-silo --set-version "$VERSION" \
    --output /app/sbom --filename packages.json

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
# The version of Directory.Build.props and the image's tag; CI adds the commit: --build-arg REVISION=$(git rev-parse HEAD).
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="orleanscalls-silo" \
      org.opencontainers.image.description="A silo of OrleansCalls: hosts the grains" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=build /app ./
# Health and metrics; other silos; gateways.
ENV ASPNETCORE_URLS=http://+:5081
EXPOSE 5081 11111 30000
USER $APP_UID
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=90s --retries=3 \
    CMD ["curl", "-fsS", "-o", "/dev/null", "http://localhost:5081/health/ready"]
ENTRYPOINT ["dotnet", "OrleansCalls.Silo.dll"]
