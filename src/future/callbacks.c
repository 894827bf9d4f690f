/* callbacks.c - a future's callbacks: a ring in the order of registration, moved to the ready list when it is
 * done.
 *
 * Mirrors    future_add_done_callback, future_schedule_callbacks, remove_done_callback of _asyncio.
 * Holds      The ring is empty once the future is done: a callback added later goes straight to the ready
 *            list.
 * Cost       Add, unlink and schedule are O(1); remove is O(n) in the callbacks, nobody has many.
 * Tests      tests/test_callbacks.c; difftests/twins/future_callbacks.py */
#include "future/future_impl.h"

/* A task in a group counts the callbacks before the group's own: one less if that was among them. */
static void keep_place_of_group(ac_future *future, const ac_handle *leaving)
{
    const ac_handle *handle = future->callbacks;
    for (uint32_t position = 0; position < future->extra; position++) {
        if (handle == leaving) {
            future->extra--;
            return;
        }
        handle = ac_future_next_callback(future, handle);
    }
}

void aci_future_unlink(ac_future *future, ac_handle *handle)
{
    if (aci_flag(future, ACI_F_TASK))
        keep_place_of_group(future, handle);
    if (future->callbacks == handle)
        future->callbacks = handle->link.next == &handle->link ? NULL : aci_handle_of(handle->link.next);
    aci_list_remove(&handle->link);
}

void aci_future_hold(const ac_future *future)
{
    for (ac_handle *handle = future->callbacks; handle != NULL;
         handle = ac_future_next_callback(future, handle)) {
        if ((handle->flags & ACI_H_STEP) != 0)
            continue;
        ac_callback *callback = aci_callback(handle);
        if (callback->ops->hold != NULL)
            callback->ops->hold(callback);
    }
}

/* One by one, where readying is more than linking: a foreign loop, a tracer, or a closed loop that drops
 * them.  The ring is emptied first: host code may end the future, and with a frame of the core the future may
 * go, too. */
ac_status aci_future_schedule_slowly(ac_future *future)
{
    ac_loop *loop = future->loop;
    ac_status status = AC_OK;
    ac_link waiting;
    if (aci_traced(loop))
        aci_future_trace_done(future);
    aci_list_init(&waiting);
    aci_list_append_ring(&waiting, &future->callbacks->link);
    future->callbacks = NULL;
    while (!aci_list_empty(&waiting)) {
        ac_handle *handle = aci_handle_of(aci_list_take_first(&waiting));
        if (status == AC_OK)
            status = aci_ready_slowly(loop, handle, future); /* HOST */
        if (status != AC_OK)
            aci_handle_drop(loop, handle); /* HOST */
    }
    return status;
}

ac_status ac_future_add_done_callback(ac_future *future, ac_callback *callback)
{
    ac_loop *loop = future->loop;
    if (loop == NULL)
        return AC_E_RUNTIME;
    if (ac_handle_scheduled(&callback->handle))
        return aci_fail(loop, AC_E_STATE, "the handle is scheduled already");
    if (ac_future_done(future)) {
        if (callback->ops->hold != NULL)
            callback->ops->hold(callback);
        return aci_call_soon(loop, &callback->handle, future);
    }
    if (callback->ops->hold != NULL)
        future->flags |= ACI_F_HOLDS;
    callback->handle.flags = ACI_H_DONE;
    aci_future_append(future, &callback->handle);
    return AC_OK;
}

ac_status ac_future_remove_handle(ac_future *future, ac_handle *handle)
{
    ac_loop *loop = future->loop;
    if (loop == NULL)
        return AC_E_RUNTIME;
    ac_handle *there = ac_future_next_callback(future, NULL);
    while (there != NULL && there != handle)
        there = ac_future_next_callback(future, there);
    if (there == NULL)
        return aci_fail(loop, AC_E_VALUE, "the callback is not registered");
    aci_future_unlink(future, handle);
    aci_handle_drop(loop, handle); /* HOST */
    return AC_OK;
}

ac_status ac_future_remove_done_callback(ac_future *future, ac_callback *callback)
{
    return ac_future_remove_handle(future, &callback->handle); /* HOST */
}

ac_handle *ac_future_next_callback(const ac_future *future, const ac_handle *after)
{
    if (after == NULL || future->callbacks == NULL)
        return future->callbacks;
    ac_handle *next = aci_handle_of(after->link.next);
    return next == future->callbacks ? NULL : next;
}
