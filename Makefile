# Everything a newcomer needs: `make demo` and `make test`. Both set up `.venv` first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared
export SHARED

.PHONY: setup demo test reference bench check docs format clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test,lint]"
	touch $@

$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

demo: $(VENV)/.run
	$(BIN)/radici demo demo

test: setup
	$(BIN)/python -m pytest -n 2 -q -m "not reference"

reference: setup
	$(BIN)/python -m pytest -q -m reference
	$(BIN)/python benchmarks/ibsi1.py --shared $(SHARED) --write docs/evidence
	$(BIN)/python benchmarks/ibsi1_phase3.py --shared $(SHARED) --write docs/evidence
	$(BIN)/python benchmarks/ibsi2.py --shared $(SHARED) --write docs/evidence
	test -z "$(VENVS)" || $(BIN)/python benchmarks/pyradiomics_parity.py --peer "$(VENVS)/venv-pyrad311/bin/python" \
		--data $(SHARED)/data/pyradiomics --speed --write docs/evidence
	$(BIN)/python benchmarks/lung_features.py --data $(SHARED)/data/nsclc_ct_owkin --write docs/evidence
	$(BIN)/python benchmarks/response_cohorts.py --data $(SHARED)/data --write docs/evidence
	$(BIN)/python benchmarks/hyperprogression.py --write docs/evidence
	$(BIN)/python benchmarks/misclassified_endpoint.py --write docs/evidence
	$(BIN)/python benchmarks/nulls.py --jobs 2 --write docs/evidence

# Beside the peers too with VENVS=FOLDER, as benchmarks/peers/venvs.sh makes it.
bench: setup
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/response_speed.py --write docs/evidence
	test -z "$(VENVS)" || $(BIN)/python benchmarks/engines.py --venvs "$(VENVS)" --shared $(SHARED) --write docs/evidence

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[docs]"
	$(BIN)/mkdocs build --strict

clean:
	rm -rf $(VENV) demo site .pytest_cache .mypy_cache .ruff_cache
