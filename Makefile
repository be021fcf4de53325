# Every target does its own set-up: a bare machine with Python 3.11 and make is enough.
# Quotas of `make test`, in minutes (20 in all): unit 3, SSH 3, demo 5; kept for FRR 3, browser 2, PostgreSQL 1, chaos 3.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=
# What needs nothing but its own process runs side by side, and so do the demos, which mostly wait for clocks; everything else has the machine to itself.
INSIDE := not ssh and not chaos and not demo and not browser and not netns
QUICK := $(INSIDE) and not scenario

.PHONY: demo test check chromium netns-packages lab-test fuzz bench bench-lab bench-anomaly chaos lint lock cases schemas assets wheel clean

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "storenet needs Python 3.11 or newer: make PYTHON=..." >&2; exit 1; }
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
	$(BIN)/pytest -q -n 2 --dist loadfile -m "$(QUICK)" $(ARGS)

# Browser tests drive Debian's Chromium; where it is missing and can be installed, it is; elsewhere they are skipped and say so.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1; } \
		|| echo "no Chromium here: the browser tests will be skipped" >&2

# The real stores' software (FRR, Open vSwitch, dnsmasq ...): installed as root where apt-get is, else it is said what is missing.
netns-packages:
	@.ci/netns-packages.sh

test: lint chromium netns-packages
	$(BIN)/pytest -q -n 2 --dist loadfile -m "$(INSIDE)" $(ARGS)
	$(BIN)/pytest -q -n 2 --dist loadfile -m "demo and not chaos" $(ARGS)
	$(BIN)/pytest -q -m "not ($(INSIDE)) and not demo and not chaos and not netns_long" $(ARGS)

# Stores of real software in namespaces (Linux, root): every fault, and the devices' own suites. Figures land in benchmarks/results.
lab-test: $(READY) netns-packages
	rm -f benchmarks/results/real-stores.jsonl benchmarks/results/real-ways.jsonl
	STORENET_LAB_RESULTS=benchmarks/results/real-stores.jsonl $(BIN)/pytest -q -m netns --timeout 1200 $(ARGS)

chaos: $(READY)
	$(BIN)/pytest -q -m chaos --timeout 1200 $(ARGS)
	CRASH_STEP=3 $(BIN)/pytest -q --timeout 1200 tests/scenarios/test_crashes.py

# Strangers' bytes by coverage (Linux, Python 3.11 to 3.13): FUZZ_SECONDS for each target; what it found stays in .fuzz.
FUZZ_SECONDS ?= 60
FUZZ := message stream trap proven_trap alerts webhook heartbeats signature datagram agent answer recording recorded_lines
$(VENV)/fuzz/.ready: $(READY) requirements-fuzz.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade --target $(VENV)/fuzz --require-hashes -r requirements-fuzz.lock
	@touch $@

fuzz: $(VENV)/fuzz/.ready
	for target in $(FUZZ); do PYTHONPATH=$(VENV)/fuzz $(BIN)/python -m tests.fuzz.run $$target --seconds $(FUZZ_SECONDS) \
		--corpus .fuzz/$$target || exit 1; done

bench: $(READY)
	for name in one_look frequent_look push first_action hints; do $(BIN)/python benchmarks/$$name.py $(ARGS) || exit 1; done

bench-lab: $(READY)
	$(BIN)/python benchmarks/lab_size.py

# What recognition costs and what it is worth: no lab process, no SSH; minutes.
bench-anomaly: $(READY)
	for name in anomaly_batch recognition naming_ablation usual_ablation; do $(BIN)/python benchmarks/$$name.py || exit 1; done

lock: $(READY)
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --extra dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --group fuzz -o requirements-fuzz.lock

# Case files drafted anew from what the shipped signatures do now: for whoever has changed one on purpose.
cases: $(READY)
	for file in anomaly/signatures/*.yaml; do name=$$(basename $$file .yaml); $(BIN)/storenet signature draft $$name > anomaly/signatures/cases/$$name.yaml || exit 1; done

# JSON Schemas of the content files, made from the models that read them.
schemas: $(READY)
	for kind in symptom signature recipe case; do $(BIN)/storenet signature schema $$kind > docs/schemas/$$kind.json || exit 1; done

VENDOR := controller/api/static/vendor
assets:
	npm ci --ignore-scripts --silent
	cp node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/
	cp node_modules/idiomorph/dist/idiomorph-ext.min.js $(VENDOR)/
	cp node_modules/htmx.org/LICENSE $(VENDOR)/htmx.LICENSE
	cp node_modules/idiomorph/LICENSE $(VENDOR)/idiomorph.LICENSE
	cd $(VENDOR) && sha256sum *.js > SHA256SUMS

wheel: $(READY)
	$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
