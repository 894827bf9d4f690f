/* failures.c - words for failures, exceptions that are on their way, and the exception handler.
 *
 * Mirrors    BaseEventLoop.call_exception_handler, and the except clause of events.Handle._run.
 * Idea       A status says what kind of failure, 'why' has CPython's words, and the host makes the exception
 *            of both.
 * Holds      raised is none unless AC_E_RAISED is on its way to the caller.
 * Re-enters  A handler runs host code: what it is told about is held, or belongs to the caller.
 * Tests      tests/test_loop.c, tests/test_handle.c; difftests/twins/exception_handler.py,
 *            callback_error.py */
#include "loop/loop_impl.h"

/* ---- Values and failures ---- */

ac_value ac_dup(ac_loop *loop, ac_ref value)
{
    return aci_dup(loop, value);
}

void ac_drop(ac_loop *loop, ac_value value)
{
    aci_drop(loop, value);
}

const char *ac_loop_why(const ac_loop *loop)
{
    return loop->why;
}

ac_value aci_error(ac_loop *loop, ac_xkind kind, const char *text)
{
    ac_error error = {.kind = kind, .text = text, .task = loop->current};
    return loop->host->error(loop, &error);
}

unsigned aci_classify(ac_loop *loop, ac_ref exception)
{
    return ac_is_none(exception) ? 0 : loop->host->classify(loop, exception);
}

static ac_xkind kind_of_status(ac_status status)
{
    switch (status) {
    case AC_E_STATE:
        return AC_X_STATE;
    case AC_E_TYPE:
        return AC_X_TYPE;
    case AC_E_VALUE:
        return AC_X_VALUE;
    case AC_E_RECURSION:
        return AC_X_RECURSION;
    default:
        return AC_X_RUNTIME;
    }
}

ac_value ac_loop_status_exception(ac_loop *loop, ac_status status, ac_future *about)
{
    if (status == AC_E_RAISED)
        return ac_loop_take_raised(loop);
    if (status == AC_E_MEMORY || status == AC_OK)
        return ac_none();
    ac_error error = {.kind = kind_of_status(status),
                      .text = status == AC_E_CLOSED ? "Event loop is closed" : loop->why,
                      .future = about,
                      .task = about != NULL ? ac_future_task(about) : NULL,
                      .parent = loop->current};
    return loop->host->error(loop, &error);
}

ac_status ac_loop_raise(ac_loop *loop, ac_value exception)
{
    ac_value older = loop->raised;
    loop->raised = exception;
    loop->why = "";
    aci_drop(loop, older); /* HOST */
    return AC_E_RAISED;
}

ac_value ac_loop_take_raised(ac_loop *loop)
{
    return ac_take(&loop->raised);
}

/* ---- The exception handler ---- */

void ac_loop_set_exception_handler(ac_loop *loop, ac_exception_handler *handler, void *data)
{
    loop->handler = handler;
    loop->handler_data = data;
}

static void report_by_default(ac_loop *loop, const ac_report *report)
{
    if (loop->host->report != NULL)
        loop->host->report(loop, report); /* HOST */
}

/* An exit exception of a handler goes on; any other is told to the default handler, with what it was
 * about. */
static ac_status handler_failed(ac_loop *loop, const ac_report *report, ac_status status)
{
    ac_value exception = ac_loop_status_exception(loop, status, NULL);
    if ((aci_classify(loop, ac_lend(exception)) & AC_IS_EXIT) != 0)
        return ac_loop_raise(loop, exception);
    ac_report failure = {
        .message = "Unhandled error in exception handler", .exception = ac_lend(exception), .cause = report};
    ac_loop_trace_report(loop, &failure);
    report_by_default(loop, &failure);
    aci_drop(loop, exception);
    return AC_OK;
}

/* The context of the task, else of the handle, that the report is about; none if that has none. */
static ac_ref report_context(const ac_report *report)
{
    ac_task *task = report->task;
    if (task == NULL && report->future != NULL)
        task = ac_future_task(report->future);
    if (task != NULL)
        return ac_task_get_context(task);
    return report->handle != NULL ? ac_lend(report->handle->context) : ac_none_ref();
}

/* A handler runs in the context of what it is told about.  That is kept over the call: the handler may end
 * it. */
static ac_status call_handler(ac_loop *loop, const ac_report *report)
{
    ac_ref context = report_context(report);
    if (ac_is_none(context) || loop->host->enter == NULL)
        return loop->handler(loop, loop->handler_data, report); /* HOST */
    ac_value kept = aci_dup(loop, context);
    ac_status status = loop->host->enter(loop, ac_lend(kept)); /* HOST */
    if (status == AC_OK) {
        status = loop->handler(loop, loop->handler_data, report); /* HOST */
        loop->host->leave(loop, ac_lend(kept));                   /* HOST */
    } else if (status == AC_E_TYPE) {
        aci_drop_slot(loop, &loop->raised);                       /* HOST */
        status = loop->handler(loop, loop->handler_data, report); /* HOST */
    }
    aci_drop(loop, kept); /* HOST */
    return status;
}

void ac_loop_trace_report(ac_loop *loop, const ac_report *report)
{
    if (aci_traced(loop))
        aci_trace(loop, (ac_event){.kind = AC_EV_REPORT, .value = report->exception, .report = report});
}

ac_status ac_loop_call_exception_handler(ac_loop *loop, const ac_report *report)
{
    ac_loop_trace_report(loop, report);
    if (loop->handler == NULL) {
        report_by_default(loop, report);
        return loop->raised.bits == 0 ? AC_OK : AC_E_RAISED; /* the hook has left something */
    }
    ac_status status = call_handler(loop, report); /* HOST */
    return status == AC_OK ? AC_OK : handler_failed(loop, report, status);
}

ac_status aci_raise_or_report(ac_loop *loop, ac_handle *handle, ac_value exception)
{
    if ((aci_classify(loop, ac_lend(exception)) & AC_IS_EXIT) != 0)
        return ac_loop_raise(loop, exception);
    ac_report report = {.message = "Exception in callback",
                        .exception = ac_lend(exception),
                        .handle = handle,
                        .task = ac_handle_task(handle)};
    ac_status status = ac_loop_call_exception_handler(loop, &report);
    aci_drop(loop, exception);
    return status;
}
