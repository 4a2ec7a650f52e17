# Two commands on a fresh machine: `make demo` and `make test`. Each prepares .venv by itself.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.PHONY: demo test test-slow check bench-tech bench-compile bench-engine bench-local bench-mail bench-package bench-testing docs pictures screenshots format clean

demo: .venv/installed
	$(BIN)/cws --project-dir samples/server_watch run --port $(PORT)

test: .venv/installed-dev
	$(BIN)/pytest -m "not slow"

test-slow: .venv/installed-dev
	$(BIN)/pytest -m slow

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow"

bench-tech: .venv/installed-bench
	$(BIN)/python benchmarks/tech.py

bench-compile: .venv/installed-dev
	$(BIN)/python benchmarks/compile.py

bench-mail: .venv/installed-dev
	$(BIN)/python benchmarks/mail.py

bench-local: .venv/installed-bench
	$(BIN)/python -m benchmarks.local

bench-engine: .venv/installed-bench
	$(BIN)/python -m benchmarks.engine

bench-package: .venv/installed-bench
	$(BIN)/python benchmarks/package.py

bench-testing: .venv/installed-dev
	$(BIN)/python benchmarks/testing.py

docs: .venv/installed-dev
	$(BIN)/sphinx-build -W --keep-going -n -q -b html docs dist/docs

pictures: .venv/installed-dev
	$(BIN)/python -m tests.guide.pictures

screenshots: .venv/installed-dev
	CONSOLE_SCREENSHOTS=docs/pictures $(BIN)/pytest -m slow tests/console/test_browser.py tests/console/test_run_browser.py

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis dist samples/*/.coworks

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "CoWorks needs Python 3.11 or newer; $(PYTHON) is older. fix: PYTHON=python3.12 make ..."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-dev: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch .venv/installed $@

.venv/installed-bench: .venv/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@
