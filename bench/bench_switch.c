/* bench_switch.c - tasks that yield to each other: one step of a task, with nothing in it.
 *
 * switch        two tasks, bare yields: one turn for two steps
 * switch_many   a thousand tasks
 * switch_sleep  two tasks that await sleep(0), a coroutine between task and loop */
#include "benches.h"
#include "floor.h"
#include "host.h"

enum { TWO = 2, MANY = 1000, SLEEP = 3 };

typedef struct yielder {
    ac_c_task head;
    ac_sleep nap;
} yielder;

static size_t left; /* how many switches are still to be made, by all tasks */

enum { YIELD = 1 };

static ac_turn yield(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    while (left > 0) {
        left--;
        AC_YIELD(YIELD);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static ac_turn yield_sleeping(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    yielder *self = AC_C_SELF(co, yielder);
    ac_turn turn;
    AC_BEGIN(co);
    while (left > 0) {
        left--;
        ac_sleep_init(&self->nap, loop, 0, ac_none());
        AC_AWAIT_CORO(YIELD, &self->nap.co, turn);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops yield_ops = {.resume = yield}, sleep_ops = {.resume = yield_sleeping};

/* All but one are started first; the last one is the main task of the run. */
static bench_sample run(void *loop, const bench *row)
{
    const ac_coro_ops *ops = row->shape == SLEEP ? &sleep_ops : &yield_ops;
    int tasks = row->shape == SLEEP ? TWO : row->shape;
    left = row->operations;
    for (int i = 1; i < tasks; i++)
        bench_spawn(loop, bench_new_task(loop, sizeof(yielder), ops), AC_EAGER_NO);
    ac_c_task *last = bench_new_task(loop, sizeof(yielder), ops);
    double start = bench_cpu_time();
    bench_run_task(loop, last);
    return bench_cpu_since(start);
}

/* ---- The floor ---- */

static void floor_yield(floor_loop *loop, floor_node *node)
{
    if (loop->counter > 0) {
        loop->counter--;
        floor_ready(loop, node);
    } else {
        floor_node_free(loop, node);
        loop->done = loop->alive == 0;
    }
}

static bench_sample floor_measure(void *opened, const bench *row)
{
    floor_loop *loop = opened;
    loop->counter = row->operations;
    for (int i = 0; i < (row->shape == SLEEP ? TWO : row->shape); i++)
        floor_ready(loop, floor_node_new(loop, floor_yield, NULL));
    return floor_timed_run(loop);
}

static const bench_side ours = {bench_open_loop, run, bench_close_loop};
static const bench_side floor_side = {floor_open, floor_measure, floor_close};

static const bench rows[] = {
    {.name = "switch",
     .what = "switch between two tasks, bare yield",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 1000000,
     .unit = BENCH_NS,
     .target = 6,
     .rounds = 15,
     .shape = TWO},
    {.name = "switch_many",
     .what = "switch among 1,000 tasks, bare yield",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 1000000,
     .unit = BENCH_NS,
     .target = 6,
     .rounds = 15,
     .shape = MANY},
    {.name = "switch_sleep",
     .what = "switch between two tasks, await sleep(0)",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 1000000,
     .unit = BENCH_NS,
     .target = -1,
     .rounds = 15,
     .shape = SLEEP},
};

const bench_file switch_benches = BENCH_FILE("switch", rows);
