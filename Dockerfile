# Greffier in a container: docker build -t greffier .
# How to run it, and what was proven without a Docker engine: docs/operators/container.md
FROM debian:trixie-slim

# The packages, from the one list that machines and CI use too.
COPY scripts/packages /usr/local/lib/greffier/packages
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        $(/usr/local/lib/greffier/packages --image) \
    && rm -rf /var/lib/apt/lists/*

# The libraries by version and hash; they change less often than the code below.
COPY requirements.lock /usr/local/src/greffier/
RUN python3 -m venv /opt/greffier \
    && /opt/greffier/bin/pip install --no-cache-dir --require-hashes \
        --requirement /usr/local/src/greffier/requirements.lock

COPY pyproject.toml LICENSE README.md /usr/local/src/greffier/
COPY service /usr/local/src/greffier/service
COPY templates /usr/local/src/greffier/templates
COPY converters /usr/local/src/greffier/converters
COPY clients /usr/local/src/greffier/clients
RUN /opt/greffier/bin/pip install --no-cache-dir --no-deps --no-build-isolation \
        /usr/local/src/greffier \
    && rm -rf /usr/local/src/greffier

COPY scripts/first-key /usr/local/bin/greffier-first-key

# A user of its own; a fixed number, so that mounted folders can be given to it.
# The folders exist here for new volumes to take their owner from.
RUN useradd --uid 10001 --user-group --home-dir /var/lib/greffier --no-create-home \
        --shell /usr/sbin/nologin greffier \
    && install --directory --owner greffier --group greffier --mode 700 \
        /var/lib/greffier /etc/greffier
USER greffier
WORKDIR /var/lib/greffier

ENV PATH=/opt/greffier/bin:/usr/local/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    GREFFIER_DATA_DIR=/var/lib/greffier \
    GREFFIER_HOST=0.0.0.0 \
    GREFFIER_PORT=8080
EXPOSE 8080

# Ready, not only alive: what waits for a healthy container wants to convert.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"GREFFIER_PORT\"]}/health/ready', timeout=4)"]

# tini hands signals on and reaps what a killed office leaves behind.
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["greffier", "serve"]
