/* done_callbacks.c - add_done_callback: handles that a future has, and gives itself to when it is done.
 *
 * Mirrors    future_add_done_callback and remove_done_callback of _asyncio; futures hold (callback, context),
 *            and make the handle when they are done.
 * Idea       The handle is made at once, so that finishing a future needs no memory.  It must not keep the
 *            future alive as long as that is pending, or an abandoned future would be freed by the collector
 *            only; so it points weakly, and the future knows all that do.
 * Holds      handle->future is the future <=> the handle is on its list, until it ran or was dropped.  A done
 *            future that nobody else holds is held by its last handle (see mp_future_finalize).
 * Re-enters  Removing compares callbacks, which may run code of the program. */
#include "asyncio/host.h"

static void done_link(mp_future *future, mp_handle *handle)
{
    ac_link *head = &future->callbacks;
    if (head->next == NULL)
        head->next = head->prev = head;
    handle->future = future;
    handle->among.prev = head->prev;
    handle->among.next = head;
    head->prev->next = &handle->among;
    head->prev = &handle->among;
}

void mp_done_callback_forget(mp_handle *handle)
{
    if (handle->future == NULL)
        return;
    handle->among.prev->next = handle->among.next;
    handle->among.next->prev = handle->among.prev;
    handle->future = NULL;
}

/* The future goes: nobody may point at it. */
void mp_done_callbacks_cut(mp_future *future)
{
    ac_link *head = &future->callbacks;
    while (head->next != NULL && head->next != head)
        mp_done_callback_forget(AC_CONTAINER_OF(head->next, mp_handle, among));
}

mp_value mp_future_add_done_callback(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    if (!mp_bind(vm, args, "add_done_callback", "self/ fn/ |$context", values))
        return NULL;
    ac_future *core = &((mp_future *)values[0])->core;
    if (ac_future_get_loop(core) == NULL) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "uninitialized Future object");
        return NULL;
    }
    mp_loop *loop = mp_loop_of(ac_future_get_loop(core));
    mp_value context = values[2] == vm->none ? NULL : values[2];
    mp_handle *handle = mp_handle_new(vm, MP_TYPE_HANDLE, loop, values[1], NULL, 0, context);
    if (handle == NULL)
        return NULL;
    done_link((mp_future *)values[0], handle);
    ac_status status = ac_future_add_done_callback(core, &handle->core.callback);
    if (status == AC_OK)
        return mp_incref(vm->none);
    mp_done_callback_forget(handle);
    mp_decref(vm, mp_as_value(handle));
    return mp_fail(vm, &loop->core, status);
}

/* ---- Removing ---- */

/* The handles that are there now, held: the list may change under every comparison. */
static mp_list *done_snapshot(mp_vm *vm, const mp_future *future)
{
    mp_list *list = mp_list_new(vm, 0);
    const ac_link *head = &future->callbacks;
    for (ac_link *link = head->next; list != NULL && link != NULL && link != head; link = link->next)
        if (!mp_list_append(vm, list, mp_as_value(AC_CONTAINER_OF(link, mp_handle, among))))
            mp_clear_slot(vm, (mp_value *)&list);
    return list;
}

/* 1 it was this one and is off, 0 not, -1 raised. */
static int done_remove_if(mp_vm *vm, mp_future *future, mp_handle *handle, mp_value callback)
{
    mp_value own = handle->callback != NULL ? mp_incref(handle->callback) : NULL;
    int equal = own != NULL ? mp_equal(vm, own, callback) : 0;
    mp_xdecref(vm, own);
    if (equal <= 0 || handle->future != future)
        return equal < 0 ? -1 : 0;
    return ac_future_remove_done_callback(&future->core, &handle->core.callback) == AC_OK ? 1 : 0;
}

mp_value mp_future_remove_done_callback(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "remove_done_callback", 2, 2) || mp_future_core(vm, args->values[0]) == NULL)
        return NULL;
    mp_future *future = (mp_future *)args->values[0];
    mp_list *handles = done_snapshot(vm, future);
    int64_t removed = 0;
    int one = handles != NULL ? 0 : -1;
    for (size_t i = 0; one >= 0 && i < handles->count; i++) {
        one = done_remove_if(vm, future, (mp_handle *)handles->items[i], args->values[1]);
        removed += one > 0;
    }
    mp_xdecref(vm, mp_as_value(handles));
    return one >= 0 ? mp_int_new(vm, removed) : NULL;
}
