/* reached.c - which branches of the core a program took, for the fuzzer (difftests/fuzz.py).
 *
 * In a build with -Dsteer=true clang gives each edge of the core a counter of a byte, and a table of where
 * the edges are; both are handed over here before main begins.  An edge is known by its index in these
 * tables.  All other builds count nothing, and say so by an empty text. */
#ifdef AIOCORE_STEER
#define _GNU_SOURCE /* dl_iterate_phdr */
#include <link.h>
#endif
#include <inttypes.h>
#include <string.h>

#include "cli.h"

/* One edge, as clang writes it. */
typedef struct edge {
    uintptr_t address;
    uintptr_t flags; /* 1: the entry of a function */
} edge;

static struct {
    uint8_t *counters;
    const edge *edges;
    size_t count;
} reached;

#ifdef AIOCORE_STEER
/* Called once for each object of the core; the linker has put them all into one range. */
void __sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end);
void __sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end)
{
    reached.counters = begin;
    reached.count = (size_t)(end - begin);
}

void __sanitizer_cov_pcs_init(const uintptr_t *begin, const uintptr_t *end);
void __sanitizer_cov_pcs_init(const uintptr_t *begin, const uintptr_t *end)
{
    (void)end; /* as many as there are counters */
    reached.edges = (const edge *)begin;
}

/* The first is the command itself. */
static int reached_take_base(struct dl_phdr_info *info, size_t size, void *base)
{
    (void)size;
    *(uintptr_t *)base = info->dlpi_addr;
    return 1;
}

/* How far the command was moved when it was loaded: what addr2line asks for are the addresses in the file. */
static uintptr_t reached_base(void)
{
    uintptr_t base = 0;
    (void)dl_iterate_phdr(reached_take_base, &base);
    return base;
}
#else
static uintptr_t reached_base(void)
{
    return 0;
}
#endif

/* A digit for four edges, the first of them in the lowest bit. */
static char reached_digit(size_t first)
{
    unsigned digit = 0;
    for (size_t i = 0; i < 4 && first + i < reached.count; i++)
        digit |= (reached.counters[first + i] != 0 ? 1u : 0u) << i;
    return "0123456789abcdef"[digit];
}

size_t cli_reached_take(char *text, size_t size)
{
    size_t digits = (reached.count + 3) / 4;
    if (digits == 0 || size <= digits)
        return digits;
    for (size_t i = 0; i < digits; i++)
        text[i] = reached_digit(i * 4);
    text[digits] = '\0';
    memset(reached.counters, 0, reached.count);
    return digits;
}

bool cli_write_edges(FILE *out)
{
    uintptr_t base = reached_base();
    for (size_t i = 0; i < reached.count; i++)
        fprintf(out, "0x%" PRIxPTR " %s\n", reached.edges[i].address - base,
                (reached.edges[i].flags & 1) != 0 ? "entry" : "branch");
    return reached.count != 0;
}
