/* trace.c - what a loop does, written down: as text, as JSON lines, or for Perfetto.
 *
 * In Python:
 *
 *     async def nap():
 *         await asyncio.sleep(0.5)
 *         return 7
 *
 *     async def main():
 *         async with asyncio.TaskGroup() as group:
 *             group.create_task(nap())
 */
#include <aiocore/chost.h>
#include <aiocore/trace.h>

#include <stdio.h>
#include <string.h>

/* Every task here begins like this, so that its body has a name. */
struct named {
    ac_c_task head;
    const char *body;
};

struct nap {
    struct named named;
    ac_sleep sleep;
};

enum { NAP = 1 };

static ac_turn nap(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct nap *self = AC_C_SELF(co, struct nap);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&self->sleep, loop, 0.5, ac_none());
    AC_AWAIT_CORO(NAP, &self->sleep.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return ac_return(out, ac_c_int(7));
}

static const ac_coro_ops nap_ops = {.resume = nap};

struct parent {
    struct named named;
    ac_group group;
};

static ac_status add_child(ac_loop *loop, ac_group *group)
{
    struct nap *child = ac_c_task_new(loop, sizeof *child, &nap_ops);
    if (child == NULL)
        return AC_E_MEMORY;
    child->named.body = "nap";
    ac_status status = ac_c_group_create_task(group, &child->named.head, AC_EAGER_DEFAULT);
    ac_c_release(loop, &child->named.head.task.future);
    return status;
}

enum { CHILDREN = 1 };

static ac_turn parent(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct parent *self = AC_C_SELF(co, struct parent);
    ac_turn turn;

    AC_BEGIN(co);
    ac_group_init(&self->group, loop);
    if (ac_group_enter(&self->group) != AC_OK || add_child(loop, &self->group) != AC_OK ||
        ac_group_exit(&self->group, ac_none_ref()) != AC_OK)
        return ac_c_throw(loop, out, &ac_c_RuntimeError, "no group");
    AC_AWAIT_CORO(CHILDREN, &self->group.exit, turn);
    AC_END(co);
    return turn;
}

static void clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    ac_group_clear(&AC_C_SELF(co, struct parent)->group);
}

static const ac_coro_ops parent_ops = {.resume = parent, .clear = clear};

/* [names] */
static size_t name_of_task(void *data, const ac_task *task, char *buffer, size_t size)
{
    (void)data;
    return ac_c_task_name(task, buffer, size);
}

static size_t name_of_body(void *data, const ac_task *task, char *buffer, size_t size)
{
    (void)data;
    return (size_t)snprintf(buffer, size, "%s", ((const struct named *)(const void *)task)->body);
}

static size_t name_of_value(void *data, ac_ref value, char *buffer, size_t size)
{
    (void)data;
    return ac_c_repr(value, buffer, size);
}

static const ac_trace_names names = {.task = name_of_task, .body = name_of_body, .value = name_of_value};
/* [names end] */

static int run_traced(ac_trace_format format)
{
    ac_clock clock;
    ac_trace *trace;
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock}, NULL);
    struct parent *task = loop != NULL ? ac_c_task_new(loop, sizeof *task, &parent_ops) : NULL;
    ac_trace_options options = {.format = format, .names = names, .write = ac_trace_to_file, .data = stdout};
    if (task == NULL || ac_trace_new(&options, &trace) != AC_OK)
        return 1;
    task->named.body = "main";
    ac_loop_set_tracer(loop, ac_trace_tracer(trace));
    ac_status ran = ac_c_run(loop, &task->named.head, NULL);
    size_t left = ac_c_loop_free(loop);
    return ran != AC_OK || left != 0 || ac_trace_end(trace) != AC_OK;
}

/* An argument names another format: text, json or perfetto. */
int main(int count, char **arguments)
{
    const char *format = count > 1 ? arguments[1] : "text";
    if (strcmp(format, "text") == 0)
        return run_traced(AC_TRACE_TEXT);
    return run_traced(strcmp(format, "json") == 0 ? AC_TRACE_JSON : AC_TRACE_PERFETTO);
}
