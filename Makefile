# Run `make help` for what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamps
PYTEST := $(BIN)/python -m pytest
# Twice the usual two cores, since half of the tests wait for servers; see tests/parallel.py.
JOBS ?= 4
# What took how long is added to this file.
TIMES ?= /dev/null
NOTE = trap 'echo "$$SECONDS s  $(1)" >> $(TIMES)' EXIT
SHARED := -n $(JOBS) --dist loadfile --no-loadscope-reorder
N ?= 2
LEADS ?= 300
MINUTES ?= 20
WORKERS ?= 3
SIZES ?= 1000,10000,100000
PROFILE ?= fast
# Four processes read the tests: without this, where it is set, each would compile them again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup browser demo test unit integration lint fmt types collect cov sites samples check up down ps \
        worker api scale env docs flower migrate chaos load bench scale-proof mutants compose-test lock refresh \
        licenses audit release clean

help: ## Show this list
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# --- setting up -----------------------------------------------------------------------------------

setup: $(STAMP)/python $(STAMP)/browser ## Install everything the other targets need

$(STAMP)/python: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; try make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the Python packages ..."
	@if command -v uv >/dev/null; then \
	  uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock; \
	else \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock; \
	fi
	@# Commands start twice as fast from compiled modules, and not every installer compiles them.
	@$(BIN)/python -m compileall -q -q -j 0 $(VENV)/lib lfassess || true
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/lfassess.pth"
	@printf '#!%s\nfrom lfassess.cli.app import main\n\nmain()\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/lfassess
	@chmod +x $(BIN)/lfassess
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/browser: $(STAMP)/python lfassess/cli/setup.py lfassess/clients/lighthouse/package-lock.json
	@# What can't be installed is named, and the rest goes on without it.
	@LFASSESS_LIGHTHOUSE_DIR=$(CURDIR)/$(VENV)/lighthouse $(BIN)/lfassess setup --yes || test $$? = 1
	@mkdir -p $(STAMP) && touch $@

# --- using ----------------------------------------------------------------------------------------

demo: setup ## Audit the demo sites for real, paid providers emulated
	@$(BIN)/python scripts/demo.py

up: setup ## Start the embedded stack
	@$(BIN)/lfassess up

ps: setup ## Show what runs on this machine
	@$(BIN)/lfassess ps

down: setup ## Stop the embedded stack
	@$(BIN)/lfassess down

api: setup ## Serve the API and the pages on 127.0.0.1:8000
	@$(BIN)/lfassess api

scale: ## N io workers, in Compose where it runs, else in the embedded stack: make scale N=4
	@if [ -n "$$(docker compose ps -q worker 2>/dev/null)" ]; then \
	  docker compose up -d --no-recreate --scale worker=$(N); \
	else $(BIN)/lfassess scale $(N); fi

env: ## Write .env with fresh secrets for docker compose; what is there stays
	@$(PYTHON) scripts/make_env.py

worker: setup ## Run one worker in the foreground
	@$(BIN)/lfassess worker

flower: setup ## Run Flower on 127.0.0.1:5555
	@$(BIN)/lfassess flower

migrate: setup ## Bring the database's schema up to date
	@$(BIN)/lfassess db upgrade

# --- checking -------------------------------------------------------------------------------------

test: ## Pass everything: lint, types, import contracts, all tests
	@$(call NOTE,setup lint types); $(MAKE) --no-print-directory -j $(JOBS) setup lint types collect
	@$(call NOTE,tests); $(MAKE) --no-print-directory cov

check: test ## The same as test

lint: $(STAMP)/python ## Lint, format and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/codespell lfassess tests configs docs scripts examples README.md CHANGELOG.md CONTRIBUTING.md
	@$(BIN)/lint-imports --no-cache

compose-test: $(STAMP)/python ## Test the containers with a real Docker engine
	@$(call NOTE,containers); scripts/compose_test.sh

load: setup ## Run LEADS leads through WORKERS workers; PROFILE=realistic is as slow as providers
	@$(BIN)/python scripts/assessment_load_test.py --leads=$(LEADS) --workers=$(WORKERS) \
	  --profile=$(PROFILE) --duration=$$(( $(MINUTES) * 60 ))

docs: $(STAMP)/python ## Build the documentation as a site, into site/; a broken link ends it
	@$(BIN)/zensical build --strict --clean

mutants: $(STAMP)/python ## Change what decides, bit by bit, and list what no test notices; NAMES="lfassess.scoring*"
	@nice $(BIN)/mutmut run $(NAMES) | tr '\r' '\n' | tail -n 1
	@$(BIN)/mutmut results | grep -v 'not checked' || true

bench: $(STAMP)/python ## Time single parts, against their goals and the reference
	@mkdir -p .bench
	@$(PYTEST) tests/bench -q -m bench --timeout 600 --benchmark-columns=median,rounds \
	  --benchmark-json=.bench/results.json
	@$(BIN)/python scripts/bench_compare.py .bench/results.json $(BENCH)

scale-proof: setup ## Grow a store to SIZES leads and measure what the next lead costs in each
	@mkdir -p .bench
	@$(BIN)/python scripts/scale_proof.py --sizes $(SIZES) --plot .bench/growth.svg

chaos: setup ## Break a running installation in every way; LEADS, MINUTES, SEED, STORAGE can be set
	@$(BIN)/python -m tests.chaos.run --leads $(LEADS) --minutes $(MINUTES) \
	  $(if $(SEED),--seed $(SEED)) $(if $(STORAGE),--storage $(STORAGE)) $(if $(filter-out fast,$(PROFILE)),--profile $(PROFILE))

fmt: $(STAMP)/python ## Format the code
	@$(BIN)/ruff check --fix-only -q .
	@$(BIN)/ruff format .

types: $(STAMP)/python ## Type-check
	@$(BIN)/mypy

# Beside the type checker, which takes one processor: what is compiled here, all test processes use.
collect: $(STAMP)/python
	@$(PYTEST) --collect-only -q > /dev/null || $(PYTEST) --collect-only -q

unit: $(STAMP)/python ## Run the tests that need no servers
	@$(PYTEST) $(SHARED) -m "not (integration or browser or lighthouse or docker or bench)"

integration: setup ## Run the tests that start real servers and browsers
	@$(PYTEST) $(SHARED) -m "(integration or browser or lighthouse) and not bench"

cov: setup ## Run all tests with coverage
	@$(PYTEST) $(SHARED) --cov --cov-report=term:skip-covered

sites: setup ## Audit a corpus of real sites; prints precision and recall by finding (ONLY="a b")
	@$(BIN)/python -m tests.sites $(ONLY)

samples: setup ## Make docs/samples again, of audits of the demo sites; takes some twenty minutes
	@$(BIN)/python -m scripts.samples
	@$(BIN)/python -m scripts.report_samples

lock: $(STAMP)/python ## Pin the dependencies again
	uv pip compile --universal pyproject.toml --all-extras --generate-hashes \
	  --no-emit-index-url --no-header -o requirements.lock
	uv pip compile --universal --group pyproject.toml:release --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -o requirements-release.lock
	@$(MAKE) --no-print-directory licenses

refresh: $(STAMP)/python ## Fetch domain data from npm again, and list what is kept by hand
	@PYTHONPATH=. $(BIN)/python scripts/refresh.py

# --- releasing ------------------------------------------------------------------------------------

# What builds and audits has an environment of its own, so that it changes nothing of the tested one.
$(STAMP)/release: $(STAMP)/python requirements-release.lock
	@$(BIN)/python -m venv --clear $(VENV)/release
	@$(VENV)/release/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes \
	  -r requirements-release.lock
	@touch $@

licenses: $(STAMP)/python ## List the licences of what lfassess installs, in THIRD-PARTY.md
	@$(BIN)/python scripts/licenses.py

audit: $(STAMP)/release ## Look for known weaknesses in the pinned packages; needs the internet
	@$(BIN)/python scripts/audit.py

release: $(STAMP)/release ## Build what a release has into dist/: wheel, sdist, SBOM, notes
	@$(BIN)/python scripts/release.py $(if $(DRAFT),--draft)

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov
