/* anext.c - the awaitable of anext(iterator, default): the end of the iterator becomes the default.
 *
 * Mirrors    anextawaitableobject of Objects/iterobject.c.
 * Idea       A step of it is a step of what __anext__ gave, by its resume slot or else by send, throw and
 *            close.  It is an mp_walker: the source is the awaitable, its iterator from the first step on (at
 *            is 1); the function is the default.
 * Holds      What is driven is held meanwhile: it may end this very object.
 * Re-enters  Every step, in a loop of its own on the C stack.
 * Tests      difftests/scenarios/language/builtin_anext.py */
#include "run/frame.h"
#include "values/containers_impl.h"

mp_value mp_anext_awaitable_new(mp_vm *vm, mp_value awaitable, mp_value fallback)
{
    return mp_walker_new(vm, MP_TYPE_ANEXT_AWAITABLE, awaitable, fallback, 0);
}

static bool anext_can(mp_vm *vm, mp_value iterator, mp_name name)
{
    return mp_lookup(mp_type_of(vm, iterator), vm->names[name]) != NULL;
}

/* A future is its own iterator only for the machine. */
static mp_value anext_iterator(mp_vm *vm, mp_value awaitable)
{
    mp_value iterator = mp_get_awaitable(vm, awaitable, 0);
    if (iterator == NULL || mp_type_of(vm, iterator)->slots.resume != NULL ||
        anext_can(vm, iterator, MP_S_send) || anext_can(vm, iterator, MP_S___next__))
        return iterator;
    mp_value by_hand = mp_call_method(vm, iterator, vm->names[MP_S___await__], NULL, 0);
    mp_decref(vm, iterator);
    return by_hand;
}

static bool anext_begin(mp_vm *vm, mp_walker *self)
{
    if (self->source == NULL) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "cannot reuse already awaited anext()");
        return false;
    }
    if (self->at == 1)
        return true;
    mp_value iterator = anext_iterator(vm, self->source);
    if (iterator == NULL)
        return false;
    self->at = 1;
    mp_set_slot(vm, &self->source, iterator);
    return true;
}

/* ---- Steps ---- */

static mp_progress anext_send(mp_vm *vm, mp_value iterator, mp_value value, mp_value *out)
{
    if (anext_can(vm, iterator, MP_S_send))
        return mp_progress_of(vm, mp_call_method(vm, iterator, vm->names[MP_S_send], &value, 1), out);
    return mp_progress_of(vm, mp_call_method(vm, iterator, vm->names[MP_S___next__], NULL, 0), out);
}

static mp_progress anext_throw(mp_vm *vm, mp_value iterator, mp_value exception, mp_value *out)
{
    if (anext_can(vm, iterator, MP_S_throw))
        return mp_progress_of(vm, mp_call_method(vm, iterator, vm->names[MP_S_throw], &exception, 1), out);
    mp_reraise(vm, mp_incref(exception));
    return MP_FAILED;
}

static mp_progress anext_close(mp_vm *vm, mp_value iterator)
{
    if (!anext_can(vm, iterator, MP_S_close))
        return MP_ENDED;
    mp_value answer = mp_call_method(vm, iterator, vm->names[MP_S_close], NULL, 0);
    mp_xdecref(vm, answer);
    return answer != NULL ? MP_ENDED : MP_FAILED;
}

static mp_progress anext_drive(mp_vm *vm, mp_value iterator, mp_resume how, mp_value value, mp_value *out)
{
    const mp_slots *slots = &mp_type_of(vm, iterator)->slots;
    if (slots->resume != NULL)
        return slots->resume(vm, iterator, how, value, out);
    if (how == MP_SEND)
        return anext_send(vm, iterator, value, out);
    return how == MP_THROW ? anext_throw(vm, iterator, value, out) : anext_close(vm, iterator);
}

/* StopAsyncIteration is raised: the default takes its place.  Before gh-128078 a tuple was taken for the
 * arguments of a StopIteration. */
static mp_progress anext_end(mp_vm *vm, mp_value fallback, mp_value *out)
{
    mp_value end = mp_take_raised(vm);
    bool works = !mp_is(vm, fallback, MP_TYPE_TUPLE) || mp_has(vm, AC_S_ANEXT_DEFAULT_TUPLE);
    if (works) {
        mp_decref(vm, end);
        *out = mp_incref(fallback);
        return MP_ENDED;
    }
    mp_value error = mp_new_exception_text(vm, MP_X_SYSTEM_ERROR,
                                           "<class 'StopIteration'> returned a result with an exception set");
    if (error != NULL) {
        mp_set_context(vm, error, end);
        mp_raise_from(vm, error, end);
    }
    mp_xdecref(vm, error);
    mp_decref(vm, end);
    return MP_FAILED;
}

static mp_progress anext_resume(mp_vm *vm, mp_value self, mp_resume how, mp_value value, mp_value *out)
{
    mp_walker *walker = (mp_walker *)self;
    if (how == MP_CLOSE && walker->source == NULL)
        return MP_ENDED;
    if (!anext_begin(vm, walker))
        return MP_FAILED;
    mp_value iterator = mp_incref(walker->source), fallback = mp_incref(walker->function);
    mp_progress progress = anext_drive(vm, iterator, how, value, out);
    if (progress == MP_FAILED && how != MP_CLOSE && mp_raised_is(vm, MP_X_STOP_ASYNC_ITERATION))
        progress = anext_end(vm, fallback, out);
    mp_decref(vm, iterator);
    mp_decref(vm, fallback);
    if (progress != MP_YIELDED)
        mp_walker_end(vm, self);
    return progress;
}

static mp_value anext_await_method(mp_vm *vm, mp_args *args)
{
    return mp_exactly(vm, args, "__await__", MP_SELF, 0) ? mp_incref(args->values[0]) : NULL;
}

static const mp_slots anext_slots = {
    .visit = mp_walker_visit,
    .clear = mp_walker_end,
    .iter = mp_self_iter,
    .next = mp_next_by_hand,
    .await_iter = mp_self_iter,
    .resume = anext_resume,
};

static const mp_method anext_methods[] = {
    {"__await__", anext_await_method, MP_M_METHOD},
    {"close", mp_method_close, MP_M_METHOD},
    {"send", mp_method_send, MP_M_METHOD},
    {"throw", mp_method_throw, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_type_def anext_def = {
    .name = "anext_awaitable",
    .size = sizeof(mp_walker),
    .flags = MP_T_GC,
    .slots = &anext_slots,
    .methods = anext_methods,
};

bool mp_init_anext(mp_vm *vm)
{
    return mp_container_type(vm, MP_TYPE_ANEXT_AWAITABLE, &anext_def);
}
