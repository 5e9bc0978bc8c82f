.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
FUZZ_EXAMPLES ?= 5000
SOURCES := runtime services edge catalogue lms oneroster cli manual tests benchmarks protos/build_stubs.py

# The tools are pinned in pyproject.toml; the stamp is older than any change there or in a proto.
PROTOS := $(shell find protos -name '*.proto')
INSTALLED := .venv/installed

.PHONY: help install demo test fuzz docs lint compat bench format protos clean

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

install: $(INSTALLED)  ## Make .venv with everything in it

$(INSTALLED): pyproject.toml protos/build_stubs.py $(PROTOS)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

demo: $(INSTALLED)  ## Start everything, act as a partner, show what became of it
	@$(BIN)/orgapi demo

test: $(INSTALLED)  ## Run every test
	@$(BIN)/pytest -n 2

fuzz: $(INSTALLED)  ## Send the edge what nobody would; FUZZ_EXAMPLES=5000 of each kind
	@ORGAPI_FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/pytest tests/edge/fuzz --timeout 0 --capture sys

docs: $(INSTALLED)  ## Make the manual, a static site, in build/docs
	@$(BIN)/python -m manual build/docs

lint: $(INSTALLED)  ## Check form, types, imports and protos
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(SOURCES)
	@$(BIN)/lint-imports
	@$(BIN)/buf lint protos
	@$(BIN)/buf format --diff --exit-code protos

compat: $(INSTALLED)  ## Call the edge from every SOAP toolkit, installed from packages; writes build/compat.json
	@$(BIN)/python -m tests.compat

bench: $(INSTALLED)  ## Measure the hot paths beside a naive edge; writes build/bench.json
	@$(BIN)/python -m benchmarks

format: $(INSTALLED)  ## Put code and protos into form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/buf format --write protos

protos: $(INSTALLED)  ## Make the stubs anew
	@$(BIN)/python protos/build_stubs.py

clean:  ## Remove what was made
	@rm -rf .venv build dist
	@find protos -name '*_pb2*' -delete
