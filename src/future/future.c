/* future.c - states and results: set_*, cancel, result, the await protocol, finalize, visit, clear.
 *
 * Mirrors    Future of _asyncio: future_set_result, future_set_exception, future_cancel, future_get_result,
 *            create_cancelled_error, FutureIter, FutureObj_finalize.
 * Idea       A future is done once; its callbacks move to the ready list in the same call.
 * Owns       result, by state (future.h).
 * Re-enters  drop runs host code: always the last thing, or after fields were moved to locals.
 * Cost       No allocation, except for exceptions that have to be made.
 * Tests      tests/test_future.c; difftests/twins/future_*.py */
#include "future/future_impl.h"

/* Before gh-142615 a second init makes a future pending again: what it had, and who waited for it, is
 * forgotten.  Not in the middle of a task, nor inside of a struct of ours. */
static void make_anew(ac_future *future, ac_loop *loop)
{
    if (!aci_has(loop, AC_S_FUTURE_INIT_ONCE) && !aci_flag(future, ACI_F_TASK | ACI_F_EMBEDDED))
        ac_future_clear(future); /* HOST */
}

ac_status ac_future_init(ac_future *future, ac_loop *loop)
{
    if (future->loop != NULL)
        make_anew(future, loop); /* HOST */
    if (future->loop != NULL)
        return aci_fail(loop, AC_E_RUNTIME, "_asyncio.Future object is already initialized");
    future->loop = loop;
    future->callbacks = NULL;
    future->result = ac_none();
    future->flags = 0;
    return AC_OK;
}

void ac_future_init_embedded(ac_future *future, ac_loop *loop)
{
    aci_future_init_embedded(future, loop);
}

ac_future_state ac_future_get_state(const ac_future *future)
{
    return aci_state(future);
}

bool ac_future_cancelled(const ac_future *future)
{
    return aci_state(future) == AC_CANCELLED;
}

ac_loop *ac_future_get_loop(const ac_future *future)
{
    return future->loop;
}

bool ac_future_is_embedded(const ac_future *future)
{
    return aci_flag(future, ACI_F_EMBEDDED);
}

ac_task *ac_future_task(ac_future *future)
{
    return aci_flag(future, ACI_F_TASK) ? aci_as_task(future) : NULL;
}

/* ---- Tracing ---- */

void aci_future_trace_done(ac_future *future)
{
    aci_trace(future->loop, (ac_event){.kind = AC_EV_DONE,
                                       .future = future,
                                       .task = ac_future_task(future),
                                       .state = aci_state(future),
                                       .value = ac_lend(future->result)});
}

void aci_future_trace_gone(ac_future *future)
{
    if (aci_traced(future->loop))
        aci_trace(future->loop,
                  (ac_event){.kind = AC_EV_FUTURE_GONE, .future = future, .task = ac_future_task(future)});
    aci_unflag(future, ACI_F_TRACED);
}

/* ---- Finishing ---- */

static ac_status check_settable(ac_future *future, const char *task_words)
{
    ac_loop *loop = future->loop;
    if (loop == NULL)
        return AC_E_RUNTIME;
    if (aci_flag(future, ACI_F_TASK))
        return aci_fail(loop, AC_E_RUNTIME, task_words);
    if (ac_future_done(future))
        return aci_fail(loop, AC_E_STATE, "invalid state");
    return aci_check_thread(loop);
}

ac_status ac_future_set_result(ac_future *future, ac_value result)
{
    ac_status status = check_settable(future, "Task does not support set_result operation");
    return status == AC_OK ? aci_future_finish(future, AC_FINISHED, result) : status;
}

ac_status aci_guard_stop_iteration(ac_loop *loop, ac_value *exception, ac_value *replaced)
{
    static const char words[] =
        "StopIteration interacts badly with generators and cannot be raised into a Future";
    unsigned bits = aci_classify(loop, ac_lend(*exception));
    *replaced = ac_none();
    if (!aci_has(loop, AC_S_FUTURE_STOPITERATION_TO_RUNTIMEERROR))
        return (bits & AC_IS_STOP_EXACT) != 0 ? aci_fail(loop, AC_E_TYPE, words) : AC_OK;
    if ((bits & AC_IS_STOP) == 0)
        return AC_OK;
    ac_error error = {.kind = AC_X_RUNTIME, .text = words, .cause = ac_lend(*exception)};
    ac_value instead = loop->host->error(loop, &error);
    if (instead.bits == 0)
        return aci_fail(loop, AC_E_MEMORY, "no memory for an exception");
    *replaced = *exception;
    *exception = instead;
    return AC_OK;
}

ac_status ac_future_set_exception(ac_future *future, ac_value exception)
{
    ac_loop *loop = future->loop;
    ac_value replaced = ac_none();
    ac_status status = check_settable(future, "Task does not support set_exception operation");
    if (status == AC_OK)
        status = aci_guard_stop_iteration(loop, &exception, &replaced);
    if (status != AC_OK)
        return status;
    future->flags |= ACI_F_LOG;
    status = aci_future_finish(future, AC_FAILED, exception); /* HOST */
    aci_drop(loop, replaced);                                 /* HOST */
    return status;
}

/* A gather cancels its children, and those what they wait for: host code or not, how deep that goes is
 * bounded. */
static ac_status cancel_gather(ac_future *future, ac_ref message, bool *accepted)
{
    ac_loop *loop = future->loop;
    ac_status status = aci_go_deeper(loop);
    if (status != AC_OK)
        return status;
    status = aci_gather_cancel(aci_as_gather(future), message, accepted); /* HOST */
    loop->depth--;
    return status;
}

static ac_status cancel_plain(ac_future *future, ac_ref message, bool *accepted)
{
    aci_unflag(future, ACI_F_LOG);
    *accepted = !ac_future_done(future);
    return *accepted ? aci_future_finish(future, AC_CANCELLED, aci_dup(future->loop, message)) : AC_OK;
}

static ac_status cancel_by_kind(ac_future *future, ac_ref message, bool *accepted)
{
    if (aci_flag(future, ACI_F_TASK))
        return aci_task_cancel(aci_as_task(future), message, accepted);
    if (aci_flag(future, ACI_F_GATHER))
        return cancel_gather(future, message, accepted);
    return cancel_plain(future, message, accepted);
}

static ac_status check_cancel(ac_future *future)
{
    return future->loop != NULL ? aci_check_thread(future->loop) : AC_E_RUNTIME;
}

ac_status ac_future_cancel_base(ac_future *future, ac_ref message, bool *did)
{
    bool accepted = false;
    ac_status status = check_cancel(future);
    if (status == AC_OK)
        status = cancel_by_kind(future, message, &accepted); /* HOST */
    if (did != NULL)
        *did = accepted;
    return status;
}

ac_status aci_future_cancel(ac_future *future, ac_ref message, ac_cancel_call call, bool *did)
{
    ac_loop *loop = future->loop;
    bool accepted = false;
    if (loop == NULL || !aci_flag(future, ACI_F_OVERRIDDEN) || loop->host->cancel == NULL)
        return ac_future_cancel_base(future, message, did);
    ac_status status = check_cancel(future);
    if (status == AC_OK)
        status = aci_go_deeper(loop);
    if (status == AC_OK) {
        status = loop->host->cancel(loop, future, message, call, &accepted); /* HOST */
        loop->depth--;
    }
    if (did != NULL)
        *did = accepted;
    return status;
}

ac_status ac_future_cancel(ac_future *future, ac_ref message, bool *did)
{
    ac_cancel_call call = ac_is_none(message) ? AC_CANCEL_ALONE : AC_CANCEL_BY_POSITION;
    return aci_future_cancel(future, message, call, did); /* HOST */
}

/* ---- Results ---- */

ac_value aci_cancelled_error(ac_future *future)
{
    if (aci_flag(future, ACI_F_CANCEL_EXC)) {
        aci_unflag(future, ACI_F_CANCEL_EXC);
        return ac_take(&future->result);
    }
    ac_error error = {.kind = AC_X_CANCELLED, .text = "", .value = ac_lend(future->result)};
    return future->loop->host->error(future->loop, &error);
}

ac_status ac_future_result(ac_future *future, ac_how *how, ac_value *out)
{
    ac_loop *loop = future->loop;
    if (loop == NULL)
        return AC_E_RUNTIME;
    if (!ac_future_done(future))
        return aci_fail(loop, AC_E_STATE, "Result is not set.");
    aci_unflag(future, ACI_F_LOG);
    *how = aci_state(future) == AC_FINISHED ? AC_SEND : AC_THROW;
    *out = aci_state(future) == AC_CANCELLED ? aci_cancelled_error(future)
                                             : aci_dup(loop, ac_lend(future->result));
    return AC_OK;
}

ac_status ac_future_exception(ac_future *future, ac_value *out)
{
    ac_loop *loop = future->loop;
    if (loop == NULL)
        return AC_E_RUNTIME;
    switch (aci_state(future)) {
    case AC_PENDING:
        return aci_fail(loop, AC_E_STATE, "Exception is not set.");
    case AC_CANCELLED:
        return ac_loop_raise(loop, aci_cancelled_error(future));
    case AC_FAILED:
        aci_unflag(future, ACI_F_LOG);
        *out = aci_dup(loop, ac_lend(future->result));
        return AC_OK;
    default:
        *out = ac_none();
        return AC_OK;
    }
}

ac_how ac_future_outcome(ac_future *future, ac_ref *out)
{
    ac_loop *loop = future->loop;
    aci_unflag(future, ACI_F_LOG);
    if (aci_state(future) != AC_CANCELLED) {
        *out = ac_lend(future->result);
        return aci_state(future) == AC_FINISHED ? AC_SEND : AC_THROW;
    }
    ac_value error = aci_cancelled_error(future);
    while (loop->inline_error.bits != 0)
        aci_drop_slot(loop, &loop->inline_error); /* HOST: it may ask for an outcome, too */
    loop->inline_error = error;
    *out = ac_lend(error);
    return AC_THROW;
}

/* ---- The message of a cancellation ---- */

/* Whether 'result' is one, or room for one. */
static bool has_message(const ac_future *future)
{
    ac_future_state state = aci_state(future);
    return future->loop != NULL && (state == AC_PENDING || state == AC_CANCELLED) &&
           !aci_flag(future, ACI_F_CANCEL_EXC);
}

/* A task that has swallowed a request keeps its message to the end and after (aci_task_keep_message). */
ac_ref ac_future_cancel_message(const ac_future *future)
{
    if (has_message(future))
        return ac_lend(future->result);
    if (!ac_future_done(future) || (~future->flags & (ACI_F_TASK | ACI_T_THROW)) != 0)
        return ac_none_ref();
    return ac_lend(AC_CONTAINER_OF(future, const ac_task, future)->waiting.error);
}

ac_status ac_future_set_cancel_message(ac_future *future, ac_value message)
{
    if (future->loop == NULL)
        return AC_E_RUNTIME;
    ac_value older = message;
    if (has_message(future)) {
        older = future->result;
        future->result = message;
    }
    aci_drop(future->loop, older); /* HOST */
    return AC_OK;
}

/* ---- Awaiting ---- */

ac_turn ac_future_await(ac_future *future, ac_out *out)
{
    out->future = future;
    if (future->loop == NULL)
        return AC_AWAITING;
    future->flags |= ACI_F_BLOCKING;
    aci_retain(future->loop, future);
    return AC_AWAITING;
}

bool ac_future_is_blocking(const ac_future *future)
{
    return aci_flag(future, ACI_F_BLOCKING);
}

void ac_future_set_blocking(ac_future *future, bool blocking)
{
    if (blocking)
        future->flags |= ACI_F_BLOCKING;
    else
        aci_unflag(future, ACI_F_BLOCKING);
}

ac_status ac_future_await_resumed(ac_future *future, ac_how *how, ac_value *out)
{
    if (future->loop != NULL && !ac_future_done(future))
        return aci_fail(future->loop, AC_E_RUNTIME, "await wasn't used with future");
    return ac_future_result(future, how, out);
}

/* ---- Flags ---- */

bool ac_future_get_log_traceback(const ac_future *future)
{
    return aci_flag(future, ACI_F_LOG);
}

void ac_future_set_log_traceback(ac_future *future, bool log)
{
    if (log)
        future->flags |= ACI_F_LOG;
    else
        aci_unflag(future, ACI_F_LOG);
}

void ac_future_set_overridden(ac_future *future, bool overridden)
{
    if (overridden)
        future->flags |= ACI_F_OVERRIDDEN;
    else
        aci_unflag(future, ACI_F_OVERRIDDEN);
}

/* ---- The end of the object ---- */

static void report_destroyed(ac_task *task)
{
    ac_report report = {.message = "Task was destroyed but it is pending!", .task = task};
    (void)ac_loop_call_exception_handler(task->future.loop, &report);
}

static void report_never_retrieved(ac_future *future)
{
    ac_loop *loop = future->loop;
    ac_task *task = ac_future_task(future);
    ac_value exception = aci_dup(loop, ac_lend(future->result)); /* a handler may clear the future */
    ac_report report = {.message = task != NULL ? "Task exception was never retrieved"
                                                : "Future exception was never retrieved",
                        .exception = ac_lend(exception),
                        .future = future};
    aci_unflag(future, ACI_F_LOG);
    (void)ac_loop_call_exception_handler(loop, &report); /* HOST */
    aci_drop(loop, exception);                           /* HOST */
}

static bool is_destroyed_pending(const ac_future *future)
{
    return aci_flag(future, ACI_T_LOG_DESTROY) && !ac_future_done(future);
}

/* An exit exception of the handler has nowhere to go from a finalizer: CPython writes it off as
 * unraisable. */
void ac_future_finalize(ac_future *future)
{
    ac_loop *loop = future->loop;
    if (loop == NULL || (!is_destroyed_pending(future) && !aci_flag(future, ACI_F_LOG)))
        return;
    ac_value raised = ac_take(&loop->raised);
    if (is_destroyed_pending(future))
        report_destroyed(aci_as_task(future)); /* HOST */
    if (aci_flag(future, ACI_F_LOG))
        report_never_retrieved(future); /* HOST */
    ac_value lost = loop->raised;
    loop->raised = raised;
    aci_drop(loop, lost); /* HOST */
}

/* HELD stays: a foreign loop has the step (task.c).  BLOCKING stays, too: a body that awaits this has
 * retained it. */
ac_value aci_future_take_apart(ac_future *future, ac_link *callbacks)
{
    if (aci_unlikely(aci_flag(future, ACI_F_TRACED)))
        aci_future_trace_gone(future);
    aci_list_init(callbacks);
    if (future->callbacks != NULL)
        aci_list_append_ring(callbacks, &future->callbacks->link);
    future->callbacks = NULL;
    future->loop = NULL;
    future->flags &= ACI_F_EMBEDDED | ACI_F_BLOCKING | ACI_T_HELD;
    return ac_take(&future->result);
}

/* Tasks that wait here are given up like any other callback: they are never woken. */
static ACI_APART void drop_callbacks(ac_loop *loop, ac_link *callbacks)
{
    while (!aci_list_empty(callbacks))
        aci_handle_drop(loop, aci_handle_of(aci_list_take_first(callbacks))); /* HOST */
}

void aci_future_drop_parts(ac_loop *loop, ac_value result, ac_link *callbacks)
{
    if (!aci_list_empty(callbacks))
        drop_callbacks(loop, callbacks); /* HOST */
    aci_drop(loop, result);              /* HOST */
}

/* A task is in use while it is stepped, and while the loop has entered its context. */
static bool in_use(ac_future *future)
{
    if (!aci_flag(future, ACI_F_TASK))
        return false;
    return aci_flag(future, ACI_T_BUSY) || (aci_as_task(future)->step.flags & ACI_H_ENTERED) != 0;
}

/* What is in use is left as it is, whoever asks. */
void ac_future_clear(ac_future *future)
{
    ac_loop *loop = future->loop;
    ac_link callbacks;
    if (loop == NULL || in_use(future))
        return;
    if (aci_flag(future, ACI_F_TASK)) {
        aci_task_clear(aci_as_task(future)); /* HOST */
        return;
    }
    if (aci_flag(future, ACI_F_GATHER)) {
        aci_gather_clear(aci_as_gather(future)); /* HOST */
        return;
    }
    ac_value result = aci_future_take_apart(future, &callbacks);
    aci_future_drop_parts(loop, result, &callbacks); /* HOST */
}

static int visit_callbacks(ac_future *future, ac_visitor *visitor)
{
    int stop = 0;
    for (ac_handle *handle = NULL; stop == 0 && (handle = ac_future_next_callback(future, handle)) != NULL;)
        stop = aci_handle_visit(handle, visitor);
    return stop;
}

int ac_future_visit(ac_future *future, ac_visitor *visitor)
{
    if (future->loop == NULL)
        return 0;
    int stop = future->result.bits != 0 ? visitor->value(visitor, ac_lend(future->result)) : 0;
    if (stop == 0)
        stop = visit_callbacks(future, visitor);
    if (stop == 0 && aci_flag(future, ACI_F_TASK))
        stop = aci_task_visit(aci_as_task(future), visitor);
    if (stop == 0 && aci_flag(future, ACI_F_GATHER))
        stop = aci_gather_visit(aci_as_gather(future), visitor);
    return stop;
}
