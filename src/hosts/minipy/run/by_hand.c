/* by_hand.c - what is made to be awaited, driven by a program: send, __next__, throw and close by the resume
 * slot.
 *
 * Mirrors    FutureIter_send and its kin, anextawaitable_send, coro_wrapper's methods: all the same few
 *            lines.
 * Idea       A type that has a resume slot gets its methods from here; the end is StopIteration with the
 *            result.
 * Re-enters  The slot may run anything. */
#include "run/frame.h"

mp_value mp_resume_by_hand(mp_vm *vm, mp_value self, mp_resume how, mp_value value)
{
    mp_value out = NULL;
    mp_progress progress = mp_type_of(vm, self)->slots.resume(vm, self, how, value, &out);
    return progress == MP_ENDED ? mp_raise_stop(vm, out) : out;
}

mp_value mp_next_by_hand(mp_vm *vm, mp_value self)
{
    return mp_resume_by_hand(vm, self, MP_SEND, vm->none);
}

mp_value mp_method_send(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "send", 2, 2))
        return NULL;
    return mp_resume_by_hand(vm, args->values[0], MP_SEND, args->values[1]);
}

mp_value mp_method_next(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "__next__", 1, 1) ? mp_next_by_hand(vm, args->values[0]) : NULL;
}

mp_value mp_method_throw(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "throw", 2, 4))
        return NULL;
    mp_value exception = mp_thrown_exception(vm, args);
    if (exception == NULL)
        return NULL;
    mp_value answer = mp_resume_by_hand(vm, args->values[0], MP_THROW, exception);
    mp_decref(vm, exception);
    return answer;
}

mp_value mp_method_close(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "close", 1, 1))
        return NULL;
    mp_value self = args->values[0], out = NULL;
    mp_progress progress = mp_type_of(vm, self)->slots.resume(vm, self, MP_CLOSE, NULL, &out);
    if (progress != MP_ENDED)
        return out; /* a yield: what a close ignored is said by the slot */
    mp_xdecref(vm, out);
    return mp_incref(vm->none);
}
