/* queue_order.c - the items of a queue: a ring, and the three orders in which they come out.
 *
 * Mirrors    collections.deque and list as Queue and LifoQueue use them; heapq's heappush and heappop (the C
 *            ones, _heapqmodule.c) as PriorityQueue does.
 * Idea       One store for all orders, so that a host's own order may be made of any of them.  The heap is
 *            sifted by swapping, as in C, not by holding one item out, as in heapq.py: a comparison that
 *            raises leaves the heap whole, and what a program then sees of it is compared with CPython.
 * Holds      room is 0 or a power of two; count <= room; slots outside of the count are none.
 * Re-enters  less may run anything and use the queue.  After it only count is asked for: if that is not what
 *            it was, the sift ends.  Items are looked up anew, the ring may have moved.
 * Cost       Amortised O(1), the heap O(log n).  The ring never shrinks before ac_queue_clear.
 * Tests      tests/test_queue_order.c; difftests/scenarios/queue/priority_*.py */
#include "sync/queue_impl.h"

enum { FIRST_ROOM = 8 };

static ac_value *queue_slot(const ac_queue *queue, size_t index)
{
    return &queue->items[(queue->first + index) & (queue->room - 1)];
}

size_t ac_queue_count(const ac_queue *queue)
{
    return queue->count;
}

ac_ref ac_queue_item(const ac_queue *queue, size_t index)
{
    return ac_lend(*queue_slot(queue, index));
}

/* ---- The ring ---- */

/* Twice the room; the ring is straightened on the way. */
static ac_status queue_grow(ac_queue *queue)
{
    ac_loop *loop = queue->home;
    size_t room = queue->room == 0 ? FIRST_ROOM : queue->room * 2;
    bool fits = room <= SIZE_MAX / 2 / sizeof(ac_value) && loop->host->realloc != NULL;
    ac_value *items = fits ? loop->host->realloc(loop, NULL, 0, room * sizeof(ac_value)) : NULL;
    if (items == NULL)
        return aci_fail(loop, AC_E_MEMORY, "no memory for a queue");
    for (size_t i = 0; i < room; i++)
        items[i] = i < queue->count ? *queue_slot(queue, i) : ac_none();
    ac_value *older = queue->items;
    size_t older_size = queue->room * sizeof(ac_value);
    queue->items = items;
    queue->first = 0;
    queue->room = room;
    if (older != NULL)
        loop->host->realloc(loop, older, older_size, 0);
    return AC_OK;
}

ac_status ac_queue_append(ac_queue *queue, ac_ref item)
{
    ac_status status = queue->count == queue->room ? queue_grow(queue) : AC_OK;
    if (status == AC_OK)
        *queue_slot(queue, queue->count++) = aci_dup(queue->home, item);
    return status;
}

static ac_status queue_nothing(ac_queue *queue)
{
    return aci_fail(queue->home, AC_E_STATE, "the queue is empty");
}

ac_status ac_queue_take_first(ac_queue *queue, ac_value *item)
{
    if (queue->count == 0)
        return queue_nothing(queue);
    *item = ac_take(queue_slot(queue, 0));
    queue->first = (queue->first + 1) & (queue->room - 1);
    queue->count--;
    return AC_OK;
}

ac_status ac_queue_take_last(ac_queue *queue, ac_value *item)
{
    if (queue->count == 0)
        return queue_nothing(queue);
    *item = ac_take(queue_slot(queue, --queue->count));
    return AC_OK;
}

const ac_queue_ops ac_queue_fifo = {.put = ac_queue_append, .get = ac_queue_take_first};
const ac_queue_ops ac_queue_lifo = {.put = ac_queue_append, .get = ac_queue_take_last};

void aci_queue_drop_items(ac_queue *queue)
{
    ac_loop *loop = queue->home;
    ac_value *items = queue->items;
    size_t room = queue->room;
    queue->items = NULL;
    queue->first = queue->count = queue->room = 0;
    for (size_t i = 0; i < room; i++)
        aci_drop_slot(loop, &items[i]); /* HOST: it may put into the queue, whose ring is a new one */
    if (items != NULL)
        loop->host->realloc(loop, items, room * sizeof(ac_value), 0);
}

int aci_queue_visit_items(ac_queue *queue, ac_visitor *visitor)
{
    int stop = 0;
    for (size_t i = 0; i < queue->count && stop == 0; i++)
        if (queue_slot(queue, i)->bits != 0)
            stop = visitor->value(visitor, ac_queue_item(queue, i));
    return stop;
}

/* ---- The heap ---- */

/* Whether item a is less than item b; both are held, as the program may take them out meanwhile.  HOST. */
static ac_status heap_less(ac_queue *queue, size_t a, size_t b, bool *answer)
{
    ac_loop *loop = queue->home;
    size_t count = queue->count;
    ac_value first = aci_dup(loop, ac_queue_item(queue, a)), second = aci_dup(loop, ac_queue_item(queue, b));
    ac_status status = queue->ops->less(queue, ac_lend(first), ac_lend(second), answer); /* HOST */
    bool changed = queue->count != count;
    aci_queue_drop_kept(queue, &status, first);  /* HOST */
    aci_queue_drop_kept(queue, &status, second); /* HOST */
    if (status == AC_OK && (changed || queue->count != count))
        return aci_fail(loop, AC_E_RUNTIME, "list changed size during iteration");
    return status;
}

static void heap_swap(ac_queue *queue, size_t a, size_t b)
{
    ac_value kept = *queue_slot(queue, a);
    *queue_slot(queue, a) = *queue_slot(queue, b);
    *queue_slot(queue, b) = kept;
}

/* heapq's siftdown: up from 'at' to the root, past whatever is greater. */
static ac_status heap_rise(ac_queue *queue, size_t at)
{
    while (at > 0) {
        size_t parent = (at - 1) / 2;
        bool less = false;
        ac_status status = heap_less(queue, at, parent, &less); /* HOST */
        if (status != AC_OK || !less)
            return status;
        heap_swap(queue, at, parent);
        at = parent;
    }
    return AC_OK;
}

/* heapq's siftup: the root goes down to a leaf, past the smaller child of each pair, and rises from there. */
static ac_status heap_sink(ac_queue *queue)
{
    size_t end = queue->count, at = 0;
    while (at < end / 2) {
        size_t child = 2 * at + 1;
        if (child + 1 < end) {
            bool less = false;
            ac_status status = heap_less(queue, child, child + 1, &less); /* HOST */
            if (status != AC_OK)
                return status;
            child += less ? 0 : 1;
        }
        heap_swap(queue, at, child);
        at = child;
    }
    return heap_rise(queue, at);
}

ac_status ac_queue_heap_put(ac_queue *queue, ac_ref item)
{
    ac_status status = ac_queue_append(queue, item);
    return status == AC_OK ? heap_rise(queue, queue->count - 1) : status; /* HOST */
}

ac_status ac_queue_heap_get(ac_queue *queue, ac_value *item)
{
    ac_value last;
    ac_status status = ac_queue_take_last(queue, &last);
    if (status != AC_OK || queue->count == 0) {
        if (status == AC_OK)
            *item = last;
        return status;
    }
    ac_value lowest = *queue_slot(queue, 0);
    *queue_slot(queue, 0) = last;
    status = heap_sink(queue); /* HOST */
    if (status == AC_OK)
        *item = lowest;
    else
        aci_queue_drop_kept(queue, &status, lowest); /* HOST */
    return status;
}
