/* bound.c - what a lock or queue belongs to, and how their machines raise.
 *
 * Mirrors    mixins._LoopBoundMixin.
 * Holds      loop is NULL, or the loop of the first wait that suspended, for ever.
 * Tests      tests/test_locks.c */
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
    (void)aci_raise_statement(loop, loop->host->error(loop, &error), ac_none_ref(), out);
    return false;
}

ac_value ac_bound_exception(ac_bound *bound, ac_loop *loop, ac_status status)
{
    ac_loop *home = bound->loop != NULL ? bound->loop : loop;
    if (bound->failed != NULL)
        home = bound->failed;
    home->why = bound->why;
    return ac_loop_status_exception(home, status, NULL);
}

/* ---- Raising ---- */

void aci_raising(ac_loop *loop, ac_ref exception, ac_ref context)
{
    if (!ac_is_none(exception) && loop->host->raising != NULL)
        loop->host->raising(loop, exception, context);
}

ac_turn aci_raise_statement(ac_loop *loop, ac_value exception, ac_ref context, ac_out *out)
{
    aci_raising(loop, ac_lend(exception), context);
    out->value = exception;
    return AC_RAISED;
}

ac_turn aci_raise_words(ac_loop *loop, ac_xkind kind, const char *words, ac_out *out)
{
    return aci_raise_statement(loop, aci_error(loop, kind, words), ac_none_ref(), out);
}

ac_turn aci_raise_status(ac_bound *bound, ac_loop *loop, ac_status status, ac_ref context, ac_out *out)
{
    return aci_raise_statement(loop, ac_bound_exception(bound, loop, status), context, out);
}

ac_turn aci_end_wait(ac_bound *bound, ac_loop *loop, ac_status status, ac_how how, ac_ref in, ac_out *out)
{
    if (status != AC_OK)
        return aci_raise_status(bound, loop, status, how == AC_THROW ? in : ac_none_ref(), out);
    return how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());
}
