/* waiter.h - those who wait for a lock or queue: a list of futures that lie in the frames of who waits.
 *
 * Mirrors    The deque of futures that each class of locks.py and queues.py has, and the four lines around
 *            each "await fut": make it, append it, and take it out again however the wait ended.
 * Idea       Waiting allocates nothing, so a release never fails for want of memory, and neither does a wait.
 * Holds      A waiter is on its object's list <=> its machine is asleep at that wait: it stays there when it
 *            is woken or cancelled, until it runs.  What it is then is the state of its future.
 * Collecting The object shows its waiters to a collector: whoever holds a lock holds the tasks that wait for
 * it,
 *            as in CPython (lock, deque, future, wakeup, task).  A frame shows its own waiter only if it is
 *            on no list.
 * Stand-ins  A waiter may stand for a future that a program has put in the list: what is asked of a waiter is
 *            asked of aci_waiter_future.  The host shows those futures itself. */
#ifndef AIOCORE_SYNC_WAITER_H
#define AIOCORE_SYNC_WAITER_H

#include "sync/bound.h"

static inline ac_waiter *aci_waiter_of(ac_link *link)
{
    return AC_CONTAINER_OF(link, ac_waiter, link);
}

/* The future whose state counts. */
static inline ac_future *aci_waiter_future(ac_waiter *waiter)
{
    return waiter->stands_for != NULL ? waiter->stands_for : &waiter->future;
}

/* A waiter that waits for nothing, on no loop yet: for the init of a machine. */
void aci_waiter_init(ac_waiter *waiter);
/* Begins a wait: a fresh future, last in the list.  Then comes AC_AWAIT(POINT, &waiter->future). */
void aci_waiter_join(ac_waiter *waiter, ac_loop *loop, ac_link *waiters);
/* Ends a wait: off the list, and who watches is told.  Also at any other time, and twice. */
void aci_waiter_unlink(ac_waiter *waiter);
/* Tells who watches. */
void aci_waiter_over(ac_waiter *waiter);
/* The same, and the future is given up: look at its state before.  HOST. */
void aci_waiter_leave(ac_waiter *waiter);
/* For the visit of a machine. */
int aci_waiter_visit(ac_waiter *waiter, ac_visitor *visitor);

/* Wakes one that is not done (asyncio: fut.set_result).  What that fails with (a loop that is closed) has its
 * words with the object, and the waiter is done all the same.  HOST if the loop is closed or posts. */
ac_status aci_waiter_wake(ac_bound *bound, ac_waiter *waiter);
/* The same for as many as 'count' of them. */
ac_status aci_waiters_wake(ac_bound *bound, const ac_link *waiters, size_t count);
/* The first that is neither woken nor cancelled; NULL: none. */
ac_waiter *aci_waiters_pending(const ac_link *waiters);
/* True if everyone on the list was cancelled, also if there is nobody. */
bool aci_waiters_all_cancelled(const ac_link *waiters);
/* How many are on the list, whatever their state.  O(n): for reprs. */
size_t aci_waiters_count(const ac_link *waiters);
/* For the visit of the object. */
int aci_waiters_visit(ac_link *waiters, ac_visitor *visitor);
/* For the clear of the object: leaves those who wait to themselves. */
void aci_waiters_cut(ac_link *waiters);

#endif
