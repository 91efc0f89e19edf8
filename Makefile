# Two commands on a fresh machine: `make run` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

# labelled texts: not part of the project
LABELLED ?= ../shared/data/linking
REGISTERS ?= ../shared/data/local/actions
MODEL := src/localsdg/linking/model

# the extensions that `localsdg lake` loads, as wheels: each fits exactly one DuckDB
LAKE := duckdb==1.5.5 duckdb-extension-ducklake==1.5.5 duckdb-extension-postgres-scanner==1.5.5

.PHONY: help setup run test test-all weeks chaos fuzz coverage matrix scale lint pins attack mutate audit bench docs site answers train-links eval-links eval-partners eval-matches eval-headlines clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY) ## make .venv with the pinned libraries

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "error: Python 3.11 or later is needed | got $$($(PYTHON) --version) | next: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv (about a minute, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,lint]'
	@touch $@

run: $(READY) ## build and publish the warehouse from the available data
	@$(BIN)/localsdg run

# modules in the order of their folders: browser and integration, which take long, come before the many of tests/unit
SPREAD := -n 2 --dist loadfile --no-loadscope-reorder

test: $(READY) ## run the tests, but for the long ones
	@$(BIN)/python -m pytest $(SPREAD) -m "not long"

test-all: $(READY) ## run all tests, with real servers, LibreOffice and eight weeks of runs
	@$(BIN)/python -m pytest $(SPREAD)

weeks: $(READY) ## live through eight simulated weeks of unattended runs, in two minutes
	@$(BIN)/python -m pytest -v tests/integration/test_eight_weeks.py

chaos: $(READY) ## kill commands at random moments and at each step, fill the disk, publish twice at once (CHAOS_SEED=n CHAOS_KILLS=n)
	@CHAOS_KILLS=$(or $(CHAOS_KILLS),50) CHAOS_STEPS=$(or $(CHAOS_STEPS),1000) $(BIN)/python -m pytest -s -v tests/chaos

# inputs for a cheap parser; cells have eight times as many, whole staging four in ten: 4,000 are 100,000 in all
FUZZ_EXAMPLES ?= 4000
FUZZ_SEED ?= 1

fuzz: $(READY) ## try every parser, and whole staging, with random input
	@FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) FUZZ_SEED=$(FUZZ_SEED) $(BIN)/python -m pytest tests/fuzz -p no:xdist --hypothesis-seed=$(FUZZ_SEED)

coverage: $(READY) ## which lines the unit tests reach, as a table
	@$(BIN)/python -m pytest tests/unit -n 2 --dist loadfile --cov --cov-report=term:skip-covered

matrix: ## unit tests on each Python from 3.11 to 3.14 of this machine, with the oldest and newest DuckDB
	@.ci/matrix

scale: ## test the tables with Spark, and the lake with PostgreSQL, in .scale (needs Java 17 and a PostgreSQL server)
	@$(PYTHON) -m venv .scale
	@.scale/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,spark]'
	@.scale/bin/python -m pip install --quiet --disable-pip-version-check $(LAKE)
	@.scale/bin/python -m pytest -v tests/integration/test_export_hive.py tests/integration/test_lake.py

lint: $(READY) ## check style, format and types of the code, and the style of the SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --disable-progress-bar --processes 0 sql expectations

pins: ## write constraints.txt: keeps what it holds, adds what is missing; NEWEST=1 starts anew
	@$(PYTHON) -m venv --clear .pins
	@.pins/bin/python -m pip install --quiet --disable-pip-version-check $(if $(NEWEST),,-c constraints.txt) '.[test,lint]'
	@.pins/bin/python -m pip freeze --exclude localsdg | LC_ALL=C sort -f > constraints.txt
	@rm -rf .pins

attack: $(READY) ## attack the real commands: SQL, files, servers, terminals; prints each attack and its end
	@ATTACK_TABLE=1 $(BIN)/python -m pytest -q -n 2 tests/attack

mutate: $(READY) ## plant faults one at a time in a copy; each must turn a test red (MUTATE="--only NAME")
	@$(BIN)/python tests/mutations/plant.py $(MUTATE)

audit: ## look for known weaknesses of the pinned libraries (needs the network)
	@$(PYTHON) -m venv .audit
	@.audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	@.audit/bin/pip-audit --strict -r constraints.txt --no-deps --disable-pip --progress-spinner off

bench: $(READY) ## measure speed and memory beside a bare floor, pandas and dlt, and record them (BENCH="--rounds 1")
	@$(BIN)/python -m benchmarks.compare --record $(BENCH)

docs: $(READY) ## write the reference pages into docs/reference/
	@$(BIN)/localsdg docs

answers: $(READY) ## write the cookbook and run the notebooks in docs/, against the published warehouse
	@$(BIN)/localsdg docs --answers
	@$(BIN)/localsdg docs --notebooks

site: $(READY) ## build the documentation into site/, which opens without a server or the network
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --clean
	@echo "open site/index.html"

train-links: $(READY) ## train the models of links that we ship, and their card (LABELLED=folder)
	@$(BIN)/localsdg link train --free --folder $(LABELLED) --folds 10 \
	  --output $(MODEL)/links_free.parquet --card $(MODEL)/MODEL_CARD.md
	@$(BIN)/localsdg link train --no-decisions --folder $(LABELLED) --records $(REGISTERS) --folds 10 \
	  --output $(MODEL)/links.parquet --card $(MODEL)/MODEL_CARD.md

eval-links: $(READY) ## measure the links on labelled texts that were not learned from (LABELLED=folder REGISTERS=folder)
	@$(BIN)/localsdg link eval --folder $(LABELLED) --records $(REGISTERS) --folds 10

eval-partners: LABELLED = ../shared/data/local/actions
eval-partners: $(READY) ## measure the kinds of partners against the kinds that registers state (LABELLED=folder)
	@$(BIN)/python -m benchmarks.partner_kinds $(LABELLED)

eval-matches: $(READY) ## measure which local indicators are called official, against labels by hand (WAREHOUSE=file)
	@$(BIN)/python -m benchmarks.official_matches $(WAREHOUSE)

eval-headlines: $(READY) ## compare headlines with those that sites' own builds publish (WAREHOUSE=file)
	@$(BIN)/python -m benchmarks.headlines $(WAREHOUSE)

clean: ## remove what was built; keeps what was pulled
	rm -rf .venv .pins .scale .audit .prefect .pytest_cache data/warehouse/*.duckdb data/warehouse/releases data/warehouse/reports data/warehouse/explore
