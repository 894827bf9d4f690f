/* waiter.c - those who wait for a lock or queue.
 *
 * Mirrors    The deques of futures of locks.py and queues.py.
 * Cost       No allocation.  Joining, leaving and waking are O(1); the walks are as long as CPython's.
 * Tests      tests/test_locks.c, tests/test_locks_by_hand.c, tests/test_waiters.c */
#include "sync/waiter.h"

void aci_waiter_init(ac_waiter *waiter)
{
    aci_future_init_embedded(&waiter->future, NULL);
    waiter->link.prev = waiter->link.next = NULL;
    waiter->stands_for = NULL;
    waiter->watch = NULL;
}

void aci_waiter_join(ac_waiter *waiter, ac_loop *loop, ac_link *waiters)
{
    aci_assert(!aci_linked(&waiter->link));
    aci_future_init_embedded(&waiter->future, loop);
    aci_list_append(waiters, &waiter->link);
}

void aci_waiter_unlink(ac_waiter *waiter)
{
    if (aci_linked(&waiter->link))
        aci_list_remove(&waiter->link);
    aci_waiter_over(waiter);
}

void aci_waiter_over(ac_waiter *waiter)
{
    ac_waiter_watch *watch = waiter->watch;
    waiter->watch = NULL;
    if (watch != NULL)
        watch->over(watch);
}

void aci_waiter_leave(ac_waiter *waiter)
{
    aci_waiter_unlink(waiter);
    ac_future_clear(&waiter->future); /* HOST: it may hold a cancel's message */
}

int aci_waiter_visit(ac_waiter *waiter, ac_visitor *visitor)
{
    return aci_linked(&waiter->link) ? 0 : ac_future_visit(&waiter->future, visitor);
}

ac_status aci_waiter_wake(ac_bound *bound, ac_waiter *waiter)
{
    ac_future *future = aci_waiter_future(waiter);
    ac_loop *loop = future->loop;
    ac_status status = ac_future_set_result(future, ac_none()); /* HOST */
    if (status == AC_OK)
        return AC_OK;
    bound->why = loop->why;
    bound->failed = loop;
    return status;
}

static ac_waiter *waiters_pending_from(const ac_link *waiters, const ac_link *link)
{
    for (; link != waiters; link = link->next)
        if (!ac_future_done(aci_waiter_future(AC_CONTAINER_OF(link, ac_waiter, link))))
            return AC_CONTAINER_OF(link, ac_waiter, link);
    return NULL;
}

ac_waiter *aci_waiters_pending(const ac_link *waiters)
{
    return waiters_pending_from(waiters, waiters->next);
}

/* A foreign loop may run what it is given at once, and then this waiter is gone: the walk starts again.  It
 * may be gone, too, if the loop is closed, which drops who waits. */
ac_status aci_waiters_wake(ac_bound *bound, const ac_link *waiters, size_t count)
{
    ac_waiter *next = aci_waiters_pending(waiters);
    for (; next != NULL && count > 0; count--) {
        bool stays = (aci_waiter_future(next)->loop->flags & ACI_L_POSTS) == 0;
        const ac_link *link = &next->link;
        ac_status status = aci_waiter_wake(bound, next); /* HOST */
        if (status != AC_OK)
            return status;
        next = waiters_pending_from(waiters, stays ? link->next : waiters->next);
    }
    return AC_OK;
}

bool aci_waiters_all_cancelled(const ac_link *waiters)
{
    for (ac_link *link = waiters->next; link != waiters; link = link->next)
        if (!ac_future_cancelled(aci_waiter_future(aci_waiter_of(link))))
            return false;
    return true;
}

size_t aci_waiters_count(const ac_link *waiters)
{
    size_t count = 0;
    for (const ac_link *link = waiters->next; link != waiters; link = link->next)
        count++;
    return count;
}

int aci_waiters_visit(ac_link *waiters, ac_visitor *visitor)
{
    int stop = 0;
    for (ac_link *link = waiters->next; link != waiters && stop == 0; link = link->next)
        if (aci_waiter_of(link)->stands_for == NULL)
            stop = ac_future_visit(&aci_waiter_of(link)->future, visitor);
    return stop;
}

void aci_waiters_cut(ac_link *waiters)
{
    while (!aci_list_empty(waiters))
        (void)aci_list_take_first(waiters);
}

/* ---- For a host that shows them ---- */

ac_waiter *ac_waiter_after(const ac_link *waiters, const ac_waiter *waiter)
{
    ac_link *next = waiter != NULL ? waiter->link.next : waiters->next;
    return next != waiters ? aci_waiter_of(next) : NULL;
}

ac_future *ac_waiter_future(ac_waiter *waiter)
{
    return aci_waiter_future(waiter);
}

void ac_waiter_stand_for(ac_waiter *waiter, ac_future *future, ac_waiter_watch *watch)
{
    aci_waiter_init(waiter);
    waiter->stands_for = future;
    waiter->watch = watch;
}

void ac_waiter_put(ac_waiter *waiter, ac_link *waiters, ac_waiter *before)
{
    aci_assert(!aci_linked(&waiter->link));
    aci_list_append(before != NULL ? &before->link : waiters, &waiter->link);
}

void ac_waiter_take_off(ac_waiter *waiter)
{
    if (aci_linked(&waiter->link))
        aci_list_remove(&waiter->link);
}
