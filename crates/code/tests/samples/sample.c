/* A store of greetings. */
#include <stdio.h>
#include "store.h"

#define CAPACITY 16
#define MAX(a, b) ((a) > (b) ? (a) : (b))

typedef unsigned int count_t;

typedef struct {
    int left;
} pair_t;

/**
 * Keeps greetings.
 */
struct store {
    char *names[CAPACITY];
    count_t count;
};

enum tone { SOFT, LOUD };

static int total = 0;
extern int store_open(const char *path, int flags);
char **store_names(struct store *store);

/* Looks a greeting up.
 *
 * Returns NULL if there is none. */
static const char *
store_get(const struct store *store,
          const char *name)
{
    int local = 1;
    extern int other(void);
    for (count_t i = 0; i < store->count; i++) {
        if (store->names[i] == name)
            return name;
    }
    return NULL;
}

#ifdef DEBUG
void store_dump(void) { printf("%d\n", total); }
#endif

int main(int argc, char **argv)
{
    return store_open(argv[1], 0);
}
