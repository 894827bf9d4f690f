/* See factory_name.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    struct frame *plain, *named;
    ac_value first;
};

static ac_status factory(ac_loop *loop, void *data, const ac_task_spec *spec, ac_task **out)
{
    ac_value own = ac_c_str(loop, "by the factory");
    ac_task_spec mine = *spec;
    ac_status status;

    (void)data;
    mine.name = ac_lend(own);
    mine.has_name = true;
    status = ac_c_host()->make_task(loop, &mine, out);
    ac_drop(loop, own);
    return status;
}

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_return(out, ac_c_str(loop, show_name(ac_loop_current_task(loop))));
}

static const ac_coro_ops child_ops = {.resume = child};

enum { PLAIN = 1, NAMED };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    ac_loop_set_task_factory(loop, factory, NULL);
    f->plain = twin_coroutine(loop, &child_ops, sizeof *f);
    twin_start(loop, f->plain);
    say("plain: %s", show_name(f->plain));
    f->named = twin_coroutine(loop, &child_ops, sizeof *f);
    ac_c_task_set_name(loop, &f->named->head, "given");
    twin_start(loop, f->named);
    say("named: %s", show_name(f->named));
    AC_AWAIT(PLAIN, twin_future(f->plain));
    f->first = ac_dup(loop, in);
    AC_AWAIT(NAMED, twin_future(f->named));
    say("in the bodies: %s and %s", ac_c_as_str(ac_lend(f->first)), ac_c_as_str(in));
    ac_drop(loop, ac_take(&f->first));
    twin_forget(loop, f->plain);
    twin_forget(loop, f->named);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
