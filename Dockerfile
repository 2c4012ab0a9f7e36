# One image: the pages, the worker, beat and the migrations differ by their command alone.
FROM python:3.13-slim AS built

ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /srv/lucky-link
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps --requirement requirements.lock
COPY . .
RUN python -c "from lucky_link.local import fonts, translations; translations.compile_all(); fonts.cut_all()" \
    && SECRET_KEY=of-no-use-outside-this-line DATABASE_URL=postgresql:///none REDIS_URL=redis://none \
       python manage.py collectstatic --noinput --verbosity 0


FROM python:3.13-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/lucky-link --shell /usr/sbin/nologin lucky \
    && mkdir --parents /var/lib/lucky-link \
    && chown lucky:lucky /var/lib/lucky-link

COPY --from=built /opt/venv /opt/venv
COPY --from=built /srv/lucky-link /srv/lucky-link
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 LUCKY_LINK_VAR=/var/lib/lucky-link
WORKDIR /srv/lucky-link
USER lucky
VOLUME /var/lib/lucky-link
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--respawn-interval", "0.5", "lucky_link.wsgi:application"]
