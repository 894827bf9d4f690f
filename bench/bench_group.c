/* bench_group.c - one TaskGroup with 100,000 children that return at once. */
#include "benches.h"
#include "floor.h"
#include "host.h"

typedef struct group_owner {
    ac_c_task head;
    ac_group group;
    size_t children;
    ac_eager eager;
} group_owner;

enum { EXIT = 1 };

static ac_turn leaf(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops leaf_ops = {.resume = leaf};

static void fill(ac_loop *loop, group_owner *self)
{
    ac_group_init(&self->group, loop);
    if (ac_group_enter(&self->group) != AC_OK)
        bench_fail(ac_loop_why(loop));
    for (size_t i = 0; i < self->children; i++) {
        ac_c_task *child = bench_new_task(loop, sizeof *child, &leaf_ops);
        if (ac_c_group_create_task(&self->group, child, self->eager) != AC_OK)
            bench_fail(ac_loop_why(loop));
        ac_c_release(loop, &child->task.future);
    }
    if (ac_group_exit(&self->group, ac_none_ref()) != AC_OK)
        bench_fail(ac_loop_why(loop));
}

static ac_turn group(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    group_owner *self = AC_C_SELF(co, group_owner);
    ac_turn turn;
    AC_BEGIN(co);
    fill(loop, self);
    AC_AWAIT_CORO(EXIT, &self->group.exit, turn);
    ac_group_clear(&self->group);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops group_ops = {.resume = group};

static bench_sample run(void *loop, const bench *row)
{
    group_owner *task = bench_new_task(loop, sizeof *task, &group_ops);
    task->children = row->operations;
    task->eager = (ac_eager)row->shape;
    double start = bench_cpu_time();
    bench_run_task(loop, &task->head);
    return bench_cpu_since(start);
}

/* ---- The floor ---- */

static void floor_tell(floor_loop *loop, floor_node *node)
{
    floor_node *parent = node->parent;
    floor_node_free(loop, node);
    if (--parent->pending == 0)
        floor_ready(loop, parent);
}

/* An eager child has run by itself, and then makes the trip through the ring that the order of 3.14 asks
 * for. */
static void floor_leaf(floor_loop *loop, floor_node *node)
{
    if (node->level == AC_EAGER_YES) {
        node->step = floor_tell;
        floor_ready(loop, node);
    } else {
        floor_tell(loop, node);
    }
}

static floor_step *volatile floor_leaf_step = floor_leaf;

static void floor_group(floor_loop *loop, floor_node *node)
{
    if (node->state != 0) {
        floor_node_free(loop, node);
        loop->done = true;
        return;
    }
    node->state = EXIT;
    node->pending = loop->counter;
    for (size_t i = 0; i < loop->counter; i++) {
        floor_node *child = floor_node_new(loop, floor_leaf_step, node);
        child->level = node->level;
        if (node->level == AC_EAGER_YES)
            child->step(loop, child);
        else
            floor_ready(loop, child);
    }
}

static bench_sample floor_measure(void *opened, const bench *row)
{
    floor_loop *loop = opened;
    floor_node *parent = floor_node_new(loop, floor_group, NULL);
    parent->level = row->shape;
    loop->counter = row->operations;
    floor_ready(loop, parent);
    return floor_timed_run(loop);
}

static const bench_side ours = {bench_open_loop, run, bench_close_loop};
static const bench_side floor_side = {floor_open, floor_measure, floor_close};

static const bench rows[] = {
    {.name = "group_lazy",
     .what = "TaskGroup of 100,000 children, lazy",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 100000,
     .unit = BENCH_NS,
     .target = 40,
     .rounds = 15,
     .shape = AC_EAGER_NO},
    {.name = "group_eager",
     .what = "TaskGroup of 100,000 children, eager, order of 3.14",
     .ours = &ours,
     .floor = &floor_side,
     .operations = 100000,
     .unit = BENCH_NS,
     .target = 40,
     .rounds = 15,
     .shape = AC_EAGER_YES,
     .profile = "3.14"},
};

const bench_file group_benches = BENCH_FILE("group", rows);
