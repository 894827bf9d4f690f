/* See bad_yield.py. */
#include "twin.h"

struct frame {
    ac_c_task head;
    ac_future *future;
    ac_loop *other;
    struct frame *task;
};

/* The end of attempt(text, awaitable, size): what came out of the yield. */
static void answer(const char *text, ac_how how, ac_ref in, int size)
{
    if (how == AC_SEND)
        say("%s is fine", text);
    else
        say("%s RuntimeError %.*s", text, size, ac_c_as_str(ac_c_argument(in)));
}

enum { NONE = 1, NUMBER, TEXT, UNFLAGGED, GENERATOR, FOREIGN, ITSELF };

static ac_turn itself(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    AC_AWAIT(ITSELF, twin_future(f));
    answer("itself", how, in, 26);
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops itself_ops = {.resume = itself};

static ac_turn yields(ac_coro *co, uint16_t point, ac_loop *loop, ac_turn turn)
{
    twin_print_soon(loop, "a turn passes");
    co->at = point;
    return turn;
}

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct frame *f = AC_C_SELF(co, struct frame);

    AC_BEGIN(co);
    return yields(co, NONE, loop, AC_YIELDED);
case NONE:
    answer("None", how, in, 0);
    out->value = ac_c_int(42);
    return yields(co, NUMBER, loop, AC_STRANGE);
case NUMBER:
    answer("a number", how, in, 40);
    out->value = ac_c_str(loop, "x");
    return yields(co, TEXT, loop, AC_STRANGE);
case TEXT:
    answer("a text", how, in, 40);
    f->future = ac_c_future_new(loop);
    out->future = f->future;
    return yields(co, UNFLAGGED, loop, AC_AWAITING); /* our hold goes with it */
case UNFLAGGED:
    answer("future without the flag", how, in, 34);
    out->value = ac_c_str(loop, "a generator");
    return yields(co, GENERATOR, loop, AC_GENERATOR);
case GENERATOR:
    answer("generator", how, in, 34);
    f->other = twin_loop();
    f->future = ac_c_future_new(f->other);
    ac_future_await(f->future, out);
    return yields(co, FOREIGN, loop, AC_AWAITING);
case FOREIGN:
    answer("future of another loop", how, in, 5);
    ac_c_release(f->other, f->future);
    f->task = twin_coroutine(loop, &itself_ops, sizeof *f->task);
    twin_start(loop, f->task);
    AC_AWAIT(ITSELF, twin_future(f->task));
    twin_forget(loop, f->task);
    twin_loop_end(f->other);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct frame));
}
