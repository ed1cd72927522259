# Python that makes the environment; `make PY=python3.12 test` picks another.
PY ?= python3
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
DEMO := .demo
# With a wheelhouse/ folder beside this file, nothing is asked from the network.
OFFLINE := $(if $(wildcard wheelhouse/*.whl),--no-index --find-links wheelhouse,)

.PHONY: all install demo test check fix golden sample bench faults office wheel bundle lock clean

# Everything a change has to pass.
all: check test

# The environment: pinned and hashed packages, then the project itself.
install: .venv/.done
.venv/.done: .ci/requirements.lock pyproject.toml
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本,例如:make PY=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PY) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(OFFLINE) --require-hashes -r .ci/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

# A whole month end and year end on the invented sample city; prints where the results are.
demo: install
	@rm -rf $(DEMO)
	@$(BIN)/python sample_data/demo.py $(DEMO)

# All tests; a file goes to one worker, so that what its tests share is made once.
test: install
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not office"

# Lint, types, architecture.
check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_architecture.py

# Mend what a machine can mend.
fix: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Rewrite the golden texts from what the program prints now; read the diff before committing.
golden: install
	SANWU_GOLDEN=write $(BIN)/python -m pytest -q -m "not office" tests

# Make the sample city anew from its seed.
sample: install
	$(BIN)/python sample_data/make_city.py

# Timings, as ratios against a peer or a floor in the same run.
bench: install
	$(BIN)/python tests/benchmarks/run.py

# Kill every command at each of its writes, make each write fail; half an hour. A second opinion by strace, where it is.
faults: install
	$(BIN)/python tests/fault_harness.py
	$(BIN)/python tests/fault_strace.py

# Slow checks that need LibreOffice, poppler and a Chinese font.
office: install
	$(BIN)/python -m pytest -m office -rs

# Build the wheel, install it in a clean environment, run it.
wheel: install
	rm -rf dist build/wheel-env
	$(BIN)/python -m hatchling build -t wheel
	$(PY) -m venv build/wheel-env
	build/wheel-env/bin/python -m pip install --quiet --disable-pip-version-check $(OFFLINE) --require-hashes -r .ci/requirements.lock
	build/wheel-env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-index dist/*.whl
	build/wheel-env/bin/sanwu --version
	cd build && wheel-env/bin/sanwu init wheel-city --demo && rm -rf wheel-city

# One archive that installs with no network, for every machine and Python it is meant for; installs it here.
# One machine alone: make bundle BUNDLE="--target linux-x86_64 --python 3.11 --prove"
BUNDLE ?= --prove
bundle: install
	$(BIN)/python .ci/bundle.py $(BUNDLE)

# Refresh the lock files (needs uv): of the house, and of the offline archive (the same versions, no tools).
LOCKED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock:
	uv pip compile pyproject.toml --extra dev $(LOCKED) -o .ci/requirements.lock
	uv pip compile pyproject.toml --extra bundle -c .ci/requirements.lock $(LOCKED) -o .ci/runtime.lock

clean:
	rm -rf .venv $(DEMO) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
