/* cancel.c - requests to cancel, and taking them back.
 *
 * Mirrors    _asyncio_Task_cancel_impl, uncancel, cancelling.
 * Idea       A task that waits for a task hands the request on; the innermost thing that waits is cancelled,
 *            and the tasks wake from there outwards, one turn a level.  CPython recurses along this chain;
 *            here it is walked.
 * Holds      Every task on the chain counts the request.  Only the innermost one, if what it waits for
 *            refuses, has to remember it (MUST_CANCEL, and the message in future.result).
 * Re-enters  unpark and an overridden cancel run host code, which may cancel again: the innermost task is
 *            held over them, and how deep they nest is bounded.
 * Cost       No allocation; O(chain), twice: a cycle is found before anything is changed.
 * Tests      tests/test_cancel.c; difftests/twins/cancel_*.py */
#include "task/task_impl.h"

/* The task that a pending task waits for and that would handle a request itself; NULL at the end of the
 * chain. */
static ac_task *next_in_chain(const ac_task *task)
{
    if (!aci_task_waits(task))
        return NULL;
    ac_future *future = task->waiting.future;
    if (!aci_flag(future, ACI_F_TASK) || aci_flag(future, ACI_F_OVERRIDDEN) || ac_future_done(future))
        return NULL;
    return aci_as_task(future);
}

/* Brent's: the hare runs, the tortoise is moved up to it at each power of two. */
static bool is_cycle(ac_task *task)
{
    ac_task *tortoise = task, *hare = next_in_chain(task);
    size_t steps = 1, power = 1;
    while (hare != NULL && hare != tortoise) {
        if (steps == power) {
            tortoise = hare;
            power *= 2;
            steps = 0;
        }
        hare = next_in_chain(hare);
        steps++;
    }
    return hare != NULL;
}

static void remember(ac_task *task, ac_ref message)
{
    ac_loop *loop = task->future.loop;
    ac_value older = task->future.result;
    task->future.result = aci_dup(loop, message);
    task->future.flags |= ACI_T_MUST_CANCEL;
    if (aci_traced(loop))
        aci_trace(loop, (ac_event){.kind = AC_EV_MUST_CANCEL, .task = task});
    aci_drop(loop, older); /* HOST */
}

static bool can_be_unparked(const ac_task *task)
{
    return aci_flag(&task->future, ACI_T_PARKED) && !ac_handle_scheduled(&task->step) &&
           task->body->ops->unpark != NULL;
}

static ac_status unpark(ac_task *task, ac_ref message, bool *accepted)
{
    ac_loop *loop = task->future.loop;
    ac_status status = aci_go_deeper(loop);
    if (status != AC_OK)
        return status;
    status = task->body->ops->unpark(loop, task->body, message, accepted); /* HOST */
    loop->depth--;
    return status;
}

/* A program has closed the coroutine in whose frame the future was.  In asyncio that future is there still,
 * and a cancel of it is the only thing that can wake the task.  If it was done already the task is on its
 * way. */
static ac_status wake_the_abandoned(ac_task *task, ac_ref message, bool *accepted)
{
    ac_loop *loop = task->future.loop;
    if (ac_handle_scheduled(&task->step))
        return AC_OK;
    ac_error error = {.kind = AC_X_CANCELLED, .text = "", .value = message};
    *accepted = true;
    aci_task_set_error(task, loop->host->error(loop, &error)); /* nothing is dropped: it had no error */
    aci_task_hold(task);
    ac_status status = aci_task_ready(task);
    if (status != AC_OK)
        aci_task_settle(loop, task); /* HOST */
    return status;
}

/* Asks what the innermost task waits for. */
static ac_status ask(ac_task *task, ac_ref message, bool *accepted)
{
    *accepted = false;
    if (can_be_unparked(task))
        return unpark(task, message, accepted); /* HOST */
    if (!aci_task_waits(task))
        return AC_OK;
    if (task->waiting.future->loop == NULL && aci_flag(task->waiting.future, ACI_F_EMBEDDED))
        return wake_the_abandoned(task, message, accepted);
    if (task->waiting.future->loop == NULL)
        return aci_fail(task->future.loop, AC_E_RUNTIME, "Future object is not initialized.");
    return aci_future_cancel(task->waiting.future, message, AC_CANCEL_BY_POSITION, accepted); /* HOST */
}

static ac_status cancel_innermost(ac_task *task, ac_ref message)
{
    ac_loop *loop = task->future.loop;
    bool accepted;
    aci_retain(loop, &task->future);
    ac_status status = ask(task, message, &accepted); /* HOST */
    if (status == AC_OK && !accepted && !ac_future_done(&task->future) && task->future.loop != NULL)
        remember(task, message);
    aci_release(loop, &task->future); /* HOST */
    return status;
}

static void trace_request(ac_task *task, bool accepted)
{
    if (aci_traced(task->future.loop))
        aci_trace(task->future.loop, (ac_event){.kind = AC_EV_CANCEL,
                                                .task = task,
                                                .yes = accepted,
                                                .count = task->step.extra,
                                                .future = ac_task_waiting_for(task)});
}

ac_status aci_task_cancel(ac_task *task, ac_ref message, bool *accepted)
{
    aci_unflag(&task->future, ACI_F_LOG);
    *accepted = false;
    if (ac_future_done(&task->future)) {
        trace_request(task, false);
        return AC_OK;
    }
    if (aci_unlikely(is_cycle(task)))
        return aci_fail(task->future.loop, AC_E_RECURSION, "maximum recursion depth exceeded");
    *accepted = true;
    ac_task *innermost = task;
    for (ac_task *next = task; next != NULL; next = next_in_chain(next)) {
        aci_unflag(&next->future, ACI_F_LOG);
        next->step.extra++;
        trace_request(next, true);
        innermost = next;
    }
    return cancel_innermost(innermost, message);
}

ac_status ac_task_cancel(ac_task *task, ac_ref message, bool *did)
{
    return ac_future_cancel_base(&task->future, message, did); /* HOST */
}

uint32_t ac_task_uncancel(ac_task *task)
{
    if (task->step.extra == 0 || task->future.loop == NULL)
        return 0;
    task->step.extra--;
    if (task->step.extra == 0 && aci_has(task->future.loop, AC_S_UNCANCEL_CLEARS_MUST_CANCEL))
        aci_unflag(&task->future, ACI_T_MUST_CANCEL);
    if (aci_traced(task->future.loop))
        aci_trace(task->future.loop,
                  (ac_event){.kind = AC_EV_UNCANCEL, .task = task, .count = task->step.extra});
    return task->step.extra;
}

uint32_t ac_task_cancelling(const ac_task *task)
{
    return task->step.extra;
}

bool ac_task_must_cancel(const ac_task *task)
{
    return aci_flag(&task->future, ACI_T_MUST_CANCEL);
}
