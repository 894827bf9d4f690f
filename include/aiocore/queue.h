/* queue.h - asyncio.Queue, LifoQueue, PriorityQueue and their shutdown.
 *
 *     ac_queue queue;
 *     ac_queue_init(&queue, self, &loop, 10, &ac_queue_fifo);
 *     ...
 *     ac_queue_put_init(&f->put, f->queue, item);           in a body: await queue.put(item)
 *     AC_AWAIT_CORO(PUT, &f->put.co, turn);
 *     ...
 *     ac_queue_get_init(&f->get, f->queue);                 item = await queue.get()
 *     AC_AWAIT_CORO(GET, &f->get.co, turn);                 out->value is the item, owned
 *     ...
 *     ac_queue_clear(&queue);
 *
 * A put wakes one who waits in get, a get one who waits in put; nothing is reserved for who is woken: whoever
 * runs first has the item or the place, and the other one waits again, behind all others. */
#ifndef AIOCORE_QUEUE_H
#define AIOCORE_QUEUE_H

#include <aiocore/base.h>
#include <aiocore/coro.h>
#include <aiocore/future.h>
#include <aiocore/sync.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ac_queue ac_queue;

/* What a kind of queue does with its items, and what a class of the host's may replace.  All of these RUN
 * USER CODE, MAY CALL BACK, MAY FAIL: a comparison or an override may be the program's, and it may use the
 * same queue.  What a failure raised is to be left with the queue's home (ac_loop_raise). */
typedef struct ac_queue_ops {
    /* Takes an item in; keeps a new reference.  asyncio: _put.  Required. */
    ac_status (*put)(ac_queue *queue, ac_ref item);
    /* Takes an item out, of which there is one.  asyncio: _get.  Required. */
    ac_status (*get)(ac_queue *queue, ac_value *item);
    /* Whether a comes out before b; both are held for the call.  asyncio: a < b.  Required by
     * ac_queue_heap_put. */
    ac_status (*less)(ac_queue *queue, ac_ref a, ac_ref b, bool *answer);
    /* What put, get and shutdown ask.  asyncio: the methods of the same names.  NULL: the functions below. */
    ac_status (*empty)(ac_queue *queue, bool *answer);
    ac_status (*full)(ac_queue *queue, bool *answer);
    ac_status (*put_nowait)(ac_queue *queue, ac_ref item, ac_value *result); /* *result: what put returns */
    ac_status (*get_nowait)(ac_queue *queue, ac_value *item);
} ac_queue_ops;

/* Private.  The items are a ring: number i is items[(first + i) & (room - 1)]. */
struct ac_queue {
    ac_bound bound; /* must come first */
    ac_loop *home;
    const ac_queue_ops *ops;
    ac_value *items;
    size_t first, count, room; /* room: a power of two, or 0 */
    int64_t maxsize;
    uint64_t unfinished;
    ac_link getters, putters; /* who waits for an item, or a place */
    ac_event_flag *finished;  /* what join waits for; set <=> unfinished is 0 */
    ac_event_flag own_finished;
    bool is_shut_down;
};

/* Makes an empty queue.  self, borrowed as long as the queue lives, is the host's object, by which messages
 * name it, or none.  home is the loop whose host has its memory and makes its exceptions, also where no loop
 * runs: it need not be the loop on which tasks wait, and is never run by this.  The exception for a status
 * that a function of the queue gave is ac_loop_status_exception of this loop.  maxsize 0 or less: no limit.
 * ops is borrowed. */
AC_API void ac_queue_init(ac_queue *queue, ac_ref self, ac_loop *home, int64_t maxsize,
                          const ac_queue_ops *ops);
/* Right after that: join waits for this event, which is set, and not for one within the queue: for a host
 * whose programs can see it.  Borrowed as long as the queue lives; its owner shows and abandons who waits for
 * it. */
AC_API void ac_queue_set_event(ac_queue *queue, ac_event_flag *finished);
/* Drops the items and the memory; who still waits is left to itself.  At any time, also twice.  RUNS USER
 * CODE. */
AC_API void ac_queue_clear(ac_queue *queue);
/* Shows the items and who waits. */
AC_API int ac_queue_visit(ac_queue *queue, ac_visitor *visitor);

/* ---- Kinds ------------------------------------------------------------------------------------------- */

/* asyncio: Queue, LifoQueue. */
AC_API extern const ac_queue_ops ac_queue_fifo, ac_queue_lifo;
/* asyncio: PriorityQueue, whose order is the host's:
 *     static const ac_queue_ops by_rank = {.put = ac_queue_heap_put, .get = ac_queue_heap_get, .less = less};
 * What is compared with what, and where equals come out, is as in heapq.  If less fails, a put item stays
 * where it has got to and is not counted; the item that was to come out is lost, as in CPython.
 * AC_E_RUNTIME "list changed size during iteration": less has put or got. */
AC_API ac_status ac_queue_heap_put(ac_queue *queue, ac_ref item);
AC_API ac_status ac_queue_heap_get(ac_queue *queue, ac_value *item);
/* At the end; from the beginning; from the end: what the two tables above are made of.  AC_E_MEMORY;
 * AC_E_STATE if there is none. */
AC_API ac_status ac_queue_append(ac_queue *queue, ac_ref item);
AC_API ac_status ac_queue_take_first(ac_queue *queue, ac_value *item);
AC_API ac_status ac_queue_take_last(ac_queue *queue, ac_value *item);

/* ---- Plain functions ---------------------------------------------------------------------------------
 *
 * What they fail with has its words with the home: ac_loop_status_exception(home, status, NULL). */

/* Puts if there is a place.  AC_E_RAISED: QueueFull, QueueShutDown, what ops->put raised; AC_E_CLOSED after
 * the item was put: the loop of who would be woken is closed.  RUNS USER CODE. */
AC_API ac_status ac_queue_put_nowait(ac_queue *queue, ac_ref item);
/* Gets if there is an item.  *item is owned.  AC_E_RAISED: QueueEmpty, QueueShutDown, what ops->get raised;
 * AC_E_CLOSED as above: the item is dropped.  RUNS USER CODE. */
AC_API ac_status ac_queue_get_nowait(ac_queue *queue, ac_value *item);
/* One item less to wait for in join.  AC_E_VALUE "task_done() called too many times"; AC_E_CLOSED. */
AC_API ac_status ac_queue_task_done(ac_queue *queue);
/* No more puts; gets until it is empty; immediate: the items are dropped, each counts as done.  Wakes all who
 * wait.
 * AC_E_TYPE if the home's profile has no such method; what ops->get raised, and then it is half done.  RUNS
 * USER CODE. */
AC_API ac_status ac_queue_shutdown(ac_queue *queue, bool immediate);

/* What its repr shows. */
AC_API size_t ac_queue_count(const ac_queue *queue);
AC_API ac_ref ac_queue_item(const ac_queue *queue, size_t index); /* borrowed; in the order of its storage */
AC_API bool ac_queue_empty(const ac_queue *queue);
AC_API bool ac_queue_full(const ac_queue *queue);
AC_API bool ac_queue_is_shut_down(const ac_queue *queue);
AC_API uint64_t ac_queue_unfinished(const ac_queue *queue);
/* How many are registered, also if they are woken or cancelled and have not run yet.  O(n). */
AC_API size_t ac_queue_getter_count(const ac_queue *queue);
AC_API size_t ac_queue_putter_count(const ac_queue *queue);

/* ---- Coroutines ----------------------------------------------------------------------------------------
 *
 * Each is embedded in a frame, initialised, and awaited (AC_AWAIT_CORO); it may be used again after it ended.
 * The queue outlives it.  Resumed with the loop on which it waits; with loop NULL (nothing runs) it does what
 * it can without waiting, else AttributeError.  On another loop than the first that ever waited:
 * RuntimeError. */

/* queue.put(item).  Steals the item; gives none. */
typedef struct ac_queue_put {
    ac_coro co;
    ac_queue *queue;
    ac_waiter waiter;
    ac_value item;
} ac_queue_put;
AC_API void ac_queue_put_init(ac_queue_put *put, ac_queue *queue, ac_value item);

/* queue.get().  Gives the item. */
typedef struct ac_queue_get {
    ac_coro co;
    ac_queue *queue;
    ac_waiter waiter;
} ac_queue_get;
AC_API void ac_queue_get_init(ac_queue_get *get, ac_queue *queue);

/* queue.join().  Gives none. */
typedef struct ac_queue_join {
    ac_coro co;
    ac_queue *queue;
    ac_event_wait wait;
} ac_queue_join;
AC_API void ac_queue_join_init(ac_queue_join *join, ac_queue *queue);

#ifdef __cplusplus
}
#endif
#endif
