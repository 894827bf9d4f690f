/* watch.h - done callbacks on several futures at once: what wait and as_completed have in common.
 *
 * A callback whose future is done waits its turn on the ready list, and whoever has put it there may be gone
 * by then.  So the callbacks lie in one piece of memory of their own, which goes when nobody needs it any
 * more: neither who watches nor any callback. */
#ifndef AIOCORE_FLOW_WATCH_H
#define AIOCORE_FLOW_WATCH_H

#include "future/future_impl.h"

typedef struct aci_watch aci_watch;

/* One future of them.  Holds: the callback is on its future or on its way <=> it holds a count of the watch,
 * a retain of watch->task and 'owner'. */
typedef struct aci_watched {
    ac_callback callback;
    aci_watch *watch;
    ac_future *future; /* retained; NULL: given up */
    ac_value owner;    /* owned; a reference to whose callback it is */
    ac_link queued;    /* as_completed: among those that are done */
    bool todo;         /* as_completed: neither done nor timed out */
} aci_watched;

struct aci_watch {
    ac_loop *loop;
    void *user;    /* who watches; NULL: nobody any more, and callbacks do nothing */
    ac_task *task; /* who waits; retained by each callback */
    ac_ref owner; /* borrowed; the host's object around who watches, of which each callback has a reference */
    aci_watched *each;
    size_t count, size;             /* futures; bytes of the piece, which begins with the watch */
    size_t users;                   /* one for who watches, one for each callback */
    void (*gone)(aci_watch *watch); /* the piece goes; NULL: nothing to do */
    bool holds; /* the futures are retained for who watches; else by callbacks on their way alone */
};

/* Makes a piece of 'size' bytes that begins with a watch, and ends with its futures, which are retained;
 * zeroed otherwise.  NULL: no memory. */
void *aci_watch_new(ac_loop *loop, size_t size, ac_future *const *futures, size_t count);
/* Gives a future its callback; ops->done and visit must be the two below. */
ac_status aci_watch_add(aci_watched *one, const ac_handle_ops *ops);
/* Takes the callback off again, unless it is on its way.  HOST. */
void aci_watch_remove(aci_watched *one);
/* Who watches goes, and lets the futures go.  What callbacks do from now on is up to watch->user.  HOST. */
void aci_watch_leave(aci_watch *watch);
/* Keeps the piece over host code, and gives it up.  HOST: free may be the end of it. */
static inline void aci_watch_keep(aci_watch *watch)
{
    watch->users++;
}
void aci_watch_free(ac_loop *loop, aci_watch *watch);
/* Shows the futures that are retained for who watches. */
int aci_watch_visit_futures(aci_watch *watch, ac_visitor *visitor);

static inline aci_watched *aci_watched_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, aci_watched, callback);
}

/* ac_handle_ops.done, visit and waiter. */
void aci_watch_done(ac_loop *loop, ac_callback *callback);
int aci_watch_visit(ac_callback *callback, ac_visitor *visitor);
ac_future *aci_watch_waiter(ac_callback *callback);
ac_future *aci_watch_awaited(ac_callback *callback);

#endif
