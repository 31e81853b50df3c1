#ifndef STORE_H
#define STORE_H

#include <stddef.h>

/* Opens one. */
int store_open(const char *path, int flags);

struct store *store_new(size_t limit);

#endif
