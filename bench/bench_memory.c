/* bench_memory.c - very many tasks blocked on one future: bytes each, and growth from 10^4 to 10^7 of them.
 *
 * Idea       A task starts them all, lets them block, looks at the resident bytes, sets the future, and lets
 *            them end.  Linear growth shows as the same nanoseconds and bytes in each decade (the first ones
 *            fit into a cache).
 * Holds      Each run has a process of its own: the time is that of cold memory, page faults included. */
#include "benches.h"
#include "floor.h"
#include "host.h"

enum { BLOCKED, SLEEPING, WITHOUT_FRAME };

typedef struct crowd {
    ac_c_task head;
    ac_future *gate;
    const bench *row;
    size_t ended;
    double before, bytes; /* resident */
} crowd;

typedef struct sleeper {
    ac_c_task head;
    ac_sleep nap;
} sleeper;

enum { BLOCK = 1, LOOK = 1, END };
static const double nap_seconds = 0.001;

static crowd *the_crowd; /* not in the frames, which are as small as can be */

static ac_turn block(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_AWAIT(BLOCK, the_crowd->gate);
    the_crowd->ended++;
    AC_END(co);
    return ac_return(out, ac_none());
}

static ac_turn nap(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    sleeper *self = AC_C_SELF(co, sleeper);
    ac_turn turn;
    AC_BEGIN(co);
    ac_sleep_init(&self->nap, loop, nap_seconds, ac_none());
    AC_AWAIT_CORO(BLOCK, &self->nap.co, turn);
    the_crowd->ended++;
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops block_ops = {.resume = block}, nap_ops = {.resume = nap};

static void spawn_all(ac_loop *loop, const bench *row)
{
    bool sleeps = row->shape == SLEEPING;
    size_t size = sleeps ? sizeof(sleeper) : sizeof(ac_c_task);
    for (size_t i = 0; i < row->operations; i++)
        bench_spawn(loop, bench_new_task(loop, size, sleeps ? &nap_ops : &block_ops), AC_EAGER_NO);
}

static ac_turn gather_crowd(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    crowd *self = AC_C_SELF(co, crowd);
    AC_BEGIN(co);
    spawn_all(loop, self->row);
    AC_YIELD(LOOK);
    self->bytes = bench_resident_bytes() - self->before;
    if (ac_future_set_result(self->gate, ac_none()) != AC_OK)
        bench_fail(ac_loop_why(loop));
    while (self->ended < self->row->operations)
        AC_YIELD(END);
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops crowd_ops = {.resume = gather_crowd};

static bench_sample run(void *loop, const bench *row)
{
    crowd *self = bench_new_task(loop, sizeof *self, &crowd_ops);
    ac_future *future = &self->head.task.future;
    the_crowd = self;
    self->row = row;
    self->gate = ac_c_future_new(loop);
    self->before = bench_resident_bytes();
    ac_c_retain(future);
    double start = bench_cpu_time();
    bench_run_task(loop, &self->head);
    bench_sample sample = bench_cpu_since(start);
    sample.amount = self->bytes;
    if (row->shape == WITHOUT_FRAME)
        sample.amount -= (double)(row->operations * sizeof(ac_coro));
    ac_c_release(loop, self->gate);
    ac_c_release(loop, future);
    return sample;
}

/* ---- The floor ---- */

static void floor_end(floor_loop *loop, floor_node *node)
{
    floor_node_free(loop, node);
    loop->done = --loop->counter == 0;
}

/* The waiting ones are linked behind the node that starts them all. */
static void floor_block(floor_loop *loop, floor_node *node)
{
    floor_node *gate = node->parent;
    (void)loop;
    node->next = gate->next;
    gate->next = node;
    node->step = floor_end;
}

static floor_step *volatile floor_block_step = floor_block;

static void floor_open_gate(floor_loop *loop, floor_node *gate)
{
    while (gate->next != NULL) {
        floor_node *node = gate->next;
        gate->next = node->next;
        floor_ready(loop, node);
    }
}

static double floor_bytes; /* resident before, then what was added */

static void floor_crowd(floor_loop *loop, floor_node *node)
{
    if (node->state == 0) {
        node->state = LOOK;
        for (size_t i = 0; i < loop->counter; i++)
            floor_ready(loop, floor_node_new(loop, floor_block_step, node));
        floor_ready(loop, node);
    } else {
        floor_bytes = bench_resident_bytes() - floor_bytes;
        floor_open_gate(loop, node);
    }
}

static bench_sample floor_measure(void *opened, const bench *row)
{
    floor_loop *loop = opened;
    floor_node *gate = floor_node_new(loop, floor_crowd, NULL);
    gate->next = NULL;
    loop->counter = row->operations;
    floor_ready(loop, gate);
    floor_bytes = bench_resident_bytes();
    bench_sample sample = floor_timed_run(loop);
    sample.amount = floor_bytes;
    return sample;
}

static const bench_side ours = {bench_open_loop, run, bench_close_loop};
static const bench_side floor_side = {floor_open, floor_measure, floor_close};

#define GROWTH .ours = &ours, .floor = &floor_side, .fresh = true, .unit = BENCH_NS_AND_BYTES, .target = -1

static const bench memory_rows[] = {
    {.name = "memory_blocked",
     .what = "a task blocked on a future, besides its frame",
     .ours = &ours,
     .operations = 1000000,
     .unit = BENCH_BYTES,
     .target = 128,
     .rounds = 3,
     .fresh = true,
     .shape = WITHOUT_FRAME},
    {.name = "memory_sleeping",
     .what = "a task in sleep, with its timer",
     .ours = &ours,
     .operations = 1000000,
     .unit = BENCH_BYTES,
     .target = -1,
     .rounds = 3,
     .fresh = true,
     .shape = SLEEPING},
};

static const bench growth_rows[] = {
    {GROWTH, .name = "growth_1e4", .what = "10^4 tasks start, block, wake, end", .operations = 10000,
     .rounds = 9},
    {GROWTH, .name = "growth_1e5", .what = "10^5 tasks", .operations = 100000, .rounds = 9},
    {GROWTH, .name = "growth_1e6", .what = "10^6 tasks", .operations = 1000000, .rounds = 5},
    {GROWTH, .name = "growth_1e7", .what = "10^7 tasks", .operations = 10000000, .rounds = 3},
};

const bench_file memory_benches = BENCH_FILE("memory", memory_rows);
const bench_file growth_benches = BENCH_FILE("growth", growth_rows);
