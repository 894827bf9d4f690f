/* sync.h - what tasks wait for each other by: locks, events, conditions, semaphores, barriers.
 *
 * The objects are plain structs that the host embeds in its own.  What waits is a coroutine in C
 * (ac_lock_acquire, ...), embedded in a frame; everything else is a plain function.  Who waits stands in the
 * object's list with a future in that frame, so waiting and waking allocate nothing.
 *
 * An object belongs to no loop at first.  The first wait that suspends binds it to its loop, for ever; then a wait
 * on another loop is a RuntimeError, "%V is bound to a different event loop". */
#ifndef AIOCORE_SYNC_H
#define AIOCORE_SYNC_H

#include <aiocore/base.h>
#include <aiocore/coro.h>
#include <aiocore/future.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What they all begin with ------------------------------------------------------------------------ */

/* Private. */
typedef struct ac_bound {
    ac_loop *loop;   /* NULL: not bound yet */
    ac_ref self;     /* borrowed; the host's object, by which messages name this one; none: nothing */
    const char *why; /* the words for the last failure of a plain function */
} ac_bound;

/* One who waits.  Private; in the frame of a machine. */
typedef struct ac_waiter {
    ac_future future; /* embedded; never shown to the host */
    ac_link link;     /* of the object's waiters */
} ac_waiter;

/* The exception for a status that a plain function of an object gave (&lock->bound); 'loop' is any loop, which
 * makes it if the object belongs to none.  asyncio has the same words.  New reference. */
AC_API ac_value ac_bound_exception(ac_bound *bound, ac_loop *loop, ac_status status);

#ifdef __cplusplus
}
#endif
#endif
