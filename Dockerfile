FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /app bot && install -d -o bot -g bot /data
COPY --from=packages /venv /venv
COPY bot /app/bot
COPY handlers /app/handlers
WORKDIR /app
USER bot
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DATABASE_PATH=/data/bot.sqlite3
VOLUME /data
CMD ["python", "-m", "bot", "run"]
