# Nhịp Cầu. The two that matter: `make run` and `make test`.

SHELL := /bin/bash
CONFIG ?= release
PORT ?= 8080
SWIFT ?= swift
SECONDS ?= 60
ENTRY ?= all
EXECUTIONS ?=
JOBS ?= 1

.PHONY: help setup build run test verify bench fuzz package package-test format lint tidy clean

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## Installs the system packages that are missing (or prints the command)
	@.ci/setup

build: setup ## Builds the program
	$(SWIFT) build -c $(CONFIG) --product nhipcau

run: build ## Starts the bot with demo data; web chat at http://localhost:8080/chat
	@NHIPCAU_SERVER__PORT=$(PORT) "$$($(SWIFT) build -c $(CONFIG) --show-bin-path)/nhipcau" serve --demo

test: setup ## Everything a clean machine can check
	@.ci/test

verify: setup ## The long checks too: release build, many kills
	@.ci/verify

bench: setup ## One table of ratios from one run: BENCH="WORD --json" chooses
	@$(SWIFT) build -c release --product nhipcau && $(SWIFT) build -c release --product Bench
	@"$$($(SWIFT) build -c release --show-bin-path)/Bench" $(BENCH)

fuzz: setup ## Gives readers any bytes: SECONDS=60 or EXECUTIONS=10000000 each, ENTRY=all or some
	@SECONDS_EACH="$(SECONDS)" EXECUTIONS="$(EXECUTIONS)" JOBS="$(JOBS)" Fuzz/run "$(ENTRY)"

package: setup ## A Debian package in .build/package
	@.ci/package

package-test: setup ## Installs, starts, upgrades and removes it in a clean Debian (as root)
	@.ci/package-test

format: ## Rewrites the sources in the project's style
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks Fuzz

lint: ## Style, without changing anything
	@$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks Fuzz

tidy: ## Imports against the manifest, words that must not stand in the tree
	@.ci/tidy

clean: ## Removes what was built and what was stored by `make run`
	rm -rf .build var
