#ifndef STORE_H
#define STORE_H

#include <stddef.h>

/* Opens one. */
int store_open(const char *path, int flags);

struct store *store_new(size_t limit);

#ifdef __cplusplus
extern "C" {
#endif

#define STORE_VERSION "2.1"
#define STORE_EXPORT __attribute__((visibility("default")))

/* What a store may do. */
typedef enum store_flag {
    STORE_READ = 1,
    STORE_WRITE = 2,
} store_flag;

/* Called for each greeting; a number beyond zero ends the walk. */
typedef int (*store_visit)(const char *name, void *context);

struct store_options {
    /* How many bytes are kept. */
    size_t limit;
    unsigned flags : 4;
    store_visit visit;
    struct {
        const char *path;
        int mode;
    } disk;
};

extern const char *const store_names[];

/**
 * Walks over all greetings.
 *
 * \return what the last visit returned
 */
STORE_EXPORT int store_walk(struct store *store, store_visit visit, void *context);

static inline int store_is_open(const struct store *store)
{
    return store != NULL;
}

void store_close(struct store *store);
void store_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

#ifdef __cplusplus
}
#endif

#endif /* STORE_H */
