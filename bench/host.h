/* host.h - the loops that the benchmarks run on.
 *
 * Most rows use the C host as a program would.  Rows about what the core alone does use the bare host: the
 * smallest table there can be, where objects outlive the loop, values are words, and each call of realloc is
 * counted. */
#ifndef AIOCORE_BENCH_HOST_H
#define AIOCORE_BENCH_HOST_H

#include <aiocore/chost.h>

#include "measure.h"

/* ---- The C host ---- */

/* A loop on the monotonic clock with the row's profile: the open of most sides, and its close. */
void *bench_open_loop(const bench *row);
void bench_close_loop(void *loop);
/* Runs a task to its end, which must be a return. */
void bench_run_task(ac_loop *loop, ac_c_task *task);
/* A new task with a body of this type; the process ends if there is no memory. */
void *bench_new_task(ac_loop *loop, size_t size, const ac_coro_ops *ops);
/* Starts a task and lets go of it. */
void bench_spawn(ac_loop *loop, ac_c_task *task, ac_eager eager);

/* ---- The bare host ---- */

/* A loop on a virtual clock; loops of this kind outlive their tasks. */
ac_loop *bench_bare_loop_new(ac_clock *clock);
void bench_bare_loop_free(ac_loop *loop);
/* How often the core has called realloc on any bare loop. */
size_t bench_bare_reallocs(void);

#endif
