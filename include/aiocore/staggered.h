/* staggered.h - asyncio.staggered.staggered_race: coroutines that start one after the other, until one has
 * won.
 *
 * Each runs in a task of its own.  The next one starts when the one before has failed, or has taken too long;
 * the first that returns has won, and the others are cancelled.  Who the candidates are is the host's affair:
 * it makes the tasks, says what the next candidate is, and begins it. */
#ifndef AIOCORE_STAGGERED_H
#define AIOCORE_STAGGERED_H

#include <aiocore/base.h>
#include <aiocore/coro.h>
#include <aiocore/flow.h>
#include <aiocore/future.h>
#include <aiocore/sync.h>
#include <aiocore/wait.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ac_staggered ac_staggered;
typedef struct ac_staggered_run ac_staggered_run;

/* What a task of a race is to do; private, but for its name. */
typedef struct ac_staggered_part {
    struct aci_racing *racing;
    bool waits; /* no candidate is in it, but Event.wait: for a delay of 0 or less */
} ac_staggered_part;

/* What a race asks of its host.  Each hook RUNS USER CODE, MAY CALL BACK, MAY FAIL.  message may be NULL. */
typedef struct ac_staggered_ops {
    /* loop.create_task, or ensure_future if part.waits: gives zeroed memory for a run, which lasts as long as
     * the task whose body it is, to ac_staggered_run_init, then makes that task.  *out is retained for the
     * caller.  A run that got no task is cleared (run->co.ops->clear). */
    ac_status (*make_task)(ac_loop *loop, ac_staggered *race, ac_staggered_part part, ac_task **out);
    /* How long the next one waits for the one before, in seconds; *has false: until that has failed. */
    ac_status (*delay)(ac_loop *loop, ac_staggered *race, double *seconds, bool *has);
    /* Takes the next candidate, for this run; *more false: there is none. */
    ac_status (*next)(ac_loop *loop, ac_staggered *race, ac_staggered_run *run, bool *more);
    /* Begins it: *out is a body that the run drives.  It is visited and cleared with the run, its memory is
     * the host's. */
    ac_status (*begin)(ac_loop *loop, ac_staggered_run *run, ac_coro **out);
    /* What a CancelledError that was thrown into the race by hand says, borrowed; none: nothing. */
    ac_ref (*message)(ac_loop *loop, ac_ref exception);
} ac_staggered_ops;

/* A race: ac_staggered_init, then race->co is driven as any coroutine, then ac_staggered_clear.  It returns
 * what the winner returned, none if nobody won. */
struct ac_staggered {
    ac_coro co;
    ac_loop *loop; /* of the tasks; NULL: cleared */
    const ac_staggered_ops *ops;
    ac_ref owner;
    ac_task *parent; /* retained while it runs */
    ac_link racing;  /* all, in the order of their making */
    ac_link running; /* their tasks */
    ac_link begun;   /* those that have a place among the exceptions */
    ac_link failed;  /* whose tasks have failed, which none should */
    size_t running_count, begun_count, failed_count;
    size_t taken;      /* candidates */
    size_t done_count; /* of the tasks that the last wait was for */
    size_t winner;     /* SIZE_MAX: nobody yet */
    bool waiting, left;
    ac_future completed; /* embedded */
    ac_wait wait;        /* of older releases */
    ac_value result;     /* of the winner */
    ac_value cancelled;  /* the CancelledError to raise at the end */
};

/* Prepares a race whose tasks are of this loop.  owner, borrowed, is the host's object around it: each run
 * and each callback has a reference to that.  None: nobody counts, and it outlives its tasks. */
AC_API void ac_staggered_init(ac_staggered *race, ac_loop *loop, const ac_staggered_ops *ops, ac_ref owner);
/* Which candidate has won, from 0; false: none. */
AC_API bool ac_staggered_winner(const ac_staggered *race, size_t *index);
/* How many have begun, and what each has failed with: borrowed, none for the winner.  O(n). */
AC_API size_t ac_staggered_count(const ac_staggered *race);
AC_API ac_ref ac_staggered_exception(const ac_staggered *race, size_t index);
/* Gives up everything that it owns; tasks that still run are left to themselves.  At any time, also twice. */
AC_API void ac_staggered_clear(ac_staggered *race);
AC_API int ac_staggered_visit(ac_staggered *race, ac_visitor *visitor);

/* The body of a task of a race. */
struct ac_staggered_run {
    ac_coro co;
    ac_staggered *race; /* NULL: it has ended */
    ac_value owner;     /* owned */
    struct aci_racing *racing, *next;
    size_t index;       /* of its candidate, once it has one */
    ac_coro *candidate; /* once it has begun */
    ac_event_wait event;
    ac_wait_for wait;
};

AC_API void ac_staggered_run_init(ac_staggered_run *run, ac_staggered *race, ac_staggered_part part);
/* What asyncio calls the coroutine, as "staggered_race.<locals>.run_one_coro".  Static storage. */
AC_API const char *ac_staggered_part_name(ac_staggered_part part);
/* What the run awaits now: the innermost of asyncio's functions, as "Event.wait", or NULL; *within: whether
 * that is within a wait_for.  The candidate is run->candidate. */
AC_API const char *ac_staggered_run_awaits(const ac_staggered_run *run, bool *within);

#ifdef __cplusplus
}
#endif
#endif
