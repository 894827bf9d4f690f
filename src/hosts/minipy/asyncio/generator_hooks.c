/* generator_hooks.c - async generators and their loop: who has begun, who was dropped, who is closed at the
 * end.
 *
 * Mirrors    sys.set_asyncgen_hooks as BaseEventLoop uses it: _asyncgen_firstiter_hook,
 *            _asyncgen_finalizer_hook, and the set that shutdown_asyncgens empties.
 * Idea       The loop that runs at the first step of a generator is its loop.  It knows them in the order of
 *            their first steps, weakly; one that is dropped half-way is closed by a task of that loop.  Those
 *            that have ended stay on the list: the end of the loop makes a task for each that still exists.
 * Holds      On the list <=> it has a link or is the only one, and loop->generators leads to it;
 *            generator->loop is owned from the first step until the generator is freed, also when the loop
 *            has forgotten it. */
#include "asyncio/host.h"

static bool hooks_listed(const mp_loop *loop, const mp_generator *generator)
{
    return loop->generators == generator || generator->previous_hooked != NULL;
}

static void hooks_unlink(mp_loop *loop, mp_generator *generator)
{
    mp_generator *previous = generator->previous_hooked, *next = generator->next_hooked;
    if (!hooks_listed(loop, generator))
        return;
    if (previous != NULL)
        previous->next_hooked = next;
    else
        loop->generators = next;
    if (next != NULL)
        next->previous_hooked = previous;
    else
        loop->youngest = previous;
    generator->previous_hooked = generator->next_hooked = NULL;
}

bool mp_async_generator_first(mp_vm *vm, mp_generator *generator)
{
    mp_loop *loop = mp_as_loop(vm->running_loop);
    if (generator->hooked)
        return true;
    generator->hooked = true;
    if (loop == NULL || generator->state == MP_G_ENDED)
        return true;
    generator->loop = mp_incref(mp_as_value(loop));
    generator->previous_hooked = loop->youngest;
    if (loop->youngest != NULL)
        loop->youngest->next_hooked = generator;
    else
        loop->generators = generator;
    loop->youngest = generator;
    return true;
}

void mp_async_generator_forget(mp_vm *vm, mp_generator *generator)
{
    if (generator->loop == NULL)
        return;
    hooks_unlink(mp_as_loop(generator->loop), generator);
    mp_clear_slot(vm, &generator->loop);
}

/* loop.call_soon_threadsafe(loop.create_task, generator.aclose()) */
static bool hooks_close_soon(mp_vm *vm, mp_loop *loop, mp_generator *generator)
{
    mp_str *aclose = mp_str_from(vm, "aclose"), *create = mp_str_from(vm, "create_task");
    mp_value step = NULL, method = NULL;
    bool done = false;
    if (aclose != NULL && create != NULL)
        step = mp_call_method(vm, mp_as_value(generator), aclose, NULL, 0);
    if (step != NULL)
        method = mp_get_attr(vm, mp_as_value(loop), create);
    if (method != NULL)
        done = mp_call_soon(vm, loop, method, step);
    mp_xdecref(vm, method);
    mp_xdecref(vm, step);
    mp_xdecref(vm, mp_as_value(create));
    mp_xdecref(vm, mp_as_value(aclose));
    return done;
}

/* The step of aclose() holds the generator: it lives on until it is closed. */
void mp_async_generator_lost(mp_vm *vm, mp_generator *generator)
{
    if (generator->loop == NULL)
        return;
    mp_loop *loop = mp_as_loop(mp_incref(generator->loop));
    hooks_unlink(loop, generator);
    if (!ac_loop_is_closed(&loop->core) && !hooks_close_soon(vm, loop, generator))
        mp_write_unraisable(vm, "Exception ignored in: ", mp_as_value(generator));
    mp_decref(vm, mp_as_value(loop));
}

mp_value mp_loop_take_generators(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "_take_generators", 1, 1))
        return NULL;
    mp_loop *loop = mp_as_loop(args->values[0]);
    mp_list *list = mp_list_new(vm, 0);
    while (list != NULL && loop->generators != NULL) {
        mp_generator *generator = loop->generators;
        mp_value held = mp_hold_weak(vm, mp_as_value(generator));
        if (held != NULL && !mp_list_append(vm, list, held))
            mp_clear_slot(vm, (mp_value *)&list);
        hooks_unlink(loop, generator);
        mp_xdecref(vm, held);
    }
    return mp_as_value(list);
}
