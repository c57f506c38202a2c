# Each target works alone on a fresh clone; `make demo` and `make test` are all that most people need.
# The work is done by small scripts in tools/, so that nothing here depends on make.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench lock clean

# One process for each processor, but each also has a database of its own to set up.
PYTEST_JOBS ?= auto
ARGS ?=

help:
	@echo "make demo     a company with a year of life behind it, and the server on it"
	@echo "make test     the tests (ARGS='-k name' narrows them)"
	@echo "make check    style, types, missing migrations"
	@echo "make format   repair what style can repair by itself"
	@echo "make bench    the benchmarks, each against its floor"
	@echo "make setup    only .venv, with everything for developers"
	@echo "make lock     requirements/*.txt anew (ARGS=--upgrade takes the newest)"
	@echo "make clean    remove what was built here; data folders stay"

setup:
	@tools/setup dev

demo:
	@./remit demo $(ARGS)

test:
	@tools/setup dev
	@tools/browser
	@.venv/bin/pytest -n $(PYTEST_JOBS) --maxprocesses 4 --dist worksteal $(ARGS)

check:
	@tools/setup dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/pytest -q tests/test_migrations.py

format:
	@tools/setup dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench:
	@tools/setup bench
	@.venv/bin/remit bench all $(ARGS)

lock:
	@tools/lock $(ARGS)

clean:
	rm -rf .venv .uv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist staticfiles
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
