# The portal's image: web server, worker and beat run from it alike. It carries all it needs; nothing is fetched at run time.

FROM node:22-bookworm-slim AS pages
WORKDIR /pages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm AS built
RUN python -m venv /opt/venv
COPY requirements-production.lock /tmp/
RUN /opt/venv/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary=:all: -r /tmp/requirements-production.lock
WORKDIR /srv/csms
COPY . .
COPY --from=pages /pages/node_modules node_modules
# Icons and static files are put together here, so that the running portal only reads them.
RUN /opt/venv/bin/python -m stack.icons --strict \
    && CSMS_COLLECTED=1 /opt/venv/bin/python manage.py collectstatic --noinput -v 0 \
    && /opt/venv/bin/python -m compileall -q . \
    && rm -rf node_modules/@tabler/icons \
    && mkdir -p var/files var/drop

FROM python:3.11-slim-bookworm
# Pango and friends draw the PDF reports; the client of the database's version brings pg_dump for backups.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libglib2.0-0 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b \
        libharfbuzz-subset0 libfontconfig1 postgresql-common ca-certificates \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /home/csms csms
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 CSMS_COLLECTED=1
COPY --from=built /opt/venv /opt/venv
COPY --from=built /srv/csms /srv/csms
RUN chown csms:csms /srv/csms/var /srv/csms/var/files
WORKDIR /srv/csms
USER csms
VOLUME /srv/csms/var/files
EXPOSE 8000
CMD ["gunicorn", "csms.wsgi", "-b", "0.0.0.0:8000"]
