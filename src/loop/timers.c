/* timers.c - the timer heap: heapq's order, asyncio's lazy deletion.
 *
 * Mirrors    heapq.heappush, heappop, heapify; BaseEventLoop._run_once and _timer_handle_cancelled.
 * Idea       Timers compare by deadline alone, so equal deadlines come out as the sifts happen to leave them.
 *            The same sifts give the same order; a sequence number would not.
 * Holds      A timer is ACI_H_IN_HEAP <=> one slot points at it.  timers_cancelled only goes down when a
 *            cancelled timer is dropped at the head, as in asyncio: one that becomes due behind a live head
 *            is not subtracted.
 * Cost       O(log n) a timer; slots hold the deadline, so that sifting touches no timer.
 * Tests      tests/test_timers.c; difftests/twins/timer_*.py */
#include "loop/timers.h"

#include <string.h>

enum { MIN_SCHEDULED = 100 }; /* _MIN_SCHEDULED_TIMER_HANDLES; the fraction is one half */

/* Moves slot 'at' up while it is strictly before its parent (heapq's _siftdown). */
static void sift_up(ac_timer_slot *heap, size_t start, size_t at)
{
    ac_timer_slot moved = heap[at];
    while (at > start) {
        size_t parent = (at - 1) >> 1;
        if (!(moved.when < heap[parent].when))
            break;
        heap[at] = heap[parent];
        at = parent;
    }
    heap[at] = moved;
}

/* Moves slot 'at' down to a leaf along the smaller children, the right one unless the left is strictly before
 * it, then up again (heapq's _siftup). */
static void sift_down(ac_timer_slot *heap, size_t count, size_t at)
{
    ac_timer_slot moved = heap[at];
    size_t start = at, child = 2 * at + 1;
    while (child + 1 < count) {
        size_t below = 2 * child + 1;
        ACI_SOON(&heap[below < count ? below : child]);
        child += !(heap[child].when < heap[child + 1].when); /* as likely as not: no branch */
        heap[at] = heap[child];
        at = child;
        child = 2 * at + 1;
    }
    if (child < count) {
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
    sift_up(heap, start, at);
}

static ac_timer *pop(ac_loop *loop)
{
    ac_timer_slot *heap = loop->timers;
    ac_timer *first = heap[0].timer;
    ac_timer_slot last = heap[--loop->timer_count];
    if (loop->timer_count > 0) {
        heap[0] = last;
        sift_down(heap, loop->timer_count, 0);
        ACI_SOON(heap[0].timer); /* by the next pop */
    }
    first->callback.handle.flags &= ~(uint32_t)ACI_H_IN_HEAP;
    return first;
}

static ac_status make_room(ac_loop *loop)
{
    if (loop->timer_count < loop->timer_room)
        return AC_OK;
    if (loop->timer_room > SIZE_MAX / sizeof *loop->timers / 2 || loop->host->realloc == NULL)
        return aci_fail(loop, AC_E_MEMORY, "no memory for a timer");
    size_t room = loop->timer_room > 0 ? loop->timer_room * 2 : 16;
    void *grown = loop->host->realloc(loop, loop->timers, loop->timer_room * sizeof *loop->timers,
                                      room * sizeof *loop->timers);
    if (grown == NULL)
        return aci_fail(loop, AC_E_MEMORY, "no memory for a timer");
    loop->timers = grown;
    loop->timer_room = room;
    return AC_OK;
}

ac_status aci_timers_push(ac_loop *loop, double when, ac_timer *timer)
{
    ac_status status = make_room(loop);
    if (status != AC_OK)
        return status;
    timer->when = when;
    timer->callback.handle.flags |= ACI_H_IN_HEAP;
    ac_timer_slot slot = {when, timer};
    loop->timers[loop->timer_count] = slot;
    sift_up(loop->timers, 0, loop->timer_count++);
    return AC_OK;
}

static bool is_cancelled(const ac_timer_slot *slot)
{
    return (slot->timer->callback.handle.flags & ACI_H_CANCELLED) != 0;
}

/* Takes all cancelled timers out and heapifies the rest, which moves equal deadlines about.  What was taken
 * out is given up when the heap is whole again: that runs host code, which may push. */
static void rebuild(ac_loop *loop)
{
    size_t live = 0;
    ac_link dropped;
    aci_list_init(&dropped);
    for (size_t i = 0; i < loop->timer_count; i++) {
        ac_handle *handle = &loop->timers[i].timer->callback.handle;
        if (is_cancelled(&loop->timers[i])) {
            handle->flags &= ~(uint32_t)ACI_H_IN_HEAP;
            aci_list_append(&dropped, &handle->link);
        } else {
            loop->timers[live++] = loop->timers[i];
        }
    }
    loop->timer_count = live;
    loop->timers_cancelled = 0;
    for (size_t i = live / 2; i-- > 0;)
        sift_down(loop->timers, live, i);
    while (!aci_list_empty(&dropped))
        aci_handle_drop(loop, aci_handle_of(aci_list_take_first(&dropped)));
}

void aci_timers_sweep(ac_loop *loop)
{
    if (loop->timer_count > MIN_SCHEDULED && 2 * loop->timers_cancelled > loop->timer_count) {
        rebuild(loop);
        return;
    }
    while (loop->timer_count > 0 && is_cancelled(&loop->timers[0])) {
        loop->timers_cancelled--;
        aci_handle_drop(loop, &pop(loop)->callback.handle);
    }
}

/* What is before this is due (asyncio: end_time). */
static double end_time(ac_loop *loop)
{
    double now = ac_loop_time(loop), margin = loop->clock_resolution;
    if (aci_has(loop, AC_S_TIMER_END_TIME_ULP) && now >= 0 && aci_next_up(now) - now > margin)
        margin = aci_next_up(now) - now;
    return now + margin;
}

ac_link *aci_timers_fire(ac_loop *loop)
{
    ac_link *last = loop->ready.prev;
    if (loop->timer_count == 0)
        return last;
    double end = end_time(loop);
    while (loop->timer_count > 0 && !(loop->timers[0].when >= end))
        aci_list_append(&loop->ready, &pop(loop)->callback.handle.link);
    return last;
}

void aci_timers_clear(ac_loop *loop)
{
    while (loop->timer_count > 0) {
        ac_handle *handle = &loop->timers[--loop->timer_count].timer->callback.handle;
        handle->flags &= ~(uint32_t)ACI_H_IN_HEAP;
        aci_handle_drop(loop, handle);
    }
    loop->timers_cancelled = 0;
    if (loop->timers != NULL)
        loop->host->realloc(loop, loop->timers, loop->timer_room * sizeof *loop->timers, 0);
    loop->timers = NULL;
    loop->timer_room = 0;
}

/* On a list they are as busy as in the heap, which may get new ones meanwhile. */
void ac_loop_drop_timers(ac_loop *loop)
{
    ac_link dropped;
    aci_list_init(&dropped);
    for (size_t i = loop->timer_count; i-- > 0;) {
        ac_handle *handle = &loop->timers[i].timer->callback.handle;
        handle->flags &= ~(uint32_t)ACI_H_IN_HEAP;
        aci_list_append(&dropped, &handle->link);
    }
    loop->timer_count = loop->timers_cancelled = 0;
    while (!aci_list_empty(&dropped))
        aci_handle_drop(loop, aci_handle_of(aci_list_take_first(&dropped))); /* HOST */
}

bool aci_timers_ordered(const ac_loop *loop)
{
    for (size_t i = 1; i < loop->timer_count; i++)
        if (loop->timers[i].when < loop->timers[(i - 1) >> 1].when)
            return false;
    return true;
}

/* Adjacent doubles of one sign have adjacent bit patterns. */
double aci_next_up(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits++;
    memcpy(&x, &bits, sizeof x);
    return x;
}
