/* event.c - Event.
 *
 * Mirrors    locks.Event.
 * Idea       set wakes all who wait; a clear after that changes nothing for them.
 * Cost       No allocation.  set is O(n).
 * Tests      tests/test_locks.c, tests/test_locks_by_hand.c; difftests/scenarios/locks/event_*.py */
#include "sync/waiter.h"

void ac_event_init(ac_event_flag *event, ac_ref self)
{
    aci_bound_init(&event->bound, self);
    aci_list_init(&event->waiters);
    event->set = false;
}

bool ac_event_is_set(const ac_event_flag *event)
{
    return event->set;
}

ac_status ac_event_set(ac_event_flag *event)
{
    if (event->set)
        return AC_OK;
    event->set = true;
    return aci_waiters_wake(&event->bound, &event->waiters, SIZE_MAX);
}

void ac_event_clear(ac_event_flag *event)
{
    event->set = false;
}

size_t ac_event_waiter_count(const ac_event_flag *event)
{
    return aci_waiters_count(&event->waiters);
}

int ac_event_visit(ac_event_flag *event, ac_visitor *visitor)
{
    return aci_waiters_visit(&event->waiters, visitor);
}

void ac_event_abandon(ac_event_flag *event)
{
    aci_waiters_cut(&event->waiters);
}

/* ---- wait ---- */

enum { EVENT_WAITING = 1 };

static ac_turn event_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_event_wait *wait = AC_CONTAINER_OF(co, ac_event_wait, co);
    ac_event_flag *event = wait->event;
    AC_BEGIN(co);
    if (event->set)
        break;
    if (!aci_bind(&event->bound, loop, out)) {
        co->at = AC_AT_END;
        return AC_RAISED;
    }
    aci_waiter_join(&wait->waiter, loop, &event->waiters);
    AC_AWAIT(EVENT_WAITING, &wait->waiter.future);
    AC_END(co);
    ac_turn turn = aci_end_wait(&event->bound, loop, AC_OK, how, in, out);
    aci_waiter_leave(&wait->waiter); /* HOST */
    return turn;
}

static int event_visit(ac_coro *co, ac_visitor *visitor)
{
    return aci_waiter_visit(&AC_CONTAINER_OF(co, ac_event_wait, co)->waiter, visitor);
}

static void event_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    co->at = AC_AT_END;
    aci_waiter_leave(&AC_CONTAINER_OF(co, ac_event_wait, co)->waiter); /* HOST */
}

static const ac_coro_ops event_wait_ops = {event_resume, NULL, event_visit, event_clear};

void ac_event_wait_init(ac_event_wait *wait, ac_event_flag *event)
{
    ac_coro_init(&wait->co, &event_wait_ops);
    aci_waiter_init(&wait->waiter);
    wait->event = event;
}
