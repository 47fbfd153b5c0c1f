SHELL := /bin/bash
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# onnxruntime-node's own script would only fetch CUDA, which no host has.
export ONNXRUNTIME_NODE_INSTALL := skip
# And it would report to its maker; see src/lib/runtime/onnx/runtime.ts.
export ORT_DISABLE_TELEMETRY := 1

.PHONY: demo tour drill test build check format lint types unused shell unit bench-smoke lab-test install clean

# See it work: boots ten machines, deploys databases and services, recognises a photo.
demo: install build
	@bash scripts/demo/run.sh

# What one would show a visitor, in five minutes: make tour lists them, make tour NAME=deploy.
tour: install build
	@node scripts/tour.ts $(NAME)

# A matrix of trials, recorded in docs/drills.md: make drill lists them, make drill NAME=deploy-kill [CELLS=A-B]
# [RUNS=N] [SEED=S] [FRESH=1].
drill: install build
	@node scripts/drill.ts $(NAME) $(if $(CELLS),--cells $(CELLS)) $(if $(RUNS),--runs $(RUNS)) \
	  $(if $(SEED),--seed $(SEED)) $(if $(FRESH),--fresh)

# Everything that must hold: format, lint, types, unit tests, tests on real machines.
test: install build check unit lab-test

install: node_modules/.package-lock.json
	@bash scripts/install-lab-packages.sh
	@sh scripts/install-check-packages.sh

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

build:
	@node scripts/build.ts

# Side by side, each with its output in one piece; all of them, even where one fails.
check:
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target --keep-going format lint types unused shell

format:
	@echo "== format"; prettier --check --log-level warn .

lint:
	@echo "== lint"; oxlint --type-aware --deny-warnings

types:
	@echo "== types"; tsc --noEmit

shell:
	@echo "== shell"; node scripts/check-shell.ts

unused:
	@echo "== unused files, exports and packages"; knip

unit:
	@echo "== unit tests"; vitest run --project 'unit*'

# That every benchmark still runs, not how fast. Not part of `test` yet: it has not passed as a whole on a quiet machine.
bench-smoke:
	@echo "== benchmarks, all of their code with the least work"; node bench/run.ts --smoke all

lab-test:
	@echo "== lab tests"; node scripts/lab-tests.ts

clean:
	rm -rf dist oclif.manifest.json
