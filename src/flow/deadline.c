/* deadline.c - a timer of the library's own that may outlive whoever has set it.
 *
 * Mirrors    The TimerHandles that sleep, wait, timeout and as_completed keep to cancel them.
 * Cost       One allocation each.
 * Tests      tests/test_sleep.c */
#include "flow/deadline.h"

#include "loop/loop_impl.h"

static ac_deadline *deadline_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(AC_CONTAINER_OF(callback, ac_timer, callback), ac_deadline, timer);
}

ac_deadline **aci_deadline_slot(ac_callback *callback)
{
    return deadline_of(callback)->slot;
}

/* Steals the context, also if it fails. */
static ac_deadline *deadline_new(ac_loop *loop, ac_deadline **slot, const ac_handle_ops *ops,
                                 ac_value context)
{
    aci_assert(*slot == NULL && ops->done != NULL);
    ac_deadline *deadline = loop->host->realloc != NULL ? loop->host->realloc(loop, NULL, 0, sizeof *deadline)
                                                        : NULL;
    if (deadline == NULL) {
        aci_drop(loop, context); /* HOST */
        (void)aci_fail(loop, AC_E_MEMORY, "no memory for a timer");
        return NULL;
    }
    ac_callback_init(&deadline->timer.callback, ops, context);
    deadline->slot = slot;
    return deadline;
}

static void deadline_free(ac_loop *loop, ac_deadline *deadline)
{
    loop->host->realloc(loop, deadline, sizeof *deadline, 0);
}

/* A foreign loop, to which a handle is posted, may run it before the call returns. */
static ac_status deadline_scheduled(ac_loop *loop, ac_deadline **slot, ac_status status)
{
    if (status == AC_OK)
        return AC_OK;
    ac_deadline *deadline = *slot;
    const char *why = loop->why;
    *slot = NULL;
    ac_callback_clear(loop, &deadline->timer.callback); /* HOST */
    deadline_free(loop, deadline);
    loop->why = why;
    return status;
}

ac_status aci_deadline_set(ac_loop *loop, ac_deadline **slot, double when, const ac_handle_ops *ops,
                           ac_value context)
{
    ac_deadline *deadline = deadline_new(loop, slot, ops, context);
    if (deadline == NULL)
        return AC_E_MEMORY;
    *slot = deadline;
    return deadline_scheduled(loop, slot, ac_loop_call_at(loop, when, &deadline->timer));
}

ac_status aci_deadline_soon(ac_loop *loop, ac_deadline **slot, const ac_handle_ops *ops, ac_value context)
{
    ac_deadline *deadline = deadline_new(loop, slot, ops, context);
    if (deadline == NULL)
        return AC_E_MEMORY;
    *slot = deadline;
    return deadline_scheduled(loop, slot, ac_loop_call_soon(loop, &deadline->timer.callback));
}

void aci_deadline_cut(ac_loop *loop, ac_deadline **slot)
{
    ac_deadline *deadline = *slot;
    *slot = NULL;
    if (deadline == NULL)
        return;
    deadline->slot = NULL;
    ac_handle_cancel(loop, &deadline->timer.callback.handle);
}

void aci_deadline_done(ac_loop *loop, ac_callback *callback)
{
    ac_deadline *deadline = deadline_of(callback);
    if (deadline->slot != NULL)
        *deadline->slot = NULL;
    deadline_free(loop, deadline);
}
