/* eager.c - eager start: the first step runs inside the constructor.
 *
 * Mirrors    task_eager_start and the end of _asyncio_Task___init___impl; swap_current_task.
 * Idea       The new task replaces the current one for its first step and the old one comes back, whatever
 *            happens.  If the body blocks, its wake-up is registered there and then; if it ends, the task was
 *            never queued.
 * Holds      During the step the task is among all tasks.  The caller keeps its object alive; the core holds
 *            its own retain only from the moment that the step waits on a list.
 * Versions   A first step whose context cannot be entered: eager_start_failure_is_clean.
 * Re-enters  The body runs between init and leave.  Nested eager starts use the C stack: beyond max_depth the
 *            body is thrown a RecursionError instead of being started.
 * Tests      tests/test_eager.c; difftests/twins/eager_*.py */
#include "task/task_impl.h"

static ac_status enter_eager_context(ac_task *task)
{
    ac_loop *loop = task->future.loop;
    if (task->step.context.bits == 0 || loop->host->enter == NULL)
        return AC_OK;
    return aci_enter_failed(loop->host->enter(loop, ac_lend(task->step.context))); /* HOST */
}

static void leave_eager_context(ac_loop *loop, ac_task *task)
{
    if (task->step.context.bits != 0 && loop->host->leave != NULL)
        loop->host->leave(loop, ac_lend(task->step.context)); /* HOST */
}

/* Too deep: the step throws. */
static void refuse_depth(ac_task *task, ac_how *how, ac_ref *in)
{
    ac_loop *loop = task->future.loop;
    aci_task_set_error(task, aci_error(loop, AC_X_RECURSION, "maximum recursion depth exceeded"));
    *how = AC_THROW;
    *in = ac_lend(task->waiting.error);
}

/* Before gh-157301 a first step that cannot begin leaves its task behind as the current one: whoever made it
 * cannot be left, and no other task entered, until the loop is closed.  The task is held like one that
 * runs. */
static void strand(ac_task *task)
{
    ac_loop *loop = task->future.loop;
    loop->current = task;
    aci_task_hold(task);
}

static ac_status begin_eager(ac_task *task, ac_task **previous, ac_how *how, ac_ref *in)
{
    ac_loop *loop = task->future.loop;
    ac_status status = enter_eager_context(task);
    if (status != AC_OK) {
        if (aci_has(loop, AC_S_EAGER_START_FAILURE_IS_CLEAN))
            aci_task_undo(task); /* HOST */
        else
            strand(task);
        return status;
    }
    if (aci_traced(loop))
        aci_task_trace_created(task, true);
    *previous = loop->current;
    loop->current = task;
    task->future.flags |= ACI_T_BUSY | ACI_T_RUNNING;
    if (aci_unlikely(++loop->depth > loop->max_depth))
        refuse_depth(task, how, in);
    if (aci_traced(loop))
        aci_task_trace_step(task, *how, *in, true);
    return AC_OK;
}

/* asyncio asks for the running loop when a task is constructed: without one, the task is lazy. */
ac_status ac_task_init_eager(ac_task *task, ac_loop *loop, const ac_task_spec *spec, ac_task **previous,
                             bool *start, ac_how *how, ac_ref *in)
{
    *how = AC_SEND;
    *in = ac_none_ref();
    *start = (loop->flags & ACI_L_RUNNING) != 0;
    if (!*start) {
        ac_task_spec lazy = *spec;
        lazy.eager = AC_EAGER_NO;
        return ac_task_init(task, loop, &lazy);
    }
    ac_status status = aci_task_setup(task, loop, spec);
    if (status != AC_OK)
        return status;
    return begin_eager(task, previous, how, in);
}

ac_status ac_task_init_eager_again(ac_task *task, ac_coro *body, ac_task **previous, ac_how *how, ac_ref *in)
{
    *how = AC_SEND;
    *in = ac_none_ref();
    aci_task_renew(task, body); /* HOST */
    return begin_eager(task, previous, how, in);
}

/* A task that ended in its first step forgets its body, as CPython's does. */
static void forget_body(ac_loop *loop, ac_task *task)
{
    ac_coro *body = task->body;
    task->body = NULL;
    if (body->ops->clear != NULL)
        body->ops->clear(loop, body); /* HOST */
}

/* Whether a task that returned has only its result to show for it: nobody waits, has cancelled it or
 * looks. */
static inline bool ends_alone(const ac_task *task)
{
    const ac_future *future = &task->future;
    return !aci_flag(future, ACI_T_THROW | ACI_F_TRACED | ACI_T_MUST_CANCEL) && !aci_traced(future->loop) &&
           future->result.bits == 0 && future->callbacks == NULL && task->group == NULL &&
           task->waiting.future == NULL;
}

/* What aci_task_stop comes to then. */
static inline void end_alone(ac_task *task, ac_value result)
{
    aci_list_remove(&task->all);
    task->future.result = result;
    aci_unflag(&task->future, ACI_T_RUNNING | ACI_T_BUSY);
    task->future.flags |= (uint32_t)AC_FINISHED;
}

ac_status ac_task_leave_eager(ac_task *task, ac_task *previous, ac_turn turn, ac_out *out)
{
    ac_loop *loop = task->future.loop;
    ac_status status = AC_OK;
    if (aci_likely(turn == AC_RETURNED && ends_alone(task)))
        end_alone(task, out->value);
    else
        status = aci_task_stop(task, turn, out); /* HOST */
    loop->depth--;
    loop->current = previous;
    leave_eager_context(loop, task);
    if (ac_future_done(&task->future))
        forget_body(loop, task); /* HOST */
    if (aci_flag(&task->future, ACI_T_HELD))
        aci_task_settle(loop, task); /* HOST */
    return status;
}
