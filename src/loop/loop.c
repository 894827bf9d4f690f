/* loop.c - the loop itself: birth and death, one turn, failures and the exception handler.
 *
 * Mirrors    BaseEventLoop.__init__, close, _run_once (save the poll), call_exception_handler;
 *            events.Handle._run's except clause.
 * Idea       A turn moves the ready list to 'batch' and runs that: what callbacks add waits for the next
 *            turn.  If an exit exception leaves, the rest of the batch goes back to the front.
 * Holds      batch is empty outside a turn.  raised is none unless AC_E_RAISED is on its way.
 * Re-enters  Everything that runs handles or tells handlers runs host code.
 * Tests      tests/test_loop.c; difftests/twins/loop_*.py */
#include "loop/loop_impl.h"
#include "loop/timers.h"

enum { DEFAULT_MAX_DEPTH = 500 };
static const double longest_wait = 24 * 3600.0; /* MAXIMUM_SELECT_TIMEOUT */

/* ---- Birth and death ---- */

static bool host_is_usable(const ac_host *host, const ac_loop_options *options)
{
    bool has_time = host->now != NULL || (options != NULL && options->clock != NULL);
    bool contexts = (host->enter != NULL) == (host->leave != NULL) &&
                    (host->enter != NULL) == (host->copy_context != NULL);
    return host->abi == AC_ABI && host->size == sizeof(ac_host) && host->drop != NULL &&
           host->error != NULL && host->classify != NULL && has_time && contexts;
}

static ac_status set_options(ac_loop *loop, const ac_loop_options *options)
{
    if (options == NULL)
        return AC_OK;
    if (options->semantics != NULL && ac_semantics_parse(options->semantics, &loop->semantics, NULL) != AC_OK)
        return aci_fail(loop, AC_E_VALUE, "unknown semantics profile");
    loop->clock = options->clock;
    loop->user = options->user;
    if (options->clock_resolution > 0)
        loop->clock_resolution = options->clock_resolution;
    if (options->max_depth > 0)
        loop->max_depth = options->max_depth;
    ac_loop_set_debug(loop, options->debug);
    return AC_OK;
}

/* A loop that cannot be is a closed one, so that whatever is done to it is refused. */
ac_status ac_loop_init(ac_loop *loop, const ac_host *host, const ac_loop_options *options)
{
    static const ac_loop blank;
    *loop = blank;
    loop->host = host;
    loop->flags = ACI_L_CLOSED;
    if (!host_is_usable(host, options))
        return aci_fail(loop, AC_E_TYPE, "the host table lacks a required hook or is of another ABI");
    loop->flags = 0;
    aci_list_init(&loop->ready);
    aci_list_init(&loop->batch);
    aci_list_init(&loop->all);
    atomic_init(&loop->inbox, NULL);
    loop->semantics = ac_semantics_newest();
    loop->clock_resolution = 1e-9;
    loop->slow_callback_duration = 0.1;
    loop->max_depth = DEFAULT_MAX_DEPTH;
    loop->why = "";
    if (host->post != NULL)
        loop->flags |= ACI_L_POSTS;
    return set_options(loop, options);
}

/* Gives handles up one by one: giving up runs host code, which finds the loop closed. */
static void drop_handles(ac_loop *loop, ac_link *list)
{
    while (!aci_list_empty(list))
        aci_handle_done(loop, aci_handle_of(aci_list_take_first(list)));
}

ac_status ac_loop_close(ac_loop *loop)
{
    if ((loop->flags & (ACI_L_RUNNING | ACI_L_IN_TURN)) != 0)
        return aci_fail(loop, AC_E_RUNTIME, "Cannot close a running event loop");
    if ((loop->flags & ACI_L_CLOSED) != 0)
        return AC_OK;
    loop->flags |= ACI_L_CLOSED;
    ac_link dropped;
    aci_list_init(&dropped);
    aci_list_splice_last(&dropped, &loop->ready);
    aci_inbox_close(loop, &dropped);
    drop_handles(loop, &dropped);
    aci_timers_clear(loop);
    aci_drop_slot(loop, &loop->raised);
    aci_drop_slot(loop, &loop->inline_error);
    return AC_OK;
}

/* ---- What the loop knows ---- */

bool ac_loop_is_closed(const ac_loop *loop)
{
    return (loop->flags & ACI_L_CLOSED) != 0;
}

bool ac_loop_is_running(const ac_loop *loop)
{
    return (loop->flags & ACI_L_RUNNING) != 0;
}

void *ac_loop_user(const ac_loop *loop)
{
    return loop->user;
}

const ac_host *ac_loop_host(const ac_loop *loop)
{
    return loop->host;
}

ac_semantics ac_loop_semantics(const ac_loop *loop)
{
    return loop->semantics;
}

bool ac_loop_has(const ac_loop *loop, ac_semantics_flag flag)
{
    return aci_has(loop, flag);
}

bool ac_loop_get_debug(const ac_loop *loop)
{
    return (loop->flags & ACI_L_DEBUG) != 0;
}

void ac_loop_set_debug(ac_loop *loop, bool debug)
{
    if (debug)
        loop->flags |= ACI_L_DEBUG;
    else
        loop->flags &= ~(uint32_t)ACI_L_DEBUG;
}

void ac_loop_set_slow_callback_duration(ac_loop *loop, double seconds)
{
    loop->slow_callback_duration = seconds;
}

double ac_loop_time(ac_loop *loop)
{
    return loop->clock != NULL ? loop->clock->now : loop->host->now(loop);
}

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
    }
    aci_drop(loop, kept); /* HOST */
    return status;
}

ac_status ac_loop_call_exception_handler(ac_loop *loop, const ac_report *report)
{
    if (loop->handler == NULL) {
        report_by_default(loop, report);
        return AC_OK;
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

void ac_loop_set_task_factory(ac_loop *loop, ac_task_factory *factory, void *data)
{
    loop->factory = factory;
    loop->factory_data = data;
}

ac_task_factory *ac_loop_get_task_factory(const ac_loop *loop, void **data)
{
    if (data != NULL)
        *data = loop->factory_data;
    return loop->factory;
}

/* ---- A turn ---- */

static void sweep_once(ac_loop *loop)
{
    if ((loop->flags & ACI_L_SWEPT) == 0)
        aci_timers_sweep(loop);
    loop->flags |= ACI_L_SWEPT;
}

double ac_loop_timeout(ac_loop *loop)
{
    aci_inbox_drain(loop);
    loop->flags &= ~(uint32_t)ACI_L_SWEPT;
    sweep_once(loop);
    if (!aci_list_empty(&loop->ready) || (loop->flags & ACI_L_STOPPING) != 0)
        return 0;
    if (loop->timer_count == 0)
        return -1;
    double timeout = loop->timers[0].when - ac_loop_time(loop);
    if (timeout > longest_wait)
        return longest_wait;
    return timeout > 0 ? timeout : 0; /* NaN: 0 */
}

/* In guest mode the loop counts as running for the length of the turn, and a stop() holds until the next
 * turn. */
static ac_status begin_own_run(ac_loop *loop)
{
    if (loop->host->set_running != NULL) {
        ac_status status = loop->host->set_running(loop, true);
        if (status != AC_OK)
            return status;
    }
    loop->thread = loop->host->thread != NULL ? loop->host->thread(loop) : 0;
    loop->flags = (loop->flags & ~(uint32_t)ACI_L_STOPPING) | ACI_L_RUNNING | ACI_L_OWN_RUN;
    return AC_OK;
}

static void end_own_run(ac_loop *loop)
{
    loop->flags &= ~(uint32_t)(ACI_L_RUNNING | ACI_L_OWN_RUN);
    loop->thread = 0;
    if (loop->host->set_running != NULL)
        (void)loop->host->set_running(loop, false);
}

static ac_status check_turn(ac_loop *loop)
{
    if ((loop->flags & ACI_L_CLOSED) != 0)
        return aci_fail(loop, AC_E_CLOSED, "Event loop is closed");
    if ((loop->flags & ACI_L_IN_TURN) != 0)
        return aci_fail(loop, AC_E_RUNTIME, "This event loop is already running");
    return begin_own_run(loop);
}

/* What is ready now is the batch, which was empty. */
static inline void make_batch(ac_loop *loop)
{
    if (aci_unlikely(aci_inbox_filled(loop)))
        aci_inbox_drain(loop);
    if (loop->timer_count > 0) {
        sweep_once(loop); /* HOST */
        aci_timers_fire(loop);
        loop->flags &= ~(uint32_t)ACI_L_SWEPT;
    }
    aci_list_splice_last(&loop->batch, &loop->ready);
}

static inline ac_status begin_turn(ac_loop *loop)
{
    if (aci_unlikely((loop->flags & (ACI_L_CLOSED | ACI_L_IN_TURN | ACI_L_RUNNING)) != ACI_L_RUNNING)) {
        ac_status status = check_turn(loop);
        if (status != AC_OK)
            return status;
    }
    loop->flags |= ACI_L_IN_TURN;
    make_batch(loop);
    return AC_OK;
}

static inline void end_turn(ac_loop *loop)
{
    aci_list_splice_after(&loop->ready, &loop->batch);
    loop->flags &= ~(uint32_t)ACI_L_IN_TURN;
    if (aci_unlikely((loop->flags & ACI_L_OWN_RUN) != 0))
        end_own_run(loop);
}

ac_status ac_loop_turn_begin(ac_loop *loop)
{
    return begin_turn(loop);
}

ac_status ac_loop_turn_next(ac_loop *loop, ac_handle **out)
{
    *out = NULL;
    while (!aci_list_empty(&loop->batch)) {
        ac_handle *handle = aci_handle_of(aci_list_take_first(&loop->batch));
        ac_status status = AC_OK;
        if ((handle->flags & ACI_H_CANCELLED) != 0) {
            aci_handle_done(loop, handle); /* HOST */
        } else if (aci_handle_enter(loop, handle, &status)) {
            if (aci_unlikely((loop->flags & ACI_L_DEBUG) != 0))
                loop->callback_started = ac_loop_time(loop);
            *out = handle;
            return AC_OK;
        }
        if (status != AC_OK)
            return status;
    }
    return AC_OK;
}

/* asyncio's debug mode: "Executing <Handle ...> took 0.123 seconds". */
static void report_slow(ac_loop *loop, ac_handle *handle)
{
    double took = ac_loop_time(loop) - loop->callback_started;
    if (took >= loop->slow_callback_duration && loop->host->slow != NULL)
        loop->host->slow(loop, handle, took); /* HOST */
}

ac_status ac_loop_turn_ran(ac_loop *loop, ac_handle *handle, ac_status status)
{
    if (aci_unlikely((loop->flags & ACI_L_DEBUG) != 0))
        report_slow(loop, handle); /* HOST */
    return aci_handle_ran(loop, handle, status);
}

void ac_loop_turn_end(ac_loop *loop)
{
    end_turn(loop);
}

/* A handle without a context, not cancelled, not in debug mode: nothing to do but to run it. */
static inline bool is_plain(const ac_loop *loop, const ac_handle *handle)
{
    return handle->context.bits == 0 && (handle->flags & ACI_H_CANCELLED) == 0 &&
           (loop->flags & ACI_L_DEBUG) == 0;
}

/* The short way for a plain handle; one that was given a context or failed meanwhile takes the rest of the
 * long one. */
static inline ac_status run_plain(ac_loop *loop, ac_handle *handle)
{
    bool is_step = (handle->flags & (ACI_H_STEP | ACI_H_GROUP)) == ACI_H_STEP;
    ac_status status = aci_handle_call(loop, handle); /* HOST */
    if (aci_unlikely(status != AC_OK || handle->context.bits != 0)) {
        handle->flags |= is_step ? ACI_H_ENTERED : 0;
        return aci_handle_ran(loop, handle, status);
    }
    if (!aci_linked(&handle->link))
        aci_handle_give_up(loop, handle); /* HOST */
    return AC_OK;
}

ac_status ac_loop_turn(ac_loop *loop)
{
    ac_handle *handle = NULL;
    ac_status status = begin_turn(loop);
    if (status != AC_OK)
        return status;
    while (status == AC_OK && !aci_list_empty(&loop->batch)) {
        handle = aci_handle_of(loop->batch.next);
        if (aci_likely(is_plain(loop, handle))) {
            (void)aci_list_take_first(&loop->batch);
            status = run_plain(loop, handle);
            continue;
        }
        status = ac_loop_turn_next(loop, &handle);
        if (status == AC_OK && handle != NULL)
            status = ac_loop_turn_ran(loop, handle, ac_handle_call(loop, handle));
    }
    end_turn(loop);
    return status;
}

/* ---- Looking inside ---- */

int aci_handle_visit(ac_handle *handle, ac_visitor *visitor)
{
    if ((handle->flags & ACI_H_STEP) != 0)
        return visitor->future(visitor, &aci_step_task(handle)->future);
    int stop = handle->context.bits != 0 ? visitor->value(visitor, ac_lend(handle->context)) : 0;
    ac_callback *callback = aci_callback(handle);
    if (stop == 0 && callback->ops->visit != NULL)
        stop = callback->ops->visit(callback, visitor);
    return stop;
}

static int visit_list(ac_link *head, ac_visitor *visitor)
{
    int stop = 0;
    for (ac_link *link = head->next; link != head && stop == 0; link = link->next)
        stop = aci_handle_visit(aci_handle_of(link), visitor);
    return stop;
}

int ac_loop_visit(ac_loop *loop, ac_visitor *visitor)
{
    int stop = visit_list(&loop->ready, visitor);
    if (stop == 0)
        stop = visit_list(&loop->batch, visitor);
    if (stop == 0)
        stop = aci_inbox_visit(loop, visitor);
    for (size_t i = 0; i < loop->timer_count && stop == 0; i++)
        stop = aci_handle_visit(&loop->timers[i].timer->callback.handle, visitor);
    if (stop == 0 && loop->raised.bits != 0)
        stop = visitor->value(visitor, ac_lend(loop->raised));
    if (stop == 0 && loop->inline_error.bits != 0)
        stop = visitor->value(visitor, ac_lend(loop->inline_error));
    return stop;
}
