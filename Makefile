# make setup   the environment in .venv, with every dependency at its locked version
# make demo    rank the bundled demonstration family into demo-output/
# make test    every test
# make check   all that CI runs: format, lint, types, tests, documents, built wheel
# make conformance  the inheritance conformance suite: export it, and judge every row
# make bench   speed and memory, as ratios to bcftools; BENCH_OPTIONS="--quick", "--only bcf", …
# make bench-report  what a report costs: writing, running with it, opening it in Chromium
# make evaluate  measure the development sets beside the checkout, and write docs/validation.md
# make golden  rewrite expected files; review the difference as a change of results
# make lock    resolve the dependencies anew
# make vendor-js  fetch the table library of the report anew, and check it (needs npm)

PYTHON ?= python3
BIN := .venv/bin
TEST_OPTIONS ?=
BENCH_OPTIONS ?=
EVALUATE_OPTIONS ?=

.PHONY: setup demo test test-plain conformance check format lint types docs wheel-test bench bench-report evaluate golden lock vendor-js clean

setup: .venv/ready

.venv/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	touch .venv/ready

demo: setup
	@mkdir -p demo-output
	$(BIN)/raredx rank --ped data/demo/family.ped --panel all \
		-o demo-output/candidates.tsv --json demo-output/candidates.json \
		--vcf demo-output/candidates.vcf.gz --html demo-output/report.html data/demo/family.vcf.gz
	@echo
	@$(BIN)/python scripts/show_top.py demo-output/candidates.tsv 12

test: setup
	NUMBA_BOUNDSCHECK=1 $(BIN)/python -m pytest -n 2 $(TEST_OPTIONS)

test-plain: setup
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -n 2 --cov=raredx --cov-report=term-missing:skip-covered tests

conformance: setup
	$(BIN)/python scripts/conformance.py demo-output/conformance
	$(BIN)/python -m pytest -q tests/test_conformance.py tests/test_conformance_properties.py

check: format lint types test docs wheel-test

format: setup
	$(BIN)/ruff format --check src tests scripts benchmarks

lint: setup
	$(BIN)/ruff check src tests scripts benchmarks

types: setup
	$(BIN)/mypy --strict src/raredx

docs: setup
	$(BIN)/python scripts/check_docs.py

wheel-test: setup
	$(BIN)/python scripts/test_wheel.py

bench: setup
	$(BIN)/python benchmarks/bench.py $(BENCH_OPTIONS)

bench-report: setup
	$(BIN)/python benchmarks/bench_report.py

evaluate: setup
	$(BIN)/python scripts/evaluate_all.py ../shared/evaluation --jobs 2 $(EVALUATE_OPTIONS)

golden: setup
	RAREDX_GOLDEN=1 $(BIN)/python -m pytest -q tests/pipeline tests/cli

lock: setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dev --constraint requirements/run.txt pyproject.toml -o requirements/dev.txt

vendor-js: setup
	$(BIN)/python scripts/vendor_js.py

clean:
	rm -rf .venv build dist demo-output .pytest_cache .mypy_cache .ruff_cache
