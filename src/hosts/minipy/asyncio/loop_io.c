/* loop_io.c - the io of a loop: by it descriptors, signals and threads reach the loop.
 *
 * Mirrors    BaseSelectorEventLoop: the selector, which the loop closes.
 * Idea       Made on first need: a program that never meets the world polls as if there were none, and its
 *            record and its virtual time know of none.
 * Holds      Freed as soon as the loop is closed, and before its memory goes.  Whoever keeps the pointer for
 *            longer than a call asks loop->io again, which is NULL from then on.
 * Re-enters  mp_loop_end_io: what watches, transports and works owned goes. */
#include "asyncio/host.h"

ac_io *mp_loop_io(mp_vm *vm, mp_loop *loop)
{
    ac_status status = loop->io == NULL ? ac_io_new(&loop->core, NULL, &loop->io) : AC_OK;
    if (status != AC_OK)
        (void)mp_fail(vm, &loop->core, status);
    return loop->io;
}

void mp_loop_end_io(mp_loop *loop)
{
    ac_io *io = loop->io;
    loop->io = NULL;
    (void)ac_io_free(io); /* the loop is closed */
}

/* Ctrl-C may come between the look at vm->interrupted and the wait, and ends that all the same: a wake holds
 * for the next poll, too. */
ac_status mp_loop_poll(mp_vm *vm, mp_loop *loop)
{
    vm->polled = loop->io;
    if (loop->io != NULL && vm->interrupted != 0)
        ac_io_wake(loop->io);
    ac_status status = ac_loop_run_poll(&loop->core);
    vm->polled = NULL;
    return status;
}
