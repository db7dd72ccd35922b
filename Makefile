# Latent Lab. `make` lists what there is.

.DEFAULT_GOAL := help
.PHONY: help app test docker-test lock audit licences bench clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  PORT=8502 make app           another port'
	@echo '  ADDRESS=0.0.0.0 make app     open to the network, for a class'
	@echo '  TORCH_INDEX=<url> make app   a further package index, for PyTorch'"'"'s small CPU build'
	@echo '  ARGS="-k digits" make test   what pytest gets'
	@echo '  BENCH=training make bench    one measurement'

app: ## start the lab at http://localhost:8501; the first time installs it into .venv
	@scripts/install.sh && exec .venv/bin/python scripts/start.py

test: ## style, types, layers, all tests and their coverage
	@scripts/install.sh dev && exec scripts/check.sh

docker-test: ## build the Docker image, run it hardened, drive one journey through it
	@scripts/install.sh dev && exec scripts/docker_test.sh

lock: ## write requirements.lock anew, after a change of requirements.txt; needs the network
	@scripts/install.sh dev && exec .venv/bin/python scripts/lock.py

audit: ## look the installed packages up among known vulnerabilities; needs the network
	@scripts/install.sh dev && exec .venv/bin/python -m pip_audit --strict --progress-spinner off

licences: ## list the licences of all installed packages
	@scripts/install.sh dev && exec .venv/bin/python -m piplicenses --from=mixed --order=license

bench: ## measure the lab beside other tools
	@scripts/install.sh dev && exec scripts/measure.sh

clean: ## remove .venv and caches; runs stay
	rm -rf .venv node_modules data/.cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
