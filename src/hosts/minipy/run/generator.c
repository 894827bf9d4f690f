/* generator.c - generators and coroutines: a frame that can be put aside.
 *
 * Mirrors    Objects/genobject.c: gen_send_ex2, _gen_throw, gen_close, _PyGen_Finalize.
 * Idea       Resuming pushes the suspended chain of frames (the generator's own, and those of the coroutines
 *            that it awaits) over whoever asks, and notes how the next stop is to be delivered (deliver.c).
 *            Awaiting a coroutine pushes its frame over the awaiter's; a yield inside of it goes to the root
 *            of the chain.
 * Holds      (1) state SUSPENDED: top is the frame that stopped, and all frames between it and the own one
 *            are linked by back; the own one's back is NULL.  (2) DELEGATED: the frame is part of the chain
 *            of another root; chain.c takes it out.  (3) ENDED: there is no frame.
 * Re-enters  Closing runs the program's finally blocks; a finalizer does it in a loop of its own.
 * Differs    throw and close go to the innermost frame of the chain directly, where CPython asks one
 *            generator after the other; deliver.c gives each its own GeneratorExit. */
#include "run/frame.h"

const char *mp_generator_word(mp_vm *vm, mp_generator *generator)
{
    mp_value self = mp_as_value(generator);
    if (mp_is_exactly(vm, self, MP_TYPE_ASYNC_GENERATOR))
        return "async generator";
    return mp_is_exactly(vm, self, MP_TYPE_COROUTINE) ? "coroutine" : "generator";
}

bool mp_is_generator(mp_vm *vm, mp_value value)
{
    return mp_is_exactly(vm, value, MP_TYPE_GENERATOR) || mp_is_exactly(vm, value, MP_TYPE_COROUTINE);
}

mp_value mp_generator_new(mp_vm *vm, mp_frame *frame, mp_function *function)
{
    uint32_t flags = frame->code->flags;
    mp_type_index kind = (flags & MP_C_COROUTINE) != 0         ? MP_TYPE_COROUTINE
                         : (flags & MP_C_ASYNC_GENERATOR) != 0 ? MP_TYPE_ASYNC_GENERATOR
                                                               : MP_TYPE_GENERATOR;
    mp_generator *generator = (mp_generator *)mp_new(vm, vm->types[kind], 0);
    if (generator == NULL) {
        mp_frame_free(vm, frame);
        return NULL;
    }
    generator->frame = generator->top = frame;
    generator->depth = 1;
    generator->name = (mp_str *)mp_incref(mp_as_value(function->name));
    generator->qualname = (mp_str *)mp_incref(mp_as_value(function->qualname));
    generator->code = (mp_code *)mp_incref(mp_as_value(frame->code));
    frame->owner = frame->root = generator;
    return mp_as_value(generator);
}

void mp_generator_ended(mp_generator *generator)
{
    generator->frame = generator->top = NULL;
    generator->state = MP_G_ENDED;
}

/* PEP 479.  The new error names the old one as its cause. */
void mp_generator_guard(mp_vm *vm, mp_generator *generator)
{
    bool async = mp_is_exactly(vm, mp_as_value(generator), MP_TYPE_ASYNC_GENERATOR);
    bool stop = mp_raised_is(vm, MP_X_STOP_ITERATION);
    if (!stop && !(async && mp_raised_is(vm, MP_X_STOP_ASYNC_ITERATION)))
        return;
    mp_value old = mp_take_raised(vm);
    mp_value error = mp_new_exception_text(vm, MP_X_RUNTIME_ERROR, "%s raised %s",
                                           mp_generator_word(vm, generator),
                                           stop ? "StopIteration" : "StopAsyncIteration");
    if (error == NULL) {
        mp_decref(vm, old);
        return;
    }
    mp_exception *made = (mp_exception *)error;
    made->cause = mp_incref(old);
    made->context = old;
    made->suppress_context = true;
    mp_reraise(vm, error);
}

/* ---- Resuming ---- */

/* An answer without running anything: the generator has ended, or is not started and is thrown into. */
static mp_value answer_ended(mp_vm *vm, mp_generator *generator, mp_resume how, mp_value value,
                             mp_deliver deliver)
{
    if (how == MP_CLOSE)
        return mp_incref(vm->none);
    if (mp_is_exactly(vm, mp_as_value(generator), MP_TYPE_COROUTINE)) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
        return NULL;
    }
    if (how == MP_THROW)
        mp_reraise(vm, mp_incref(value));
    else if (deliver != MP_D_FOR)
        mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_STOP_ITERATION], NULL, 0));
    return NULL;
}

static mp_value end_unstarted(mp_vm *vm, mp_generator *generator, mp_resume how, mp_value value)
{
    mp_frame *frame = generator->frame;
    mp_generator_ended(generator);
    if (how == MP_THROW)
        mp_trace_add(vm, value, frame->code, frame->code->count);
    mp_frame_free(vm, frame);
    if (how == MP_CLOSE)
        return mp_incref(vm->none);
    mp_reraise(vm, mp_incref(value));
    return NULL;
}

bool mp_generator_ready(mp_vm *vm, mp_generator *generator)
{
    if (generator->state == MP_G_RUNNING ||
        (generator->state == MP_G_DELEGATED && mp_chain_runs(generator))) {
        mp_raise(vm, MP_X_VALUE_ERROR, "%s already executing", mp_generator_word(vm, generator));
        return false;
    }
    if (generator->state == MP_G_DELEGATED)
        mp_chain_take_out(vm, generator);
    return true;
}

/* A thrown GeneratorExit closes what the generator awaits, before it comes up in the generator itself. */
static bool closes_chain(mp_vm *vm, const mp_generator *generator, mp_resume how, mp_value value)
{
    bool exits = how == MP_CLOSE || (how == MP_THROW && mp_is_exception(vm, value, MP_X_GENERATOR_EXIT));
    return exits && generator->top != generator->frame;
}

/* Everything in the chain above the own frame is closed together with it. */
static void mark_closing(mp_generator *generator)
{
    for (mp_frame *frame = generator->top; frame != generator->frame; frame = frame->back)
        frame->flags |= MP_F_CLOSING;
}

/* The GeneratorExit of close(): made where the driver is, so that what that handles is its context. */
void mp_raise_exit(mp_vm *vm, const mp_generator *root)
{
    mp_value exit = mp_new_exception(vm, vm->exceptions[MP_X_GENERATOR_EXIT], NULL, 0);
    if (exit != NULL)
        mp_set_context(vm, exit, mp_handled_from(root->frame->back));
    if (exit != NULL)
        mp_reraise(vm, exit);
}

/* As in CPython, where its frame has begun to run by then: one without a chain has ended by that. */
static void too_deep(mp_vm *vm, mp_generator *generator)
{
    mp_frame *frame = generator->frame;
    mp_raise(vm, MP_X_RECURSION_ERROR, "maximum recursion depth exceeded");
    if (generator->top != frame)
        return;
    mp_generator_ended(generator);
    mp_frame_free(vm, frame);
}

/* Puts the chain back over the top frame. */
static bool attach(mp_vm *vm, mp_generator *generator, mp_deliver deliver)
{
    if (vm->depth + generator->depth > vm->options.recursion_limit) {
        too_deep(vm, generator);
        return false;
    }
    uint32_t below = vm->depth;
    vm->depth += generator->depth;
    generator->depth = below;
    generator->frame->back = vm->frame;
    generator->frame->deliver = (uint8_t)deliver;
    vm->frame = generator->top;
    return true;
}

/* A chain that was driven by hand before it is awaited gets a new root; so does one that was awaited
 * before. */
static void adopt(mp_generator *generator, mp_generator *root)
{
    if (generator->frame->root == root)
        return;
    for (mp_frame *frame = generator->top; frame != generator->frame; frame = frame->back)
        frame->root = root;
    generator->frame->root = root;
}

void mp_chain_thrown(mp_vm *vm, const mp_frame *frame)
{
    mp_value exception = mp_take_raised(vm);
    if (exception != NULL && frame->handled != NULL)
        mp_set_context(vm, exception, frame->handled);
    mp_reraise(vm, exception);
}

/* A frame that waits for something in C, or for an iterator of the program, lets that see the exception
 * first. */
static void arrive(mp_vm *vm, mp_generator *generator, mp_resume how, mp_value value)
{
    generator->thrown = how == MP_SEND ? NULL : vm->frame;
    if (how == MP_THROW && !closes_chain(vm, generator, how, value))
        mp_reraise(vm, mp_incref(value));
    else if (how != MP_SEND)
        mp_raise_exit(vm, generator);
    if (how != MP_SEND && (vm->frame->flags & MP_F_WAITING) == 0)
        mp_chain_thrown(vm, vm->frame);
}

mp_value mp_generator_resume(mp_vm *vm, mp_generator *generator, mp_resume how, mp_value value,
                             mp_deliver deliver)
{
    if (!mp_generator_ready(vm, generator))
        return NULL;
    if (generator->state == MP_G_ENDED)
        return answer_ended(vm, generator, how, value, deliver);
    bool fresh = generator->state == MP_G_CREATED;
    if (fresh && how != MP_SEND)
        return end_unstarted(vm, generator, how, value);
    if (fresh && value != vm->none) {
        mp_raise(vm, MP_X_TYPE_ERROR, "can't send non-None value to a just-started %s",
                 mp_generator_word(vm, generator));
        return NULL;
    }
    if (!attach(vm, generator, deliver))
        return NULL;
    adopt(generator, generator);
    generator->state = MP_G_RUNNING;
    (void)mp_incref(mp_as_value(generator));
    if (closes_chain(vm, generator, how, value))
        mark_closing(generator);
    if (how == MP_SEND && !fresh)
        mp_frame_push_value(vm->frame, mp_incref(value));
    arrive(vm, generator, how, value);
    return MP_PUSHED;
}

/* ---- Awaiting ---- */

bool mp_generator_attach(mp_vm *vm, mp_generator *generator, mp_value sent, mp_deliver deliver)
{
    bool fresh = generator->state == MP_G_CREATED;
    mp_generator *root = vm->frame->root;
    if (!attach(vm, generator, deliver))
        return false;
    generator->state = MP_G_DELEGATED;
    adopt(generator, root);
    if (!fresh)
        mp_frame_push_value(vm->frame, mp_incref(sent));
    return true;
}

mp_value mp_generator_delegate(mp_vm *vm, mp_generator *generator, mp_value sent)
{
    if (!mp_generator_ready(vm, generator))
        return NULL;
    if (generator->state == MP_G_ENDED) {
        if (!mp_is_exactly(vm, mp_as_value(generator), MP_TYPE_COROUTINE))
            return mp_incref(vm->none);
        return answer_ended(vm, generator, MP_SEND, sent, MP_D_DELEGATE);
    }
    return mp_generator_attach(vm, generator, sent, MP_D_DELEGATE) ? MP_PUSHED : NULL;
}

/* The error names what was awaited, and where it came from. */
static mp_value not_awaitable(mp_vm *vm, mp_value value, int where)
{
    static const char *const from[] = {
        "",
        "'async with' received an object from __aenter__ that does not implement "
        "__await__: ",
        "'async with' received an object from __aexit__ that does not implement "
        "__await__: "};
    if (where == 0 && mp_has(vm, AC_S_AWAIT_TYPE_ERROR_MESSAGE))
        mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object can't be awaited", value);
    else if (where == 0)
        mp_raise(vm, MP_X_TYPE_ERROR, "object %T can't be used in 'await' expression", value);
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "%s%T", from[where], value);
    return NULL;
}

static mp_value checked_iterator(mp_vm *vm, mp_value awaitable, mp_value iterator)
{
    if (iterator == NULL)
        return NULL;
    bool coroutine = mp_is_exactly(vm, iterator, MP_TYPE_COROUTINE);
    mp_type *type = mp_type_of(vm, iterator);
    if (!coroutine && (type->slots.next != NULL || mp_lookup(type, vm->names[MP_S___next__]) != NULL))
        return iterator;
    if (mp_has(vm, AC_S_AWAIT_NON_ITERATOR_MESSAGE))
        mp_raise(vm, MP_X_TYPE_ERROR, "%Q.__await__() must return an iterator, not %Q", awaitable, iterator);
    else if (coroutine)
        mp_raise(vm, MP_X_TYPE_ERROR, "__await__() returned a coroutine");
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "__await__() returned non-iterator of type '%T'", iterator);
    mp_decref(vm, iterator);
    return NULL;
}

/* A coroutine that does not run, and is in the middle of an await, has somebody who drives it. */
static bool is_awaited(mp_generator *coroutine)
{
    return coroutine->state == MP_G_SUSPENDED ||
           (coroutine->state == MP_G_DELEGATED && !mp_chain_runs(coroutine));
}

mp_value mp_get_awaitable(mp_vm *vm, mp_value value, int where)
{
    mp_type *type = mp_type_of(vm, value);
    if (type == vm->types[MP_TYPE_COROUTINE]) {
        if (!is_awaited((mp_generator *)value))
            return mp_incref(value);
        mp_raise(vm, MP_X_RUNTIME_ERROR, "coroutine is being awaited already");
        return NULL;
    }
    if ((type->flags & MP_T_HEAP) != 0 && mp_lookup(type, vm->names[MP_S___await__]) != NULL &&
        mp_is_exactly(vm, mp_lookup(type, vm->names[MP_S___await__]), MP_TYPE_FUNCTION))
        return checked_iterator(vm, value, mp_call_method(vm, value, vm->names[MP_S___await__], NULL, 0));
    if (type->slots.await_iter != NULL)
        return type->slots.await_iter(vm, value);
    return not_awaitable(vm, value, where);
}
