/* step.c - one step of a task: enter, resume the body, act on how it stopped.
 *
 * Mirrors    task_step_impl, task_step_handle_result_impl, task_wakeup, task_set_error_soon, enter_task,
 *            leave_task of _asyncio.
 * Idea       A step is two halves with the body between them; a host may put its own dispatch loop there.
 *            What the step delivers comes out of one slot: the future that was waited for, or an exception.
 * Holds      (1) step.link is on a future's callbacks or the ready list, or the body runs, or the task is
 *            parked, or done: exactly one of these.  (2) The slot is kept until the body has stopped, because
 *            'in' is borrowed from it.  (3) While (1) is a list or running, the core holds one retain.
 * Owns       *out is ours when the body has stopped: it is given to the future, kept, or dropped.
 * Re-enters  resume, release and drop run host code.
 * Cost       No allocation, save exceptions that have to be made.
 * Tests      tests/test_step.c; difftests/twins/step_*.py */
#include "task/task_impl.h"

/* ---- The slot ---- */

void aci_task_set_error(ac_task *task, ac_value exception)
{
    ac_loop *loop = task->future.loop;
    ac_future *older = task->waiting.future;
    ac_value older_error = task->waiting.error;
    bool was_error = aci_flag(&task->future, ACI_T_THROW);
    task->waiting.error = exception;
    task->future.flags |= ACI_T_THROW;
    if (was_error)
        aci_drop(loop, older_error); /* HOST */
    else if (older != NULL)
        aci_release(loop, older); /* HOST */
}

ac_status aci_task_ready(ac_task *task)
{
    return aci_ready(task->future.loop, &task->step);
}

/* ---- What the step delivers ---- */

/* In asyncio the future's result raises it, and what comes out is thrown: whatever is being handled around
 * the loop becomes its context. */
static void raise_waiting(ac_task *task, ac_value error)
{
    const ac_loop *loop = task->future.loop;
    if (error.bits != 0 && loop->host->raising != NULL)
        loop->host->raising(task->future.loop, ac_lend(error), ac_none_ref()); /* HOST */
    aci_task_set_error(task, error);                                           /* HOST */
}

/* The outcome of the future that was waited for.  One in a frame of the core has no result to lend and may be
 * gone with its frame before the body stops: the slot forgets it.  A cancelled one makes (or hands out) a
 * CancelledError, which takes its place in the slot. */
static void read_waiting(ac_task *task, ac_how *how, ac_ref *in)
{
    ac_future *future = task->waiting.future;
    *how = AC_SEND;
    *in = ac_none_ref();
    if (future == NULL)
        return;
    if (future->loop == NULL && aci_flag(future, ACI_F_EMBEDDED))
        task->waiting.future = NULL; /* its frame has ended: somebody else waited for it, too */
    if (future->loop == NULL || !ac_future_done(future))
        return;
    aci_unflag(future, ACI_F_LOG);
    if (aci_state(future) != AC_CANCELLED) {
        *how = aci_state(future) == AC_FINISHED ? AC_SEND : AC_THROW;
        *in = ac_lend(future->result);
        if (aci_flag(future, ACI_F_EMBEDDED))
            task->waiting.future = NULL;
        return;
    }
    raise_waiting(task, aci_cancelled_error(future)); /* HOST */
    *how = AC_THROW;
    *in = ac_lend(task->waiting.error);
}

/* A requested cancellation comes instead of what was on its way, unless that is a cancellation itself. */
static void deliver_cancellation(ac_task *task, ac_how *how, ac_ref *in)
{
    ac_loop *loop = task->future.loop;
    aci_unflag(&task->future, ACI_T_MUST_CANCEL);
    if (*how == AC_THROW && (aci_classify(loop, *in) & AC_IS_CANCELLED) != 0)
        return;
    aci_task_set_error(task, aci_cancelled_error(&task->future)); /* HOST */
    *how = AC_THROW;
    *in = ac_lend(task->waiting.error);
}

static void prepare(ac_task *task, ac_how *how, ac_ref *in)
{
    if (aci_flag(&task->future, ACI_T_PARKED)) {
        aci_unflag(&task->future, ACI_T_PARKED);
    } else if (aci_flag(&task->future, ACI_T_THROW)) {
        *how = AC_THROW;
        *in = ac_lend(task->waiting.error);
    } else {
        read_waiting(task, how, in);
    }
    if (aci_unlikely(aci_flag(&task->future, ACI_T_MUST_CANCEL)))
        deliver_cancellation(task, how, in);
}

/* ---- Enter ---- */

static inline bool aci_step_scheduled(const ac_task *task)
{
    return aci_linked(&task->step.link) || (task->step.flags & ACI_H_POSTED) != 0;
}

static inline ac_status check_enter(ac_task *task)
{
    ac_loop *loop = task->future.loop;
    if (loop == NULL)
        return AC_E_RUNTIME;
    if (aci_has(loop, AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP) && (loop->flags & ACI_L_RUNNING) == 0)
        return aci_fail(loop, AC_E_RUNTIME, "loop %L is not the running loop");
    if (loop->current != NULL)
        return aci_fail(loop, AC_E_RUNTIME,
                        "Cannot enter into task %T while another task %P is being executed.");
    if (aci_flag(&task->future, ACI_F_STATE | ACI_T_BUSY) || aci_step_scheduled(task))
        return aci_fail(loop, AC_E_STATE, "__step(): already done: %T");
    return AC_OK;
}

/* Nine steps of ten: held, nothing to throw, nothing requested, not traced, and what was waited for has a
 * result. */
static inline bool enter_quickly(ac_loop *loop, ac_task *task, ac_ref *in)
{
    enum {
        LOOKED_AT = ACI_F_STATE | ACI_F_TRACED | ACI_T_BUSY | ACI_T_PARKED | ACI_T_THROW | ACI_T_MUST_CANCEL |
                    ACI_T_HELD
    };
    uint32_t flags = task->future.flags;
    const ac_future *future = task->waiting.future;
    if ((flags & LOOKED_AT) != ACI_T_HELD || loop->current != NULL)
        return false;
    if (future != NULL) {
        if ((future->flags & (ACI_F_STATE | ACI_F_LOG | ACI_F_EMBEDDED)) != AC_FINISHED)
            return false;
        *in = ac_lend(future->result);
    }
    loop->current = task;
    task->future.flags = flags | ACI_T_BUSY | ACI_T_RUNNING;
    return true;
}

static ac_status enter(ac_task *task, ac_how *how, ac_ref *in)
{
    ac_status status = check_enter(task);
    if (aci_unlikely(status != AC_OK))
        return status;
    task->future.loop->current = task;
    task->future.flags |= ACI_T_BUSY;
    if (!aci_flag(&task->future, ACI_T_HELD))
        task->future.flags |= task->step.context.bits != 0 ? ACI_T_BY_HAND : ACI_T_BY_HAND | ACI_T_NO_CONTEXT;
    aci_task_hold(task);
    prepare(task, how, in); /* HOST */
    task->future.flags |= ACI_T_RUNNING;
    if (aci_traced(task->future.loop))
        aci_task_trace_step(task, *how, *in, false);
    return AC_OK;
}

ac_status ac_task_step_enter(ac_task *task, ac_how *how, ac_ref *in)
{
    return enter(task, how, in);
}

/* ---- Leave: one function for each way to stop ---- */

/* The next step throws this (stolen). */
static ac_status throw_soon(ac_task *task, ac_value exception)
{
    aci_task_set_error(task, exception);
    aci_task_hold(task);
    return aci_task_ready(task);
}

static ac_status bad_yield(ac_task *task, const char *text, ac_ref value, ac_future *future)
{
    ac_error error = {.kind = AC_X_RUNTIME, .text = text, .value = value, .task = task, .future = future};
    ac_loop *loop = task->future.loop;
    aci_assert(loop != NULL); /* a task that is being stepped cannot be cleared */
    return throw_soon(task, loop->host->error(loop, &error));
}

/* What a program can do wrong: the next step throws it.  A future that never was initialised was not
 * retained, one that was cleared since it was awaited was. */
static ac_status refuse_await(ac_task *task, ac_future *future)
{
    const char *words = "yield was used instead of yield from in task %T with %F";
    bool initialised = future->loop != NULL;
    if (!initialised)
        words = "Future object is not initialized.";
    else if (future == &task->future)
        words = "Task cannot await on itself: %T";
    else if (future->loop != task->future.loop)
        words = "Task %T got Future %F attached to a different loop";
    ac_status status = bad_yield(task, words, ac_none_ref(), initialised ? future : NULL); /* HOST */
    if (initialised || aci_flag(future, ACI_F_BLOCKING))
        aci_release(task->future.loop, future); /* HOST */
    return status;
}

/* A cancellation that was requested while the body ran goes to what it waits for now. */
static ac_status forward_cancellation(ac_task *task, ac_future *future)
{
    bool accepted = false;
    ac_ref message = ac_lend(task->future.result);
    ac_status status = aci_future_cancel(future, message, AC_CANCEL_BY_POSITION, &accepted); /* HOST */
    if (accepted)
        aci_unflag(&task->future, ACI_T_MUST_CANCEL);
    return status;
}

static inline bool may_await(const ac_task *task, const ac_future *future)
{
    return future->loop == task->future.loop && (future->flags & ACI_F_BLOCKING) != 0 &&
           future != &task->future;
}

static inline ac_status act_awaiting(ac_task *task, ac_future *future)
{
    uint32_t flags = future->flags;
    if (aci_unlikely(!may_await(task, future)))
        return refuse_await(task, future);
    future->flags = flags & ~(uint32_t)ACI_F_BLOCKING;
    task->waiting.future = future;
    aci_task_hold(task);
    if (aci_unlikely((flags & ACI_F_STATE) != 0))
        return aci_ready_slowly(task->future.loop, &task->step, future);
    aci_future_append(future, &task->step);
    if (aci_unlikely(aci_flag(&task->future, ACI_T_MUST_CANCEL)))
        return forward_cancellation(task, future);
    return AC_OK;
}

static ac_status act_parked(ac_task *task)
{
    ac_coro *body = task->body;
    bool accepted = false;
    task->future.flags |= ACI_T_PARKED;
    if (!aci_flag(&task->future, ACI_T_MUST_CANCEL) || body->ops->unpark == NULL)
        return AC_OK;
    ac_status status = body->ops->unpark(task->future.loop, body, ac_lend(task->future.result),
                                         &accepted); /* HOST */
    if (accepted)
        aci_unflag(&task->future, ACI_T_MUST_CANCEL);
    return status;
}

/* The failure is nobody's but the step's: the body knows nothing of it. */
static ac_status act_stuck(ac_task *task, ac_value exception)
{
    task->future.flags |= ACI_T_PARKED;
    return ac_loop_raise(task->future.loop, exception);
}

static ac_status act_strange(ac_task *task, const char *text, ac_value value)
{
    ac_status status = bad_yield(task, text, ac_lend(value), NULL);
    aci_drop(task->future.loop, value); /* HOST */
    return status;
}

/* A task that was asked to cancel and returns is cancelled, and the value is lost. */
static ac_status cancel_returned(ac_task *task, ac_value result)
{
    ac_loop *loop = task->future.loop;
    aci_unflag(&task->future, ACI_T_MUST_CANCEL);
    ac_status status = aci_task_finish(task, AC_CANCELLED, ac_take(&task->future.result)); /* HOST */
    aci_drop(loop, result);                                                                /* HOST */
    return status;
}

static inline ac_status act_returned(ac_task *task, ac_value result)
{
    if (aci_likely(!aci_flag(&task->future, ACI_T_MUST_CANCEL)))
        return aci_task_finish(task, AC_FINISHED, result);
    return cancel_returned(task, result);
}

/* An exit exception is stored and raised, too: it leaves the loop before any done callback of the task
 * runs. */
static ac_status act_raised(ac_task *task, ac_value exception)
{
    ac_loop *loop = task->future.loop;
    unsigned bits = aci_classify(loop, ac_lend(exception));
    ac_value replaced = ac_none();
    if ((bits & AC_IS_CANCELLED) != 0) {
        task->future.flags |= ACI_F_CANCEL_EXC;
        aci_unflag(&task->future, ACI_F_LOG);
        return aci_task_finish(task, AC_CANCELLED, exception);
    }
    if (aci_unlikely((bits & AC_IS_STOP) != 0) &&
        aci_guard_stop_iteration(loop, &exception, &replaced) == AC_E_MEMORY)
        replaced = ac_take(&exception);
    ac_value leaving = (bits & AC_IS_EXIT) != 0 ? aci_dup(loop, ac_lend(exception)) : ac_none();
    task->future.flags |= ACI_F_LOG;
    ac_status status = aci_task_finish(task, AC_FAILED, exception); /* HOST */
    aci_drop(loop, replaced);                                       /* HOST */
    return (bits & AC_IS_EXIT) != 0 ? ac_loop_raise(loop, leaving) : status;
}

static ac_status act_otherwise(ac_task *task, ac_turn turn, ac_value value)
{
    switch (turn) {
    case AC_PARKED:
        return act_parked(task);
    case AC_STRANGE:
        return act_strange(task, "Task got bad yield: %V", value);
    case AC_GENERATOR:
        return act_strange(task, "yield was used instead of yield from for generator in task %T with %V",
                           value);
    case AC_REFUSED:
        return throw_soon(task, value);
    case AC_STUCK:
        return act_stuck(task, value);
    default:
        return act_raised(task, value);
    }
}

static inline ac_status act(ac_task *task, ac_turn turn, ac_out *out)
{
    if (turn == AC_AWAITING)
        return act_awaiting(task, out->future);
    if (turn == AC_RETURNED)
        return act_returned(task, out->value);
    if (turn != AC_YIELDED)
        return act_otherwise(task, turn, turn == AC_PARKED ? ac_none() : out->value);
    aci_task_hold(task);
    return aci_task_ready(task);
}

/* A step that was thrown into: the slot owns the exception. */
static ac_status stop_thrown(ac_task *task, ac_turn turn, ac_out *out)
{
    ac_loop *loop = task->future.loop;
    ac_value error = ac_take(&task->waiting.error);
    aci_unflag(&task->future, ACI_T_THROW | ACI_T_RUNNING);
    ac_status status = act(task, turn, out); /* HOST */
    aci_drop(loop, error);                   /* HOST */
    aci_unflag(&task->future, ACI_T_BUSY);
    return status;
}

/* What cannot be awaited is not shown: act_awaiting refuses it. */
static ACI_COLD void trace_stop(ac_task *task, ac_turn turn, const ac_out *out)
{
    ac_loop *loop = task->future.loop;
    ac_event event = {.kind = AC_EV_STEP_END, .task = task, .stop = turn};
    if (turn == AC_AWAITING)
        event.future = may_await(task, out->future) ? out->future : NULL;
    else if (turn != AC_YIELDED && turn != AC_PARKED)
        event.value = ac_lend(out->value);
    if (aci_traced(loop))
        aci_trace(loop, event);
}

/* What the step delivered is given up last, when the task has its new state: that may run host code. */
static inline ac_status stop_sent(ac_task *task, ac_turn turn, ac_out *out)
{
    ac_loop *loop = task->future.loop;
    ac_future *delivered = task->waiting.future;
    task->waiting.future = NULL;
    aci_unflag(&task->future, ACI_T_RUNNING);
    ac_status status = act(task, turn, out); /* HOST */
    if (delivered != NULL)
        aci_release(loop, delivered); /* HOST */
    aci_unflag(&task->future, ACI_T_BUSY);
    return status;
}

static ACI_COLD ac_status stop_slowly(ac_task *task, ac_turn turn, ac_out *out)
{
    if (aci_flag(&task->future, ACI_F_TRACED))
        trace_stop(task, turn, out);
    if (aci_flag(&task->future, ACI_T_THROW))
        return stop_thrown(task, turn, out); /* HOST */
    return stop_sent(task, turn, out);       /* HOST */
}

static inline ac_status stop_at_once(ac_task *task, ac_turn turn, ac_out *out)
{
    if (aci_unlikely(aci_flag(&task->future, ACI_T_THROW | ACI_F_TRACED)))
        return stop_slowly(task, turn, out); /* HOST */
    return stop_sent(task, turn, out);       /* HOST */
}

static ACI_APART ac_status stop(ac_task *task, ac_turn turn, ac_out *out)
{
    return stop_at_once(task, turn, out); /* HOST */
}

ac_status aci_task_stop(ac_task *task, ac_turn turn, ac_out *out)
{
    return stop_at_once(task, turn, out); /* HOST */
}

/* In a turn the loop does this: a context that the task was given in the step is left, and the core's retain
 * given up. */
static void end_by_hand(ac_loop *loop, ac_task *task)
{
    bool was_given = aci_flag(&task->future, ACI_T_NO_CONTEXT) && task->step.context.bits != 0;
    aci_unflag(&task->future, ACI_T_BY_HAND | ACI_T_NO_CONTEXT);
    if (was_given && loop->host->leave != NULL)
        loop->host->leave(loop, ac_lend(task->step.context)); /* HOST */
    aci_task_settle(loop, task);                              /* HOST */
}

/* Another task has taken this one's place and stays there, or none: a program has swapped them, an eager
 * start was stranded (eager.c), the process is a child that was forked in the step.  An error of the step's
 * own goes first. */
static ACI_COLD ac_status leave_other(ac_loop *loop, ac_status status)
{
    if (status != AC_OK)
        return status;
    if (!aci_has(loop, AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP))
        return aci_fail(loop, AC_E_RUNTIME, "Leaving task %T does not match the current task %P.");
    return aci_fail(loop, AC_E_RUNTIME,
                    (loop->flags & ACI_L_RUNNING) != 0
                        ? "Invalid attempt to leave task %T while task %P is entered."
                        : "loop %L is not the running loop");
}

static inline ac_status leave(ac_loop *loop, ac_task *task, ac_turn turn, ac_out *out)
{
    ac_status status = stop(task, turn, out); /* HOST */
    if (aci_likely(loop->current == task))
        loop->current = NULL;
    else
        status = leave_other(loop, status);
    if (aci_unlikely(aci_flag(&task->future, ACI_T_BY_HAND)))
        end_by_hand(loop, task); /* HOST */
    return status;
}

ac_status ac_task_step_leave(ac_task *task, ac_turn turn, ac_out *out)
{
    return leave(task->future.loop, task, turn, out);
}

/* ---- Whole steps ---- */

/* The step serves as the group's callback: it is in use as in a step. */
static ac_status tell_group(ac_loop *loop, ac_task *task)
{
    ac_task_keep(task);
    task->future.flags |= ACI_T_BUSY;
    ac_status status = aci_group_child_done(loop, task->group, task); /* HOST */
    aci_unflag(&task->future, ACI_T_BUSY);
    return status;
}

/* A bare yield of a step that delivered nothing has only to go round again. */
static inline ac_status yield_quickly(ac_loop *loop, ac_task *task)
{
    aci_unflag(&task->future, ACI_T_RUNNING);
    ac_status status = aci_task_ready(task); /* HOST */
    loop->current = NULL;
    aci_unflag(&task->future, ACI_T_BUSY);
    return status;
}

ac_status aci_task_run(ac_loop *loop, ac_task *task)
{
    ac_how how = AC_SEND;
    ac_ref in = ac_none_ref();
    ac_out out = {.value = ac_none()};
    if (aci_unlikely((task->step.flags & ACI_H_GROUP) != 0))
        return tell_group(loop, task);
    bool quick = enter_quickly(loop, task, &in);
    if (aci_unlikely(!quick)) {
        ac_status status = enter(task, &how, &in); /* HOST */
        if (status != AC_OK)
            return status;
    }
    ac_turn turn = task->body->ops->resume(loop, task->body, how, in, &out); /* HOST */
    if (turn == AC_YIELDED && quick && task->waiting.future == NULL && loop->current == task)
        return yield_quickly(loop, task); /* HOST */
    return leave(loop, task, turn, &out); /* HOST */
}

/* The caller has entered the context that the task had. */
ac_status ac_task_step(ac_task *task, ac_how how, ac_ref in)
{
    ac_out out = {.value = ac_none()};
    ac_loop *loop = task->future.loop;
    ac_status status = enter(task, &how, &in); /* HOST */
    if (status != AC_OK)
        return status;
    ac_turn turn = task->body->ops->resume(loop, task->body, how, in, &out); /* HOST */
    return leave(loop, task, turn, &out);                                    /* HOST */
}

ac_status ac_task_wake(ac_task *task)
{
    ac_loop *loop = task->future.loop;
    if (loop == NULL)
        return AC_E_RUNTIME;
    if (!aci_flag(&task->future, ACI_T_PARKED) || ac_handle_scheduled(&task->step))
        return aci_fail(loop, AC_E_STATE, "the task is not parked");
    aci_task_hold(task);
    ac_status status = aci_task_ready(task);
    if (status != AC_OK)
        aci_task_settle(loop, task); /* HOST */
    return status;
}

/* Parked, done, or left unscheduled: nothing of the core refers to the task any more. */
void aci_task_settle(ac_loop *loop, ac_task *task)
{
    ac_future *future = &task->future;
    if (aci_unlikely(aci_flag(future, ACI_T_LOOSE)))
        ac_task_keep(task); /* its group's callback was dropped: the group is never told */
    if (!aci_flag(future, ACI_T_HELD) || aci_flag(future, ACI_T_BUSY) || ac_handle_scheduled(&task->step))
        return;
    aci_unflag(future, ACI_T_HELD);
    aci_release(loop, future); /* HOST */
}
