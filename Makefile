# Two commands matter: make run, make test. Both begin with make setup.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(if $(shell $(p) -c "import sys" 2>/dev/null && echo yes),$(p))))
BIN := .venv/bin

.PHONY: run setup test check train bench clean
run: setup
	@exec $(BIN)/linli serve

setup:
	@$(PYTHON) bootstrap.py
	@$(BIN)/linli setup

test: setup
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m pytest

check: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

train: setup
	@$(BIN)/linli train dialogue --force

bench: setup
	@$(BIN)/python -m bench

clean:
	rm -rf .venv .venv-rasa var
