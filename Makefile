# Mailmill. `make` alone says what there is.
.POSIX:
.PHONY: help build run test lint check bench docs install uninstall clean

PREFIX = /usr/local
DESTDIR =

help:
	@echo 'make run        build, then run everything here: database, collector, console'
	@echo 'make test       install what the tests need, then lint, checks and all tests'
	@echo 'make bench      the benchmarks, in a release build'
	@echo 'make build      release build only'
	@echo 'make lint       formatting, strict'
	@echo 'make check      the rules of the house: imports, file length, SQL, documentation'
	@echo 'make docs       the generated references in docs/reference'
	@echo 'make install    into PREFIX ($(PREFIX)), below DESTDIR if that is set'
	@echo 'make uninstall  what install put there'
	@echo 'make clean      the build folder'

build:
	@Scripts/build-release

run:
	@Scripts/run

test:
	@Scripts/test

lint:
	@Scripts/lint

check:
	@Scripts/check-house

bench:
	@Scripts/bench

docs:
	@Scripts/references

install:
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' Scripts/install

uninstall:
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' Scripts/install --remove

clean:
	rm -rf .build
