# Two commands matter: make run, make test. Both begin with make setup.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(if $(shell $(p) -c "import sys" 2>/dev/null && echo yes),$(p))))
BIN := .venv/bin

.PHONY: run setup setup-voice setup-ocr setup-milvus environments test check train bench clean
run: environments
	@exec $(BIN)/linli serve  # which begins with linli setup, in the same process

setup: environments
	@$(BIN)/linli setup

setup-voice: setup
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-voice.txt
	@$(BIN)/linli voice setup

setup-ocr: setup
	@$(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python -r requirements-ocr.txt

setup-milvus: setup
	@$(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python -r requirements-milvus.txt

environments:
	@$(PYTHON) bootstrap.py

test: setup
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m pytest -n 2 --dist worksteal  # each serves a product of its own

check: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

train: setup
	@$(BIN)/linli train dialogue --force

bench: setup
	@$(BIN)/python -m bench

clean:
	rm -rf .venv .venv-rasa var
