/* See future_cancelled_error.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    ac_future *future;
    ac_value first;
};

static ac_value look(ac_future *future)
{
    ac_value value = ac_none();
    ac_how how = AC_SEND;

    ac_future_result(future, &how, &value);
    return value;
}

static ac_value look_at_exception(ac_loop *loop, ac_future *future)
{
    ac_value value = ac_none();

    return ac_future_exception(future, &value) == AC_E_RAISED ? ac_loop_take_raised(loop) : value;
}

static const char *show_same(ac_value left, ac_value right)
{
    return show_bool(left.bits == right.bits);
}

enum { AWAIT = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_value second, third;
    bool did, again;

    AC_BEGIN(co);
    f->future = ac_c_future_new(loop);
    did = twin_cancel_future(loop, f->future, "why");
    again = twin_cancel_future(loop, f->future, "again");
    say("cancel %s %s %s", show_bool(did), show_bool(again), show_bool(ac_future_cancelled(f->future)));
    f->first = look(f->future);
    second = look(f->future);
    third = look_at_exception(loop, f->future);
    say("%s %s %s", show(ac_lend(f->first)), show(ac_lend(second)), show(ac_lend(third)));
    say("same %s %s", show_same(f->first, second), show_same(f->first, third));
    ac_drop(loop, second);
    ac_drop(loop, third);
    AC_AWAIT(AWAIT, f->future);
    if (how == AC_THROW)
        say("await %s %s", show(in), show_bool(in.bits == f->first.bits));
    ac_drop(loop, ac_take(&f->first));
    ac_c_release(loop, f->future);
    f->future = ac_c_future_new(loop);
    twin_cancel_future(loop, f->future, NULL);
    say("%s", twin_result(loop, f->future));
    ac_c_release(loop, f->future);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
