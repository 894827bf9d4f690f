/* clock.c - virtual time: a clock that stands still while callbacks run and jumps when there is nothing to
 * run.
 *
 * Idea       Tests and teaching want sleeps that cost nothing and an order that never varies.
 * Holds      The clock never goes back.
 * Tests      tests/test_clock.c */
#include "loop/timers.h"

static const double longest_jump = 24 * 3600.0; /* MAXIMUM_SELECT_TIMEOUT */

void ac_clock_init(ac_clock *clock)
{
    clock->now = 0.0;
    clock->polled = -1.0;
}

/* A timer that was jumped to and still is not due (its deadline rounds to a time that is not before the end
 * time, gh-145703) would be polled for for ever: the clock ticks instead. */
void aci_clock_jump(ac_clock *clock, double when)
{
    double furthest = clock->now + longest_jump;
    double target = furthest < when ? furthest : when; /* NaN: it is due at once, the clock stays */
    if (target > clock->now)
        clock->now = target;
    else if (clock->polled == when)
        clock->now = aci_next_up(clock->now);
    clock->polled = when;
}
