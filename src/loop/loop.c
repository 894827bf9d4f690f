/* loop.c - the loop itself: birth and death, what it knows, what it keeps alive.
 *
 * Mirrors    BaseEventLoop.__init__, close, time, get_debug.
 * Holds      A loop that could not be made, or was closed, refuses everything that schedules.
 * Re-enters  Closing gives handles up one by one, which runs host code; that finds the loop closed.
 * Tests      tests/test_loop.c, tests/test_host_table.c */
#include "loop/loop_impl.h"
#include "loop/timers.h"

enum { DEFAULT_MAX_DEPTH = 500 };

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

<<<<<<< ours
=======
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

/* Whoever hears of a slow step may clear its task: the object is kept until the handle is given up. */
static ac_status ran_in_debug(ac_loop *loop, ac_handle *handle, ac_status status)
{
    ac_future *kept = (handle->flags & ACI_H_STEP) != 0 ? &aci_step_task(handle)->future : NULL;
    if (kept != NULL && loop->host->retain != NULL)
        loop->host->retain(loop, kept);
    report_slow(loop, handle);                     /* HOST */
    status = aci_handle_ran(loop, handle, status); /* HOST */
    if (kept != NULL && loop->host->release != NULL)
        loop->host->release(loop, kept); /* HOST */
    return status;
}

ac_status ac_loop_turn_ran(ac_loop *loop, ac_handle *handle, ac_status status)
{
    return aci_unlikely((loop->flags & ACI_L_DEBUG) != 0) ? ran_in_debug(loop, handle, status)
                                                          : aci_handle_ran(loop, handle, status);
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

>>>>>>> theirs
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
