# Builds the museum's guide.
PREFIX ?= /usr/local
SOURCES := $(wildcard src/*.c)
OBJECTS := $(SOURCES:.c=.o)
export LANG = C

include config.mk

.PHONY: all clean install

all: guide

# Links the guide.
guide: $(OBJECTS)
	$(CC) -o $@ $^

%.o: %.c
	$(CC) $(CFLAGS) -c -o $@ $<

install: guide
	install -m 755 guide $(PREFIX)/bin/guide

define HELP
make all      builds
make install  installs
endef

ifdef DEBUG
CFLAGS += -g
endif

clean:
	rm -f $(OBJECTS) guide

SHELL = /bin/bash
.DEFAULT_GOAL := all
VERSION != git describe --tags
override CFLAGS += -Wall
ROOMS = north \
	south

-include $(SOURCES:.c=.d)

## Prints a hall.
define print_hall
	@echo "hall $(1)"
	@$(foreach room,$(ROOMS),echo $(room);)
endef

ifeq ($(OS),Windows_NT)
EXE := .exe
else ifneq (,$(findstring clang,$(CC)))
EXE :=
endif

$(ROOMS): %: rooms/%.txt build
	$(call print_hall,$*)

build:
	mkdir -p $@

test check: MODE = test
test check: guide
	@set -e; for file in tests/*; do \
		./guide $$file; \
	done

docs/%.html: docs/%.md docs/style.css; pandoc -o $@ $<

.SUFFIXES:
.PHONY: test check docs

docs: $(patsubst %.md,%.html,$(wildcard docs/*.md))

dist-$(VERSION).tar: all
	tar -cf $@ guide

print-%:
	@echo $* = $($*)
