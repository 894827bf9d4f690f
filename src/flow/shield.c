/* shield.c - shield: a future that may be cancelled in the place of another.
 *
 * Mirrors    tasks.shield with its _inner_done_callback, _outer_done_callback and _clear_awaited_by_callback;
 *            _log_on_exception of 3.14.0 to 3.14.8 and 3.15.0.
 * Idea       Callbacks on both futures, in one piece of memory: the inner one's keeps the outer future, the
 *            outer one's the inner future.
 * Holds      A future is retained by the callback on the other one until that is done.  If the outer one's
 *            goes first while the inner one's waits for its turn, that inherits the inner future, as
 *            CPython's handle holds it as an argument.
 * Versions   From 3.14 on a callback comes first that takes an edge off the await graph, if a task calls;
 *            what becomes of an error that nobody waits for has changed twice (shield_*).
 * Cost       One allocation.
 * Tests      tests/test_shield.c; difftests/scenarios/shield */
#include <aiocore/gather.h>

#include "flow/graph_impl.h"
#include "flow/group_impl.h"

/* The callbacks in the order in which they are added. */
typedef struct shield {
    ac_callback forget;  /* on the inner future, since 3.14: CPython takes an edge off its graph by it */
    ac_callback inner;   /* on the inner future */
    ac_callback outer;   /* on the outer future */
    ac_callback report;  /* on the inner future once the outer one was cancelled, in some releases */
    ac_future *shielded; /* the inner future; NULL: let go of */
    ac_future *shown;    /* the outer future, while the inner one's callback is there */
    ac_future *caller;   /* the task that has called, while 'forget' is there */
    uint32_t holds;      /* callbacks that are to run */
    bool inherited;      /* the inner one's callback holds the inner future, not the outer one's */
} shield;

static void shield_let_go(ac_loop *loop, shield *self)
{
    if (--self->holds == 0)
        loop->host->realloc(loop, self, sizeof *self, 0);
}

static int shield_show(ac_future *future, ac_visitor *visitor)
{
    return future != NULL ? visitor->future(visitor, future) : 0;
}

/* Gives up what a callback held. */
static void shield_release_slot(ac_loop *loop, ac_future **slot)
{
    ac_future *future = *slot;
    *slot = NULL;
    if (future != NULL)
        aci_release(loop, future); /* HOST */
}

/* ---- The await graph ---- */

static shield *shield_of_forget(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, shield, forget);
}

static ac_status shield_forget_run(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    (void)callback;
    return AC_OK;
}

static int shield_forget_visit(ac_callback *callback, ac_visitor *visitor)
{
    return shield_show(shield_of_forget(callback)->caller, visitor);
}

static void shield_forget_done(ac_loop *loop, ac_callback *callback)
{
    shield *self = shield_of_forget(callback);
    shield_release_slot(loop, &self->caller); /* HOST */
    shield_let_go(loop, self);
}

/* The edge is there until the outer future's callback has run. */
static ac_future *shield_forget_waiter(ac_callback *callback)
{
    const shield *self = shield_of_forget(callback);
    return self->shown != NULL ? self->caller : NULL;
}

static ac_future *shield_forget_awaited(ac_callback *callback)
{
    return shield_of_forget(callback)->shielded;
}

static const ac_handle_ops shield_forget_ops = {.run = shield_forget_run,
                                                .visit = shield_forget_visit,
                                                .done = shield_forget_done,
                                                .name = "shield.<locals>._clear_awaited_by_callback",
                                                .waiter = shield_forget_waiter,
                                                .awaited = shield_forget_awaited};

/* ---- The inner future is done ---- */

static shield *shield_of_inner(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, shield, inner);
}

/* Finishing the outer future takes the value also where it then says that the loop is closed, or has
 * refused. */
static ac_status shield_copy_outcome(ac_future *inner, ac_future *outer)
{
    ac_loop *loop = outer->loop;
    aci_unflag(inner, ACI_F_LOG);
    if (aci_state(inner) == AC_CANCELLED)
        return ac_future_cancel(outer, ac_none_ref(), NULL); /* HOST */
    ac_value value = aci_dup(loop, ac_lend(inner->result));
    ac_status status = aci_state(inner) == AC_FAILED ? ac_future_set_exception(outer, value) /* HOST */
                                                     : ac_future_set_result(outer, value);   /* HOST */
    if (status != AC_OK && status != AC_E_CLOSED && status != AC_E_RAISED)
        aci_drop(loop, value); /* HOST */
    return status;
}

/* Before 3.14 an error that comes in the turn in which the outer future was cancelled counts as retrieved. */
static ac_status shield_inner_run(ac_loop *loop, ac_callback *callback)
{
    shield *self = shield_of_inner(callback);
    ac_future *inner = self->shielded, *outer = self->shown;
    if (inner == NULL || outer->loop == NULL)
        return AC_OK;
    if (aci_state(outer) != AC_CANCELLED)
        return shield_copy_outcome(inner, outer); /* HOST */
    if (aci_state(inner) == AC_FAILED && !aci_has(loop, AC_S_SHIELD_INNER_ERROR_NOT_SWALLOWED))
        aci_unflag(inner, ACI_F_LOG);
    return AC_OK;
}

static int shield_inner_visit(ac_callback *callback, ac_visitor *visitor)
{
    const shield *self = shield_of_inner(callback);
    int stop = shield_show(self->shown, visitor);
    return stop == 0 && self->inherited ? shield_show(self->shielded, visitor) : stop;
}

static void shield_inner_done(ac_loop *loop, ac_callback *callback)
{
    shield *self = shield_of_inner(callback);
    shield_release_slot(loop, &self->shown); /* HOST */
    if (self->inherited)
        shield_release_slot(loop, &self->shielded); /* HOST */
    shield_let_go(loop, self);
}

/* Where there is a graph to be like, 'forget' says who waits.  An outer future that was cleared waits no
 * more. */
static ac_future *shield_inner_waiter(ac_callback *callback)
{
    ac_future *shown = shield_of_inner(callback)->shown;
    return shown->loop == NULL || aci_has(shown->loop, AC_S_CALL_GRAPH_API) ? NULL : shown;
}

static ac_future *shield_inner_awaited(ac_callback *callback)
{
    return shield_of_inner(callback)->shielded;
}

static const ac_handle_ops shield_inner_ops = {.run = shield_inner_run,
                                               .visit = shield_inner_visit,
                                               .done = shield_inner_done,
                                               .name = "shield.<locals>._inner_done_callback",
                                               .waiter = shield_inner_waiter,
                                               .awaited = shield_inner_awaited};

/* ---- An error that nobody waits for any more ---- */

static shield *shield_of_report(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, shield, report);
}

static ac_status shield_report_run(ac_loop *loop, ac_callback *callback)
{
    ac_future *inner = shield_of_report(callback)->shielded;
    if (aci_state(inner) != AC_FAILED)
        return AC_OK;
    aci_unflag(inner, ACI_F_LOG);
    ac_value exception = aci_dup(loop, ac_lend(inner->result)); /* a handler may clear the future */
    ac_report report = {
        .message = "%E exception in shielded future", .exception = ac_lend(exception), .future = inner};
    ac_status status = ac_loop_call_exception_handler(loop, &report); /* HOST */
    ac_value error = aci_set_aside(loop, status);
    aci_drop(loop, exception); /* HOST */
    return aci_go_on_with(loop, status, error);
}

static int shield_report_visit(ac_callback *callback, ac_visitor *visitor)
{
    return shield_show(shield_of_report(callback)->shielded, visitor);
}

static void shield_report_done(ac_loop *loop, ac_callback *callback)
{
    shield *self = shield_of_report(callback);
    shield_release_slot(loop, &self->shielded); /* HOST */
    shield_let_go(loop, self);
}

static const ac_handle_ops shield_report_ops = {.run = shield_report_run,
                                                .visit = shield_report_visit,
                                                .done = shield_report_done,
                                                .name = "_log_on_exception"};

/* The report of another shield of the same future, if there is one. */
static ac_callback *shield_find_report(ac_future *inner)
{
    for (ac_handle *handle = NULL; (handle = ac_future_next_callback(inner, handle)) != NULL;) {
        ac_callback *callback = ac_handle_callback(handle);
        if (callback != NULL && callback->ops == &shield_report_ops)
            return callback;
    }
    return NULL;
}

/* ---- The outer future is done ---- */

static shield *shield_of_outer(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, shield, outer);
}

/* It stands last among the callbacks; one for all shields of a future. */
static void shield_add_report(ac_loop *loop, shield *self)
{
    ac_future *inner = self->shielded;
    ac_callback *older = shield_find_report(inner);
    if (older != NULL)
        (void)ac_future_remove_done_callback(inner, older); /* HOST */
    ac_callback_init(&self->report, &shield_report_ops, aci_dup(loop, ac_lend(self->outer.handle.context)));
    if (inner->loop != NULL && ac_future_add_done_callback(inner, &self->report) == AC_OK)
        self->holds++;
    else
        ac_callback_clear(loop, &self->report); /* HOST */
}

/* The inner future is on its own from now on. */
static ac_status shield_outer_run(ac_loop *loop, ac_callback *callback)
{
    shield *self = shield_of_outer(callback);
    ac_future *inner = self->shielded;
    if (inner == NULL || inner->loop == NULL || ac_future_done(inner))
        return AC_OK;
    (void)ac_future_remove_done_callback(inner, &self->inner); /* HOST */
    if (aci_has(loop, AC_S_SHIELD_FORGETS_WAITER) && ac_handle_scheduled(&self->forget.handle)) {
        aci_graph_forget(inner, self->caller);
        (void)ac_future_remove_done_callback(inner, &self->forget); /* HOST */
    }
    if (aci_has(loop, AC_S_SHIELD_REPORTS_AT_ONCE))
        shield_add_report(loop, self); /* HOST */
    return AC_OK;
}

static int shield_outer_visit(ac_callback *callback, ac_visitor *visitor)
{
    return shield_show(shield_of_outer(callback)->shielded, visitor);
}

/* A callback of the inner future that waits for its turn needs that future: it inherits it. */
static void shield_outer_done(ac_loop *loop, ac_callback *callback)
{
    shield *self = shield_of_outer(callback);
    bool reports = ac_handle_scheduled(&self->report.handle);
    self->inherited = !reports && self->shielded != NULL && ac_future_done(self->shielded) &&
                      ac_handle_scheduled(&self->inner.handle);
    if (!reports && !self->inherited)
        shield_release_slot(loop, &self->shielded); /* HOST */
    shield_let_go(loop, self);
}

static const ac_handle_ops shield_outer_ops = {.run = shield_outer_run,
                                               .visit = shield_outer_visit,
                                               .done = shield_outer_done,
                                               .name = "shield.<locals>._outer_done_callback"};

/* ---- Linking ---- */

static ac_status shield_check(const ac_future *inner, const ac_future *outer)
{
    if (outer->loop == NULL)
        return AC_E_RUNTIME;
    ac_loop *loop = outer->loop;
    if (inner->loop == NULL)
        return aci_fail(loop, AC_E_RUNTIME, "Future object is not initialized.");
    if (inner->loop != loop)
        return aci_fail(loop, AC_E_VALUE,
                        "The future belongs to a different loop than the one specified as the loop argument");
    if (ac_future_done(inner) || ac_future_done(outer))
        return aci_fail(loop, AC_E_STATE, "the future is done: it needs no shield");
    return AC_OK;
}

/* A handler of the program's runs in a copy of the context of whoever has called. */
static ac_status shield_copy_context(ac_loop *loop, ac_value *out)
{
    *out = ac_none();
    if (!aci_has(loop, AC_S_SHIELD_REPORTS_AT_ONCE) || loop->host->copy_context == NULL)
        return AC_OK;
    return loop->host->copy_context(loop, out);
}

static shield *shield_new(ac_loop *loop)
{
    static const shield blank;
    shield *self = loop->host->realloc != NULL ? loop->host->realloc(loop, NULL, 0, sizeof *self) : NULL;
    if (self == NULL)
        (void)aci_fail(loop, AC_E_MEMORY, "no memory for a shield");
    else
        *self = blank;
    return self;
}

/* Both futures are pending: no callback can be refused. */
static void shield_listen(shield *self, ac_future *future, ac_callback *callback, const ac_handle_ops *ops,
                          ac_value context)
{
    ac_callback_init(callback, ops, context);
    (void)ac_future_add_done_callback(future, callback);
    self->holds++;
}

static void shield_link_graph(ac_loop *loop, shield *self, ac_future *inner)
{
    if (loop->current == NULL || !aci_has(loop, AC_S_CALL_GRAPH_API))
        return;
    self->caller = &loop->current->future;
    aci_retain(loop, self->caller);
    shield_listen(self, inner, &self->forget, &shield_forget_ops, ac_none());
}

ac_status ac_shield(ac_future *inner, ac_future *outer)
{
    ac_loop *loop = outer->loop;
    ac_value context;
    ac_status status = shield_check(inner, outer);
    if (status != AC_OK)
        return status;
    shield *self = shield_new(loop);
    if (self == NULL)
        return AC_E_MEMORY;
    status = shield_copy_context(loop, &context);
    if (status != AC_OK) {
        loop->host->realloc(loop, self, sizeof *self, 0);
        return status;
    }
    self->shielded = inner;
    self->shown = outer;
    aci_retain(loop, inner);
    aci_retain(loop, outer);
    shield_link_graph(loop, self, inner);
    shield_listen(self, inner, &self->inner, &shield_inner_ops, ac_none());
    shield_listen(self, outer, &self->outer, &shield_outer_ops, context);
    return AC_OK;
}
