/* See shield_cancelled.py. */
#include "twin.h"

struct main_frame {
    ac_c_task head;
    struct twin_child *inner;
    ac_future *outer;
};

static void ended(ac_loop *loop, struct twin_child *self)
{
    (void)loop;
    say("%s ends", self->name);
}

/* inner = create_task(...); outer = shield(inner) */
static void begin(ac_loop *loop, struct main_frame *f, const char *name, double delay, bool fails)
{
    if (f->inner != NULL) {
        ac_c_release(loop, f->outer);
        twin_forget(loop, f->inner);
    }
    f->inner = twin_child_new(loop, name, delay);
    f->inner->cancelled = twin_say_cancelled;
    f->inner->ended = ended;
    f->inner->fails = fails ? &ac_c_ValueError : NULL;
    f->inner->text = name;
    twin_start(loop, f->inner);
    f->outer = twin_shield(loop, twin_future(f->inner));
}

static ac_status cancel_me(ac_loop *loop, void *me)
{
    twin_cancel(loop, me, "outside");
    return AC_OK;
}

static bool is_error_of(ac_loop *loop, ac_future *future, ac_ref error)
{
    ac_how how;
    ac_value value = ac_none();
    bool same;

    (void)ac_future_result(future, &how, &value);
    same = value.bits == error.bits;
    ac_drop(loop, value);
    return same;
}

enum { OUTSIDE = 1, LEFT, FAILED, BARE, INSIDE };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_future *again;

    AC_BEGIN(co);
    begin(loop, f, "a", 2, false);
    twin_call_at(loop, 1, cancel_me, f);
    AC_AWAIT(OUTSIDE, f->outer);
    say("%s %s %u %s", show(in), show_bool(ac_future_done(twin_future(f->inner))),
        (unsigned)ac_task_uncancel(twin_task(f)), show_time(loop));
    AC_AWAIT(LEFT, twin_future(f->inner));
    say("%s %s", show(in), show_time(loop));
    begin(loop, f, "b", 1, true);
    AC_AWAIT(FAILED, f->outer);
    say("%s %s %s", show(in), show_bool(ac_future_done(f->outer)),
        show_bool(is_error_of(loop, twin_future(f->inner), in)));
    begin(loop, f, "c", 9, false);
    AC_YIELD(BARE);
    twin_cancel(loop, f->inner, "inside");
    AC_AWAIT(INSIDE, f->outer);
    say("%s %s %u", show(in), show_bool(ac_future_cancelled(f->outer)), twin_cancelling(loop));
    again = twin_shield(loop, twin_future(f->inner));
    say("%s", show_bool(again == twin_future(f->inner)));
    ac_c_release(loop, again);
    ac_c_release(loop, f->outer);
    twin_forget(loop, f->inner);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
