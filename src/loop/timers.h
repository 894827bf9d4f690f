/* timers.h - the timer heap, as loop.c uses it. */
#ifndef AIOCORE_LOOP_TIMERS_H
#define AIOCORE_LOOP_TIMERS_H

#include "loop/loop_impl.h"

/* Adds a timer; AC_E_MEMORY. */
ac_status aci_timers_push(ac_loop *loop, double when, ac_timer *timer);
/* Drops cancelled timers by asyncio's rules; HOST. */
void aci_timers_sweep(ac_loop *loop);
/* Moves all that are due to the end of the ready list; gives the link before them. */
ac_link *aci_timers_fire(ac_loop *loop);
/* Drops all timers and the heap's memory; HOST. */
void aci_timers_clear(ac_loop *loop);
/* Whether every child is not before its parent. */
bool aci_timers_ordered(const ac_loop *loop);

/* A timer that never comes. */
static inline bool aci_is_infinite(double when)
{
    return when > 0 && when - when != 0;
}

/* The next double above a non-negative one. */
double aci_next_up(double x);
/* Jumps a virtual clock to the earliest timer, of which there is one. */
void aci_clock_jump(ac_clock *clock, double when);

#endif
