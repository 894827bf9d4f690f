/* pair.h - two tasks in static memory on the bare host: one waits for a future again and again, the other one
 * sets it or cancels the waiting task.  What they cost is the core's alone. */
#ifndef AIOCORE_BENCH_PAIR_H
#define AIOCORE_BENCH_PAIR_H

#include "host.h"

typedef enum pair_kind { PAIR_SET, PAIR_CANCEL } pair_kind;

typedef struct task_pair task_pair;

task_pair *pair_open(void);
void pair_close(task_pair *pair);
/* Waits and wakes so many times.  Gives the CPU time, and how often realloc was called. */
bench_sample pair_run(task_pair *pair, pair_kind kind, size_t times);

#endif
