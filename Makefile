# The commands of the README. `make setup` is the only one that installs; the others call it and find it done.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export PUMASI_HOME ?= var
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV_PYTHON := .venv/bin/python

.PHONY: help setup demo test check bench calibrate fuzz faults screenshots lock clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

setup: ## create .venv with everything, from locked versions
	@test -n "$(PYTHON)" || { echo "[pumasi] Python 3.11 이상이 필요합니다 · Python 3.11 or newer is needed: install it, or PYTHON=/path/to/python3.11 make" >&2; exit 1; }
	@$(PYTHON) tools/install.py

demo: setup ## load the press release and serve console and API on 127.0.0.1:8000
	@.venv/bin/pumasi load data/moel-2025
	@.venv/bin/pumasi serve --host $(HOST) --port $(PORT)

test: setup ## everything: types, style, imports, all tests, a real Neo4j and a real Chromium
	@$(PYTHON) tools/install.py --browser
	@$(MAKE) --no-print-directory check
	$(VENV_PYTHON) -m pytest -n 2 --dist loadfile

check: ## style, types and the direction of imports
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: setup ## measure against peers, side by side, for hours (less: BENCH="--scale 0.01"); writes docs/benchmarks.md
	$(VENV_PYTHON) -m benchmarks $(BENCH)

calibrate: setup ## how often the combination engine is right and wrong; writes docs/calibration.md
	$(VENV_PYTHON) -m benchmarks.calibrate

fuzz: setup ## the long fuzz of the loaders, about ten minutes
	PUMASI_FUZZ=long $(VENV_PYTHON) -m pytest tests/loaders -k fuzz -n 2 --dist load --durations 5

faults: setup ## the long kill -9 run, and a cluster member left behind
	PUMASI_FAULTS=long $(VENV_PYTHON) -m pytest tests/graph -k "kill or late_member"

screenshots: setup ## draw the pictures of the README and the tour again
	@$(PYTHON) tools/install.py --browser
	PUMASI_SCREENSHOTS=docs/screenshots $(VENV_PYTHON) -m pytest tests/api -k screenshots

lock: ## pin every package of every extra again (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-header --no-emit-index-url --no-annotate --quiet -o requirements/lock.txt

clean: ## remove the environment and the workspace
	rm -rf .venv node_modules api/static/vendor var
