/* bench_timers.c - a million timers at random times, every other one cancelled, all run on a virtual clock.
 *
 * What is counted is arming, cancelling and running; no time passes.  The timers are embedded, so that no
 * allocation but the heap's own is seen. */
#include "benches.h"
#include "floor.h"
#include "host.h"

#include <stdlib.h>

typedef struct armed {
    ac_timer timer;
    struct state *state;
} armed;

typedef struct state {
    ac_loop *loop;
    ac_clock clock;
    armed *timers;
    size_t fired, wanted;
} state;

/* A linear congruence: the same times on both sides. */
static double next_time(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) * 1e-6;
}

static ac_status fire(ac_loop *loop, ac_callback *callback)
{
    ac_timer *timer = AC_CONTAINER_OF(callback, ac_timer, callback);
    state *self = AC_CONTAINER_OF(timer, armed, timer)->state;
    if (++self->fired == self->wanted)
        ac_loop_stop(loop);
    return AC_OK;
}

static const ac_handle_ops fire_ops = {.run = fire};

static void *open(const bench *row)
{
    state *self = malloc(sizeof *self);
    ac_loop_options options = {.clock = self != NULL ? &self->clock : NULL};
    if (self == NULL || (self->timers = calloc(row->operations, sizeof *self->timers)) == NULL)
        bench_fail("no memory");
    ac_clock_init(&self->clock);
    self->loop = ac_c_loop_new(&options, NULL);
    if (self->loop == NULL)
        bench_fail("no memory");
    return self;
}

static void close(void *opened)
{
    state *self = opened;
    bench_close_loop(self->loop);
    free(self->timers);
    free(self);
}

static void arm(state *self, size_t count)
{
    uint32_t seed = 12345;
    for (size_t i = 0; i < count; i++) {
        armed *timer = &self->timers[i];
        timer->state = self;
        ac_callback_init(&timer->timer.callback, &fire_ops, ac_none());
        if (ac_loop_call_at(self->loop, self->clock.now + next_time(&seed), &timer->timer) != AC_OK)
            bench_fail(ac_loop_why(self->loop));
    }
}

static bench_sample run(void *opened, const bench *row)
{
    state *self = opened;
    self->fired = 0;
    self->wanted = row->operations / 2;
    double start = bench_cpu_time();
    arm(self, row->operations);
    for (size_t i = 0; i < row->operations; i += 2)
        ac_handle_cancel(self->loop, &self->timers[i].timer.callback.handle);
    if (ac_loop_run_forever(self->loop) != AC_OK || self->fired != self->wanted)
        bench_fail("timers: not all have fired");
    if (ac_loop_timeout(self->loop) >= 0) /* drops the cancelled ones behind the last */
        bench_fail("timers: a live one is left");
    return bench_cpu_since(start);
}

/* ---- The floor ---- */

enum { CANCELLED = 1 };

static void floor_fire(floor_loop *loop, floor_node *node)
{
    (void)node;
    loop->counter++;
}

static floor_step *volatile floor_fire_step = floor_fire;

static void floor_arm(floor_loop *loop, floor_node *nodes, size_t count)
{
    uint32_t seed = 12345;
    for (size_t i = 0; i < count; i++) {
        nodes[i].step = floor_fire_step;
        nodes[i].state = 0;
        floor_timer_push(loop, next_time(&seed), &nodes[i]);
    }
}

/* Cancelled timers go first, all at once, as in asyncio when they are more than half. */
static void floor_drop_cancelled(floor_loop *loop)
{
    size_t count = loop->timer_count;
    loop->timer_count = 0;
    for (size_t i = 0; i < count; i++)
        if (loop->heap[i].node->state != CANCELLED)
            floor_timer_push(loop, loop->heap[i].when, loop->heap[i].node);
}

static void floor_fire_all(floor_loop *loop)
{
    floor_drop_cancelled(loop);
    while (loop->timer_count > 0) {
        floor_node *node = floor_timer_pop(loop).node;
        node->step(loop, node);
    }
}

static bench_sample floor_measure(void *opened, const bench *row)
{
    floor_loop *loop = opened;
    floor_node *nodes = calloc(row->operations, sizeof *nodes);
    if (nodes == NULL)
        bench_fail("no memory");
    loop->counter = 0;
    double start = bench_cpu_time();
    floor_arm(loop, nodes, row->operations);
    for (size_t i = 0; i < row->operations; i += 2)
        nodes[i].state = CANCELLED;
    floor_fire_all(loop);
    bench_sample sample = bench_cpu_since(start);
    free(nodes);
    if (loop->counter != row->operations / 2)
        bench_fail("timers: not all of the floor have fired");
    return sample;
}

static const bench_side ours = {open, run, close}, floor_side = {floor_open, floor_measure, floor_close};

static const bench rows[] = {
    {.name = "timers",
     .what = "1,000,000 timers at random times, half cancelled, all run",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 1000000,
     .unit = BENCH_NS,
     .target = 450,
     .rounds = 7},
};

const bench_file timers_benches = BENCH_FILE("timers", rows);
