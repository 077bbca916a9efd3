# Two commands: `make handouts` and `make test`. Each sets up what it needs first (see .ci/setup.py).
.PHONY: help handouts test bench bench-batch setup setup-test lock clean

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' $(MAKEFILE_LIST)

handouts: setup ## all handouts into dist/ (OPTIONS="--lang es --paper a4" for some of them)
	@.venv/bin/python build.py $(OPTIONS)

test: setup-test ## lint, types and tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/pytest --numprocesses auto --dist loadgroup $(OPTIONS)

bench: setup-test ## cost and text layer of this and other typesetters, in one run (`chromium` too, if it is there)
	PYTHONPATH=tests .venv/bin/python benchmarks/typesetting.py --samples $(OPTIONS)

bench-batch: setup-test ## cost of whole builds, of changes and of growth, beside other typesetters (more than an hour)
	.venv/bin/python benchmarks/batch.py $(OPTIONS)

setup: ## what the handouts need: .venv, and Debian's packages where they are missing
	@$(PYTHON3) .ci/setup.py run

setup-test: ## what the tests need as well
	@$(PYTHON3) .ci/setup.py test

lock: ## pin every Python package again (needs `uv` and the network)
	uv pip compile $(LOCK) $(UPGRADE) --group build --output-file requirements.lock pyproject.toml
	uv pip compile $(LOCK) $(UPGRADE) --group test --constraints requirements.lock \
	  --output-file tests/requirements.lock pyproject.toml

clean: ## remove what was made: dist/, .venv/ and the tools' caches
	rm -rf dist .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

# set-up says in one line what is missing; without python3 it cannot even do that
PYTHON3 = command -v python3 >/dev/null || { echo "set-up: install Python 3.11 or later first" >&2; exit 3; }; python3
LOCK = --universal --generate-hashes --only-binary :all: --quiet --no-header --no-emit-index-url \
  --no-emit-find-links --custom-compile-command "make lock"
