/* measure.h - how a benchmark is described, run and printed.
 *
 * Idea       A benchmark has two sides: aiocore, and a floor, which is the least that plain C has to do for
 *            the same result.  Both run in the same process, in turns, so that a noisy moment hits both; what
 *            is printed is the median of the runs.
 * Holds      A run checks what it computed and fails loudly: a fast wrong answer is no measurement.
 * Cost       Time is the CPU time of the process, except where waiting is what is measured. */
#ifndef AIOCORE_BENCH_MEASURE_H
#define AIOCORE_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What one run gave.  amount is bytes, or a number of calls. */
typedef struct bench_sample {
    double seconds, amount;
} bench_sample;

struct bench;

/* One side of a benchmark.  open gives what run is given each time: runs after the first find memory that is
 * in use already.  open and close may be NULL. */
typedef struct bench_side {
    void *(*open)(const struct bench *bench);
    bench_sample (*run)(void *state, const struct bench *bench);
    void (*close)(void *state);
} bench_side;

typedef enum bench_unit {
    BENCH_NS,    /* nanoseconds for an operation */
    BENCH_MS,    /* milliseconds for a run */
    BENCH_BYTES, /* bytes for an operation */
    BENCH_CALLS, /* calls in a run */
    BENCH_NS_AND_BYTES
} bench_unit;

typedef struct bench {
    const char *name;               /* for the command line */
    const char *what;               /* for the table */
    const bench_side *ours, *floor; /* floor may be NULL */
    size_t operations;
    bench_unit unit;
    double target; /* at most this; negative: none */
    int rounds;
    bool fresh;          /* each run in a process of its own: nothing is warm, memory can be counted */
    int shape;           /* for the sides: which of their variants */
    const char *profile; /* for the sides: NULL is the newest release */
} bench;

/* The rows of one file. */
typedef struct bench_file {
    const char *name;
    const bench *rows;
    size_t count;
} bench_file;

#define BENCH_FILE(title, table)                                                                             \
    {                                                                                                        \
        title, table, sizeof(table) / sizeof(table)[0]                                                       \
    }

/* What was measured of one row. */
typedef struct bench_result {
    bench_sample ours, ours_best, floor, floor_best; /* medians and minima */
} bench_result;

double bench_cpu_time(void);
double bench_wall_time(void);
/* What has passed since then on the same clock. */
bench_sample bench_cpu_since(double start);
bench_sample bench_wall_since(double start);
/* What the process has in memory now. */
double bench_resident_bytes(void);
/* Prints and ends the process. */
_Noreturn void bench_fail(const char *what);

/* Measures a row: 'rounds' runs of each side, in processes of their own. */
void bench_measure(const bench *row, int rounds, bench_result *result);
/* Runs one side once, here. */
bench_sample bench_run_once(const bench_side *side, const bench *row);

/* The table in markdown, or as JSON, of the rows that were measured. */
void bench_print_table(FILE *file, const bench *const *rows, const bench_result *results, size_t count);
void bench_print_json(FILE *file, const bench *const *rows, const bench_result *results, size_t count);

#endif
