/* timeout.c - a timeout around a block of a body in C, in two calls.
 *
 * Mirrors    timeouts.timeout; the async with around it.
 * Tests      tests/test_chost_flow.c; docs/examples/timeouts.c */
#include "chost_impl.h"

ac_status ac_c_timeout_enter(ac_timeout *timeout, ac_loop *loop, double seconds)
{
    double when = ac_loop_time(loop) + seconds;
    ac_status status;

    ac_timeout_init(timeout, loop, &when, ac_none_ref());
    status = ac_timeout_enter(timeout);
    if (status != AC_OK)
        ac_timeout_clear(timeout);
    return status;
}

/* What the exit raises takes the place of what left the block. */
ac_turn ac_c_timeout_exit(ac_timeout *timeout, ac_turn turn, ac_out *out)
{
    ac_loop *loop = timeout->loop;
    ac_value left = out->value;
    ac_status status = ac_timeout_exit(timeout, turn == AC_RAISED ? ac_lend(left) : ac_none_ref());

    if (status != AC_OK) {
        out->value = ac_loop_status_exception(loop, status, NULL);
        turn = AC_RAISED;
        aci_c_drop(loop, left);
    }
    ac_timeout_clear(timeout);
    return turn;
}
