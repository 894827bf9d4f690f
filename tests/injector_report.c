/* injector_report.c - what came of each call that was made to fail: a table, and JSON. */
#include "injector_impl.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

typedef struct named {
    int number;
    const char *name;
} named;

#define NAMED(number)                                                                                        \
    {                                                                                                        \
        number, #number                                                                                      \
    }

static const named errnos[] = {
    NAMED(EACCES),  NAMED(EADDRINUSE),   NAMED(EAGAIN),       NAMED(EBADF),       NAMED(EBUSY),
    NAMED(ECHILD),  NAMED(ECONNABORTED), NAMED(ECONNREFUSED), NAMED(ECONNRESET),  NAMED(EINTR),
    NAMED(EINVAL),  NAMED(EIO),          NAMED(EMFILE),       NAMED(ENETUNREACH), NAMED(ENFILE),
    NAMED(ENOBUFS), NAMED(ENODEV),       NAMED(ENOENT),       NAMED(ENOEXEC),     NAMED(ENOMEM),
    NAMED(ENOSPC),  NAMED(ENOSYS),       NAMED(ENOTCONN),     NAMED(EPERM),       NAMED(EPIPE),
    NAMED(ESRCH),   NAMED(ETIMEDOUT),    NAMED(ETXTBSY),
};
static const named resolver_errors[] = {
    NAMED(EAI_AGAIN), NAMED(EAI_FAIL), NAMED(EAI_MEMORY), NAMED(EAI_NONAME), NAMED(EAI_SYSTEM),
};

static const char *name_of(const named *list, size_t count, int number)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].number == number)
            return list[i].name;
    return "?";
}

const char *inj_errno_name(const inj_call *call, int failure)
{
    if (strncmp(call->name, "getaddrinfo", 12) == 0 || strncmp(call->name, "getnameinfo", 12) == 0)
        return name_of(resolver_errors, sizeof resolver_errors / sizeof *resolver_errors, failure);
    return name_of(errnos, sizeof errnos / sizeof *errnos, failure);
}

/* One row after the other, in the order of the table of calls. */
typedef void on_row(FILE *file, const inj_call *call, bool in_child, const char *failure, const inj_row *row);

static void each_row(FILE *file, on_row *visit)
{
    for (unsigned i = 0; i < 2; i++)
        for (unsigned c = 0; inj_calls[c].name != NULL; c++)
            for (unsigned e = 0; inj_calls[c].errnos[e] != 0; e++) {
                const inj_row *row = &inj_all->rows[i][c][e];
                if (row->injected > 0)
                    visit(file, &inj_calls[c], i == 1, inj_errno_name(&inj_calls[c], inj_calls[c].errnos[e]),
                          row);
            }
}

/* ---- The table ---- */

static void print_row(FILE *file, const inj_call *call, bool in_child, const char *failure,
                      const inj_row *row)
{
    char name[32];

    (void)snprintf(name, sizeof name, "%s%s", call->name, in_child ? " (child)" : "");
    (void)fprintf(file, "%-22s %-13s %8u %6zu  ", name, failure, row->injected, row->leaks);
    for (int i = 0; i < INJ_SIGHTS && row->sights[i].times > 0; i++)
        (void)fprintf(file, "%s%s %u", i > 0 ? ", " : "", row->sights[i].text, row->sights[i].times);
    (void)fprintf(file, "\n");
}

static void add_up(unsigned *injected, size_t *leaks, unsigned *kinds, unsigned *calls)
{
    *injected = *kinds = *calls = 0;
    *leaks = 0;
    for (unsigned c = 0; inj_calls[c].name != NULL; c++) {
        unsigned before = *injected;
        for (unsigned i = 0; i < 2; i++)
            for (unsigned e = 0; inj_calls[c].errnos[e] != 0; e++) {
                const inj_row *row = &inj_all->rows[i][c][e];
                *injected += row->injected;
                *leaks += row->leaks;
                *kinds += row->injected > 0 ? 1 : 0;
            }
        *calls += *injected > before ? 1 : 0;
    }
}

void injector_print(void)
{
    unsigned injected, kinds, calls;
    size_t leaks;

    (void)printf("%-22s %-13s %8s %6s  what the program saw, and how often\n", "call", "fails with",
                 "injected", "leaks");
    each_row(stdout, print_row);
    (void)printf("\n");
    for (const inj_program *each = inj_all->programs; each->name != NULL; each++)
        (void)printf("%-36s %8u injected\n", each->name, each->injected);
    add_up(&injected, &leaks, &kinds, &calls);
    (void)printf("faults: %u injected into %u calls (%u kinds of failure), %zu leaks\n", injected, calls,
                 kinds, leaks);
}

/* ---- JSON ---- */

static bool is_first;

static void write_row(FILE *file, const inj_call *call, bool in_child, const char *failure,
                      const inj_row *row)
{
    (void)fprintf(file, "%s\n    {\"call\": \"%s\", \"in\": \"%s\", \"errno\": \"%s\", ", is_first ? "" : ",",
                  call->name, in_child ? "child" : "parent", failure);
    (void)fprintf(file, "\"injected\": %u, \"leaks\": %zu, \"saw\": {", row->injected, row->leaks);
    for (int i = 0; i < INJ_SIGHTS && row->sights[i].times > 0; i++)
        (void)fprintf(file, "%s\"%s\": %u", i > 0 ? ", " : "", row->sights[i].text, row->sights[i].times);
    (void)fprintf(file, "}}");
    is_first = false;
}

bool injector_write_json(const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    unsigned injected, kinds, calls;
    size_t leaks;
    bool well;

    if (file == NULL)
        return false;
    add_up(&injected, &leaks, &kinds, &calls);
    (void)fprintf(file, "{\n  \"injected\": %u,\n  \"calls\": %u,\n  \"kinds\": %u,\n  \"leaks\": %zu,\n",
                  injected, calls, kinds, leaks);
    (void)fprintf(file, "  \"programs\": {");
    for (const inj_program *each = inj_all->programs; each->name != NULL; each++)
        (void)fprintf(file, "%s\"%s\": %u", each == inj_all->programs ? "" : ", ", each->name,
                      each->injected);
    (void)fprintf(file, "},\n  \"faults\": [");
    is_first = true;
    each_row(file, write_row);
    (void)fprintf(file, "\n  ]\n}\n");
    well = ferror(file) == 0;
    return (file == stdout ? fflush(file) : fclose(file)) == 0 && well;
}
