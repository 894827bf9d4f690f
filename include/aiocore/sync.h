/* sync.h - what tasks wait for each other by: locks, events, conditions, semaphores, barriers.
 *
 * The objects are plain structs that the host embeds in its own.  What waits is a coroutine in C
 * (ac_lock_acquire, ...), embedded in a frame; everything else is a plain function.  Who waits stands in the
 * object's list with a future in that frame, so waiting and waking allocate nothing.
 *
 * An object belongs to no loop at first.  The first wait that suspends binds it to its loop, for ever; then a
 * wait on another loop is a RuntimeError, "%V is bound to a different event loop". */
#ifndef AIOCORE_SYNC_H
#define AIOCORE_SYNC_H

#include <aiocore/base.h>
#include <aiocore/coro.h>
#include <aiocore/future.h>
#include <aiocore/semantics.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What they all begin with ------------------------------------------------------------------------ */

/* Private. */
typedef struct ac_bound {
    ac_loop *loop;   /* NULL: not bound yet */
    ac_ref self;     /* borrowed; the host's object, by which messages name this one; none: nothing */
    const char *why; /* the words for the last failure of a plain function */
    ac_loop *failed; /* the loop that it failed with, which may be another's; NULL: with none */
} ac_bound;

/* Who has to know when a waiter is no more: 'over' is called once, when its wait has ended, however, or when
 * its frame is cleared; the future says how it ended, and the memory may be gone after that.  It may not call
 * back.  RUNS USER CODE if the waiter stands for a future, which goes with it. */
typedef struct ac_waiter_watch ac_waiter_watch;
struct ac_waiter_watch {
    void (*over)(ac_waiter_watch *watch);
};

/* One who waits.  In the frame of a machine; private, but for what follows. */
typedef struct ac_waiter {
    ac_future future;       /* embedded; never shown to the host */
    ac_link link;           /* of the object's waiters */
    ac_future *stands_for;  /* a future of the program's that stands in the list by this waiter; or NULL */
    ac_waiter_watch *watch; /* or NULL; a waiter that stands for a future has one */
} ac_waiter;

/* For a host whose programs can look at who waits, as asyncio's can (Lock._waiters), and may put futures of
 * their own there: the list of an object is walked, and changed, by these.  A woken waiter is taken off the
 * list of a queue; one that stands for a future is over then. */
/* The next one; waiter NULL gives the first, and NULL comes after the last. */
AC_API ac_waiter *ac_waiter_after(const ac_link *waiters, const ac_waiter *waiter);
/* The future whose state counts. */
AC_API ac_future *ac_waiter_future(ac_waiter *waiter);
/* Prepares a waiter of the host's that stands for a future; all is the host's. */
AC_API void ac_waiter_stand_for(ac_waiter *waiter, ac_future *future, ac_waiter_watch *watch);
/* Puts one that is on no list last in this one, or right before another. */
AC_API void ac_waiter_put(ac_waiter *waiter, ac_link *waiters, ac_waiter *before);
/* Off the list: nothing will wake it any more. */
AC_API void ac_waiter_take_off(ac_waiter *waiter);

/* The exception for a status that a plain function of an object gave (&lock->bound); 'loop' is any loop,
 * which makes it if the object belongs to none.  asyncio has the same words.  New reference. */
AC_API ac_value ac_bound_exception(ac_bound *bound, ac_loop *loop, ac_status status);

/* Of every object below: its memory is the caller's, and needs no end if nobody waits.  'self', borrowed as
 * long as the object lives, is the host's object, by which messages name this one; none: there is no such
 * object.  _visit shows the tasks that wait for it (who holds a lock keeps them alive, as in CPython),
 * _abandon leaves them to themselves, for the host's clear and destroy, at any time and twice.  Nothing else
 * is owned.  _waiter_count is how many stand in the list, woken and cancelled ones too until they run: for
 * reprs, O(n).
 *
 * A plain function that wakes somebody fails only with his loop: AC_E_CLOSED if that is closed, AC_E_RUNTIME
 * on a wrong thread in debug mode, what a foreign loop fails with.  As in CPython its own work is done then,
 * and nobody else is woken.  RUNS USER CODE only then.
 *
 * A machine is prepared by its _init, awaited by AC_AWAIT_CORO or as a task's body, and returns none where
 * nothing else is said (asyncio mostly says True).  It may be prepared again after it has ended.  The object
 * outlives it.
 *
 * The _method of a machine that waits in several places is for a call graph: the qualified name of the
 * method of asyncio that it awaits there, as "Lock.acquire"; NULL: a future, or nothing.  Static storage. */

/* ---- Lock -------------------------------------------------------------------------------------------- */

/* asyncio.Lock (locks.Lock).  Fair: who comes while others wait stands behind them, even if the lock is free
 * for a moment. */
typedef struct ac_lock {
    ac_bound bound;
    ac_link waiters;
    bool locked;
} ac_lock;

AC_API void ac_lock_init(ac_lock *lock, ac_ref self);
AC_API bool ac_lock_locked(const ac_lock *lock);
/* Takes the lock if that needs no waiting: what acquire does first. */
AC_API bool ac_lock_try_acquire(ac_lock *lock);
/* Gives it up and wakes the first who waits.  AC_E_RUNTIME "Lock is not acquired." */
AC_API ac_status ac_lock_release(ac_lock *lock);
AC_API size_t ac_lock_waiter_count(const ac_lock *lock);
AC_API int ac_lock_visit(ac_lock *lock, ac_visitor *visitor);
AC_API void ac_lock_abandon(ac_lock *lock);

/* Lock.acquire. */
typedef struct ac_lock_acquire {
    ac_coro co;
    ac_waiter waiter;
    ac_lock *lock;
} ac_lock_acquire;

AC_API void ac_lock_acquire_init(ac_lock_acquire *acquire, ac_lock *lock);

/* ---- Event ------------------------------------------------------------------------------------------- */

/* asyncio.Event (locks.Event).  (ac_event is an event of trace.h.) */
typedef struct ac_event_flag {
    ac_bound bound;
    ac_link waiters;
    bool set;
} ac_event_flag;

AC_API void ac_event_init(ac_event_flag *event, ac_ref self);
AC_API bool ac_event_is_set(const ac_event_flag *event);
/* Sets it and wakes everybody. */
AC_API ac_status ac_event_set(ac_event_flag *event);
AC_API void ac_event_clear(ac_event_flag *event);
AC_API size_t ac_event_waiter_count(const ac_event_flag *event);
AC_API int ac_event_visit(ac_event_flag *event, ac_visitor *visitor);
AC_API void ac_event_abandon(ac_event_flag *event);

/* Event.wait: who was woken goes on even if the event was cleared since. */
typedef struct ac_event_wait {
    ac_coro co;
    ac_waiter waiter;
    ac_event_flag *event;
} ac_event_wait;

AC_API void ac_event_wait_init(ac_event_wait *wait, ac_event_flag *event);

/* ---- Condition --------------------------------------------------------------------------------------- */

/* asyncio.Condition (locks.Condition): a list of who waits, and a lock, which may serve several conditions.
 * Its locked, acquire and release are the lock's. */
typedef struct ac_condition {
    ac_bound bound;
    ac_link waiters;
    ac_lock *lock; /* borrowed; outlives the condition */
} ac_condition;

AC_API void ac_condition_init(ac_condition *condition, ac_ref self, ac_lock *lock);
/* Wakes as many as 'count' who wait and were not woken yet; notify_all wakes all.  AC_E_RUNTIME "cannot
 * notify on un-acquired lock". */
AC_API ac_status ac_condition_notify(ac_condition *condition, size_t count);
AC_API ac_status ac_condition_notify_all(ac_condition *condition);
AC_API size_t ac_condition_waiter_count(const ac_condition *condition);
AC_API int ac_condition_visit(ac_condition *condition, ac_visitor *visitor);
AC_API void ac_condition_abandon(ac_condition *condition);

/* Condition.wait: gives the lock up, waits for a notify, takes the lock again, however long that takes: a
 * cancellation is kept for later.  RuntimeError "cannot wait on un-acquired lock". */
typedef struct ac_condition_wait {
    ac_coro co;
    ac_waiter waiter;
    ac_lock_acquire acquire;
    ac_condition *condition;
    ac_value error;  /* what ended the wait for the notify */
    ac_value cancel; /* the last cancellation while it takes the lock again */
} ac_condition_wait;

AC_API void ac_condition_wait_init(ac_condition_wait *wait, ac_condition *condition);
AC_API const char *ac_condition_wait_method(const ac_condition_wait *wait);

/* Whether what is waited for is there: *holds says so, and then *result (owned by the caller) is what
 * wait_for returns.  RUNS USER CODE, MAY CALL BACK, MAY FAIL. */
typedef ac_status ac_predicate(ac_loop *loop, void *data, ac_value *result, bool *holds);

/* Condition.wait_for: waits until the predicate holds; asks it first. */
typedef struct ac_condition_wait_for {
    ac_coro co;
    ac_condition_wait wait;
    ac_predicate *predicate;
    void *data;
} ac_condition_wait_for;

/* data is borrowed. */
AC_API void ac_condition_wait_for_init(ac_condition_wait_for *wait, ac_condition *condition,
                                       ac_predicate *predicate, void *data);
AC_API const char *ac_condition_wait_for_method(const ac_condition_wait_for *wait);

/* ---- Semaphore --------------------------------------------------------------------------------------- */

/* asyncio.Semaphore (locks.Semaphore) and BoundedSemaphore. */
typedef struct ac_semaphore {
    ac_bound bound;
    ac_link waiters;
    int64_t value;
    int64_t limit; /* bounded: the value must not get higher; else INT64_MAX */
} ac_semaphore;

/* value: how many may have it at once.  AC_E_VALUE "Semaphore initial value must be >= 0". */
AC_API ac_status ac_semaphore_init(ac_semaphore *semaphore, ac_ref self, int64_t value);
/* As that; then a release beyond the initial value is refused. */
AC_API ac_status ac_bounded_semaphore_init(ac_semaphore *semaphore, ac_ref self, int64_t value);
AC_API int64_t ac_semaphore_value(const ac_semaphore *semaphore);
/* True if acquire would wait: nothing is left, or others wait. */
AC_API bool ac_semaphore_locked(const ac_semaphore *semaphore);
/* Takes a unit if that needs no waiting: what acquire does first. */
AC_API bool ac_semaphore_try_acquire(ac_semaphore *semaphore);
/* Gives a unit back, at once to the first who waits.  AC_E_VALUE "BoundedSemaphore released too many
 * times". */
AC_API ac_status ac_semaphore_release(ac_semaphore *semaphore);
AC_API size_t ac_semaphore_waiter_count(const ac_semaphore *semaphore);
AC_API int ac_semaphore_visit(ac_semaphore *semaphore, ac_visitor *visitor);
AC_API void ac_semaphore_abandon(ac_semaphore *semaphore);

/* Semaphore.acquire. */
typedef struct ac_semaphore_acquire {
    ac_coro co;
    ac_waiter waiter;
    ac_semaphore *semaphore;
} ac_semaphore_acquire;

AC_API void ac_semaphore_acquire_init(ac_semaphore_acquire *acquire, ac_semaphore *semaphore);

/* ---- Barrier ----------------------------------------------------------------------------------------- */

typedef enum ac_barrier_state {
    AC_BARRIER_FILLING,
    AC_BARRIER_DRAINING,
    AC_BARRIER_RESETTING,
    AC_BARRIER_BROKEN
} ac_barrier_state;

/* asyncio.Barrier (locks.Barrier), around a condition of its own with a lock of its own: who waits stands in
 * those, whose _visit and _abandon are the barrier's, too. */
typedef struct ac_barrier {
    ac_condition *condition; /* borrowed; outlives the barrier */
    int64_t parties, count;
    ac_barrier_state state;
} ac_barrier;

/* AC_E_VALUE if there is to be less than one party: ac_barrier_parties_words are CPython's words for that. */
AC_API ac_status ac_barrier_init(ac_barrier *barrier, ac_condition *condition, int64_t parties);
AC_API const char *ac_barrier_parties_words(ac_semantics semantics);
AC_API int64_t ac_barrier_parties(const ac_barrier *barrier);
/* How many wait for the others. */
AC_API int64_t ac_barrier_n_waiting(const ac_barrier *barrier);
AC_API bool ac_barrier_broken(const ac_barrier *barrier);
AC_API ac_barrier_state ac_barrier_get_state(const ac_barrier *barrier);
/* The word of a state, as "filling".  Static storage. */
AC_API const char *ac_barrier_state_name(ac_barrier_state state);

/* Barrier.wait: 'index' is the result, from 0 to parties - 1.  BrokenBarrierError if the barrier is broken or
 * reset. */
typedef struct ac_barrier_wait {
    ac_coro co;
    ac_barrier *barrier;
    int64_t index;
    ac_lock_acquire enter;
    ac_condition_wait_for block;
} ac_barrier_wait;

AC_API void ac_barrier_wait_init(ac_barrier_wait *wait, ac_barrier *barrier);
AC_API const char *ac_barrier_wait_method(const ac_barrier_wait *wait);

/* Barrier.reset and abort: they take the lock, too, and so may have to wait. */
typedef struct ac_barrier_change {
    ac_coro co;
    ac_barrier *barrier;
    ac_lock_acquire enter;
} ac_barrier_change;

AC_API void ac_barrier_reset_init(ac_barrier_change *reset, ac_barrier *barrier);
AC_API void ac_barrier_abort_init(ac_barrier_change *abort, ac_barrier *barrier);

#ifdef __cplusplus
}
#endif
#endif
