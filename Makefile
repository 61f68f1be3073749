# Two commands: `make predict` and `make test`. Each installs what it needs, and only into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
FORM ?= data/examples/interview.toml
# one more than the cores, because some tests spend their time waiting
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() + 1)')

# Passed through the environment, names reach the shell unchanged, with spaces, quotes and dollars.
export FORM_NAME := $(value FORM)
export TABLE_NAME := $(value TABLE)

# Without compiled files, every process that a test starts would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE

# Some newest versions need a newer Python than ours.
NEWEST_PYTHON ?= $(firstword $(foreach name,python3.14 python3.13,$(shell $(name) -c 'print("$(name)")' 2>/dev/null)) $(PYTHON))

.PHONY: help serve predict form train notebooks test test-numeric fuzz smoke-lowest smoke-newest check docs dist release format constraints clean

help:
	@echo "make serve                        everything, in your browser"
	@echo "make predict [FORM=mine.toml]     the chance of an offer, from a form"
	@echo "make form [FORM=mine.toml]        a blank form to fill in"
	@echo "make train [TABLE=mine.csv]       learn from a table of outcomes, or from your journal"
	@echo "make notebooks                    weights, retraining and calibration in JupyterLab"
	@echo "make test                         run every test"
	@echo "make test-numeric                 the numeric tests; CI runs them with a second kernel of OpenBLAS"
	@echo "make smoke-lowest                 what users do, with the lowest versions allowed"
	@echo "make smoke-newest                 the same with the newest versions"
	@echo "make fuzz                         random inputs for every reader, for five minutes"
	@echo "make check                        ruff and mypy"
	@echo "make docs                         the documentation as a site, in site/"
	@echo "make dist                         wheel and sdist with SBOM and licences, tested, in dist/"
	@echo "make release                      the same for a tagged version; uploads nothing"

serve: $(VENV)/installed-web
	@$(BIN)/offerodds serve

predict: $(VENV)/installed
	@$(BIN)/offerodds predict "$$FORM_NAME"
ifeq ($(origin FORM),file)
	@echo
	@echo "This was the shipped example. For your own interview, run $(BIN)/offerodds predict"
endif

form: $(VENV)/installed
	@$(BIN)/offerodds form --out $(if $(filter file,$(origin FORM)),mine.toml,"$$FORM_NAME")
	@printf 'Or: make predict FORM="%s"\n' $(if $(filter file,$(origin FORM)),mine.toml,"$$FORM_NAME")

train: $(VENV)/installed
	@$(BIN)/offerodds train $${TABLE_NAME:+"$$TABLE_NAME"}

notebooks: $(VENV)/installed-notebooks
	@$(BIN)/jupyter lab notebooks

test: $(VENV)/installed-test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# The numeric tests. `OPENBLAS_CORETYPE=Haswell make test-numeric` runs them with another kernel of OpenBLAS.
NUMERIC := tests/model $(patsubst %,tests/training/test_%.py,candidates dataset employers evaluate fingerprint \
	large_data pending silence_law stream stream_train train validate)
# long simulations, whose conclusions no rounding changes
NOT_ROUNDED := not memory_does_not_grow and not noise_is_seldom and not of_rms and not nearer_to_the_truth

test-numeric: $(VENV)/installed-test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(NUMERIC) -k '$(NOT_ROUNDED)'

fuzz: $(VENV)/installed-test
	$(BIN)/python -m pytest -rP tests/fuzz.py

# What users do, with the lowest and the newest versions that pyproject.toml allows: every command, request and kind of
# page. The environments are made anew, since the newest versions change.
SMOKE := tests/project/test_docs_blocks.py tests/web/test_serve.py tests/web/test_web_form.py tests/web/test_mcp_server.py \
	tests/web/test_generated_client.py tests/reporting/test_notebook_views.py tests/plotting/test_displays.py
SMOKE_TESTS := (console and (README or journal or rest)) or serves_and_stops or the_protocol or estimate_equals \
	or complete_and_self_contained or (same_bytes and svg) or generated_client

SMOKE_TOOLS := attrs httpx httpx2 hypothesis pytest pytest-xdist

# in an environment of its own, since it needs an older typer than ours
install_generator = UV_TOOL_DIR=$1/tools UV_TOOL_BIN_DIR=$1/bin $(BIN)/uv tool install --quiet --force openapi-python-client

smoke-lowest: RESOLUTION := lowest-direct
smoke-lowest: SMOKE_PYTHON := $(PYTHON)
smoke-newest: RESOLUTION := highest
smoke-newest: SMOKE_PYTHON = $(NEWEST_PYTHON)
smoke-lowest smoke-newest: $(BIN)/uv
	rm -rf .venv-$@
	$(SMOKE_PYTHON) -m venv --without-pip .venv-$@
	$(BIN)/uv pip install --quiet --python .venv-$@ --resolution $(RESOLUTION) --editable ".[excel,mcp,parquet,plots,web]"
	$(BIN)/uv pip install --quiet --python .venv-$@ $(SMOKE_TOOLS)
	$(call install_generator,.venv-$@)
	.venv-$@/bin/python -m pytest -n 2 $(SMOKE) -k "$(SMOKE_TESTS)"

check: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH=$(VENV)/src $(BIN)/mypy -p offerodds

docs: $(VENV)/installed-docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "Open site/index.html. The search needs a server: $(BIN)/python -m http.server --directory site"

# Wheel and sdist with the same bytes at each build, installed without a network, tested, and what they depend on with
# every extra. Spark is installed for that list alone: it has 450 MB.
# setuptools writes the time of the build into the sdist.
VERSION := $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' __init__.py)
DIST := $(VENV)/dist
EXTRAS := excel,mcp,parquet,plots,web
INSTALL_DIST = $(PIP) --python $(DIST) install --no-index --find-links $(DIST)/wheels

dist: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)
dist: $(BIN)/uv
	rm -rf build dist $(DIST)
	umask 022; for folder in dist $(DIST)/again; do \
		$(BIN)/uv build --quiet --sdist --out-dir $$folder && \
		tar xzf $$folder/*.tar.gz -C $$folder && \
		tar c --sort=name --mtime=@$$SOURCE_DATE_EPOCH --mode=u+rw,go=rX --owner=0 --group=0 --numeric-owner \
			-C $$folder offerodds-$(VERSION) | gzip -n > $$folder/offerodds-$(VERSION).tar.gz && \
		rm -r $$folder/offerodds-$(VERSION) && \
		$(BIN)/uv build --quiet --wheel --out-dir $$folder $$folder/*.tar.gz || exit 1; \
	done
	for built in dist/offerodds-*; do cmp $$built $(DIST)/again/$${built#dist/} || exit 1; done
	! tar tzf dist/*.tar.gz | grep -E '/(tests|benchmarks|notebooks|docs|site|\.[^/]*)/'
	$(PYTHON) -m venv --without-pip $(DIST)
	$(PIP) wheel --constraint constraints.txt --wheel-dir $(DIST)/wheels "$$(echo dist/*.whl)[$(EXTRAS)]"
	$(INSTALL_DIST) "offerodds[$(EXTRAS)]"
	$(BIN)/uv pip install --quiet --python $(DIST) --constraint constraints.txt "$$(echo dist/*.whl)[spark]"
	$(BIN)/uv tool run --quiet --from cyclonedx-bom cyclonedx-py environment $(DIST) --output-reproducible -o dist/sbom.json
	$(BIN)/uv tool run --quiet pip-licenses --python $(DIST)/bin/python --output-file dist/licences.txt
	$(BIN)/uv pip install --quiet --python $(DIST) $(SMOKE_TOOLS)
	$(call install_generator,$(DIST))
	$(DIST)/bin/python -m pytest -n 2 $(SMOKE) -k "$(SMOKE_TESTS)"
	@ls -l dist

release:
	@git diff --quiet HEAD || { echo "commit your changes first"; exit 1; }
	@grep -q '^## $(VERSION) (20' CHANGELOG.md || { echo "CHANGELOG.md: give $(VERSION) its date"; exit 1; }
	@git tag --points-at HEAD | grep -qx 'v$(VERSION)' || { echo "first: git tag v$(VERSION)"; exit 1; }
	$(MAKE) check dist
	@echo "To upload: $(BIN)/uv publish dist/*.whl dist/*.tar.gz"

format: $(VENV)/installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Pins every dependency to its newest version. The file contains no URLs.
constraints: $(VENV)/installed-test
	$(PIP) install pip-tools
	$(BIN)/pip-compile --quiet --all-extras --strip-extras --upgrade --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file constraints.txt pyproject.toml

clean:
	rm -rf $(VENV) .venv-smoke-* build dist site *.egg-info

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "offerodds needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# uv installs in seconds, but needs the package index, not only a folder of wheels.
$(BIN)/uv: $(VENV)/python
	$(PIP) install uv
	@touch $@

$(BIN)/openapi-python-client: $(BIN)/uv
	$(call install_generator,$(VENV))

$(VENV)/installed: $(VENV)/python pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-notebooks: $(VENV)/installed
	$(PIP) install --constraint constraints.txt --editable ".[notebooks]"
	@touch $@

$(VENV)/installed-web: $(VENV)/installed
	$(PIP) install --constraint constraints.txt --editable ".[web]"
	@touch $@

$(VENV)/installed-docs: $(VENV)/installed
	$(PIP) install --constraint constraints.txt --editable ".[docs]"
	@touch $@

# mypy finds a package by the name of its folder, but a clone can have any name.
$(VENV)/installed-test: $(VENV)/installed
	$(PIP) install --constraint constraints.txt --editable ".[test]"
	@mkdir -p $(VENV)/src && ln -sfn "$(CURDIR)" $(VENV)/src/offerodds
	@touch $@
