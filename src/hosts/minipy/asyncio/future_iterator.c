/* future_iterator.c - awaiting a future: what future.__await__() gives, and the short way of the machine.
 *
 * Mirrors    FutureIter of _asyncio.
 * Idea       A pending future that is awaited sets its blocking flag and yields itself; a task that gets it
 *            knows by the flag that it was awaited and not just yielded.  For "await future" the machine
 *            needs no iterator: it asks mp_future_await before the future is waited for, and after.
 * Versions   What it says after its end: futureiter_keeps_future, futureiter_resend_stops. */
#include "asyncio/host.h"

mp_progress mp_future_await(mp_vm *vm, mp_value future, mp_value *out)
{
    ac_future *core = mp_future_core(vm, future);
    *out = NULL;
    if (core == NULL)
        return MP_FAILED;
    if (ac_future_done(core)) {
        *out = mp_future_outcome(vm, core);
        return *out != NULL ? MP_ENDED : MP_FAILED;
    }
    if (ac_future_is_blocking(core)) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "await wasn't used with future");
        return MP_FAILED;
    }
    ac_future_set_blocking(core, true);
    *out = mp_incref(future);
    return MP_YIELDED;
}

mp_value mp_future_itself(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(self);
}

/* How a frame awaits it.  A future has nothing to say to an exception: it is just not waited for any more. */
mp_progress mp_future_resume(mp_vm *vm, mp_value future, mp_resume how, mp_value value, mp_value *out)
{
    *out = NULL;
    if (how == MP_SEND)
        return mp_future_await(vm, future, out);
    if (how == MP_CLOSE)
        return MP_ENDED;
    mp_reraise(vm, mp_incref(value));
    return MP_FAILED;
}

/* ---- The iterator ---- */

/* An mp_cell whose value is the future; NULL: it has ended. */
mp_value mp_future_iter(mp_vm *vm, mp_value future)
{
    if (mp_future_core(vm, future) == NULL)
        return NULL;
    mp_value iterator = mp_new(vm, vm->types[MP_TYPE_FUTURE_ITER], 0);
    if (iterator != NULL)
        ((mp_cell *)iterator)->value = mp_incref(future);
    return iterator;
}

static void iterator_clear(mp_vm *vm, mp_value self)
{
    mp_clear_slot(vm, &((mp_cell *)self)->value);
}

static int iterator_visit(mp_value self, mp_visit *visit, void *data)
{
    return mp_visit_all(&((mp_cell *)self)->value, 1, visit, data);
}

/* send() where nothing is left to be asked. */
static mp_progress iterator_resent(mp_vm *vm, mp_value *out)
{
    if (mp_has(vm, AC_S_FUTUREITER_RESEND_STOPS)) {
        *out = mp_incref(vm->none);
        return MP_ENDED;
    }
    mp_raise(
        vm, MP_X_SYSTEM_ERROR,
        mp_has(vm, AC_S_FUTUREITER_KEEPS_FUTURE)
            ? "the iterator of a future after close() or throw() crashes this release of CPython (gh-146065)"
            : "error return without exception set");
    return MP_FAILED;
}

static mp_progress iterator_send(mp_vm *vm, mp_value self, mp_value *out)
{
    mp_value future = ((mp_cell *)self)->value;
    if (future == NULL)
        return iterator_resent(vm, out);
    (void)mp_incref(future);
    mp_progress progress = mp_future_await(vm, future, out);
    if (progress != MP_YIELDED && ac_future_done(mp_future_core(vm, future)) &&
        !mp_has(vm, AC_S_FUTUREITER_KEEPS_FUTURE))
        iterator_clear(vm, self);
    mp_decref(vm, future);
    return progress;
}

static mp_progress iterator_resume(mp_vm *vm, mp_value self, mp_resume how, mp_value value, mp_value *out)
{
    *out = NULL;
    if (how == MP_SEND)
        return iterator_send(vm, self, out);
    iterator_clear(vm, self);
    if (how == MP_CLOSE)
        return MP_ENDED;
    mp_reraise(vm, mp_incref(value)); /* it is given on as it is, without a context */
    return MP_FAILED;
}

/* next() takes an answer without an exception for the end, where send() complains. */
static mp_value iterator_next(mp_vm *vm, mp_value self)
{
    bool complains = !mp_has(vm, AC_S_FUTUREITER_RESEND_STOPS) && !mp_has(vm, AC_S_FUTUREITER_KEEPS_FUTURE);
    if (!complains || ((mp_cell *)self)->value != NULL)
        return mp_next_by_hand(vm, self);
    mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_STOP_ITERATION], NULL, 0));
    return NULL;
}

static mp_value iterator_next_method(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "__next__", 1, 1) ? iterator_next(vm, args->values[0]) : NULL;
}

static const mp_slots iterator_slots = {
    .visit = iterator_visit,
    .clear = iterator_clear,
    .iter = mp_future_itself,
    .next = iterator_next,
    .resume = iterator_resume,
};

static const mp_method iterator_methods[] = {
    {"send", mp_method_send, MP_M_METHOD},
    {"__next__", iterator_next_method, MP_M_METHOD},
    {"throw", mp_method_throw, MP_M_METHOD},
    {"close", mp_method_close, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_future_iterator_def = {
    .name = "FutureIter",
    .module = "_asyncio",
    .size = sizeof(mp_cell),
    .flags = MP_T_GC,
    .slots = &iterator_slots,
    .methods = iterator_methods,
};
