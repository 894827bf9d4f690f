/* gather.h - futures that stand for others: gather and shield.
 *
 * Both are plain functions in asyncio, and give a future at once.  The host makes the objects; what links
 * them are callbacks of the core's own. */
#ifndef AIOCORE_GATHER_H
#define AIOCORE_GATHER_H

#include <aiocore/base.h>
#include <aiocore/future.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- gather ---------------------------------------------------------------------------------------- */

/* asyncio.gather (tasks.gather): a future whose result is the list of the results of its children.  It begins
 * with that future (asyncio: _GatheringFuture), so the host's object for it is one of its futures with this
 * in the place of the ac_future: clearing, visiting and cancelling are those of the future.  In the order of
 * use:
 *     ac_gather_init, ac_gather_add of each child, ac_gather_start.
 * Everything that it needs is allocated by the first; nothing that comes later fails for want of memory but
 * the making of the list and of exceptions. */
struct ac_gather {
    ac_future outer;              /* must come first */
    struct ac_gathered *gathered; /* private: the children; NULL: none, or it was cleared */
};

/* Makes the future, with room for so many children.  The memory must be zeroed or cleared, and the caller
 * holds the object for the length of each of these calls.  AC_E_MEMORY; as ac_future_init. */
AC_API ac_status ac_gather_init(ac_gather *gather, ac_loop *loop, size_t room, bool return_exceptions);

/* The same for a gather that lies in a frame and is no object of the host, in any memory; then ac_gather_add,
 * ac_gather_start, and AC_AWAIT of &gather->outer.  Children that are pending keep the task whose frame it
 * is, the current one now.  The frame clears it (ac_future_clear of its future) when it ends, which may be
 * before its children do.  AC_E_MEMORY, after which it may be cleared, too. */
AC_API ac_status ac_gather_init_embedded(ac_gather *gather, ac_loop *loop, size_t room,
                                         bool return_exceptions);

/* The next child, in the order of the results; a child that is pending gets its callback now, and keeps the
 * gather from then on.  To be called once for each future; AC_E_VALUE "The future belongs to a different loop
 * than the one specified as the loop argument", AC_E_RUNTIME if there is no room, or the child has no loop.
 * A gather that is dropped after that, without a start, still takes notice of its children's errors, which
 * count as retrieved then, as in CPython. */
AC_API ac_status ac_gather_add(ac_gather *gather, ac_future *child);
/* The next child is the same as an earlier one: the how manieth, from 0. */
AC_API ac_status ac_gather_add_again(ac_gather *gather, size_t index);

/* For a host that nobody but itself can ask for the next child, a task: true if that has ended well, and is
 * added as no more than its result and its number, for the host to drop.  Until ac_gather_unfold there is no
 * such child then. */
AC_API bool ac_gather_fold(ac_gather *gather, ac_task *task);
AC_API bool ac_gather_is_folded(const ac_gather *gather, size_t index);
/* Makes it again, in memory as for ac_task_init, which the gather retains.  Steals the context. */
AC_API void ac_gather_unfold(ac_gather *gather, size_t index, ac_task *again, ac_value context);

/* All children are there.  Those that were done when they were added are looked at now, so that a gather
 * of which all are done is done itself after this.  AC_E_MEMORY, AC_E_RAISED as of set_exception. */
AC_API ac_status ac_gather_start(ac_gather *gather);

/* The gather that begins with this future, or NULL if it is none. */
AC_API ac_gather *ac_future_gather(ac_future *future);
/* What it stands for, in the order of the results: how many, and each, borrowed (NULL beyond the end, and
 * for one that is folded). */
AC_API size_t ac_gather_count(const ac_gather *gather);
AC_API ac_future *ac_gather_child(const ac_gather *gather, size_t index);
/* True once a cancel of it has cancelled a child.  asyncio: _cancel_requested. */
AC_API bool ac_gather_cancel_requested(const ac_gather *gather);

/* ---- shield ---------------------------------------------------------------------------------------- */

/* asyncio.shield (tasks.shield): links a pending inner future to a new outer one of the same loop: the outer
 * one ends as the inner one does, and when it is cancelled, the inner one is left alone.  (The shield of a
 * future that is done is that future: there is nothing to link, AC_E_STATE.)  AC_E_MEMORY; AC_E_VALUE for
 * another loop's future.  Each keeps the other until it has told it its end: so a shield may be dropped, and
 * the inner future runs on. */
AC_API ac_status ac_shield(ac_future *inner, ac_future *outer);

#ifdef __cplusplus
}
#endif
#endif
