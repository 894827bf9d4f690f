/* graph.h - who waits for whom: asyncio's call graph, upwards from a future to those who wait for it.
 *
 * Nobody keeps this graph.  Whoever waits for a future has left something there by which it will be woken,
 * and the graph is read off that when somebody asks: a task's step on the future's callbacks, the group of a
 * child, a callback that says who waits by it (ac_handle_ops.waiter).  What only the host knows (a program's
 * future_add_to_awaited_by) it tells by a hook.  So the graph costs nothing while a program runs.
 *
 * All of this only looks.  What it gives is borrowed, and a walk ends when anything changes.
 * asyncio: futures.future_add_to_awaited_by, graph.capture_call_graph. */
#ifndef AIOCORE_GRAPH_H
#define AIOCORE_GRAPH_H

#include <aiocore/base.h>
#include <aiocore/future.h>
#include <aiocore/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- One future ------------------------------------------------------------------------------------- */

/* A walk over those who wait for one future, in the order in which they began to.  Private. */
typedef struct ac_waiters {
    const ac_future *future;
    ac_handle *handle;    /* the callback that was looked at last */
    ac_task *task;        /* the task, if the future is done */
    size_t looked, asked; /* how many places were looked at; how often the host was asked */
    uint32_t stage;
    bool mixed; /* somebody was given who may come again */
} ac_waiters;

AC_API ac_waiters ac_future_waiters(const ac_future *future);
/* The next one, NULL after the last.  Most are tasks (ac_future_task).  Each comes once, for how many reasons
 * it waits.  A future that is done has those who were not told yet.  O(callbacks); O(tasks of the loop) if it
 * is done. */
AC_API ac_future *ac_waiters_next(ac_waiters *waiters);

/* ---- The graph above a future ----------------------------------------------------------------------- */

typedef struct ac_graph_level {
    ac_future *future;
    ac_waiters waiters;
} ac_graph_level;

/* A walk over everything that waits for a future, and for those, and so on: depth first, each before what
 * waits for it.  A future to which several ways lead comes once for each way. */
typedef struct ac_graph {
    ac_graph_level *levels; /* the caller's, 'room' of them: so deep it goes */
    size_t room, used;
    size_t depth; /* of what next gave: 0 the root */
    bool
        repeats; /* what next gave waits for itself: it comes a second time, and the walk goes no further there */
    bool cut; /* somebody waits for what next gave, but the levels are used up */
} ac_graph;

/* levels is borrowed and room at least 1. */
AC_API void ac_graph_begin(ac_graph *graph, ac_future *root, ac_graph_level *levels, size_t room);
/* The next one, NULL after the last. */
AC_API ac_future *ac_graph_next(ac_graph *graph);

/* ---- One task --------------------------------------------------------------------------------------- */

/* The one place where a task is. */
typedef enum ac_task_place {
    AC_TASK_RUNNING, /* in the middle of a step, also while it starts another task eagerly */
    AC_TASK_READY,   /* its step is due */
    AC_TASK_WAITING, /* for ac_task_waiting_for */
    AC_TASK_PARKED,  /* with something foreign */
    AC_TASK_DONE
} ac_task_place;

AC_API ac_task_place ac_task_get_place(const ac_task *task);
/* The word of a place, as "waiting"; "?" for a number that is none.  Static storage. */
AC_API const char *ac_task_place_name(ac_task_place place);

#ifdef __cplusplus
}
#endif
#endif
