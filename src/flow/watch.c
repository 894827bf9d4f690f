/* watch.c - done callbacks on several futures at once.
 *
 * Mirrors    The loops over add_done_callback and remove_done_callback in tasks._wait and as_completed.
 * Idea       See watch.h.  A callback holds who waits for it, as asyncio's does through its closure: a
 *            collector that comes by any of the futures sees who would be woken.
 * Owns       The futures, while somebody watches; a callback on its way holds its own.
 * Re-enters  Everything but adding runs host code: the piece is kept over it.
 * Cost       One allocation in all.  Removing is O(n) in the callbacks of the future; nobody has many.
 * Tests      tests/test_wait.c, tests/test_as_completed.c */
#include "flow/watch.h"

#include "flow/graph_impl.h"

#include <string.h>

void *aci_watch_new(ac_loop *loop, size_t size, ac_future *const *futures, size_t count)
{
    if (loop->host->realloc == NULL || count > (SIZE_MAX - size) / sizeof(aci_watched))
        return NULL;
    size_t all = size + count * sizeof(aci_watched);
    aci_watch *watch = loop->host->realloc(loop, NULL, 0, all);
    if (watch == NULL)
        return NULL;
    memset(watch, 0, all);
    watch->loop = loop;
    watch->each = (aci_watched *)(void *)((char *)watch + size);
    watch->count = count;
    watch->size = all;
    watch->users = 1;
    watch->holds = true;
    for (size_t i = 0; i < count; i++) {
        watch->each[i].watch = watch;
        watch->each[i].future = futures[i];
        if (futures[i] != NULL)
            aci_retain(loop, futures[i]);
    }
    return watch;
}

ac_status aci_watch_add(aci_watched *one, const ac_handle_ops *ops)
{
    aci_watch *watch = one->watch;
    ac_callback_init(&one->callback, ops, ac_none());
    one->owner = aci_dup(watch->loop, watch->owner);
    if (watch->task != NULL)
        aci_retain(watch->loop, &watch->task->future);
    watch->users++;
    ac_status status = ac_future_add_done_callback(one->future, &one->callback);
    if (status != AC_OK)
        aci_watch_done(watch->loop, &one->callback); /* HOST */
    return status;
}

void aci_watch_remove(aci_watched *one)
{
    if (one->future == NULL || ac_future_done(one->future) || !ac_handle_scheduled(&one->callback.handle))
        return;
    if (one->watch->task != NULL)
        aci_graph_forget(one->future, &one->watch->task->future);
    (void)ac_future_remove_done_callback(one->future, &one->callback); /* HOST */
}

static void watch_release(aci_watched *one)
{
    ac_future *future = one->future;
    one->future = NULL;
    if (future != NULL)
        aci_release(one->watch->loop, future); /* HOST */
}

/* A future holds no callback that holds it: only what is on its way needs it still. */
void aci_watch_leave(aci_watch *watch)
{
    watch->holds = false;
    for (size_t i = 0; i < watch->count; i++) {
        aci_watched *one = &watch->each[i];
        if (one->future != NULL &&
            !(ac_handle_scheduled(&one->callback.handle) && ac_future_done(one->future)))
            watch_release(one); /* HOST */
    }
    aci_watch_free(watch->loop, watch);
}

/* The loop is the one at hand: the watch's own may be gone when the last callback is another's. */
void aci_watch_free(ac_loop *loop, aci_watch *watch)
{
    if (--watch->users > 0)
        return;
    if (watch->gone != NULL)
        watch->gone(watch);
    loop->host->realloc(loop, watch, watch->size, 0);
}

void aci_watch_done(ac_loop *loop, ac_callback *callback)
{
    aci_watched *one = aci_watched_of(callback);
    aci_watch *watch = one->watch;
    ac_task *task = watch->task;
    ac_value owner = ac_take(&one->owner);
    if (!watch->holds)
        watch_release(one);      /* HOST */
    aci_watch_free(loop, watch); /* the piece may be gone */
    if (task != NULL)
        aci_release(loop, &task->future); /* HOST */
    aci_drop(loop, owner);                /* HOST */
}

int aci_watch_visit(ac_callback *callback, ac_visitor *visitor)
{
    aci_watched *one = aci_watched_of(callback);
    aci_watch *watch = one->watch;
    int stop = watch->task != NULL ? visitor->future(visitor, &watch->task->future) : 0;
    if (stop == 0 && one->owner.bits != 0)
        stop = visitor->value(visitor, ac_lend(one->owner));
    if (stop == 0 && !watch->holds && one->future != NULL)
        stop = visitor->future(visitor, one->future);
    return stop;
}

int aci_watch_visit_futures(aci_watch *watch, ac_visitor *visitor)
{
    int stop = 0;
    for (size_t i = 0; i < watch->count && stop == 0; i++)
        if (watch->each[i].future != NULL)
            stop = visitor->future(visitor, watch->each[i].future);
    return stop;
}

ac_future *aci_watch_waiter(ac_callback *callback)
{
    const aci_watch *watch = aci_watched_of(callback)->watch;
    return watch->user != NULL && watch->task != NULL ? &watch->task->future : NULL;
}

ac_future *aci_watch_awaited(ac_callback *callback)
{
    return aci_watched_of(callback)->future;
}
