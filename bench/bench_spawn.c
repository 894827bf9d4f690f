/* bench_spawn.c - create a task that returns at once, await it, let go of it: once the lazy way, once
 * eagerly. */
#include "benches.h"
#include "floor.h"
#include "host.h"

typedef struct spawner {
    ac_c_task head;
    size_t left;
    ac_eager eager;
    ac_c_task *child;
} spawner;

enum { CHILD = 1 };

static ac_turn leaf(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops leaf_ops = {.resume = leaf};

static ac_turn spawn(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    spawner *self = AC_C_SELF(co, spawner);
    AC_BEGIN(co);
    for (; self->left > 0; self->left--) {
        self->child = bench_new_task(loop, sizeof(ac_c_task), &leaf_ops);
        if (ac_c_create_task(loop, self->child, self->eager) != AC_OK)
            bench_fail(ac_loop_why(loop));
        AC_AWAIT(CHILD, &self->child->task.future);
        ac_c_release(loop, &self->child->task.future);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops spawn_ops = {.resume = spawn};

static bench_sample run(void *loop, const bench *row)
{
    spawner *parent = bench_new_task(loop, sizeof *parent, &spawn_ops);
    parent->left = row->operations;
    parent->eager = (ac_eager)row->shape;
    double start = bench_cpu_time();
    bench_run_task(loop, &parent->head);
    return bench_cpu_since(start);
}

/* ---- The floor ---- */

static void floor_leaf(floor_loop *loop, floor_node *node)
{
    floor_node *parent = node->parent;
    floor_node_free(loop, node);
    if (--parent->pending == 0 && parent->state == 1)
        floor_ready(loop, parent);
}

static floor_step *volatile floor_leaf_step = floor_leaf; /* a call that cannot be inlined, as a body's */

static void floor_spawn(floor_loop *loop, floor_node *node)
{
    while (loop->counter > 0) {
        floor_node *child = floor_node_new(loop, floor_leaf_step, node);
        loop->counter--;
        node->pending = 1;
        if (node->level == AC_EAGER_YES) {
            child->step(loop, child);
        } else {
            node->state = 1;
            floor_ready(loop, child);
            return;
        }
    }
    floor_node_free(loop, node);
    loop->done = true;
}

static bench_sample floor_measure(void *opened, const bench *row)
{
    floor_loop *loop = opened;
    floor_node *parent = floor_node_new(loop, floor_spawn, NULL);
    loop->counter = row->operations;
    parent->level = row->shape;
    floor_ready(loop, parent);
    return floor_timed_run(loop);
}

static const bench_side ours = {bench_open_loop, run, bench_close_loop};
static const bench_side floor_side = {floor_open, floor_measure, floor_close};

static const bench rows[] = {
    {.name = "spawn_lazy",
     .what = "create a task, await it, lazy",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 500000,
     .unit = BENCH_NS,
     .target = 32,
     .rounds = 15,
     .shape = AC_EAGER_NO},
    {.name = "spawn_eager",
     .what = "create a task, await it, eager",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 500000,
     .unit = BENCH_NS,
     .target = 20,
     .rounds = 15,
     .shape = AC_EAGER_YES},
};

const bench_file spawn_benches = BENCH_FILE("spawn", rows);
