# SPDX-License-Identifier: GPL-2.0-only
# What can be done with this clone? Each target in one line: make help.

# The work is done by the scripts in ci/, which use all cpus by themselves and
# keep each other apart by locks; in parallel their output would be a jumble.
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
SHELL = /bin/bash

.PHONY: help try demo test sim kernel tool deb matrix bench series series-check clean distclean

help: ## print this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' Makefile | expand -t 14
	@echo
	@echo 'KERNEL_SRC=DIR   use your own kernel tree (it is copied, never changed)'
	@echo 'TOOLCHAIN=host   use the programs of this machine, not those of a Debian root'

try: ## show a recorded boot, before any kernel is built (build/try/report.html)
	@ci/try

demo: ## build all that is needed, boot a guest, show summary and verdict of ppa-trace
	@ci/demo

test: ## run every test (two kernels are built for it); TESTS=FILE... only these
	@ci/test $(TESTS)

sim: ## run the allocator itself on this machine: 1 TiB, faults, fuzzing, mutants; no guest
	@ci/sim

kernel: ## build the kernel (build/product/arch/arm64/boot/Image)
	@ci/kernel product

tool: ## build ppa-trace for this machine (build/host/) and for the guest (build/tool/)
	@ci/tool

deb: ## build Debian packages of ppa-trace, for this machine and for arm64 (build/deb/)
	@ci/deb

matrix: ## run the tests on kernels built in other ways; ROW=NAME for one, TIME=100m for a limit
	@ci/matrix $(ROW)

bench: ## count what the keys cost, into docs/benchmarks.md (builds two more kernels); CHECK=1 fails for a missed limit
	@ci/bench

series: ## write the kernel side as patches to be mailed (build/series/)
	@ci/series

series-check: ## do they apply, read well, and build one by one? CHECK=NAME for one check
	@ci/series-check $(CHECK)

clean: ## remove build/
	@ci/clean

distclean: ## remove build/ and what is shared between clones: toolchain, source, ccache
	@ci/clean --all
