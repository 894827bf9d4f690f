/* locks_kit.h - tasks that do one thing with an object of sync.h, and log how that ended.
 *
 * Idea       A body of one await around each machine of the core, on the host of the unit tests: "a got it",
 *            "a 2" (the number at a barrier), "a raised CancelledError(None)". */
#ifndef TESTS_LOCKS_KIT_H
#define TESTS_LOCKS_KIT_H

#include "host.h"

typedef enum lk_verb {
    LK_LOCK,
    LK_EVENT,
    LK_WAIT,
    LK_WAIT_FOR, /* the predicate: lk.holds, or lk.predicate_fails */
    LK_UNIT,
    LK_BARRIER,
    LK_RESET,
    LK_ABORT,
    LK_VERBS
} lk_verb;

/* The objects that they do it with; lk_begin() makes them anew: one unit, two parties. */
typedef struct lk {
    ac_lock lock;
    ac_event_flag event;
    ac_condition condition; /* on lock */
    ac_semaphore semaphore;
    ac_lock barrier_lock;
    ac_condition barrier_condition;
    ac_barrier barrier;
    bool holds, predicate_fails;
    unsigned asked;
} lk_objects;

extern lk_objects lk;

void lk_begin(void);
/* A task in a slot; it begins in the next turn. */
ac_task *lk_start(unsigned slot, const char *name, lk_verb verb);
ac_task *lk_start_on(ac_loop *loop, unsigned slot, const char *name, lk_verb verb);
/* Cancels the task in a slot, with a message unless it is 0. */
void lk_cancel(unsigned slot, int64_t message);
/* The machine of the task in a slot. */
ac_coro *lk_machine(unsigned slot);
/* repr of what a status of an object's function stands for. */
const char *lk_raised(ac_bound *bound, ac_status status);
#endif
