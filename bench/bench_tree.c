/* bench_tree.c - the tree of pyperformance's async_tree: 6 levels, 6 branches, 55,987 tasks, 46,656 of them
 * leaves.
 *
 * Each inner node starts its children and waits for all of them, in one of these ways:
 *   COUNTED   the last child completes a future of its parent
 *   GATHERED  a done callback on each child counts, as asyncio's gather does
 *   GROUPED   a TaskGroup
 * The floor of the eager group makes one trip through the ring for each child, as the done callbacks of 3.14
 * do; that of all others none. */
#include "benches.h"
#include "floor.h"
#include "host.h"

enum { LEVELS = 6, BRANCHES = 6, TASKS = 55987, LEAVES = 46656 };
static const double nap_seconds = 0.05;

/* What a row's shape is made of. */
enum { COUNTED, GATHERED, GROUPED, KIND = 3, EAGER = 4, IO = 8, TRIPS = 16 };

typedef struct tree_node {
    ac_c_task head;
    struct tree_node *parent;
    int level, pending;
    ac_future *done; /* set when all children are done */
} tree_node;

static struct {
    ac_eager eager;
    size_t leaves;
} tree;

static tree_node *node_new(ac_loop *loop, size_t size, const ac_coro_ops *ops, tree_node *parent, int level)
{
    tree_node *made = bench_new_task(loop, size, ops);
    made->parent = parent;
    made->level = level;
    return made;
}

static void child_is_done(ac_loop *loop, tree_node *parent)
{
    if (--parent->pending == 0 && parent->done != NULL &&
        ac_future_set_result(parent->done, ac_none()) != AC_OK)
        bench_fail(ac_loop_why(loop));
}

/* ---- Counted, with leaves that do nothing or sleep ---- */

enum { NAP = 1, CHILDREN };

typedef struct sleeper {
    tree_node node;
    ac_sleep nap;
} sleeper;

static ac_turn counted(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out);
static ac_turn counted_io(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out);
static const ac_coro_ops counted_ops = {.resume = counted}, counted_io_ops = {.resume = counted_io};

static void spawn_children(ac_loop *loop, tree_node *self, size_t size, const ac_coro_ops *ops)
{
    self->pending = BRANCHES;
    for (int i = 0; i < BRANCHES; i++)
        bench_spawn(loop, &node_new(loop, size, ops, self, self->level - 1)->head, tree.eager);
}

static ac_turn end(ac_loop *loop, tree_node *self, ac_out *out)
{
    if (self->level == 0)
        tree.leaves++;
    if (self->parent != NULL)
        child_is_done(loop, self->parent);
    return ac_return(out, ac_none());
}

static ac_turn counted(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    tree_node *self = AC_C_SELF(co, tree_node);
    AC_BEGIN(co);
    if (self->level > 0)
        spawn_children(loop, self, sizeof(tree_node), &counted_ops);
    if (self->pending > 0) {
        self->done = ac_c_future_new(loop);
        AC_AWAIT(CHILDREN, self->done);
        ac_c_release(loop, self->done);
    }
    AC_END(co);
    return end(loop, self, out);
}

static ac_turn counted_io(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    tree_node *self = AC_C_SELF(co, tree_node);
    ac_turn turn;
    AC_BEGIN(co);
    if (self->level > 0) {
        spawn_children(loop, self, sizeof(sleeper), &counted_io_ops);
        self->done = ac_c_future_new(loop);
        AC_AWAIT(CHILDREN, self->done);
        ac_c_release(loop, self->done);
    } else {
        ac_sleep_init(&((sleeper *)(void *)self)->nap, loop, nap_seconds, ac_none());
        AC_AWAIT_CORO(NAP, &((sleeper *)(void *)self)->nap.co, turn);
    }
    AC_END(co);
    return end(loop, self, out);
}

/* ---- Gathered ---- */

typedef struct joining {
    ac_callback callback;
    struct gatherer *parent;
    tree_node *child; /* retained until the parent has its result */
} joining;

typedef struct gatherer {
    tree_node node;
    joining joins[BRANCHES];
} gatherer;

static ac_status join(ac_loop *loop, ac_callback *callback)
{
    child_is_done(loop, &AC_CONTAINER_OF(callback, joining, callback)->parent->node);
    return AC_OK;
}

static const ac_handle_ops join_ops = {.run = join};

static ac_turn gathered(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out);
static ac_turn leaf(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out);
static const ac_coro_ops gathered_ops = {.resume = gathered}, leaf_ops = {.resume = leaf};

static ac_turn leaf(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    tree.leaves++;
    AC_END(co);
    return ac_return(out, ac_none());
}

/* A child that is done already is counted on the spot, as gather does. */
static void gather_child(ac_loop *loop, gatherer *self, joining *slot, tree_node *child)
{
    slot->parent = self;
    slot->child = child;
    ac_callback_init(&slot->callback, &join_ops, ac_none());
    if (ac_c_create_task(loop, &child->head, tree.eager) != AC_OK)
        bench_fail(ac_loop_why(loop));
    if (ac_future_done(&child->head.task.future))
        self->node.pending--;
    else if (ac_future_add_done_callback(&child->head.task.future, &slot->callback) != AC_OK)
        bench_fail(ac_loop_why(loop));
}

static void gather_children(ac_loop *loop, gatherer *self)
{
    int level = self->node.level - 1;
    self->node.pending = BRANCHES;
    for (int i = 0; i < BRANCHES; i++) {
        tree_node *child = level > 0 ? node_new(loop, sizeof(gatherer), &gathered_ops, NULL, level)
                                     : node_new(loop, sizeof(tree_node), &leaf_ops, NULL, 0);
        gather_child(loop, self, &self->joins[i], child);
    }
}

static void release_children(ac_loop *loop, gatherer *self)
{
    for (int i = 0; i < BRANCHES; i++)
        ac_c_release(loop, &self->joins[i].child->head.task.future);
}

static ac_turn gathered(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    gatherer *self = AC_C_SELF(co, gatherer);
    AC_BEGIN(co);
    gather_children(loop, self);
    if (self->node.pending > 0) {
        self->node.done = ac_c_future_new(loop);
        AC_AWAIT(CHILDREN, self->node.done);
        ac_c_release(loop, self->node.done);
    }
    release_children(loop, self);
    AC_END(co);
    return ac_return(out, ac_none());
}

/* ---- Grouped ---- */

typedef struct grouper {
    tree_node node;
    ac_group group;
} grouper;

static ac_turn grouped(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out);
static const ac_coro_ops grouped_ops = {.resume = grouped};

static void group_children(ac_loop *loop, grouper *self)
{
    int level = self->node.level - 1;
    ac_group_init(&self->group, loop);
    if (ac_group_enter(&self->group) != AC_OK)
        bench_fail(ac_loop_why(loop));
    for (int i = 0; i < BRANCHES; i++) {
        tree_node *child = level > 0 ? node_new(loop, sizeof(grouper), &grouped_ops, NULL, level)
                                     : node_new(loop, sizeof(tree_node), &leaf_ops, NULL, 0);
        if (ac_c_group_create_task(&self->group, &child->head, tree.eager) != AC_OK)
            bench_fail(ac_loop_why(loop));
        ac_c_release(loop, &child->head.task.future);
    }
    if (ac_group_exit(&self->group, ac_none_ref()) != AC_OK)
        bench_fail(ac_loop_why(loop));
}

static ac_turn grouped(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    grouper *self = AC_C_SELF(co, grouper);
    ac_turn turn;
    AC_BEGIN(co);
    group_children(loop, self);
    AC_AWAIT_CORO(CHILDREN, &self->group.exit, turn);
    ac_group_clear(&self->group);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return ac_return(out, ac_none());
}

/* ---- A run ---- */

static tree_node *root_new(ac_loop *loop, int shape)
{
    if ((shape & KIND) == GATHERED)
        return node_new(loop, sizeof(gatherer), &gathered_ops, NULL, LEVELS);
    if ((shape & KIND) == GROUPED)
        return node_new(loop, sizeof(grouper), &grouped_ops, NULL, LEVELS);
    return node_new(loop, sizeof(tree_node), (shape & IO) != 0 ? &counted_io_ops : &counted_ops, NULL,
                    LEVELS);
}

static bench_sample run(void *loop, const bench *row)
{
    tree.eager = (row->shape & EAGER) != 0 ? AC_EAGER_YES : AC_EAGER_NO;
    tree.leaves = 0;
    double cpu = bench_cpu_time(), wall = bench_wall_time();
    bench_run_task(loop, &root_new(loop, row->shape)->head);
    bench_sample sample = (row->shape & IO) != 0 ? bench_wall_since(wall) : bench_cpu_since(cpu);
    if (tree.leaves != LEAVES)
        bench_fail("tree: leaves are missing");
    return sample;
}

/* ---- The floor ---- */

static int floor_shape;

static void floor_end(floor_loop *loop, floor_node *node)
{
    floor_node *parent = node->parent;
    loop->counter += node->level == 0 ? 1 : 0;
    floor_node_free(loop, node);
    if (parent == NULL)
        loop->done = true;
    else if (--parent->pending == 0 && parent->state == CHILDREN)
        floor_ready(loop, parent);
}

static void floor_grow(floor_loop *loop, floor_node *node);
static floor_step *volatile floor_child_step = floor_grow;

/* An eager child that is done makes its trip through the ring before its parent hears of it. */
static void floor_finish(floor_loop *loop, floor_node *node)
{
    if ((floor_shape & TRIPS) == 0 || node->parent == NULL) {
        floor_end(loop, node);
        return;
    }
    node->step = floor_end;
    floor_ready(loop, node);
}

static void floor_grow(floor_loop *loop, floor_node *node)
{
    if (node->state != 0) {
        floor_finish(loop, node);
    } else if (node->level == 0) {
        node->state = NAP;
        if ((floor_shape & IO) != 0)
            floor_timer_push(loop, bench_wall_time() + nap_seconds, node);
        else
            floor_finish(loop, node);
    } else {
        node->pending = BRANCHES;
        for (int i = 0; i < BRANCHES; i++) {
            floor_node *child = floor_node_new(loop, floor_child_step, node);
            child->level = node->level - 1;
            if ((floor_shape & EAGER) != 0)
                child->step(loop, child);
            else
                floor_ready(loop, child);
        }
        node->state = CHILDREN;
        if (node->pending == 0)
            floor_finish(loop, node);
    }
}

static bench_sample floor_measure(void *opened, const bench *row)
{
    floor_loop *loop = opened;
    floor_shape = row->shape;
    loop->counter = 0;
    double cpu = bench_cpu_time(), wall = bench_wall_time();
    floor_node *root = floor_node_new(loop, floor_child_step, NULL);
    root->level = LEVELS;
    floor_ready(loop, root);
    floor_run(loop);
    bench_sample sample = (row->shape & IO) != 0 ? bench_wall_since(wall) : bench_cpu_since(cpu);
    if (loop->counter != LEAVES)
        bench_fail("tree: leaves of the floor are missing");
    return sample;
}

static const bench_side ours = {bench_open_loop, run, bench_close_loop};
static const bench_side floor_side = {floor_open, floor_measure, floor_close};

#define TREE .ours = &ours, .floor = &floor_side, .operations = TASKS, .unit = BENCH_MS

static const bench rows[] = {
    {TREE, .name = "tree_eager", .what = "tree, eager", .target = 1.5, .rounds = 25,
     .shape = COUNTED | EAGER},
    {TREE, .name = "tree_lazy", .what = "tree, lazy", .target = 2.5, .rounds = 25, .shape = COUNTED},
    {TREE, .name = "tree_cold", .what = "tree, lazy, first run in a process", .target = 8, .rounds = 9,
     .shape = COUNTED, .fresh = true},
    {TREE, .name = "tree_gather", .what = "tree, lazy, joined like gather", .target = -1, .rounds = 25,
     .shape = GATHERED},
    {TREE, .name = "tree_gather_eager", .what = "tree, eager, joined like gather", .target = -1, .rounds = 25,
     .shape = GATHERED | EAGER},
    {TREE, .name = "tree_group", .what = "tree, TaskGroup, lazy", .target = -1, .rounds = 25,
     .shape = GROUPED},
    {TREE, .name = "tree_group_eager", .what = "tree, TaskGroup, eager, order of 3.14", .target = 3,
     .rounds = 25, .shape = GROUPED | EAGER | TRIPS, .profile = "3.14"},
    {TREE, .name = "tree_group_inline", .what = "tree, TaskGroup, eager, order of 3.13.0", .target = -1,
     .rounds = 25, .shape = GROUPED | EAGER, .profile = "3.13.0"},
    {TREE, .name = "tree_group_fast", .what = "tree, TaskGroup, eager, profile fast", .target = -1,
     .rounds = 25, .shape = GROUPED | EAGER, .profile = "fast"},
    {TREE, .name = "tree_io", .what = "tree, leaves sleep 50 ms", .target = 56, .rounds = 9,
     .shape = COUNTED | IO},
    {TREE, .name = "tree_io_cold", .what = "tree, leaves sleep 50 ms, first run in a process", .target = 60,
     .rounds = 9, .shape = COUNTED | IO, .fresh = true},
};

const bench_file tree_benches = BENCH_FILE("tree", rows);
