# Every target does its own set-up: a bare machine with Python 3.11 and make is enough.
# Quotas of `make test`, in minutes (20 in all): unit 3, SSH 3, demo 5; kept for FRR 3, browser 2, PostgreSQL 1, chaos 3.
PYTHON ?= $(shell command -v python3.13 || command -v python3.12 || command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.PHONY: demo test check bench chaos lint wheel clean
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("storenet needs Python 3.11 or newer: make PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	@$(BIN)/storenet demo $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint
	$(BIN)/pytest -q -m "not ssh and not chaos and not demo" $(ARGS)

test: lint
	$(BIN)/pytest -q -m "not chaos" $(ARGS)

chaos: $(READY)
	$(BIN)/pytest -q -m chaos --timeout 1200 $(ARGS)

bench: $(READY)
	$(BIN)/python benchmarks/look.py $(ARGS)

lock: 
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --extra dev pyproject.toml -o requirements.lock

wheel: $(READY)
	$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
