/* measure.c - clocks, processes, medians.
 *
 * Idea       Each row is measured in a child process: a row cannot fragment the memory of the next, and
 *            resident bytes are its own.
 * Holds      A fresh row has a process for each single run; any other has one process, one run of each side
 *            to warm up, then the sides in turns. */
#include "measure.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ROUNDS = 64 };

static double read_clock(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

double bench_cpu_time(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

double bench_wall_time(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

bench_sample bench_cpu_since(double start)
{
    bench_sample sample = {.seconds = bench_cpu_time() - start};
    return sample;
}

bench_sample bench_wall_since(double start)
{
    bench_sample sample = {.seconds = bench_wall_time() - start};
    return sample;
}

/* The second number of /proc/self/statm, in pages. */
double bench_resident_bytes(void)
{
    char line[128], *rest = line;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL)
        bench_fail("resident bytes cannot be read");
    fclose(file);
    (void)strtol(line, &rest, 10);
    return (double)strtol(rest, NULL, 10) * (double)sysconf(_SC_PAGESIZE);
}

void bench_fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* ---- Medians ---- */

static int compare(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 != 0 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void summarize(const bench_sample *samples, int count, bench_sample *middle, bench_sample *best)
{
    double seconds[MAX_ROUNDS], amounts[MAX_ROUNDS];
    for (int i = 0; i < count; i++) {
        seconds[i] = samples[i].seconds;
        amounts[i] = samples[i].amount;
    }
    middle->seconds = median(seconds, count);
    middle->amount = median(amounts, count);
    best->seconds = seconds[0];
    best->amount = amounts[0];
}

/* ---- Runs ---- */

static void *open_side(const bench_side *side, const bench *row)
{
    return side != NULL && side->open != NULL ? side->open(row) : NULL;
}

static void close_side(const bench_side *side, void *state)
{
    if (side != NULL && side->close != NULL)
        side->close(state);
}

bench_sample bench_run_once(const bench_side *side, const bench *row)
{
    void *state = open_side(side, row);
    bench_sample sample = side->run(state, row);
    close_side(side, state);
    return sample;
}

/* The sides in turns, after one run of each that is not counted. */
static void run_in_turns(const bench *row, int rounds, bench_result *result)
{
    bench_sample ours[MAX_ROUNDS], floor[MAX_ROUNDS] = {{0, 0}};
    void *our_state = open_side(row->ours, row), *floor_state = open_side(row->floor, row);
    for (int i = -1; i < rounds; i++) {
        int slot = i < 0 ? 0 : i;
        ours[slot] = row->ours->run(our_state, row);
        if (row->floor != NULL)
            floor[slot] = row->floor->run(floor_state, row);
    }
    close_side(row->floor, floor_state);
    close_side(row->ours, our_state);
    summarize(ours, rounds, &result->ours, &result->ours_best);
    summarize(floor, rounds, &result->floor, &result->floor_best);
}

/* ---- Processes ---- */

static void read_all(int from, void *data, size_t size)
{
    for (char *at = data; size > 0;) {
        ssize_t got = read(from, at, size);
        if (got <= 0)
            exit(1); /* the child has said why */
        at += got;
        size -= (size_t)got;
    }
}

/* Starts a child.  True in the child, which is to write to *to and to end. */
static bool start_child(int *from, int *to, pid_t *child)
{
    int ends[2];
    fflush(NULL);
    if (pipe(ends) != 0 || (*child = fork()) < 0)
        bench_fail("a process cannot be started");
    *from = ends[0];
    *to = ends[1];
    if (*child != 0)
        close(ends[1]);
    return *child == 0;
}

static _Noreturn void end_child(int to, const void *data, size_t size)
{
    _exit(write(to, data, size) == (ssize_t)size ? 0 : 1);
}

static void wait_for_child(int from, pid_t child, void *data, size_t size)
{
    read_all(from, data, size);
    close(from);
    waitpid(child, NULL, 0);
}

static bench_sample run_fresh(const bench_side *side, const bench *row)
{
    int from, to;
    pid_t child;
    bench_sample sample;
    if (start_child(&from, &to, &child)) {
        sample = bench_run_once(side, row);
        end_child(to, &sample, sizeof sample);
    }
    wait_for_child(from, child, &sample, sizeof sample);
    return sample;
}

static void run_all_fresh(const bench *row, int rounds, bench_result *result)
{
    bench_sample ours[MAX_ROUNDS], floor[MAX_ROUNDS] = {{0, 0}};
    for (int i = 0; i < rounds; i++) {
        ours[i] = run_fresh(row->ours, row);
        if (row->floor != NULL)
            floor[i] = run_fresh(row->floor, row);
    }
    summarize(ours, rounds, &result->ours, &result->ours_best);
    summarize(floor, rounds, &result->floor, &result->floor_best);
}

void bench_measure(const bench *row, int rounds, bench_result *result)
{
    int from, to;
    pid_t child;
    if (rounds > MAX_ROUNDS)
        rounds = MAX_ROUNDS;
    if (row->fresh) {
        run_all_fresh(row, rounds, result);
        return;
    }
    if (start_child(&from, &to, &child)) {
        run_in_turns(row, rounds, result);
        end_child(to, result, sizeof *result);
    }
    wait_for_child(from, child, result, sizeof *result);
}
