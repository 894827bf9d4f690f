/* bound.h - what a lock or queue belongs to, nobody at first, then one loop; and how their machines raise.
 *
 * Mirrors    mixins._LoopBoundMixin._get_loop.
 * Idea       Every object of sync.h begins with an ac_bound.  A machine binds it right before it makes the
 *            future that it is going to wait for, and not before: an object that nobody ever had to wait for
 *            can be used on any number of loops, one after the other. */
#ifndef AIOCORE_SYNC_BOUND_H
#define AIOCORE_SYNC_BOUND_H

#include <aiocore/sync.h>

#include "task/task_impl.h"

static inline void aci_bound_init(ac_bound *bound, ac_ref self)
{
    bound->loop = NULL;
    bound->self = self;
    bound->why = "";
    bound->failed = NULL;
}

/* Binds the object to this loop, or finds it bound to it.  False: it belongs to another one, and out->value
 * is the RuntimeError that says so. */
bool aci_bind(ac_bound *bound, ac_loop *loop, ac_out *out);

/* Leaves the words for a failure with the object and gives the status. */
static inline ac_status aci_bound_fail(ac_bound *bound, ac_status status, const char *why)
{
    bound->why = why;
    bound->failed = NULL;
    return status;
}

/* Tells the host that a raise statement raises this exception while 'context' is handled; none: nothing of
 * ours. */
void aci_raising(ac_loop *loop, ac_ref exception, ac_ref context);
/* Raises an exception (stolen), as a raise statement does. */
ac_turn aci_raise_statement(ac_loop *loop, ac_value exception, ac_ref context, ac_out *out);
/* The same for a new exception with these words. */
ac_turn aci_raise_words(ac_loop *loop, ac_xkind kind, const char *words, ac_out *out);
/* The same for what a plain function of an object gave. */
ac_turn aci_raise_status(ac_bound *bound, ac_loop *loop, ac_status status, ac_ref context, ac_out *out);
/* Ends a body whose wait ended so, after a clean-up with this status. */
ac_turn aci_end_wait(ac_bound *bound, ac_loop *loop, ac_status status, ac_how how, ac_ref in, ac_out *out);

static inline bool aci_is_cancelled(ac_loop *loop, ac_ref exception)
{
    return (aci_classify(loop, exception) & AC_IS_CANCELLED) != 0;
}

#endif
