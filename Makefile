# Two commands do everything on a fresh machine: make refresh, make test.
# `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
SPARK := .venv/.installed-spark
export GX_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install refresh test test-security test-long check format bench ui evaluate report clean definitions handbook lock browser spark test-spark

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: $(STAMP)  ## create .venv from requirements.lock (done by every other target)

$(STAMP): requirements-uv.lock requirements.lock tests/evaluation/requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --requirement requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --requirement tests/evaluation/requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $(STAMP)

refresh: $(STAMP)  ## simulate drops if there are none, run the refresh, write the report
	@$(BIN)/p20w refresh --simulate-if-empty

test: $(STAMP) browser  ## all tests (under fifteen minutes on two cores)
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test-security: $(STAMP)  ## attacks alone, with the number tried and refused by class (part of make test)
	$(BIN)/python -m pytest -m attack --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test-long: $(STAMP) spark  ## proofs that take minutes: dying at every place, Spark, estimates and marts against the truth
	$(BIN)/python -m pytest -m long --numprocesses auto --maxprocesses 4 --dist loadfile tests

test-spark: $(STAMP) spark  ## the registry's tests with Spark as the engine (docs/ops/spark.md)
	P20W_LINKAGE_BACKEND=spark $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile tests/integration/registry

check: $(STAMP)  ## ruff, pyright, sqlfluff, import-linter, versions of contracts since the last tag
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/sqlfluff lint dbt/models dbt/tests
	$(BIN)/sqlfluff lint --dialect duckdb --templater python p20w/registry
	$(BIN)/lint-imports
	$(BIN)/p20w contract diff --since $$(git describe --tags --abbrev=0 2>/dev/null || echo HEAD)

format: $(STAMP)  ## rewrite Python and SQL in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix dbt/models dbt/tests
	$(BIN)/sqlfluff fix --dialect duckdb --templater python p20w/registry

bench: $(STAMP)  ## measured bars; exits non-zero when one is missed (over an hour; ONLY=linkage is quicker)
	$(BIN)/python -m tests.benchmarks $(ONLY)

ui: $(STAMP)  ## Dagster on loopback
	@$(BIN)/p20w ui

evaluate: $(STAMP)  ## linkage against its bars and goals on fresh states (most of an hour; PEOPLE=20000 is quicker)
	@$(BIN)/python -m tests.evaluation --people $(or $(PEOPLE),100000) $(if $(ONLY),--only $(ONLY)) \
	  $(if $(HISTORICAL),--historical $(HISTORICAL))

report: $(STAMP)  ## write the board's report again
	@$(BIN)/p20w report

definitions: $(STAMP)  ## write down what Dagster shows, after a change of assets, checks, jobs or schedules
	@$(BIN)/python -m tests.integration.dagster_project.snapshot

handbook: $(STAMP)  ## write the handbook's table of marts, where columns come from, and which facts share dimensions
	@$(BIN)/python -m tests.unit.docs.handbook
	@$(BIN)/python -m tests.integration.warehouse.lineage_pages

browser:  ## install Chromium for the page tests where there is none
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || \
	  echo "No Chromium here and no right to install it: the page tests will say so and skip."

spark: $(SPARK)  ## install Spark, and Java where there is none, for P20W_LINKAGE_BACKEND=spark and its tests
	@command -v java >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && apt-get update -qq && { apt-get install -y -qq openjdk-17-jre-headless || \
	    apt-get install -y -qq openjdk-21-jre-headless; } >/dev/null; } || \
	  echo "No Java here and no right to install it: the tests of Spark will say so and skip."

$(SPARK): $(STAMP) requirements-spark.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --requirement requirements-spark.lock
	@touch $(SPARK)

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --generate-hashes

lock: $(STAMP)  ## resolve the lock files again (hashes, and no host names in them)
	$(LOCK) --group dev pyproject.toml --output-file requirements.lock
	$(BIN)/python -c "import tomllib as t; print(*t.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['spark'])" | \
	$(LOCK) --constraint requirements.lock - --output-file requirements-spark.lock
	echo uv | $(LOCK) - --output-file requirements-uv.lock

clean:  ## stop the embedded server and remove all state
	@[ -x $(BIN)/p20w ] && $(BIN)/p20w db destroy --yes || true
	rm -rf .p20w .venv drops truth reports build dbt/target dbt/logs *.egg-info .pytest_cache .hypothesis .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
