/* bench_wake.c - one task waits for a future, another one sets its result: await, set_result, wake, two
 * steps.
 *
 * wake       a future of the C host for each wait, as a program does it
 * wake_bare  the future is in the program's own memory and used again, and nothing is counted: the core
 * alone */
#include "benches.h"
#include "floor.h"
#include "host.h"
#include "pair.h"

typedef struct waiter {
    ac_c_task head;
    size_t left;
    ac_future *future; /* while it waits */
} waiter;

typedef struct setter {
    ac_c_task head;
    waiter *waiter;
} setter;

enum { WAIT = 1, SET = 1 };

static ac_turn wait_often(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    waiter *self = AC_C_SELF(co, waiter);
    AC_BEGIN(co);
    for (; self->left > 0; self->left--) {
        self->future = ac_c_future_new(loop);
        AC_AWAIT(WAIT, self->future);
        ac_c_release(loop, self->future);
    }
    self->future = NULL;
    AC_END(co);
    return ac_return(out, ac_none());
}

/* The waiter is started first, so in each turn it waits before this one sets. */
static ac_turn set_often(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    setter *self = AC_C_SELF(co, setter);
    AC_BEGIN(co);
    while (self->waiter->future != NULL) {
        if (ac_future_set_result(self->waiter->future, ac_none()) != AC_OK)
            bench_fail(ac_loop_why(loop));
        AC_YIELD(SET);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops wait_ops = {.resume = wait_often}, set_ops = {.resume = set_often};

static bench_sample run(void *loop, const bench *row)
{
    waiter *waits = bench_new_task(loop, sizeof *waits, &wait_ops);
    setter *sets = bench_new_task(loop, sizeof *sets, &set_ops);
    waits->left = row->operations;
    sets->waiter = waits;
    ac_c_retain(&waits->head.task.future);
    bench_spawn(loop, &waits->head, AC_EAGER_NO);
    double start = bench_cpu_time();
    bench_run_task(loop, &sets->head);
    bench_sample sample = bench_cpu_since(start);
    if (waits->left != 0)
        bench_fail("wake: the waiter is not done");
    ac_c_release(loop, &waits->head.task.future);
    return sample;
}

/* ---- The core alone ---- */

static void *bare_open(const bench *row)
{
    (void)row;
    return pair_open();
}

static void bare_close(void *opened)
{
    pair_close(opened);
}

static bench_sample bare_run(void *opened, const bench *row)
{
    return pair_run(opened, PAIR_SET, row->operations);
}

/* ---- The floor ---- */

enum { FLOOR_WAITING = 1, FLOOR_ENDED };

static void floor_wait(floor_loop *loop, floor_node *node)
{
    node->state = loop->counter > 0 ? FLOOR_WAITING : FLOOR_ENDED;
}

static void floor_set(floor_loop *loop, floor_node *node)
{
    floor_node *waits = node->parent;
    if (waits->state == FLOOR_ENDED) {
        floor_node_free(loop, waits);
        floor_node_free(loop, node);
        loop->done = true;
        return;
    }
    waits->state = 0;
    loop->counter--;
    floor_ready(loop, waits);
    floor_ready(loop, node);
}

static bench_sample floor_measure(void *opened, const bench *row)
{
    floor_loop *loop = opened;
    floor_node *waits = floor_node_new(loop, floor_wait, NULL);
    loop->counter = row->operations;
    floor_ready(loop, waits);
    floor_ready(loop, floor_node_new(loop, floor_set, waits));
    return floor_timed_run(loop);
}

static const bench_side ours = {bench_open_loop, run, bench_close_loop};
static const bench_side alone = {bare_open, bare_run, bare_close};
static const bench_side floor_side = {floor_open, floor_measure, floor_close};

static const bench rows[] = {
    {.name = "wake",
     .what = "await a new future, set_result, wake",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 1000000,
     .unit = BENCH_NS,
     .target = 12,
     .rounds = 15},
    {.name = "wake_bare",
     .what = "the same with one future in the program's memory, bare host",
     .ours = &alone,
     .floor = &floor_side,
     .operations = 1000000,
     .unit = BENCH_NS,
     .target = 12,
     .rounds = 15},
};

const bench_file wake_benches = BENCH_FILE("wake", rows);
