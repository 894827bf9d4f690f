/* bound.h - what a lock or queue belongs to: nobody, and from the first wait that suspends on, one loop.
 *
 * Mirrors    mixins._LoopBoundMixin._get_loop.
 * Idea       Every object of sync.h begins with an ac_bound.  A machine binds it right before it makes the
 *            future that it is going to wait for, and not before: an object that nobody ever had to wait for can
 *            be used on any number of loops, one after the other. */
#ifndef AIOCORE_SYNC_BOUND_H
#define AIOCORE_SYNC_BOUND_H

#include <aiocore/sync.h>

#include "task/task_impl.h"

static inline void aci_bound_init(ac_bound *bound, ac_ref self)
{
    bound->loop = NULL;
    bound->self = self;
    bound->why = "";
}

/* Binds the object to this loop, or finds it bound to it.  False: it belongs to another one, and out->value is
 * the RuntimeError that says so. */
bool aci_bind(ac_bound *bound, ac_loop *loop, ac_out *out);

/* Leaves the words for a failure with the object and gives the status. */
static inline ac_status aci_bound_fail(ac_bound *bound, ac_status status, const char *why)
{
    bound->why = why;
    return status;
}

#endif
