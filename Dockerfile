FROM python:3.11-slim AS packages
WORKDIR /app
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY bot bot
COPY handlers handlers
# Nothing can be written where it runs: what Python would keep of its sources is made here.
RUN rm requirements.lock && /venv/bin/python -m compileall -q .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data bot \
    && install -d -m 0700 -o bot -g bot /data
COPY --from=packages /venv /venv
COPY --from=packages /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_PATH=/data/bot.sqlite3 \
    METRICS_LISTEN=127.0.0.1:9464
# By number: an orchestrator sees that it is not root.
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["python", "-m", "bot", "health"]
CMD ["python", "-m", "bot", "run"]
