# What one types. `make build` and `make test` install what they need, once; see tools/.
.DEFAULT_GOAL := help
.PHONY: help build test check lint types format docs bench setup setup-tests lock clean clean-all

BIN := .venv/bin
export PATH := $(CURDIR)/.tools/bin:$(PATH)
ifeq ($(shell uname),Darwin)
export DYLD_FALLBACK_LIBRARY_PATH := /opt/homebrew/lib:/usr/local/lib:/usr/lib
endif
ARGS ?=

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

setup: ## install what building needs
	@tools/system.sh build
	@tools/python.sh base

setup-tests: setup ## install what the tests need besides
	@tools/python.sh test
	@tools/system.sh test
	@tools/node.sh

build: setup ## build the sample leaflet (or LEAFLET=name)
	$(BIN)/publish build $(or $(LEAFLET),nomid)

test: setup-tests ## run all tests (ARGS="-k words" for some)
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

check: lint types test ## all that must hold before a change goes in; CI runs this

lint: setup
	@tools/python.sh test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	@tools/python.sh test
	$(BIN)/mypy

format: setup ## put the code into its usual shape
	@tools/python.sh test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup ## make docs/findings.md anew
	$(BIN)/python tools/findings_page.py

bench: setup ## measure speed and scale against other tools (ROWS="cold-1x3 noop-1", or all: over an hour)
	@tools/python.sh bench
	$(BIN)/python -m benchmarks.speed $(or $(ROWS),all)

lock: setup ## resolve pyproject.toml's dependencies anew into requirements/
	@tools/python.sh test
	tools/lock.sh

clean: ## remove what was built
	rm -rf outputs dist .staging-* .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -prune -exec rm -rf {} +

clean-all: clean ## remove what was installed here, too
	rm -rf .venv .tools node_modules
