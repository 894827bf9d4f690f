/* queue.c - queues: put and get, which wait, join, and shutdown.
 *
 * Mirrors    queues.Queue, line by line.
 * Idea       Who waits is a future in the list of getters or putters.  Waking takes the first that is not
 *            done off its list; it looks again when it runs.  One that goes without having got what it was
 *            woken for wakes the next.
 * Holds      (1) unfinished == 0 <=> the event of join is set.
 *            (2) A waiter that was woken is on no list, a cancelled one still is until its machine runs.
 * Owns       A put owns its item until it ends.
 * Re-enters  The operations (ops) and each drop may run anything, also puts and gets of this queue: nothing
 *            is known of it afterwards.  The queue itself outlives its machines.
 * Cost       Waiting allocates nothing.  Waking passes over those who were cancelled.
 * Tests      tests/test_queue.c, tests/test_queue_order.c; difftests/scenarios/queue */
#include "sync/queue_impl.h"
#include "sync/waiter.h"

/* ---- Failing ---- */

/* raise Kind, while whatever the program handles is handled. */
static ac_status queue_raise(ac_queue *queue, ac_xkind kind)
{
    ac_out out;
    (void)aci_raise_words(queue->home, kind, "", &out);
    return ac_loop_raise(queue->home, out.value);
}

/* What was raised already goes on as it is. */
static ac_value queue_exception(ac_queue *queue, ac_status status)
{
    ac_out out;
    ac_value exception = ac_loop_status_exception(queue->home, status, NULL);
    if (status == AC_E_RAISED)
        return exception;
    (void)aci_raise_statement(queue->home, exception, ac_none_ref(), &out);
    return out.value;
}

void aci_queue_drop_kept(ac_queue *queue, ac_status *status, ac_value value)
{
    ac_loop *loop = queue->home;
    ac_value error = *status == AC_E_RAISED ? ac_loop_take_raised(loop) : ac_none();
    const char *why = loop->why;
    aci_drop(loop, value); /* HOST */
    loop->why = why;
    if (*status == AC_E_RAISED)
        *status = ac_loop_raise(loop, error);
}

/* ---- Asking ---- */

bool ac_queue_empty(const ac_queue *queue)
{
    return queue->count == 0;
}

bool ac_queue_full(const ac_queue *queue)
{
    return queue->maxsize > 0 && queue->count >= (uint64_t)queue->maxsize;
}

bool ac_queue_is_shut_down(const ac_queue *queue)
{
    return queue->is_shut_down;
}

uint64_t ac_queue_unfinished(const ac_queue *queue)
{
    return queue->unfinished;
}

size_t ac_queue_getter_count(const ac_queue *queue)
{
    return aci_waiters_count(&queue->getters);
}

size_t ac_queue_putter_count(const ac_queue *queue)
{
    return aci_waiters_count(&queue->putters);
}

/* Both HOST. */
static ac_status queue_ask_empty(ac_queue *queue, bool *answer)
{
    if (queue->ops->empty != NULL)
        return queue->ops->empty(queue, answer);
    *answer = ac_queue_empty(queue);
    return AC_OK;
}

static ac_status queue_ask_full(ac_queue *queue, bool *answer)
{
    if (queue->ops->full != NULL)
        return queue->ops->full(queue, answer);
    *answer = ac_queue_full(queue);
    return AC_OK;
}

/* ---- Waking ---- */

/* What the waiters' loop has failed with becomes a failure of the home. */
static ac_status queue_brought_home(ac_queue *queue, const ac_bound *bound, ac_status status)
{
    if (status == AC_E_RAISED && bound->failed != queue->home)
        return ac_loop_raise(queue->home, ac_loop_take_raised(bound->failed));
    return status == AC_OK ? AC_OK : aci_fail(queue->home, status, bound->why);
}

/* Wakes one that is off its list, unless it is done; true if it was not.  One that stands for a future is
 * over then. */
static bool queue_wake(ac_queue *queue, ac_waiter *waiter, ac_status *status)
{
    bool stands_in = waiter->stands_for != NULL, pending = !ac_future_done(aci_waiter_future(waiter));
    if (pending)
        *status = aci_waiter_wake(&queue->bound, waiter); /* HOST */
    if (stands_in)
        aci_waiter_over(waiter); /* HOST */
    return pending;
}

/* Takes waiters off until one is woken, or all are. */
static ac_status queue_wake_some(ac_queue *queue, ac_link *waiters, bool all)
{
    bool woken = false;
    ac_status status = AC_OK;
    while (status == AC_OK && (all || !woken) && !aci_list_empty(waiters)) {
        ac_waiter *waiter = aci_waiter_of(aci_list_take_first(waiters));
        woken |= queue_wake(queue, waiter, &status); /* HOST */
    }
    return queue_brought_home(queue, &queue->bound, status);
}

static ac_status queue_finish(ac_queue *queue)
{
    return queue_brought_home(queue, &queue->finished->bound, ac_event_set(queue->finished)); /* HOST */
}

/* ---- Plain functions ---- */

ac_status ac_queue_put_nowait(ac_queue *queue, ac_ref item)
{
    bool full;
    if (queue->is_shut_down)
        return queue_raise(queue, AC_X_QUEUE_SHUTDOWN);
    ac_status status = queue_ask_full(queue, &full); /* HOST */
    if (status == AC_OK && full)
        return queue_raise(queue, AC_X_QUEUE_FULL);
    if (status == AC_OK)
        status = queue->ops->put(queue, item); /* HOST */
    if (status != AC_OK)
        return status;
    queue->unfinished++;
    ac_event_clear(queue->finished);
    return queue_wake_some(queue, &queue->getters, false); /* HOST */
}

ac_status ac_queue_get_nowait(ac_queue *queue, ac_value *item)
{
    bool empty;
    ac_value got = ac_none();
    ac_status status = queue_ask_empty(queue, &empty); /* HOST */
    if (status == AC_OK && empty)
        return queue_raise(queue, queue->is_shut_down ? AC_X_QUEUE_SHUTDOWN : AC_X_QUEUE_EMPTY);
    if (status == AC_OK)
        status = queue->ops->get(queue, &got); /* HOST */
    if (status != AC_OK)
        return status;
    status = queue_wake_some(queue, &queue->putters, false); /* HOST */
    if (status == AC_OK)
        *item = got;
    else
        aci_queue_drop_kept(queue, &status, got); /* HOST */
    return status;
}

ac_status ac_queue_task_done(ac_queue *queue)
{
    if (queue->unfinished == 0)
        return aci_fail(queue->home, AC_E_VALUE, "task_done() called too many times");
    queue->unfinished--;
    return queue->unfinished == 0 ? queue_finish(queue) : AC_OK; /* HOST */
}

/* What is left is taken out and dropped, and counts as done. */
static ac_status queue_throw_away(ac_queue *queue)
{
    bool empty = false;
    ac_status status;
    while ((status = queue_ask_empty(queue, &empty)) == AC_OK && !empty) { /* HOST */
        ac_value item = ac_none();
        status = queue->ops->get(queue, &item); /* HOST */
        if (status != AC_OK)
            return status;
        aci_drop(queue->home, item); /* HOST */
        if (queue->unfinished > 0)
            queue->unfinished--;
    }
    return status == AC_OK && queue->unfinished == 0 ? queue_finish(queue) : status; /* HOST */
}

ac_status ac_queue_shutdown(ac_queue *queue, bool immediate)
{
    if (!aci_has(queue->home, AC_S_QUEUE_SHUTDOWN))
        return aci_fail(queue->home, AC_E_TYPE, "'Queue' object has no attribute 'shutdown'");
    queue->is_shut_down = true;
    ac_status status = immediate ? queue_throw_away(queue) : AC_OK; /* HOST */
    if (status == AC_OK)
        status = queue_wake_some(queue, &queue->getters, true); /* HOST */
    if (status == AC_OK)
        status = queue_wake_some(queue, &queue->putters, true); /* HOST */
    return status;
}

/* ---- Waiting ---- */

static ac_turn queue_end_with(ac_coro *co, ac_value exception, ac_out *out)
{
    co->at = AC_AT_END;
    out->value = exception;
    return AC_RAISED;
}

static ac_turn queue_end_failed(ac_queue *queue, ac_coro *co, ac_status status, ac_out *out)
{
    return queue_end_with(co, queue_exception(queue, status), out);
}

/* Whether there is a loop to wait on; else out->value says why not. */
static bool queue_has_loop(ac_queue *queue, const ac_loop *loop, const ac_bound *bound, ac_out *out)
{
    if (loop != NULL)
        return true;
    bool free = bound->loop == NULL;
    ac_error error = {.kind = free ? AC_X_ATTRIBUTE : AC_X_RUNTIME,
                      .text = free ? "'NoneType' object has no attribute 'create_future'"
                                   : "%V is bound to a different event loop",
                      .value = bound->self};
    (void)aci_raise_statement(queue->home, queue->home->host->error(queue->home, &error), ac_none_ref(), out);
    return false;
}

/* Begins a wait.  False: out->value says why it cannot. */
static bool queue_begin_wait(ac_queue *queue, ac_loop *loop, ac_waiter *waiter, ac_link *waiters, ac_out *out)
{
    if (!queue_has_loop(queue, loop, &queue->bound, out) || !aci_bind(&queue->bound, loop, out))
        return false;
    aci_waiter_join(waiter, loop, waiters);
    return true;
}

/* The wait of a put or get ended by an exception, which goes on.  If it had been woken, and what it was woken
 * for is still there, the next in line is woken in its place. */
static ac_turn queue_give_up(ac_coro *co, ac_queue *queue, ac_waiter *waiter, bool getting, ac_ref in,
                             ac_out *out)
{
    ac_value error = aci_dup(queue->home, in);
    bool blocked = true;
    ac_status status = ac_future_cancel(&waiter->future, ac_none_ref(), NULL);
    bool was_cancelled = ac_future_cancelled(&waiter->future);
    aci_waiter_leave(waiter); /* HOST: it may hold a cancel's message */
    if (status == AC_OK)
        status = getting ? queue_ask_empty(queue, &blocked) : queue_ask_full(queue, &blocked); /* HOST */
    if (status == AC_OK && !blocked && !was_cancelled)
        status = queue_wake_some(queue, getting ? &queue->getters : &queue->putters, false); /* HOST */
    if (status == AC_OK)
        return queue_end_with(co, error, out);
    ac_value instead = ac_loop_status_exception(queue->home, status, NULL);
    (void)aci_raise_statement(queue->home, instead, ac_lend(error), out);
    aci_drop(queue->home, error); /* HOST */
    return queue_end_with(co, instead, out);
}

/* ---- put ---- */

enum { QUEUE_PLACE = 1 };

/* Drops the item, then ends. */
static ac_turn queue_put_ends(ac_queue_put *put, ac_turn turn, ac_value value, ac_out *out)
{
    put->co.at = AC_AT_END;
    aci_drop_slot(put->queue->home, &put->item); /* HOST */
    out->value = value;
    return turn;
}

static ac_turn queue_put_now(ac_queue_put *put, ac_out *out)
{
    ac_queue *queue = put->queue;
    ac_value result = ac_none();
    ac_ref item = ac_lend(put->item);
    ac_status status = queue->ops->put_nowait != NULL
                           ? queue->ops->put_nowait(queue, item, &result) /* HOST */
                           : ac_queue_put_nowait(queue, item);            /* HOST */
    if (status == AC_OK)
        return queue_put_ends(put, AC_RETURNED, result, out);
    return queue_put_ends(put, AC_RAISED, queue_exception(queue, status), out);
}

static ac_turn queue_put_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_queue_put *put = AC_CONTAINER_OF(co, ac_queue_put, co);
    ac_queue *queue = put->queue;
    ac_turn turn;
    bool full;
    if (co->at == 0 && how != AC_SEND)
        aci_drop_slot(queue->home, &put->item); /* HOST: it never starts */
    AC_BEGIN(co);
    for (;;) {
        ac_status status;
        full = false;
        status = queue_ask_full(queue, &full); /* HOST */
        if (status == AC_OK && full && queue->is_shut_down)
            status = queue_raise(queue, AC_X_QUEUE_SHUTDOWN);
        if (status != AC_OK)
            return queue_put_ends(put, AC_RAISED, queue_exception(queue, status), out);
        if (!full)
            break;
        if (!queue_begin_wait(queue, loop, &put->waiter, &queue->putters, out))
            return queue_put_ends(put, AC_RAISED, out->value, out);
        AC_AWAIT(QUEUE_PLACE, &put->waiter.future);
        if (how != AC_SEND) {
            turn = queue_give_up(co, queue, &put->waiter, false, in, out); /* HOST */
            return queue_put_ends(put, turn, out->value, out);
        }
        aci_waiter_leave(&put->waiter); /* HOST */
    }
    AC_END(co);
    return queue_put_now(put, out);
}

static int queue_put_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_queue_put *put = AC_CONTAINER_OF(co, ac_queue_put, co);
    int stop = put->item.bits != 0 ? visitor->value(visitor, ac_lend(put->item)) : 0;
    return stop == 0 ? aci_waiter_visit(&put->waiter, visitor) : stop;
}

static void queue_put_clear(ac_loop *loop, ac_coro *co)
{
    ac_queue_put *put = AC_CONTAINER_OF(co, ac_queue_put, co);
    (void)loop;
    co->at = AC_AT_END;
    ac_value item = ac_take(&put->item);
    aci_waiter_leave(&put->waiter);   /* HOST */
    aci_drop(put->queue->home, item); /* HOST */
}

static const ac_coro_ops queue_put_ops = {queue_put_resume, NULL, queue_put_visit, queue_put_clear};

void ac_queue_put_init(ac_queue_put *put, ac_queue *queue, ac_value item)
{
    ac_coro_init(&put->co, &queue_put_ops);
    aci_waiter_init(&put->waiter);
    put->queue = queue;
    put->item = item;
}

/* ---- get ---- */

enum { QUEUE_ITEM = 1 };

static ac_turn queue_get_now(ac_queue_get *get, ac_out *out)
{
    ac_queue *queue = get->queue;
    ac_value item = ac_none();
    ac_status status = queue->ops->get_nowait != NULL ? queue->ops->get_nowait(queue, &item) /* HOST */
                                                      : ac_queue_get_nowait(queue, &item);   /* HOST */
    return status == AC_OK ? ac_return(out, item) : queue_end_failed(queue, &get->co, status, out);
}

static ac_turn queue_get_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_queue_get *get = AC_CONTAINER_OF(co, ac_queue_get, co);
    ac_queue *queue = get->queue;
    bool empty;
    AC_BEGIN(co);
    for (;;) {
        ac_status status;
        empty = false;
        status = queue_ask_empty(queue, &empty); /* HOST */
        if (status == AC_OK && empty && queue->is_shut_down) {
            bool still = false;
            status = queue_ask_empty(queue, &still); /* HOST: asked twice in asyncio */
            if (status == AC_OK && still)
                status = queue_raise(queue, AC_X_QUEUE_SHUTDOWN);
        }
        if (status != AC_OK)
            return queue_end_failed(queue, co, status, out);
        if (!empty)
            break;
        if (!queue_begin_wait(queue, loop, &get->waiter, &queue->getters, out))
            return queue_end_with(co, out->value, out);
        AC_AWAIT(QUEUE_ITEM, &get->waiter.future);
        if (how != AC_SEND)
            return queue_give_up(co, queue, &get->waiter, true, in, out); /* HOST */
        aci_waiter_leave(&get->waiter);                                   /* HOST */
    }
    AC_END(co);
    return queue_get_now(get, out);
}

static int queue_get_visit(ac_coro *co, ac_visitor *visitor)
{
    return aci_waiter_visit(&AC_CONTAINER_OF(co, ac_queue_get, co)->waiter, visitor);
}

static void queue_get_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    co->at = AC_AT_END;
    aci_waiter_leave(&AC_CONTAINER_OF(co, ac_queue_get, co)->waiter); /* HOST */
}

static const ac_coro_ops queue_get_ops = {queue_get_resume, NULL, queue_get_visit, queue_get_clear};

void ac_queue_get_init(ac_queue_get *get, ac_queue *queue)
{
    ac_coro_init(&get->co, &queue_get_ops);
    aci_waiter_init(&get->waiter);
    get->queue = queue;
}

/* ---- join ---- */

enum { QUEUE_FINISHED = 1 };

static ac_turn queue_join_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_queue_join *join = AC_CONTAINER_OF(co, ac_queue_join, co);
    ac_queue *queue = join->queue;
    ac_turn turn;
    AC_BEGIN(co);
    if (queue->unfinished > 0) {
        if (!queue_has_loop(queue, loop, &queue->finished->bound, out))
            return queue_end_with(co, out->value, out);
        ac_event_wait_init(&join->wait, queue->finished);
        AC_AWAIT_CORO(QUEUE_FINISHED, &join->wait.co, turn);
        if (turn == AC_RAISED)
            return queue_end_with(co, out->value, out);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static int queue_join_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_queue_join *join = AC_CONTAINER_OF(co, ac_queue_join, co);
    return co->at == QUEUE_FINISHED ? join->wait.co.ops->visit(&join->wait.co, visitor) : 0;
}

static void queue_join_clear(ac_loop *loop, ac_coro *co)
{
    ac_queue_join *join = AC_CONTAINER_OF(co, ac_queue_join, co);
    bool waits = co->at == QUEUE_FINISHED;
    co->at = AC_AT_END;
    if (waits)
        join->wait.co.ops->clear(loop, &join->wait.co); /* HOST */
}

static const ac_coro_ops queue_join_ops = {queue_join_resume, NULL, queue_join_visit, queue_join_clear};

void ac_queue_join_init(ac_queue_join *join, ac_queue *queue)
{
    ac_coro_init(&join->co, &queue_join_ops);
    join->queue = queue;
}

/* ---- The queue itself ---- */

void ac_queue_init(ac_queue *queue, ac_ref self, ac_loop *home, int64_t maxsize, const ac_queue_ops *ops)
{
    aci_bound_init(&queue->bound, self);
    ac_event_init(&queue->own_finished, self);
    aci_list_init(&queue->getters);
    aci_list_init(&queue->putters);
    ac_queue_set_event(queue, &queue->own_finished);
    queue->home = home;
    queue->ops = ops;
    queue->items = NULL;
    queue->first = queue->count = queue->room = 0;
    queue->maxsize = maxsize;
    queue->unfinished = 0;
    queue->is_shut_down = false;
}

void ac_queue_set_event(ac_queue *queue, ac_event_flag *finished)
{
    queue->finished = finished;
    finished->set = true;
}

void ac_queue_clear(ac_queue *queue)
{
    aci_waiters_cut(&queue->getters);
    aci_waiters_cut(&queue->putters);
    ac_event_abandon(&queue->own_finished);
    aci_queue_drop_items(queue); /* HOST */
}

int ac_queue_visit(ac_queue *queue, ac_visitor *visitor)
{
    int stop = aci_queue_visit_items(queue, visitor);
    if (stop == 0)
        stop = aci_waiters_visit(&queue->getters, visitor);
    if (stop == 0)
        stop = aci_waiters_visit(&queue->putters, visitor);
    return stop == 0 ? ac_event_visit(&queue->own_finished, visitor) : stop;
}
