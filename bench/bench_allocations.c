/* bench_allocations.c - how often the core calls the host's realloc where it promises not to: in await,
 * set_result, wake, cancel, and call_soon of an embedded handle.  tests/test_no_allocation.c demands it. */
#include "benches.h"
#include "host.h"
#include "pair.h"

static bench_sample run_pair(void *state, const bench *row)
{
    (void)state;
    task_pair *opened = pair_open();
    bench_sample sample = pair_run(opened, (pair_kind)row->shape, row->operations);
    pair_close(opened);
    return sample;
}

static size_t calls;

static ac_status call(ac_loop *loop, ac_callback *callback)
{
    return --calls > 0 ? ac_loop_call_soon(loop, callback) : AC_OK;
}

static const ac_handle_ops call_ops = {.run = call};

static bench_sample run_call_soon(void *state, const bench *row)
{
    (void)state;
    ac_clock clock;
    ac_callback callback;
    ac_loop *loop = bench_bare_loop_new(&clock);
    size_t before = bench_bare_reallocs();
    calls = row->operations;
    ac_callback_init(&callback, &call_ops, ac_none());
    ac_status status = ac_loop_call_soon(loop, &callback);
    while (status == AC_OK && calls > 0)
        status = ac_loop_turn(loop);
    if (status != AC_OK)
        bench_fail(ac_loop_why(loop));
    bench_sample sample = {.amount = (double)(bench_bare_reallocs() - before)};
    bench_bare_loop_free(loop);
    return sample;
}

static const bench_side pairs = {.run = run_pair}, calls_soon = {.run = run_call_soon};

static const bench rows[] = {
    {.name = "allocations_wake",
     .what = "calls of realloc in 1,000 x await, set_result, wake",
     .ours = &pairs,
     .operations = 1000,
     .unit = BENCH_CALLS,
     .target = 0,
     .rounds = 1,
     .shape = PAIR_SET},
    {.name = "allocations_cancel",
     .what = "calls of realloc in 1,000 x await, cancel, wake",
     .ours = &pairs,
     .operations = 1000,
     .unit = BENCH_CALLS,
     .target = 0,
     .rounds = 1,
     .shape = PAIR_CANCEL},
    {.name = "allocations_call_soon",
     .what = "calls of realloc in 1,000 x call_soon of an embedded handle",
     .ours = &calls_soon,
     .operations = 1000,
     .unit = BENCH_CALLS,
     .target = 0,
     .rounds = 1},
};

const bench_file allocations_benches = BENCH_FILE("allocations", rows);
