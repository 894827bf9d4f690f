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
    if (options->poll_only_waits)
        loop->flags |= ACI_L_POLL_WAITS;
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
        aci_handle_drop(loop, aci_handle_of(aci_list_take_first(list)));
}

void ac_loop_drop_ready(ac_loop *loop)
{
    ac_link dropped;
    aci_inbox_drain(loop);
    aci_list_init(&dropped);
    aci_list_splice_last(&dropped, &loop->batch);
    aci_list_splice_last(&dropped, &loop->ready);
    drop_handles(loop, &dropped); /* HOST */
}

/* Dropping runs host code, which may leave another one. */
static void drop_inline_error(ac_loop *loop)
{
    while (loop->inline_error.bits != 0)
        aci_drop_slot(loop, &loop->inline_error); /* HOST */
}

/* A closed loop may have been asked for an outcome since: a second close gives that up. */
/* A task that an eager start has stranded (task/eager.c) is the current one until here. */
static void give_up_current(ac_loop *loop)
{
    ac_task *stranded = loop->current;
    loop->current = NULL;
    if (stranded != NULL)
        aci_task_settle(loop, stranded); /* HOST */
}

ac_status ac_loop_close(ac_loop *loop)
{
    if ((loop->flags & (ACI_L_RUNNING | ACI_L_IN_TURN)) != 0)
        return aci_fail(loop, AC_E_RUNTIME, "Cannot close a running event loop");
    if ((loop->flags & ACI_L_CLOSED) != 0) {
        drop_inline_error(loop); /* HOST */
        return AC_OK;
    }
    loop->flags |= ACI_L_CLOSED;
    ac_link dropped;
    aci_list_init(&dropped);
    aci_list_splice_last(&dropped, &loop->ready);
    aci_inbox_close(loop, &dropped);
    drop_handles(loop, &dropped);
    aci_timers_clear(loop);
    aci_drop_slot(loop, &loop->raised);
    drop_inline_error(loop); /* HOST */
    give_up_current(loop);   /* HOST */
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

bool ac_loop_set_running(ac_loop *loop, bool running)
{
    bool before = ac_loop_is_running(loop);
    loop->flags = running ? loop->flags | ACI_L_RUNNING : loop->flags & ~(uint32_t)ACI_L_RUNNING;
    return before;
}

ac_status ac_loop_refuse(ac_loop *loop, ac_status status, const char *why)
{
    return aci_fail(loop, status, why);
}

void ac_loop_set_selector(ac_loop *loop, ac_selector *selector)
{
    loop->selector = selector;
}

ac_selector *ac_loop_get_selector(const ac_loop *loop)
{
    return loop->selector;
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

/* ---- Looking inside ---- */

ac_handle *ac_loop_next_ready(ac_loop *loop, ac_handle *after)
{
    aci_inbox_drain(loop);
    ac_link *link = after != NULL ? after->link.next : loop->batch.next;
    if (link == &loop->batch)
        link = loop->ready.next;
    return link != &loop->ready ? aci_handle_of(link) : NULL;
}

ac_timer *ac_loop_timer_at(const ac_loop *loop, size_t place)
{
    return place < loop->timer_count ? loop->timers[place].timer : NULL;
}

size_t ac_loop_timers_cancelled(const ac_loop *loop)
{
    return loop->timers_cancelled;
}

int aci_handle_visit(ac_handle *handle, ac_visitor *visitor)
{
    if ((handle->flags & ACI_H_STEP) != 0 && ac_task_is_loose(aci_step_task(handle)))
        return 0;
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
