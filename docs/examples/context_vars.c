/* context_vars.c - context variables: each task and callback has its own, copied when it was made.
 *
 * In Python:
 *
 *     request = ContextVar("request")
 *
 *     async def handle(name):
 *         print("starts with", request.get(None))
 *         request.set(name)
 *         loop.call_soon(log, name)
 *         await asyncio.sleep(0)
 *         print("goes on with", request.get(None)) */
#include <aiocore/chost.h>

#include <stdio.h>

static const ac_c_var request = {"request"};

struct handler {
    ac_c_task head;
    const char *name;
};

static void say(ac_loop *loop, const char *who, const char *what)
{
    char text[80];
    ac_c_repr(ac_c_var_get(loop, &request), text, sizeof text);
    printf("%-8s %-16s request = %s\n", who, what, text);
}

/* A value that was not taken is still ours. */
static ac_status set_request(ac_loop *loop, const char *name)
{
    ac_value value = ac_c_str(loop, name);
    ac_status status = ac_c_var_set(loop, &request, value);
    if (status != AC_OK)
        ac_drop(loop, value);
    return status;
}

/* Runs in a copy of the context of whoever called call_soon; what it sets ends with it. */
static ac_status log_request(ac_loop *loop, void *who)
{
    say(loop, who, "logs, and spoils");
    return set_request(loop, "spoilt");
}

enum { NEXT_TURN = 1 };

static ac_turn handle(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct handler *self = AC_C_SELF(co, struct handler);

    AC_BEGIN(co);
    say(loop, self->name, "starts");
    if (set_request(loop, self->name) != AC_OK ||
        ac_c_call_soon(loop, log_request, (void *)(uintptr_t)self->name, NULL) != AC_OK)
        return ac_c_throw(loop, out, &ac_c_MemoryError, "no memory for a context");
    AC_YIELD(NEXT_TURN);
    if (how == AC_THROW)
        return ac_raise(loop, in, out);
    say(loop, self->name, "goes on");
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops handler_ops = {.resume = handle};

static struct handler *start(ac_loop *loop, const char *name)
{
    struct handler *task = ac_c_task_new(loop, sizeof *task, &handler_ops);
    if (task == NULL)
        return NULL;
    task->name = name;
    return ac_c_create_task(loop, &task->head, AC_EAGER_NO) == AC_OK ? task : NULL;
}

int main(void)
{
    ac_clock clock;
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock}, NULL);
    if (loop == NULL || set_request(loop, "nobody's") != AC_OK)
        return 1;
    struct handler *first = start(loop, "first"), *second = start(loop, "second");
    if (first == NULL || second == NULL || set_request(loop, "too late") != AC_OK)
        return 1;
    while (ac_loop_timeout(loop) == 0)
        if (ac_loop_turn(loop) != AC_OK)
            return 1;
    say(loop, "main", "ends");
    ac_c_release(loop, &first->head.task.future);
    ac_c_release(loop, &second->head.task.future);
    return (int)ac_c_loop_free(loop);
}
