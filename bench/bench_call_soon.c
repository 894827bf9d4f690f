/* bench_call_soon.c - callbacks that schedule themselves again: the least that a loop does.
 *
 * One callback means one turn for each call, a thousand show the call alone. */
#include "benches.h"
#include "floor.h"
#include "host.h"

enum { MANY = 1000 };

typedef struct caller {
    ac_callback callback;
    struct state *state;
} caller;

typedef struct state {
    ac_loop *loop;
    size_t calls, wanted;
    int alive; /* callers that still go on */
    caller callers[MANY];
} state;

static state shared;

static ac_status call(ac_loop *loop, ac_callback *callback)
{
    state *self = AC_CONTAINER_OF(callback, caller, callback)->state;
    if (++self->calls < self->wanted)
        return ac_loop_call_soon(loop, callback);
    if (--self->alive == 0)
        ac_loop_stop(loop);
    return AC_OK;
}

static const ac_handle_ops call_ops = {.run = call};

static void *open(const bench *row)
{
    shared.loop = bench_open_loop(row);
    for (int i = 0; i < row->shape; i++) {
        shared.callers[i].state = &shared;
        ac_callback_init(&shared.callers[i].callback, &call_ops, ac_none());
    }
    return &shared;
}

static void close(void *opened)
{
    state *self = opened;
    bench_close_loop(self->loop);
}

static bench_sample run(void *opened, const bench *row)
{
    state *self = opened;
    self->calls = 0;
    self->alive = row->shape;
    self->wanted = row->operations;
    for (int i = 0; i < row->shape; i++)
        if (ac_loop_call_soon(self->loop, &self->callers[i].callback) != AC_OK)
            bench_fail(ac_loop_why(self->loop));
    double start = bench_cpu_time();
    if (ac_loop_run_forever(self->loop) != AC_OK || self->calls < row->operations)
        bench_fail("call_soon: the loop ended early");
    return bench_cpu_since(start);
}

/* ---- The floor ---- */

static void floor_call(floor_loop *loop, floor_node *node)
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
    for (int i = 0; i < row->shape; i++)
        floor_ready(loop, floor_node_new(loop, floor_call, NULL));
    return floor_timed_run(loop);
}

static const bench_side ours = {open, run, close}, floor_side = {floor_open, floor_measure, floor_close};

static const bench rows[] = {
    {.name = "call_soon",
     .what = "call_soon of an embedded handle, one a turn",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 1000000,
     .unit = BENCH_NS,
     .target = 6,
     .rounds = 15,
     .shape = 1},
    {.name = "call_soon_many",
     .what = "call_soon of an embedded handle, 1,000 a turn",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 1000000,
     .unit = BENCH_NS,
     .target = 6,
     .rounds = 15,
     .shape = MANY},
};

const bench_file call_soon_benches = BENCH_FILE("call_soon", rows);
