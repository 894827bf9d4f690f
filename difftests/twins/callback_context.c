/* See callback_context.py. */
#include "twin.h"

static const ac_c_var var = {"var"};

struct setter {
    const char *name;
    int value;
};

static ac_status show_and_set(ac_loop *loop, void *data)
{
    struct setter *self = data;

    say("%s sees %s", self->name, show(ac_c_var_get(loop, &var)));
    return ac_c_var_set(loop, &var, ac_c_int(self->value));
}

enum { FIRST = 1, SECOND };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static struct setter copy_a = {"copy a", 10}, timer = {"timer", 20}, copy_b = {"copy b", 30};
    static struct setter shared_a = {"shared a", 40}, shared_b = {"shared b", 50};
    ac_value shared;

    AC_BEGIN(co);
    ac_c_var_set(loop, &var, ac_c_int(1));
    twin_call_soon(loop, show_and_set, &copy_a);
    ac_c_call_later(loop, 0, show_and_set, &timer, NULL);
    ac_c_var_set(loop, &var, ac_c_int(2));
    twin_call_soon(loop, show_and_set, &copy_b);
    shared = ac_c_copy_context(loop);
    twin_call_soon_in(loop, ac_lend(shared), show_and_set, &shared_a);
    twin_call_soon_in(loop, ac_lend(shared), show_and_set, &shared_b);
    ac_drop(loop, shared);
    ac_c_var_set(loop, &var, ac_c_int(3));
    AC_YIELD(FIRST);
    AC_YIELD(SECOND);
    say("main sees %s", show(ac_c_var_get(loop, &var)));
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(ac_c_task));
}
