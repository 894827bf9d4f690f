/* loop_io.c - the io of a loop: by it descriptors, signals and threads reach the loop.
 *
 * Mirrors    BaseSelectorEventLoop: the selector, which the loop closes.
 * Idea       Made on first need: a program that never meets the world polls as if there were none, and its
 *            record and its virtual time know of none.
 * Holds      Freed as soon as the loop is closed, and before its memory goes.  Whoever keeps the pointer for
 *            longer than a call asks loop->io again, which is NULL from then on.
 * Re-enters  mp_loop_end_io: what watches, transports and works owned goes. */
#include "asyncio/host.h"
#include "asyncio/streams.h"
#include "objects/gc_impl.h"

static void loop_waits(ac_loop *core, bool begins)
{
    mp_gil_idle(mp_vm_of(core), mp_loop_of(core), begins);
}

static ac_expects loop_expects(ac_loop *core)
{
    return mp_gil_expects(mp_vm_of(core), mp_loop_of(core)) ? AC_EXPECTS_WORK : AC_EXPECTS_NOTHING;
}

ac_io *mp_loop_io(mp_vm *vm, mp_loop *loop)
{
    const ac_io_options options = {.waits = loop_waits, .expects = loop_expects};
    ac_status status = loop->io == NULL ? ac_io_new(&loop->core, &options, &loop->io) : AC_OK;
    if (status != AC_OK)
        (void)mp_fail(vm, &loop->core, status);
    return loop->io;
}

bool mp_loops_get_io(mp_vm *vm)
{
    for (ac_link *link = vm->tracked.next; link != &vm->tracked; link = link->next) {
        mp_value object = mp_gc_object(mp_gc_of_link(link));
        if (!mp_is(vm, object, MP_TYPE_LOOP) || mp_as_loop(object)->core.host == NULL)
            continue;
        if (!ac_loop_is_closed(&mp_as_loop(object)->core) && mp_loop_io(vm, mp_as_loop(object)) == NULL)
            return false;
    }
    return true;
}

/* On the thread that runs the loop it needs no wake, and is queued at once. */
ac_status mp_tell_loop(ac_loop *core, ac_callback *callback)
{
    mp_vm *vm = mp_vm_of(core);
    mp_loop *loop = mp_loop_of(core);
    if (!ac_loop_is_running(core) || vm->running_loop == mp_as_value(loop))
        return ac_loop_call_soon(core, callback);
    ac_status status = ac_loop_call_soon_threadsafe(core, callback);
    mp_gil_tell(vm, loop);
    return status;
}

void mp_loop_end_io(mp_loop *loop)
{
    ac_io *io = loop->io;
    loop->io = NULL;
    (void)ac_io_free(io); /* the loop is closed */
    mp_loop_drop_servers(loop);
}

static mp_loop *loop_with_io(mp_vm *vm)
{
    for (ac_link *link = vm->tracked.next; link != &vm->tracked; link = link->next) {
        mp_value object = mp_gc_object(mp_gc_of_link(link));
        if (mp_is(vm, object, MP_TYPE_LOOP) && mp_as_loop(object)->io != NULL)
            return mp_as_loop(object);
    }
    return NULL;
}

void mp_loops_end_io(mp_vm *vm)
{
    mp_loop *loop;
    while (vm->types[MP_TYPE_LOOP] != NULL && (loop = loop_with_io(vm)) != NULL) {
        (void)mp_incref(mp_as_value(loop));
        (void)ac_loop_close(&loop->core);
        mp_loop_end_io(loop);
        mp_decref(vm, mp_as_value(loop));
    }
}

/* Ctrl-C may come between the look at vm->interrupted and the wait, and ends that all the same: a wake holds
 * for the next poll, too. */
ac_status mp_loop_poll(mp_vm *vm, mp_loop *loop)
{
    bool hears = vm->thread == &vm->main && loop->io != NULL;
    if (hears)
        vm->polled = loop->io;
    if (hears && vm->interrupted != 0)
        ac_io_wake(loop->io);
    ac_status status = ac_loop_run_poll(&loop->core);
    if (hears)
        vm->polled = NULL;
    return status;
}
