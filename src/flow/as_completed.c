/* as_completed.c - as_completed: futures in the order in which they are done.
 *
 * Mirrors    tasks.as_completed of 3.12, tasks._AsCompletedIterator since 3.13; of Queue what these two use
 *            of it: put_nowait and get of a queue without a limit.
 * Idea       A callback (watch.h) puts its future on the list 'done' and wakes the first step that waits.
 *            Who wakes has reserved nothing: a step that comes by before takes it, and the woken one waits
 *            on.  What the time has run out for is put there, too, without its future.
 * Holds      A future is on exactly one of: todo (its callback has not run), done, taken.  A step is on
 *            'steps' <=> it waits and nobody has woken it.
 * Owns       The futures until they are taken; the timer's reference to the owner.
 * Re-enters  Removing callbacks, letting go and dropping run host code, which may clear the whole: the piece
 *            of callbacks is kept over it, and says by 'user' whether it is still somebody's.
 * Cost       One allocation, and one for the timer; none a step.
 * Tests      tests/test_as_completed.c; difftests/scenarios/waits/as_completed_*.py */
#include <aiocore/wait.h>

#include "flow/deadline.h"
#include "flow/watch.h"

struct aci_completing {
    aci_watch watch;
};

/* ac_as_completed_step.co.flags: it is taken already, and gives the result; else it gives the future. */
enum { STEP_RESULT = 1 };

static ac_as_completed_step *step_of(ac_link *link)
{
    return AC_CONTAINER_OF(link, ac_as_completed_step, link);
}

/* ---- The queue ---- */

/* Queue._wakeup_next: those that are cancelled already are passed over. */
static ac_status completed_wake_next(ac_as_completed *self)
{
    while (!aci_list_empty(&self->steps)) {
        ac_as_completed_step *step = step_of(aci_list_take_first(&self->steps));
        if (!ac_future_done(&step->getter))
            return ac_future_set_result(&step->getter, ac_none()); /* HOST, on a foreign loop */
    }
    return AC_OK;
}

/* Queue.put_nowait */
static ac_status completed_put(ac_as_completed *self, aci_watched *one)
{
    one->todo = false;
    self->todo--;
    aci_list_append(&self->done, &one->queued);
    return completed_wake_next(self); /* HOST */
}

/* Takes the first one that is done; *future is retained, NULL: the time was over. */
static void completed_get(ac_as_completed *self, ac_future **future)
{
    aci_watched *one = AC_CONTAINER_OF(aci_list_take_first(&self->done), aci_watched, queued);
    *future = one->future;
    one->future = NULL;
}

/* ---- The timer ---- */

static ac_as_completed *completed_timed(ac_callback *callback)
{
    ac_deadline **slot = aci_deadline_slot(callback);
    return slot != NULL ? AC_CONTAINER_OF(slot, ac_as_completed, timer) : NULL;
}

/* Its callback goes first: the future is not to be held by what it holds. */
static ac_status completed_give_up_one(ac_as_completed *self, aci_watched *one)
{
    ac_loop *loop = self->loop;
    ac_future *future = one->future;
    aci_watch *watch = one->watch;
    aci_watch_remove(one); /* HOST */
    if (watch->user == NULL)
        return AC_OK;
    one->future = NULL;
    ac_status status = completed_put(self, one); /* HOST */
    aci_release(loop, future);                   /* HOST */
    return status;
}

static ac_status completed_handle_timeout(ac_loop *loop, ac_callback *callback)
{
    ac_as_completed *self = completed_timed(callback);
    aci_watch *watch = &self->some->watch;
    ac_status status = AC_OK;
    aci_watch_keep(watch);
    for (size_t i = 0; i < watch->count && watch->user != NULL && status == AC_OK; i++)
        if (watch->each[i].todo)
            status = completed_give_up_one(self, &watch->each[i]); /* HOST */
    aci_watch_free(loop, watch);
    return status;
}

static int completed_visit_timer(ac_callback *callback, ac_visitor *visitor)
{
    ac_as_completed *self = completed_timed(callback);
    return self != NULL && self->timer_owner.bits != 0 ? visitor->value(visitor, ac_lend(self->timer_owner))
                                                       : 0;
}

static void completed_timer_done(ac_loop *loop, ac_callback *callback)
{
    ac_as_completed *self = completed_timed(callback);
    ac_value owner = self != NULL ? ac_take(&self->timer_owner) : ac_none();
    aci_deadline_done(loop, callback);
    aci_drop(loop, owner); /* HOST */
}

static const ac_handle_ops completed_timeout_ops = {.run = completed_handle_timeout,
                                                    .visit = completed_visit_timer,
                                                    .done = completed_timer_done,
                                                    .name = "_AsCompletedIterator._handle_timeout"};
static const ac_handle_ops completed_on_timeout_ops = {.run = completed_handle_timeout,
                                                       .visit = completed_visit_timer,
                                                       .done = completed_timer_done,
                                                       .name = "as_completed.<locals>._on_timeout"};

static void completed_cut_timer(ac_as_completed *self)
{
    ac_loop *loop = self->loop;
    ac_value owner = ac_take(&self->timer_owner);
    aci_deadline_cut(loop, &self->timer);
    aci_drop(loop, owner); /* HOST */
}

/* ---- The callbacks ---- */

/* The timer, if it came first, has taken the future out. */
static ac_status completed_handle(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    aci_watched *one = aci_watched_of(callback);
    aci_watch *watch = one->watch;
    ac_as_completed *self = watch->user;
    if (self == NULL || !one->todo)
        return AC_OK;
    ac_status status = completed_put(self, one); /* HOST */
    if (watch->user != NULL && self->todo == 0)
        completed_cut_timer(self); /* HOST */
    return status;
}

static const ac_handle_ops completed_ops = {.run = completed_handle,
                                            .visit = aci_watch_visit,
                                            .done = aci_watch_done,
                                            .name = "_AsCompletedIterator._handle_completion",
                                            .waiter = aci_watch_waiter,
                                            .awaited = aci_watch_awaited};
static const ac_handle_ops completed_on_ops = {.run = completed_handle,
                                               .visit = aci_watch_visit,
                                               .done = aci_watch_done,
                                               .name = "as_completed.<locals>._on_completion",
                                               .waiter = aci_watch_waiter,
                                               .awaited = aci_watch_awaited};

/* ---- Begin and end ---- */

ac_status ac_as_completed_init(ac_as_completed *self, ac_loop *loop, ac_future *const *futures, size_t count,
                               ac_ref owner)
{
    struct aci_completing *some = aci_watch_new(loop, sizeof *some, futures, count);
    if (some == NULL)
        return aci_fail(loop, AC_E_MEMORY, "no memory to wait for several futures");
    some->watch.user = self;
    some->watch.owner = owner;
    self->loop = loop;
    self->some = some;
    aci_list_init(&self->done);
    aci_list_init(&self->steps);
    self->timer = NULL;
    self->timer_owner = ac_none();
    self->todo = self->left = count;
    for (size_t i = 0; i < count; i++)
        some->watch.each[i].todo = true;
    return AC_OK;
}

static ac_status completed_set_timer(ac_as_completed *self, double timeout)
{
    ac_loop *loop = self->loop;
    const ac_handle_ops *ops = aci_has(loop, AC_S_AS_COMPLETED_ASYNC_ITERATOR) ? &completed_timeout_ops
                                                                               : &completed_on_timeout_ops;
    self->timer_owner = aci_dup(loop, self->some->watch.owner);
    ac_status status = aci_deadline_set(loop, &self->timer, ac_loop_time(loop) + timeout, ops, ac_none());
    if (status != AC_OK)
        aci_drop_slot(loop, &self->timer_owner); /* HOST */
    return status;
}

/* Who waits for the futures by this, as a call graph shows it: the task that has made it. */
ac_status ac_as_completed_start(ac_as_completed *self, const double *timeout)
{
    ac_loop *loop = self->loop;
    aci_watch *watch = &self->some->watch;
    const ac_handle_ops *ops = aci_has(loop, AC_S_AS_COMPLETED_ASYNC_ITERATOR) ? &completed_ops
                                                                               : &completed_on_ops;
    ac_status status = AC_OK;
    watch->task = aci_has(loop, AC_S_AS_COMPLETED_KNOWS_TASK) ? loop->current : NULL;
    for (size_t i = 0; i < watch->count && status == AC_OK; i++)
        status = aci_watch_add(&watch->each[i], ops);
    if (status == AC_OK && watch->count > 0 && timeout != NULL)
        status = completed_set_timer(self, *timeout);
    return status;
}

void ac_as_completed_clear(ac_as_completed *self)
{
    struct aci_completing *some = self->some;
    if (some == NULL)
        return;
    self->some = NULL;
    self->left = self->todo = 0;
    some->watch.user = NULL;
    while (!aci_list_empty(&self->steps))
        (void)aci_list_take_first(&self->steps);
    while (!aci_list_empty(&self->done))
        (void)aci_list_take_first(&self->done);
    completed_cut_timer(self); /* HOST */
    for (size_t i = 0; i < some->watch.count; i++)
        aci_watch_remove(&some->watch.each[i]); /* HOST */
    aci_watch_leave(&some->watch);              /* HOST */
}

/* With the callbacks of getters: a task that waits in a step hangs on this, as on a queue. */
int ac_as_completed_visit(ac_as_completed *self, ac_visitor *visitor)
{
    if (self->some == NULL)
        return 0;
    int stop = aci_watch_visit_futures(&self->some->watch, visitor);
    for (ac_link *link = self->steps.next; link != &self->steps && stop == 0; link = link->next)
        stop = ac_future_visit(&step_of(link)->getter, visitor);
    return stop;
}

/* ---- Steps ---- */

/* An exception came while it waited: Queue.get gives a wake-up that it has had to the next one, and a step
 * that was not made use of is there again (gh-158004).  A getter that nobody has ended is cancelled, which
 * wakes whoever waits for it; any other may hold a cancel's message. */
static void step_give_back(ac_as_completed_step *step)
{
    ac_as_completed *self = step->of;
    bool was_done = ac_future_done(&step->getter);
    if (!was_done)
        (void)ac_future_cancel(&step->getter, ac_none_ref(), NULL); /* HOST, on a foreign loop */
    if (aci_linked(&step->link))
        aci_list_remove(&step->link);
    if (!aci_list_empty(&self->done) && !ac_future_cancelled(&step->getter))
        (void)completed_wake_next(self); /* HOST, on a foreign loop */
    if (self->some != NULL && aci_has(self->loop, AC_S_AS_COMPLETED_STEP_CANCEL_RESTORES))
        self->left++;
    if (was_done)
        ac_future_clear(&step->getter); /* HOST */
}

static ac_turn step_raise_new(ac_loop *loop, ac_coro *co, ac_xkind kind, ac_out *out)
{
    co->at = AC_AT_END;
    out->value = aci_error(loop, kind, "");
    return AC_RAISED;
}

/* What the step gives for the future, which is retained; NULL: the time is over. */
static ac_turn step_give(ac_loop *loop, ac_as_completed_step *step, ac_future *future, ac_out *out)
{
    ac_how how = AC_SEND;
    if (future == NULL)
        return step_raise_new(loop, &step->co, AC_X_TIMEOUT, out);
    if (step->co.flags != STEP_RESULT) {
        step->found = future;
        return ac_return(out, ac_none());
    }
    ac_status status = ac_future_result(future, &how, &out->value);
    if (status != AC_OK) { /* it was cleared since it was done */
        out->value = ac_loop_status_exception(loop, status, future);
        how = AC_THROW;
    }
    aci_release(loop, future); /* HOST */
    return how == AC_SEND ? AC_RETURNED : AC_RAISED;
}

enum { STEP_GETTER = 1 };

static ac_turn step_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_as_completed_step *step = AC_CONTAINER_OF(co, ac_as_completed_step, co);
    ac_as_completed *self = step->of;
    ac_future *future;
    AC_BEGIN(co);
    if (co->flags != STEP_RESULT && self->left == 0)
        return step_raise_new(loop, co, AC_X_STOP_ASYNC, out);
    if (co->flags != STEP_RESULT)
        self->left--;
    while (aci_list_empty(&self->done)) {
        aci_future_init_embedded(&step->getter, loop);
        aci_list_append(&self->steps, &step->link);
        AC_AWAIT(STEP_GETTER, &step->getter);
        if (how != AC_SEND) {
            ac_turn turn = ac_raise(loop, in, out);
            co->at = AC_AT_END;
            step_give_back(step); /* HOST */
            return turn;
        }
        ac_future_clear(&step->getter); /* HOST: the next one is another future */
    }
    AC_END(co);
    completed_get(self, &future);
    return step_give(loop, step, future, out); /* HOST */
}

/* While it waits, what it is a step of shows the getter; each thing is shown once. */
static int step_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_as_completed_step *step = AC_CONTAINER_OF(co, ac_as_completed_step, co);
    int stop = step->found != NULL ? visitor->future(visitor, step->found) : 0;
    return stop == 0 && !aci_linked(&step->link) ? ac_future_visit(&step->getter, visitor) : stop;
}

static void step_clear(ac_loop *loop, ac_coro *co)
{
    ac_as_completed_step *step = AC_CONTAINER_OF(co, ac_as_completed_step, co);
    ac_future *found = ac_as_completed_found(step);
    co->at = AC_AT_END;
    if (aci_linked(&step->link))
        aci_list_remove(&step->link);
    ac_future_clear(&step->getter); /* HOST */
    if (found != NULL)
        aci_release(loop, found); /* HOST */
}

static const ac_coro_ops step_ops = {step_resume, NULL, step_visit, step_clear};

static void step_init(ac_as_completed *self, ac_as_completed_step *step, uint16_t flags)
{
    ac_coro_init(&step->co, &step_ops);
    step->co.flags = flags;
    step->of = self;
    step->link.prev = step->link.next = NULL;
    step->found = NULL;
    aci_future_init_embedded(&step->getter, self->loop);
}

bool ac_as_completed_next(ac_as_completed *self, ac_as_completed_step *step)
{
    if (self->left == 0)
        return false;
    self->left--;
    step_init(self, step, STEP_RESULT);
    return true;
}

void ac_as_completed_anext(ac_as_completed *self, ac_as_completed_step *step)
{
    step_init(self, step, 0);
}

ac_future *ac_as_completed_found(ac_as_completed_step *step)
{
    ac_future *found = step->found;
    step->found = NULL;
    return found;
}
