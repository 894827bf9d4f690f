/* sleep.c - asyncio.sleep: the core's sleep as a native coroutine.
 *
 * Mirrors    tasks.sleep.
 * Idea       The delay is looked at when the coroutine starts, as in "async def sleep".  A delay of 0 or less
 *            is one bare yield and needs no loop, so a coroutine that is driven by hand can have it; the
 *            core's sleep does need one, so that case is a body of two lines here. */
#include "asyncio/host.h"

/* ---- sleep(0) ---- */

enum { SLEEP_YIELDED = 1 };

static mp_native_coroutine *sleep_of(ac_coro *co)
{
    return mp_native_of_frame(AC_CONTAINER_OF(co, ac_sleep, co));
}

static ac_turn yield_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    (void)loop;
    if (co->at == 0) {
        co->at = SLEEP_YIELDED;
        return AC_YIELDED;
    }
    co->at = AC_AT_END;
    mp_value taken = how == AC_THROW ? mp_seen(in) : sleep_of(co)->argument;
    out->value = mp_owned(mp_incref(taken));
    return how == AC_THROW ? AC_RAISED : AC_RETURNED;
}

static int yield_visit(ac_coro *co, ac_visitor *visitor)
{
    (void)co;
    (void)visitor;
    return 0;
}

static void yield_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    co->at = AC_AT_END;
}

static const ac_coro_ops yield_ops = {yield_resume, NULL, yield_visit, yield_clear};

mp_value mp_native_yield(mp_native_coroutine *self)
{
    ac_sleep *sleep = mp_native_frame(self);
    ac_coro_init(&sleep->co, &yield_ops);
    return mp_native_bind(self, NULL, &sleep->co);
}

/* ---- sleep ---- */

/* subject is the delay, argument the result. */
static mp_value sleep_begin(mp_vm *vm, mp_native_coroutine *self)
{
    double delay;
    if (!mp_is_int(vm, self->subject) && !mp_is(vm, self->subject, MP_TYPE_FLOAT)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "'<=' not supported between instances of '%T' and 'int'",
                 self->subject);
        return NULL;
    }
    if (!mp_to_double(vm, self->subject, &delay))
        return NULL;
    if (delay <= 0)
        return mp_native_yield(self);
    ac_sleep *sleep = mp_native_frame(self);
    mp_loop *loop = mp_running_loop(vm);
    if (loop == NULL)
        return NULL;
    ac_sleep_init(sleep, &loop->core, delay, mp_owned(mp_incref(self->argument)));
    return mp_native_bind(self, loop, &sleep->co);
}

mp_value mp_sleep(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "sleep", "delay |result", values))
        return NULL;
    mp_native_coroutine *self = mp_native_coroutine_new(
        vm, "sleep", values[0], values[1] != NULL ? values[1] : vm->none, sizeof(ac_sleep));
    if (self != NULL)
        self->begin = sleep_begin;
    return mp_as_value(self);
}
