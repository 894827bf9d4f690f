/* table.c - the results as a table in markdown, and as JSON. */
#include "measure.h"

/* A row that shows two units is printed as two. */
typedef struct table_line {
    const bench *row;
    const char *unit;
    double ours, ours_best, floor, target;
} table_line;

static double in_unit(bench_unit unit, const bench *row, bench_sample sample)
{
    switch (unit) {
    case BENCH_MS:
        return sample.seconds * 1e3;
    case BENCH_BYTES:
        return sample.amount / (double)row->operations;
    case BENCH_CALLS:
        return sample.amount;
    default:
        return sample.seconds * 1e9 / (double)row->operations;
    }
}

static table_line line_of(bench_unit unit, const bench *row, const bench_result *result)
{
    static const char *const names[] = {"ns", "ms", "bytes", "calls"};
    table_line made = {.row = row,
                       .unit = names[unit],
                       .ours = in_unit(unit, row, result->ours),
                       .ours_best = in_unit(unit, row, result->ours_best),
                       .floor = row->floor != NULL ? in_unit(unit, row, result->floor) : -1,
                       .target = row->target};
    return made;
}

/* The lines of a row; how many. */
static size_t lines_of(const bench *row, const bench_result *result, table_line lines[2])
{
    if (row->unit != BENCH_NS_AND_BYTES) {
        lines[0] = line_of(row->unit, row, result);
        return 1;
    }
    lines[0] = line_of(BENCH_NS, row, result);
    lines[1] = line_of(BENCH_BYTES, row, result);
    return 2;
}

/* ---- Markdown ---- */

static void print_number(FILE *file, double number)
{
    if (number < 0)
        fprintf(file, " – |");
    else
        fprintf(file,
                number == (double)(long)number ? " %.0f |"
                : number < 10                  ? " %.2f |"
                                               : " %.1f |",
                number);
}

static void print_line(FILE *file, const table_line *line)
{
    fprintf(file, "| `%s` | %s | %s |", line->row->name, line->row->what, line->unit);
    print_number(file, line->ours);
    print_number(file, line->ours_best);
    print_number(file, line->floor);
    print_number(file, line->floor > 0 ? line->ours / line->floor : -1);
    print_number(file, line->target);
    fprintf(file, " %s |\n", line->target < 0 ? "" : line->ours <= line->target ? "yes" : "no");
}

void bench_print_table(FILE *file, const bench *const *rows, const bench_result *results, size_t count)
{
    fprintf(file, "| row | what | unit | aiocore | best | floor | ratio | target | met |\n");
    fprintf(file, "|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        table_line lines[2];
        size_t shown = lines_of(rows[i], &results[i], lines);
        for (size_t j = 0; j < shown; j++)
            print_line(file, &lines[j]);
    }
}

/* ---- JSON ---- */

static void print_field(FILE *file, const char *name, double number)
{
    if (number < 0)
        fprintf(file, ", \"%s\": null", name);
    else
        fprintf(file, ", \"%s\": %.6g", name, number);
}

static void print_object(FILE *file, const table_line *line)
{
    fprintf(file, "  {\"name\": \"%s\", \"unit\": \"%s\"", line->row->name, line->unit);
    print_field(file, "aiocore", line->ours);
    print_field(file, "best", line->ours_best);
    print_field(file, "floor", line->floor);
    print_field(file, "target", line->target);
    fprintf(file, "}");
}

void bench_print_json(FILE *file, const bench *const *rows, const bench_result *results, size_t count)
{
    const char *between = "";
    fprintf(file, "[\n");
    for (size_t i = 0; i < count; i++) {
        table_line lines[2];
        size_t shown = lines_of(rows[i], &results[i], lines);
        for (size_t j = 0; j < shown; j++) {
            fprintf(file, "%s", between);
            print_object(file, &lines[j]);
            between = ",\n";
        }
    }
    fprintf(file, "\n]\n");
}
