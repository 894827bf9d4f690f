/* instruction_awaits.c - await and yield from: one go of a DELEGATE.
 *
 * Idea       What is delegated to is a frame (a generator, a coroutine, a step of an async generator), which
 *            is pushed over this one; or something in C with a resume slot (a future among them), for which
 *            the whole chain is put aside; or any iterator of the program.
 * Holds      The iterator stays on the stack until its end, when the result replaces it.
 * Re-enters  Iterators of the program run in a loop of their own. */
#include "run/instructions.h"

static mp_value progressed(mp_progress progress, mp_value *out)
{
    if (progress == MP_YIELDED)
        return MP_WAITING;
    return progress == MP_ENDED ? *out : NULL;
}

/* The end of an iterator of the program is StopIteration, whose value is the result. */
static mp_value end_of_iterator(mp_vm *vm)
{
    if (vm->raised == NULL)
        return mp_incref(vm->none);
    mp_value out = NULL;
    return mp_progress_of(vm, NULL, &out) == MP_ENDED ? out : NULL;
}

static mp_str *send_name(mp_vm *vm)
{
    return vm->names[MP_S_send];
}

/* mp_next forgets the value of StopIteration: __next__ is called as a method. */
static mp_value next_of_iterator(mp_vm *vm, mp_value iterator, mp_value sent)
{
    if (sent != vm->none)
        return mp_call_method(vm, iterator, send_name(vm), &sent, 1);
    if ((mp_type_of(vm, iterator)->flags & MP_T_HEAP) != 0)
        return mp_call_method(vm, iterator, vm->names[MP_S___next__], NULL, 0);
    return mp_next(vm, iterator);
}

static mp_value go_on(mp_vm *vm, mp_value iterator, mp_value sent, mp_value *out)
{
    mp_type *type = mp_type_of(vm, iterator);
    if (type->slots.resume != NULL)
        return progressed(type->slots.resume(vm, iterator, MP_SEND, sent, out), out);
    *out = next_of_iterator(vm, iterator, sent);
    return *out != NULL ? MP_WAITING : end_of_iterator(vm);
}

mp_value mp_delegate(mp_vm *vm, mp_value iterator, mp_value sent, mp_value *out)
{
    if (mp_is_generator(vm, iterator))
        return mp_generator_delegate(vm, (mp_generator *)iterator, sent);
    if (mp_is_exactly(vm, iterator, MP_TYPE_COROUTINE_WRAPPER))
        return mp_generator_delegate(vm, (mp_generator *)((mp_cell *)iterator)->value, sent);
    if (mp_is_exactly(vm, iterator, MP_TYPE_ASYNC_STEP))
        return mp_async_step_await(vm, iterator);
    return go_on(vm, iterator, sent, out);
}

/* ---- Throwing ---- */

static bool has_method(mp_vm *vm, mp_value value, mp_str *name)
{
    return mp_lookup(mp_type_of(vm, value), name) != NULL;
}

bool mp_waits_natively(mp_vm *vm, mp_value iterator)
{
    return mp_type_of(vm, iterator)->slots.resume != NULL ||
           has_method(vm, iterator, vm->names[MP_S_throw]) || has_method(vm, iterator, vm->names[MP_S_close]);
}

/* GeneratorExit closes an iterator, and goes on in the frame that waited for it. */
static mp_value close_iterator(mp_vm *vm, mp_value iterator, mp_value exception)
{
    mp_type *type = mp_type_of(vm, iterator);
    mp_value done = NULL;
    if (type->slots.resume != NULL) {
        if (type->slots.resume(vm, iterator, MP_CLOSE, NULL, &done) == MP_ENDED && done == NULL)
            done = mp_incref(vm->none);
    } else if (has_method(vm, iterator, vm->names[MP_S_close])) {
        done = mp_call_method(vm, iterator, vm->names[MP_S_close], NULL, 0);
    } else {
        done = mp_incref(vm->none);
    }
    if (done == NULL) {
        mp_decref(vm, exception);
        return NULL;
    }
    mp_decref(vm, done);
    mp_reraise(vm, exception);
    return NULL;
}

mp_value mp_throw_into(mp_vm *vm, mp_value iterator, mp_value *out)
{
    mp_type *type = mp_type_of(vm, iterator);
    mp_value exception = mp_take_raised(vm), answer;
    if (mp_is_exception(vm, exception, MP_X_GENERATOR_EXIT))
        return close_iterator(vm, iterator, exception);
    if (type->slots.resume != NULL) {
        answer = progressed(type->slots.resume(vm, iterator, MP_THROW, exception, out), out);
    } else if (has_method(vm, iterator, vm->names[MP_S_throw])) {
        *out = mp_call_method(vm, iterator, vm->names[MP_S_throw], &exception, 1);
        answer = *out != NULL ? MP_WAITING : end_of_iterator(vm);
    } else {
        mp_reraise(vm, exception);
        return NULL;
    }
    mp_decref(vm, exception);
    return answer;
}

/* ---- From C ---- */

/* A frame is resumed by its method. */
static mp_value send_by_hand(mp_vm *vm, mp_value iterator, mp_value value, mp_value *out)
{
    if (!mp_is_generator(vm, iterator))
        return go_on(vm, iterator, value, out);
    *out = mp_call_method(vm, iterator, send_name(vm), &value, 1);
    return *out != NULL ? MP_WAITING : end_of_iterator(vm);
}

mp_progress mp_drive(mp_vm *vm, mp_value iterator, mp_resume how, mp_value value, mp_value *out)
{
    mp_value answer;
    *out = NULL;
    if (how == MP_SEND) {
        answer = send_by_hand(vm, iterator, value, out);
    } else {
        mp_reraise(vm, how == MP_THROW ? mp_incref(value)
                                       : mp_new_exception(vm, vm->exceptions[MP_X_GENERATOR_EXIT], NULL, 0));
        answer = mp_throw_into(vm, iterator, out);
    }
    if (answer == MP_WAITING)
        return MP_YIELDED;
    *out = answer;
    return answer != NULL ? MP_ENDED : MP_FAILED;
}

/* ---- What is delegated to ---- */

mp_value mp_get_yield_from(mp_vm *vm, const mp_frame *frame, mp_value value)
{
    if (!mp_is_exactly(vm, value, MP_TYPE_COROUTINE))
        return mp_is_generator(vm, value) ? mp_incref(value) : mp_iter(vm, value);
    if ((frame->code->flags & MP_C_COROUTINE) != 0)
        return mp_incref(value);
    mp_raise(vm, MP_X_TYPE_ERROR, "cannot 'yield from' a coroutine object in a non-coroutine generator");
    return NULL;
}

mp_value mp_get_async_iter(mp_vm *vm, mp_value value)
{
    if (!has_method(vm, value, vm->names[MP_S___aiter__])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "'async for' requires an object with __aiter__ method, got %T", value);
        return NULL;
    }
    mp_value iterator = mp_call_method(vm, value, vm->names[MP_S___aiter__], NULL, 0);
    if (iterator == NULL || has_method(vm, iterator, vm->names[MP_S___anext__]))
        return iterator;
    mp_raise(vm, MP_X_TYPE_ERROR,
             "'async for' received an object from __aiter__ that does not implement __anext__: %T", iterator);
    mp_decref(vm, iterator);
    return NULL;
}

mp_value mp_get_async_next(mp_vm *vm, mp_value iterator)
{
    mp_value next = mp_call_method(vm, iterator, vm->names[MP_S___anext__], NULL, 0);
    if (next == NULL)
        return NULL;
    mp_value awaitable = mp_get_awaitable(vm, next, 0);
    if (awaitable == NULL && mp_raised_is(vm, MP_X_TYPE_ERROR)) {
        mp_value cause = mp_take_raised(vm);
        mp_raise(vm, MP_X_TYPE_ERROR, "'async for' received an invalid object from __anext__: %T", next);
        if (vm->raised != NULL && vm->raised != vm->memory_error) {
            mp_set_slot(vm, &((mp_exception *)vm->raised)->cause, mp_incref(cause));
            mp_set_context(vm, vm->raised, cause);
            ((mp_exception *)vm->raised)->suppress_context = true;
        }
        mp_decref(vm, cause);
    }
    mp_decref(vm, next);
    return awaitable;
}
