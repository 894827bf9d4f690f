/* See as_completed_order.py. */
#include "twin.h"

struct child {
    ac_c_task head;
    ac_sleep nap;
    const char *name;
    double delay;
    bool fails;
};

enum { CHILDREN = 5 };

static const struct {
    const char *name;
    double delay;
    bool fails;
} some[CHILDREN] = {{"a", 3, false}, {"b", 1, true}, {"c", 1, false}, {"d", 9, false}, {"e", 7, false}};

enum { NAP = 1 };

static ac_turn child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct child *f = AC_C_SELF(co, struct child);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&f->nap, loop, f->delay, ac_none());
    AC_AWAIT_CORO(NAP, &f->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    return f->fails ? ac_c_throw(loop, out, &ac_c_ValueError, f->name)
                    : ac_return(out, ac_c_str(loop, f->name));
}

static struct child *start(ac_loop *loop, int number)
{
    static const ac_coro_ops ops = {.resume = child};
    struct child *task = twin_coroutine(loop, &ops, sizeof *task);

    task->name = some[number].name;
    task->delay = some[number].delay;
    task->fails = some[number].fails;
    twin_start(loop, task);
    return task;
}

struct main_frame {
    ac_c_task head;
    struct child *children[CHILDREN];
    ac_as_completed all;
    ac_as_completed_step step;
};

static void begin(ac_loop *loop, struct main_frame *f)
{
    static const double limit = 5;
    ac_future *futures[CHILDREN];

    for (int i = 0; i < CHILDREN; i++) {
        f->children[i] = start(loop, i);
        futures[i] = twin_future(f->children[i]);
    }
    (void)ac_as_completed_init(&f->all, loop, futures, CHILDREN, ac_none_ref());
    (void)ac_as_completed_start(&f->all, &limit);
}

enum { STEP = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_turn turn;

    AC_BEGIN(co);
    begin(loop, f);
    while (ac_as_completed_next(&f->all, &f->step)) {
        AC_AWAIT_CORO(STEP, &f->step.co, turn);
        (void)turn;
        say("%s %s", show_taken(loop, out->value), show_time(loop));
    }
    ac_as_completed_clear(&f->all);
    printf("[");
    for (int i = 0; i < CHILDREN; i++)
        printf("%s%s", i > 0 ? ", " : "", show_bool(ac_future_done(twin_future(f->children[i]))));
    say("]");
    for (int i = 0; i < CHILDREN; i++)
        twin_forget(loop, f->children[i]);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
