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
