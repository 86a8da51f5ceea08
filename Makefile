# The project's tasks. `make help` lists them; CI runs the same ones (.ci/run).

# The first Python on the PATH that is new enough; PYTHON=/path/to/python chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints-dev.txt
# What the browser tests look for accessibility faults with: on npm, pinned by version and sum.
AXE := axe-core-4.14.1.tgz
AXE_SHA256 := e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745
DEMO := LATAM_RAG_HOME="$(CURDIR)/.demo" $(BIN)/latam-rag

# llama.cpp is compiled on the first install, and alone takes minutes: all cores help.
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

.DEFAULT_GOAL := help
.PHONY: help demo app test lint types bench docs clean

help:  ## list the tasks
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(VENV)/.demo  ## set up, build the three demo indexes and ask each a question
	@# 4: a document could not be indexed (without Tesseract, the scanned page); the rest of the demo stands.
	@$(DEMO) demo || { code=$$?; [ $$code -eq 4 ] || exit $$code; }

app: $(VENV)/.demo  ## open the app on the demo indexes (run `make demo` first)
	@$(DEMO) app

test: lint types $(VENV)/axe.min.js  ## set up, then check style, types and behaviour
	@$(BIN)/python -m pytest

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

# connectors/, apps/ and indexes/ are sub-packages by mapping only, so mypy is given their paths.
types: $(VENV)/.dev
	@$(BIN)/mypy
	@$(BIN)/mypy connectors apps indexes

bench: $(VENV)/.dev  ## measure, and write benchmarks/RESULTS.md
	@$(BIN)/python benchmarks/run.py

docs: $(VENV)/.dev  ## write the generated parts of docs/ again
	@$(BIN)/python docs/generate.py

clean:  ## remove the virtual environment, the demo indexes and what tools left behind
	rm -rf $(VENV) .demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The stamps make the second time quick; a changed pyproject.toml makes them stale.
$(VENV)/.demo: $(BIN)/python pyproject.toml constraints-dev.txt
	@if [ -e $(VENV)/.dev ] && [ ! pyproject.toml -nt $(VENV)/.dev ]; then :; else \
		echo "Installing what the demo needs (the first time: several minutes, llama.cpp is compiled) ..."; \
		$(PIP) --editable '.[demo]'; fi
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints-dev.txt
	@echo "Installing what the tests need (the first time: several minutes, llama.cpp is compiled) ..."
	@$(PIP) --editable '.[dev]'
	@touch $@

# Without it the tests that need it are skipped, and say so; another file under its name is an error.
$(VENV)/axe.min.js: Makefile | $(VENV)/.dev
	@cd $(VENV) && { npm pack --silent --fetch-retries=0 axe-core@$(AXE:axe-core-%.tgz=%) || \
		curl --fail --silent --max-time 60 --remote-name https://registry.npmjs.org/axe-core/-/$(AXE); } >/dev/null 2>&1 || \
		{ echo "axe-core could not be had from the npm registry: the accessibility tests are skipped."; exit 0; }; \
	$(abspath $(BIN))/python -c 'import hashlib, sys; from pathlib import Path; \
		sys.exit(hashlib.sha256(Path("$(AXE)").read_bytes()).hexdigest() != "$(AXE_SHA256)")' || \
		{ rm -f $(AXE); echo "$(AXE) is not the file that was pinned."; exit 1; }; \
	tar -xzOf $(AXE) package/axe.min.js >axe.min.js; rm -f $(AXE)

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed and none was found. On Debian or Ubuntu:" \
		"apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) can't make virtual environments." \
		"On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@for tool in cc c++; do command -v $$tool >/dev/null || { echo "A C and C++ compiler is needed (no $$tool found)." \
		"On Debian or Ubuntu: apt-get install build-essential"; exit 1; }; done
	@$(PYTHON) -m venv $(VENV)
