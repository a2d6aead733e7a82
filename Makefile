# Any Python from 3.11 to 3.13; name another one with make PYTHON=…
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && exit; \
	done; echo python3)
VENV := .venv/bin/python
BROWSER ?= 1

.PHONY: help run test check day bench manage lock messages fmt clean

help:
	@echo "make run       set up, start, print the address and the demo accounts"
	@echo "make test      set up and run all tests           (ARGS=… goes to pytest)"
	@echo "make check     lint, format, types, contracts, migrations, templates, messages, house tests"
	@echo "make day       play one day of all schools        (SCHOOLS=140 DATE=2020-02-10)"
	@echo "make bench     measure and print the table"
	@echo "make manage    a management command               (ARGS='verify_chain')"
	@echo "make lock      new lock files"
	@echo "make messages  compile the message catalogues"
	@echo "make fmt       format and fix what can be fixed by itself"
	@echo "make clean     remove what was installed; the data in var/ stay"

run:
	@$(PYTHON) -m tools.setup
	@exec $(VENV) -m tools.run

test:
	@$(PYTHON) -m tools.setup --dev $(if $(filter 0,$(BROWSER)),,--browser)
	@$(VENV) -m tools.with_postgres -- $(VENV) -m pytest -n 3 --dist worksteal $(ARGS)

check:
	@$(PYTHON) -m tools.setup --dev
	@$(VENV) -m tools.check

day:
	@$(PYTHON) -m tools.setup
	@$(VENV) -m tools.day $(if $(SCHOOLS),--schools $(SCHOOLS)) $(if $(DATE),--date $(DATE)) $(ARGS)

bench:
	@$(PYTHON) -m tools.setup
	@$(VENV) -m tools.bench $(ARGS)

manage:
	@$(PYTHON) -m tools.setup
	@$(VENV) -m tools.manage $(ARGS)

lock:
	@$(PYTHON) -m tools.lock

messages:
	@$(PYTHON) -m tools.setup
	@$(VENV) -m tools.messages compile

fmt:
	@$(PYTHON) -m tools.setup --dev
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .

clean:
	rm -rf .venv .venv-node node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .grimp_cache \
		.import_linter_cache
