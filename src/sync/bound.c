/* bound.c - what a lock or queue belongs to.
 *
 * Mirrors    mixins._LoopBoundMixin.
 * Holds      loop is NULL, or the loop of the first wait that suspended, for ever.
 * Tests      tests/test_lock.c */
#include "sync/bound.h"

bool aci_bind(ac_bound *bound, ac_loop *loop, ac_out *out)
{
    if (bound->loop == loop)
        return true;
    if (bound->loop == NULL) {
        bound->loop = loop;
        if (loop->host->bound != NULL)
            loop->host->bound(loop, bound->self);
        return true;
    }
    ac_error error = {
        .kind = AC_X_RUNTIME, .text = "%V is bound to a different event loop", .value = bound->self};
    out->value = loop->host->error(loop, &error);
    return false;
}

ac_value ac_bound_exception(ac_bound *bound, ac_loop *loop, ac_status status)
{
    ac_loop *home = bound->loop != NULL ? bound->loop : loop;
    home->why = bound->why;
    return ac_loop_status_exception(home, status, NULL);
}
