# What one does with this repository. Every target works from a clean clone, and again at once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What the bot and the demo need, and what whoever works on them needs beside it: two stamps, one environment.
RUNS := $(VENV)/.runs
READY := $(VENV)/.ready

.PHONY: demo run test mutants outside chaos soak fuzz check screens screenshots bench benchmark watch-benchmark flood coverage drawings rows released recipes texts lock audit sbom clean

demo: $(RUNS)  ## the bot, both stand-ins and the chat page; no token, no account
	$(BIN)/python -m bot demo

run: $(RUNS)  ## the bot for real; settings from the environment or .env
	$(BIN)/python -m bot run

test: $(READY)  ## all tests
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal

mutants: $(READY)  ## breaks each handler, reader and transition in turn; lists what no test notices (ONLY=add: a part)
	ONLY="$(ONLY)" AGAIN="$(AGAIN)" $(BIN)/python -m tests.mutants

check: $(READY)  ## style, types, arrows between packages
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

screens: $(RUNS)  ## every screen in every language, written to docs/screens.txt
	$(BIN)/python -m bot screens > docs/screens.txt

screenshots: $(READY)  ## the gallery in docs/, taken from the chat page in a headless Chromium
	$(BIN)/python -m tests.screenshots

outside: $(READY)  ## forged buttons and hostile answers of SMSC in their long forms (some minutes)
	$(BIN)/python -m tests.forgeries
	$(BIN)/python -m tests.hostile_answers

chaos: $(READY)  ## the process killed at each named point, and KILLS times (1000) at any; then the books are compared (an hour)
	$(BIN)/python -m pytest -q -m long tests/test_kills.py tests/test_webhook.py
	$(BIN)/python -m tests.kills $(or $(KILLS),1000)

soak: $(READY)  ## MINUTES (10) of people at work while one answer in a hundred fails: memory, and what got stuck
	$(BIN)/python -m tests.soak $(or $(MINUTES),10)

fuzz: $(READY)  ## INPUTS (100000) of nonsense: SMSC's answers, updates, heads of files, buttons, tables
	$(BIN)/python -m tests.fuzz $(or $(INPUTS),100000)

bench: $(READY)  ## what an update costs beside bare aiogram, and how that grows; written to docs/measured.md (some minutes)
	$(BIN)/python -m tests.bench

watch-benchmark: $(READY)  ## what watching 10 000 accounts costs (three quarters of an hour)
	$(BIN)/python -m tests.watch_benchmark

benchmark: $(READY)  ## the time of each step of the main story, and the memory of the process
	$(BIN)/python -m tests.benchmark

flood: $(READY)  ## how much one person's flood, and an SMSC that hangs for one account, slow others
	$(BIN)/python -m tests.flood

coverage: $(READY)  ## docs/coverage.md: each parameter of the API, and where a person reaches it
	WRITE_COVERAGE=1 $(BIN)/python -m pytest tests/test_coverage.py

drawings: $(READY)  ## docs/architecture.md: the packages, and the way of an update, as the code has them
	WRITE_DRAWINGS=1 $(BIN)/python -m pytest tests/test_architecture.py

rows: $(READY)  ## docs/reliability.md: what must hold, and which tests show it
	WRITE_ROWS=1 $(BIN)/python -m pytest tests/test_reliability_rows.py

released: $(READY)  ## the file that the upgrades of later versions are tested with: once, when a version is released
	$(BIN)/python -m tests.released tests/released/$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml).sqlite3.gz

recipes: $(READY)  ## follows the recipes of CONTRIBUTING.md word by word in a copy
	$(BIN)/python -m tests.recipes

texts: $(READY)  ## brings ru.po and kk.po up to date with the texts in the code
	$(BIN)/python -m bot.locales.extract

lock: $(READY)  ## brings the lock files up to date with pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate pyproject.toml --group dev -o requirements-dev.lock

audit: $(READY)  ## looks for known holes in what the bot is made of (asks PyPI)
	$(BIN)/uv tool run -q pip-audit@2.10.1 -r requirements.lock --disable-pip --require-hashes --progress-spinner off

sbom: $(READY)  ## the bill of materials, sbom.json: every library with its version and hashes (CycloneDX)
	$(BIN)/uv tool run -q --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
		--mc-type application --output-reproducible -o sbom.json

clean:  ## removes what was made here
	rm -rf $(VENV) sbom.json .mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

$(VENV)/pyvenv.cfg:
	$(PYTHON) -m venv $(VENV)

$(RUNS): requirements.lock | $(VENV)/pyvenv.cfg
	$(PIP) -r requirements.lock
	touch $@

$(READY): requirements-dev.lock | $(VENV)/pyvenv.cfg
	$(PIP) -r requirements-dev.lock
	touch $(RUNS) $@
