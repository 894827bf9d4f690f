/* main.c - the command line.
 *
 *     bench [--quick] [--json] [--list] [NAME...]      NAME is a file or a row: tree, tree_eager
 *     bench --once ROW OPERATIONS [--floor]            runs one side once and prints nothing: for valgrind
 *
 * The table goes to standard output when all is measured; which row is being measured, to a terminal. */
#include "benches.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_ROWS = 64, QUICK_ROUNDS = 3, QUICK_OPERATIONS = 1000000 };

static const bench_file *const files[] = {
    &call_soon_benches, &switch_benches, &wake_benches,   &spawn_benches,  &tree_benches,
    &group_benches,     &timers_benches, &memory_benches, &growth_benches, &allocations_benches,
};
enum { FILES = sizeof files / sizeof files[0] };

typedef struct request {
    bool quick, json, list;
    char **names;
    int name_count;
} request;

static bool is_wanted(const request *asked, const bench_file *file, const bench *row)
{
    for (int i = 0; i < asked->name_count; i++)
        if (strcmp(asked->names[i], file->name) == 0 || strcmp(asked->names[i], row->name) == 0)
            return true;
    return asked->name_count == 0;
}

/* The rows that were asked for. */
static size_t select_rows(const request *asked, const bench **rows)
{
    size_t count = 0;
    for (size_t i = 0; i < FILES; i++)
        for (size_t j = 0; j < files[i]->count && count < MAX_ROWS; j++)
            if (is_wanted(asked, files[i], &files[i]->rows[j]))
                rows[count++] = &files[i]->rows[j];
    return count;
}

static const bench *find_row(const char *name)
{
    const bench *rows[MAX_ROWS];
    request all = {.name_count = 0};
    size_t count = select_rows(&all, rows);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i]->name, name) == 0)
            return rows[i];
    fprintf(stderr, "bench: no row is called %s\n", name);
    exit(2);
}

/* A quick look leaves out what takes minutes. */
static size_t leave_out_long_ones(const bench **rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i]->operations <= QUICK_OPERATIONS)
            rows[kept++] = rows[i];
    return kept;
}

static void measure(const request *asked, const bench *const *rows, size_t count)
{
    static bench_result results[MAX_ROWS];
    bool terminal = isatty(STDERR_FILENO) != 0;
    for (size_t i = 0; i < count; i++) {
        if (terminal)
            fprintf(stderr, "\r\033[K%zu of %zu: %s", i + 1, count, rows[i]->name);
        bench_measure(rows[i],
                      asked->quick && rows[i]->rounds > QUICK_ROUNDS ? QUICK_ROUNDS : rows[i]->rounds,
                      &results[i]);
    }
    if (terminal)
        fprintf(stderr, "\r\033[K");
    if (asked->json)
        bench_print_json(stdout, rows, results, count);
    else
        bench_print_table(stdout, rows, results, count);
}

/* bench --once ROW OPERATIONS [--floor] */
static int run_once(int count, char **words)
{
    if (count < 2)
        bench_fail("--once ROW OPERATIONS [--floor]");
    bench row = *find_row(words[0]);
    const bench_side *side = count > 2 && strcmp(words[2], "--floor") == 0 ? row.floor : row.ours;
    row.operations = strtoul(words[1], NULL, 10);
    if (side == NULL || row.operations == 0)
        bench_fail("the row has no floor, or there is nothing to do");
    (void)bench_run_once(side, &row);
    return 0;
}

static bool read_option(request *asked, const char *word)
{
    bool *option = strcmp(word, "--quick") == 0  ? &asked->quick
                   : strcmp(word, "--json") == 0 ? &asked->json
                   : strcmp(word, "--list") == 0 ? &asked->list
                                                 : NULL;
    if (option != NULL)
        *option = true;
    return option != NULL;
}

int main(int count, char **words)
{
    request asked = {.names = words + 1, .name_count = count - 1};
    const bench *rows[MAX_ROWS];
    if (count > 1 && strcmp(words[1], "--once") == 0)
        return run_once(count - 2, words + 2);
    while (asked.name_count > 0 && read_option(&asked, asked.names[0])) {
        asked.names++;
        asked.name_count--;
    }
    size_t selected = select_rows(&asked, rows);
    if (selected == 0)
        bench_fail("no row has such a name; --list shows them");
    if (asked.quick)
        selected = leave_out_long_ones(rows, selected);
    if (!asked.list)
        measure(&asked, rows, selected);
    for (size_t i = 0; asked.list && i < selected; i++)
        printf("%-20s %s\n", rows[i]->name, rows[i]->what);
    return 0;
}
