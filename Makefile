# Two commands matter: `make run` and `make test`. The work is done by the scripts in tools/ and tests/.

.DEFAULT_GOAL := help
.PHONY: help setup build run dev cluster test torture bench fuzz format lint package package-test fresh-test clean

# What is set on make's command line (make run PORT=8001) reaches the scripts as environment.

help: ## This list
	@echo "Parley. On a fresh Debian or Ubuntu with git and make, as root or with sudo:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing to build, run and test (apt, npm, PyPI under build/)
	@tools/setup test

build: ## Build the web app and the release server, build/release/parley
	@tools/setup run
	@tools/build

run: ## Install what is missing, build, and serve on http://localhost:8000 (PORT=8000 HOST=127.0.0.1)
	@tools/setup run
	@tools/build
	@exec tools/run

dev: ## Serve, and rebuild server and web app as you type
	@tools/setup run
	@exec tools/dev

cluster: ## Serve three instances behind nginx on http://localhost:8080, with MongoDB and Redis (FRESH=1 begins anew)
	@tools/setup cluster
	@tools/build
	@exec build/venv/bin/python tools/cluster $(if $(FRESH),--fresh)

test: ## Install what is missing and run every test (ONLY="unit api" runs some)
	@tools/setup test
	@build/venv/bin/python tests/run $(ONLY)

torture: ## Break a cluster at random for MINUTES=30 and count what is lost (SEED=n repeats a run)
	@tools/setup test
	@tools/build
	@build/venv/bin/python tests/torture

bench: ## Build and run the benchmarks
	@tools/setup test
	@tools/bench

fuzz: ## Run the fuzz targets, each for FUZZ_SECONDS=600
	@tools/setup test
	@tools/fuzz

format: ## Format C++, Python and the web app
	@tools/setup web venv
	@tools/format

lint: ## Check format, layers, clang-tidy, Python, shell and the web app
	@tools/setup web venv
	@tools/lint

package: ## Build the Debian package, build/package/parley_VERSION_ARCHITECTURE.deb
	@tools/setup run package
	@tools/build
	@tools/package

package-test: ## Prove the Debian package in a bare Debian 12: install, upgrade, purge (root, debootstrap)
	@tools/setup bare
	@tools/package-test

fresh-test: ## Prove `make run` and `make test` in a bare Debian 12 (root, debootstrap; long)
	@tools/fresh-test

clean: ## Remove what was built (what was installed under build/ stays)
	rm -rf build/release build/debug build/asan build/tsan build/fuzz build/package build/package-test build/test-logs build/embed-cache build/stamps/web web/dist
