/* See exception_handler.py. */
#include "twin.h"

static const ac_c_var var = {"var"};

static ac_status handler(ac_loop *loop, void *data, const ac_report *report)
{
    (void)data;
    say("handler: %.21s in %s", report->message, show(ac_c_var_get(loop, &var)));
    if (ac_c_as_int(ac_c_var_get(loop, &var)) == 3)
        return ac_loop_raise(loop, ac_c_error(loop, &ac_c_RuntimeError, "the handler fails, too"));
    return AC_OK;
}

static ac_status fail(ac_loop *loop, void *data)
{
    (void)data;
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, "x"));
}

struct child {
    ac_c_task head;
    ac_sleep nap;
};

enum { NAP = 1 };

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct child *f = AC_C_SELF(co, struct child);
    ac_turn turn;

    AC_BEGIN(co);
    ac_c_var_set(loop, &var, ac_c_int(2));
    ac_sleep_init(&f->nap, loop, 1, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops child_ops = {.resume = child};

struct main_frame {
    ac_c_task head;
    struct child *task;
};

static void tell(ac_loop *loop, const char *message, ac_task *task)
{
    ac_report report = {.message = message, .task = task};

    ac_loop_call_exception_handler(loop, &report);
}

enum { FIRST = 1, SECOND, TASK };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);

    AC_BEGIN(co);
    ac_loop_set_exception_handler(loop, handler, NULL);
    ac_c_var_set(loop, &var, ac_c_int(1));
    f->task = twin_coroutine(loop, &child_ops, sizeof *f->task);
    twin_start(loop, f->task);
    AC_YIELD(FIRST);
    tell(loop, "no context named", NULL);
    tell(loop, "of the task", twin_task(f->task));
    twin_call_soon(loop, fail, NULL);
    ac_c_var_set(loop, &var, ac_c_int(3));
    twin_call_soon(loop, fail, NULL);
    ac_c_var_set(loop, &var, ac_c_int(4));
    AC_YIELD(SECOND);
    say("main goes on");
    tell(loop, "of main", NULL);
    AC_AWAIT(TASK, twin_future(f->task));
    twin_forget(loop, f->task);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
