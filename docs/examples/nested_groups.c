/* nested_groups.c - task groups within task groups whose children complete eagerly, under three profiles.
 *
 * In Python:
 *
 *     async def visit(name, depth):
 *         print(name, "begins")
 *         async with asyncio.TaskGroup() as group:
 *             if depth > 0:
 *                 group.create_task(visit(name + ".1", depth - 1))
 *                 group.create_task(visit(name + ".2", depth - 1))
 *         print(name, "ends")
 *
 *     loop.set_task_factory(asyncio.eager_task_factory)
 *
 * Nothing here waits for anything.  So how many turns of the loop does it take?
 *
 *   3.13.0  A child that ended in its eager step is dealt with inside create_task (gh-104144): no group
 *           suspends.
 *   3.14    Its done callback is always scheduled (gh-128550, gh-128588): each level takes two more turns.
 *   fast    As 3.14 where it matters, that is when a child fails; else as fast as 3.13.0.
 *
 * "nested_groups --trace PROFILE" writes a run down as JSON lines (docs/trace.md); nested_groups.py is the
 * same program for CPython. */
#include <aiocore/chost.h>
#include <aiocore/trace.h>

#include <stdio.h>
#include <string.h>

struct visit {
    ac_c_task head;
    ac_group group;
    char name[20];
    int depth;
};

static int turns;       /* how often the loop has turned */
static int suspensions; /* how often a group had to wait for its children */

static void say(const struct visit *self, const char *what)
{
    printf("  turn %d  %*s%s %s\n", turns, 4 * (2 - self->depth), "", self->name, what);
}

static ac_status add_child(ac_loop *loop, struct visit *parent, int number);

enum { CHILDREN = 1 };

static ac_turn visit(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct visit *self = AC_C_SELF(co, struct visit);
    ac_status status;
    ac_turn turn;

    AC_BEGIN(co);
    say(self, "begins");
    ac_group_init(&self->group, loop);
    status = ac_group_enter(&self->group);
    for (int child = 1; child <= 2 && self->depth > 0 && status == AC_OK; child++)
        status = add_child(loop, self, child);
    if (status == AC_OK)
        status = ac_group_exit(&self->group, ac_none_ref());
    if (status != AC_OK) {
        out->value = ac_loop_status_exception(loop, status, NULL);
        return AC_RAISED;
    }
    suspensions += ac_group_task_count(&self->group) > 0;
    AC_AWAIT_CORO(CHILDREN, &self->group.exit, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say(self, "ends");
    AC_END(co);
    return ac_return(out, ac_none());
}

static void clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    ac_group_clear(&AC_C_SELF(co, struct visit)->group);
}

static const ac_coro_ops visit_ops = {.resume = visit, .clear = clear};

static ac_status add_child(ac_loop *loop, struct visit *parent, int number)
{
    struct visit *child = ac_c_task_new(loop, sizeof *child, &visit_ops);
    if (child == NULL)
        return AC_E_MEMORY;
    snprintf(child->name, sizeof child->name, "%.16s.%d", parent->name, number);
    child->depth = parent->depth - 1;
    ac_status status = ac_c_group_create_task(&parent->group, &child->head, AC_EAGER_DEFAULT);
    ac_c_release(loop, &child->head.task.future); /* the group has its own hold on it */
    return status;
}

static int show(const char *profile)
{
    ac_clock clock;
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock, .semantics = profile}, NULL);
    struct visit *root = loop != NULL ? ac_c_task_new(loop, sizeof *root, &visit_ops) : NULL;
    if (root == NULL)
        return 1;
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    snprintf(root->name, sizeof root->name, "group");
    root->depth = 2;
    turns = suspensions = 0;
    printf("%s\n", profile);
    if (ac_c_create_task(loop, &root->head, AC_EAGER_DEFAULT) != AC_OK)
        return 1;
    while (ac_loop_timeout(loop) == 0) {
        turns++;
        if (ac_loop_turn(loop) != AC_OK)
            return 1;
    }
    printf("  turns: %d, groups that suspended: %d of 7\n\n", turns, suspensions);
    ac_c_release(loop, &root->head.task.future);
    return (int)ac_c_loop_free(loop);
}

static size_t name_of_body(void *data, const ac_task *task, char *buffer, size_t size)
{
    int depth = ((const struct visit *)(const void *)task)->depth;
    (void)data;
    return (size_t)snprintf(buffer, size, "%s", depth == 2 ? "main" : "visit");
}

/* As asyncio.run does: the factory is set by the main task. */
static int write_trace(const char *profile)
{
    ac_clock clock;
    ac_trace *trace;
    ac_trace_options options = {
        .format = AC_TRACE_JSON, .names = {.body = name_of_body}, .write = ac_trace_to_file, .data = stdout};
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock, .semantics = profile}, NULL);
    struct visit *root = loop != NULL ? ac_c_task_new(loop, sizeof *root, &visit_ops) : NULL;
    if (root == NULL || ac_trace_new(&options, &trace) != AC_OK)
        return 1;
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    snprintf(root->name, sizeof root->name, "group");
    root->depth = 2;
    ac_loop_set_tracer(loop, ac_trace_tracer(trace));
    ac_status ran = ac_c_run(loop, &root->head, NULL);
    size_t left = ac_c_loop_free(loop);
    return ac_trace_end(trace) != AC_OK || ran != AC_OK || left != 0;
}

int main(int count, char **arguments)
{
    if (count == 3 && strcmp(arguments[1], "--trace") == 0)
        return write_trace(arguments[2]);
    return show("3.13.0") || show("3.14") || show("fast");
}
