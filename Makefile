# Thin: every target calls one tool. `make help` lists them.
UV := $(shell command -v uv || echo .uv/bin/uv)
PY := .venv/bin/python
SERVICES := $(shell sed -n "/^\[services\]/,/^\[others\]/s/^\([a-z]*\) = .*/services\/\1/p" services/services.toml)
PACKAGES := proto libs/chassis libs/city-pack libs/backups libs/devstack libs/graphql-compiled $(SERVICES) gateway clients/python clients/cli clients/connector ops
SOURCES := libs/chassis/src libs/city-pack/src libs/backups/src libs/devstack/src libs/graphql-compiled/src services/*/src gateway/src clients/python/src clients/cli/src clients/connector/src ops/src proto/generate.py services/check.py docs e2e bench examples
# By whole modules, in one process more than there are cores (conftest.py says why); the longest come first.
PARALLEL := --numprocesses auto --dist loadscope --no-loadscope-reorder
export UV_COMPILE_BYTECODE = 1
unexport PYTHONDONTWRITEBYTECODE  # else each process of the tests compiles every module again
export UV_LINK_MODE ?= hardlink

.PHONY: help demo partner-demo up test test-long test-all coverage check bench faults cluster charts image clients conformance fuzz attack web hardening audit sbom docs proto format lock install clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

demo: .venv/installed ## Play the main job, from a partner's application to its payout
	@.venv/bin/yima demo $(ARGS)

partner-demo: .venv/installed ## Play a partner's first ten minutes by the clock, and kills (ARGS=node or both needs node)
	@$(PY) -m e2e.partner_demo $(ARGS)

up: .venv/installed ## Start everything, load the example city, run until Ctrl-C
	@$(MAKE) --no-print-directory clients/web/dist/index.html || echo "the pages were not built; everything else works without them"
	@.venv/bin/yima up $(ARGS)

test: .venv/installed ## Run the tests, end to end ones against real processes included; or those of ARGS
	$(PY) -m pytest $(or $(ARGS),-m "not long" $(PARALLEL))

test-long: .venv/installed ## Run the tests that take minutes by their nature, and Hypothesis's with all of their examples
	$(PY) -m pytest -m "long or hypothesis" --hypothesis-profile=all $(PARALLEL)

test-all: test-long test ## Run every test

coverage: .venv/installed ## Run the tests, and say which lines and branches none of them reached; or those of ARGS
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest $(or $(ARGS),-m "not long" $(PARALLEL))
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report

check: .venv/installed ## Lint, types, architecture, contracts, generated files
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy $(SOURCES)
	.venv/bin/lint-imports
	cd proto && ../.venv/bin/buf lint
	sh proto/breaking.sh
	$(PY) proto/generate.py --check
	$(PY) docs/generate.py --check
	$(PY) -m gateway.print_schema --check
	$(PY) services/check.py
	$(PY) charts/dashboards.py --check
	$(PY) charts/nats_cluster.py --check
	$(PY) -m bench.page --check

bench: .venv/installed ## Measure what is fast, each figure beside its limit
	$(PY) -m bench.run $(ARGS)

charts: .venv/installed ## Render the chart into its golden files, and test it
	$(PY) charts/dashboards.py
	$(PY) charts/nats_cluster.py
	$(PY) charts/render.py
	$(PY) -m pytest charts

hardening: .venv/installed .venv-hardening/installed ## Have checkov and kube-score judge the chart; what is accepted says why
	@$(PY) charts/hardening.py

audit: .venv-audit/installed ## Ask whether a locked library has a known vulnerability
	@.ci/audit

sbom: .venv/installed .venv-audit/installed ## List what a system here is made of in .sbom.cdx.json (CycloneDX); the image has its own
	@.venv-audit/bin/cyclonedx-py environment --output-reproducible --output-file .sbom.cdx.json $(PY) && echo "see .sbom.cdx.json"

image: ## Build the image; BASE=… brings a site's own base
	docker build --tag yima:$(or $(TAG),dev) $(if $(BASE),--build-arg BASE=$(BASE)) .

clients: .venv/installed ## Run the resident's journey with an outside client library (needs node and npm)
	$(PY) -m e2e.clients

conformance: .venv/installed ## Run suites that others publish, and write docs/conformance.md (needs node and npm)
	$(PY) -m e2e.conformance

web: clients/web/dist/index.html ## Build the pages for people, which `make up` serves

clients/web/dist/index.html: .venv/web gateway/schema.graphql gateway/src/gateway/verification/verify.js $(shell find clients/web/src clients/web/build clients/web/public -type f) clients/web/index.html clients/web/package-lock.json
	@echo "building the pages (the first time about two minutes) …"
	@cd clients/web && PATH="$(CURDIR)/.venv/bin:$$PATH" && { cmp -s package-lock.json node_modules/.installed || { npm ci --silent && cp package-lock.json node_modules/.installed; } } && npm run --silent build
	@touch $@

screens: clients/web/dist/index.html ## Draw the pages into docs/screens and weigh them into docs/pages.md, of what `make up` runs
	@$(PY) -m e2e.screens

# Node, and what drives a browser in the tests: from PyPI as everything else, once somebody wants pages.
.venv/web: clients/web/requirements.lock .venv/installed
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r clients/web/requirements.lock
	@touch $@

fuzz: .venv/installed ## Send a system 50,000 requests that nobody should send, of the kind of every attack there was
	$(PY) -m e2e.fuzz $(ARGS)

attack: .venv/installed ## Do again what was once done to Yima from outside, and say which doors hold
	$(PY) -m e2e.attack $(ARGS)

faults: .venv/installed ## Inject one fault after the other into a system at work, and see that all is right after each
	$(PY) -m e2e.faults $(ARGS)

cluster: .venv/installed ## Build a real Kubernetes of three nodes, and play the chart in it (as root; ARGS=up or down)
	@$(PY) -m e2e.cluster $(ARGS)

proto: .venv/installed ## Generate code, docs and schema from the contracts
	$(PY) proto/generate.py
	$(PY) docs/generate.py
	$(PY) -m gateway.print_schema

docs: .venv-docs/installed ## Build the documentation into .site/, to read in a browser
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --quiet && echo "open .site/index.html"

format: .venv/installed ## Format and fix what can be fixed
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: $(UV) ## Resolve the third-party libraries again
	$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.13 --group dev pyproject.toml --output-file requirements.lock
	$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.13 --group pyproject.toml:docs --output-file docs/requirements.lock
	$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.13 --group pyproject.toml:web --constraint requirements.lock \
		--output-file clients/web/requirements.lock
	$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.13 --group pyproject.toml:hardening --output-file charts/requirements.lock
	$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.13 --group pyproject.toml:audit --output-file .ci/requirements.lock

install: .venv/installed ## Install everything into .venv

clean: ## Remove what was installed and what ran (the data of `make up` too)
	rm -rf .venv .venv-docs .venv-hardening .venv-audit .sbom.cdx.json .site .uv .yima .yima-demo clients/web/node_modules clients/web/dist

.venv/installed: requirements.lock pyproject.toml uv.toml services/services.toml $(addsuffix /pyproject.toml,$(PACKAGES)) | $(UV)
	@echo "installing (once; about half a minute) …"
	@$(UV) venv --quiet --allow-existing --python 3.13 .venv
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(PY) --no-deps $(addprefix -e ,$(PACKAGES))
	@touch $@

.venv-docs/installed: docs/requirements.lock | $(UV)
	@$(UV) venv --quiet --allow-existing --python 3.13 .venv-docs
	@$(UV) pip install --quiet --python .venv-docs/bin/python --require-hashes -r docs/requirements.lock
	@touch $@

.venv-hardening/installed: charts/requirements.lock
	@$(UV) venv --quiet --allow-existing --python 3.13 .venv-hardening
	@$(UV) pip install --quiet --python .venv-hardening/bin/python --require-hashes -r charts/requirements.lock
	@touch $@

.venv-audit/installed: .ci/requirements.lock
	@$(UV) venv --quiet --allow-existing --python 3.13 .venv-audit
	@$(UV) pip install --quiet --python .venv-audit/bin/python --require-hashes -r .ci/requirements.lock
	@touch $@

.uv/bin/uv:
	@echo "installing uv …"
	@python3 -m venv .uv
	@.uv/bin/pip install --quiet --disable-pip-version-check uv
