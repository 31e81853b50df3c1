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

union value {
    long whole;
    double part;
};

typedef int (*compare_fn)(const void *left, const void *right);

typedef enum {
    SEASON_WINTER = 1 << 0,
    SEASON_SUMMER = 1 << 1,
} season_t;

typedef struct node node;
struct node {
    node *next, *previous;
    union value value;
    unsigned int used : 1;
    compare_fn compare;
};

/* How many degrees a season has. */
static const int degrees[] = {
    [SEASON_WINTER] = -5,
    [SEASON_SUMMER] = 25,
};

_Static_assert(sizeof(node) >= sizeof(void *), "a node has a link");

#define FOR_EACH(item, list) \
    for (node *item = (list); item != NULL; item = item->next)

static inline __attribute__((always_inline)) node *
node_last(node *list)
{
    while (list->next)
        list = list->next;
    return list;
}

/* Chooses how two nodes are compared. */
compare_fn
choose_order(season_t season)
{
    switch (season) {
    case SEASON_WINTER: {
        return NULL;
    }
    default:
        goto none;
    }
none:
    return NULL;
}

void (*on_signal(int number, void (*handler)(int)))(int)
{
    (void)number;
    return handler;
}

#if defined(__linux__)
#define SEPARATOR '/'
int separator(void) { return SEPARATOR; }
#else
int separator(void) { return '\\'; }
#endif
