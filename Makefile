# Every command of the project. `make` alone lists them; each installs what it needs first.

BIN := .venv/bin
RUNTIME := .venv/runtime.stamp
DEVELOPER := .venv/developer.stamp
SCRIPTS := node_modules/.stamp
PHONE := bench/phone/node_modules/.stamp

# Three at a time also on two cores: journeys wait more than they work.
SIDE_BY_SIDE := --numprocesses 3 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check lint format coverage bench bench-rules bench-phone screenshots translations browser database pdf

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

# Without setpriv, the demo would outlive a make that is killed.
demo: $(RUNTIME) pdf ## a clinic of made-up patients, with everything running
	@setpriv --pdeathsig TERM $(BIN)/flask --app recovery demo

test: $(DEVELOPER) browser database pdf ## every test, with browser journeys
	@$(BIN)/pytest $(SIDE_BY_SIDE)

test-all: $(DEVELOPER) browser database pdf ## every test, each journey on both databases
	@$(BIN)/pytest $(SIDE_BY_SIDE) --every-combination

check: lint database pdf ## lint, and the fast tests
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not journey and not slow"

lint: $(DEVELOPER) $(SCRIPTS) ## format, lint, types, import law, templates, scripts
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/djlint --lint --quiet templates
	node_modules/.bin/biome ci --colors=off
	$(if $(wildcard static/js/*.js),node_modules/.bin/tsc --project tsconfig.json)
	$(if $(wildcard static/sw/*.js),node_modules/.bin/tsc --project tsconfig.worker.json)

format: $(DEVELOPER) $(SCRIPTS) ## put Python, scripts and styles into their one form
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format
	node_modules/.bin/biome check --write

coverage: $(DEVELOPER) database pdf ## lines and branches that no test reaches
	$(BIN)/coverage run -m pytest -m "not journey"
	$(BIN)/coverage report --include 'recovery/clinical/*,recovery/records/*' --fail-under 100
	$(BIN)/coverage report --fail-under 95

bench: $(DEVELOPER) ## how fast it is, as ratios within one run
	@PYTHONPATH=. $(BIN)/python bench/run.py

# COHORTS=folder prints the figures for other patients instead.
bench-rules: $(DEVELOPER) ## how well the rules do, beside the usual ones: docs/clinical-performance.md
	@$(BIN)/python -m bench.performance $(COHORTS)

bench-phone: $(DEVELOPER) $(PHONE) browser ## the phone's pages under Lighthouse: docs/phone-performance.md
	@$(BIN)/python -m bench.phone_pages

# Afterwards: tools/untranslated.py fr prints what is missing; docs/translations.md says how to write it.
translations: $(RUNTIME) ## bring translations/ up to the texts of the program
	@PYTHONPATH=. $(BIN)/python tools/translations.py

screenshots: $(DEVELOPER) browser database pdf ## pictures of every page into tests/screenshots
	$(BIN)/pytest $(SIDE_BY_SIDE) -m journey --screenshots tests/screenshots

browser database pdf:
	@tools/need.sh $@

.venv/bin/python:
	@tools/need.sh python
	python3 -m venv .venv

$(RUNTIME): requirements.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

$(DEVELOPER): requirements-dev.txt $(RUNTIME)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

$(SCRIPTS): package.json package-lock.json
	@tools/need.sh node
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(PHONE): bench/phone/package.json bench/phone/package-lock.json
	@tools/need.sh node
	cd bench/phone && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
