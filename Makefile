# make demo: build the lecture.  make test: check everything.  Both set up .venv first; a second call is quick.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt

.PHONY: demo test check bench update clean
.DEFAULT_GOAL := check

demo: $(VENV)/.runs
	$(BIN)/deck build slides/linear-regression
	@echo "Open $(CURDIR)/build/linear-regression.html in a browser."

test: $(VENV)/.tests
	@$(MAKE) --no-print-directory check

check: $(VENV)/.tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m compileall -q deck_builder  # once: the tests start many processes of it
	$(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder  # on two cores: some wait for what they have begun

bench: $(VENV)/.tests
	$(BIN)/python -m bench.lecture
	$(BIN)/python -m bench.engine
	$(BIN)/python -m bench.session
	$(BIN)/python -m bench.sandbox
	$(BIN)/python -m bench.recording
	$(BIN)/python -m bench.thousand
	$(BIN)/python -m bench.serving
	$(BIN)/python -m bench.soak

# Rewrites the golden files of the tests; read the diff before you commit it.
update: $(VENV)/.tests
	$(BIN)/pytest --update

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find build -mindepth 1 ! -name .gitignore -delete

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "deck-builder needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "setting up $(VENV) (once; torch is large)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.runs: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e .
	@touch $@

$(VENV)/.tests: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) -e '.[dev]'
	@touch $(VENV)/.runs $@
