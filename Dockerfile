# One image for all processes of ours; what a container does is its command (docker-compose.yml).
# No secret, key, drop or report is in it: .dockerignore lets in only what the build needs.
ARG PYTHON_IMAGE=python:3.11-slim-trixie
FROM ${PYTHON_IMAGE} AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /srv/p20w
COPY pyproject.toml requirements.lock requirements-uv.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements-uv.lock && python -m venv /opt/venv
# what the project needs to run, at the versions of the lock; the tools of its development stay out
RUN uv pip install --python /opt/venv/bin/python --requirement pyproject.toml --constraint requirements.lock
COPY . .
RUN uv pip install --python /opt/venv/bin/python --no-deps --editable . \
    && /opt/venv/bin/python -m compileall -q p20w dagster_project splink_models expectations deploy

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 p20w \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin p20w \
    && install -d -o p20w -g p20w -m 0700 /var/lib/p20w /srv/reports /srv/users /run/p20w \
    && install -d -o root -g root -m 0755 /srv/drops
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/p20w /srv/p20w
# P20W_SECRETS is where password files will be; none is in the image
# hadolint ignore=DL3064
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    P20W_HOME=/var/lib/p20w \
    P20W_DROPS=/srv/drops \
    P20W_REPORTS=/srv/reports \
    P20W_SECRETS=/run/secrets \
    DAGSTER_DISABLE_TELEMETRY=1 \
    DO_NOT_TRACK=1 \
    GX_ANALYTICS_ENABLED=false
WORKDIR /srv/p20w
USER 10001:10001
CMD ["p20w", "--help"]
