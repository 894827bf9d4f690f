/* trace.c - telling the tracer.
 *
 * Mirrors    Nothing of CPython.
 * Idea       The quick ways of the core are only taken where nothing unusual is going on; a traced loop is
 *            unusual by one more bit in tests that are made anyway, and so are the futures and tasks that a
 *            tracer was told of.  What the hot paths pay for tracing is next to nothing, and all of this is
 *            out of line.
 * Holds      A future has ACI_F_TRACED <=> a tracer was told of it and not yet of its end.
 * Re-enters  Never: a tracer runs no user code (trace.h).
 * Tests      tests/test_trace.c */
#include "task/task_impl.h"

/* One of another loop may belong to another thread: it is not touched. */
static void mark(const ac_loop *loop, ac_future *future)
{
    if (future != NULL && future->loop == loop)
        future->flags |= ACI_F_TRACED;
}

static void mark_task(const ac_loop *loop, ac_task *task)
{
    if (task != NULL)
        mark(loop, &task->future);
}

void aci_trace(ac_loop *loop, ac_event event)
{
    ac_tracer *tracer = loop->tracer;
    event.turn = loop->traced_turns;
    mark(loop, event.future);
    mark_task(loop, event.task);
    mark_task(loop, event.parent);
    if (event.report != NULL) {
        mark(loop, event.report->future);
        mark_task(loop, event.report->task);
        mark_task(loop, event.report->parent);
    }
    tracer->event(tracer, loop, &event);
}

void aci_task_trace_created(ac_task *task, bool eager)
{
    ac_loop *loop = task->future.loop;
    aci_trace(loop,
              (ac_event){.kind = AC_EV_TASK_CREATED, .task = task, .parent = loop->current, .yes = eager});
}

void aci_task_trace_step(ac_task *task, ac_how how, ac_ref in, bool eager)
{
    aci_trace(task->future.loop, (ac_event){.kind = AC_EV_STEP_BEGIN,
                                            .handle = &task->step,
                                            .task = task,
                                            .how = how,
                                            .value = in,
                                            .yes = eager});
}

static ac_run_kind run_of_step(const ac_task *task)
{
    if ((task->step.flags & ACI_H_GROUP) != 0)
        return AC_RUN_GROUP;
    return aci_task_waits(task) ? AC_RUN_WAKEUP : AC_RUN_STEP;
}

static ac_run_kind run_of_callback(const ac_handle *handle)
{
    if ((handle->flags & ACI_H_TIMER) != 0)
        return AC_RUN_TIMER;
    return (handle->flags & ACI_H_DONE) != 0 ? AC_RUN_DONE_CALLBACK : AC_RUN_CALLBACK;
}

void aci_trace_handle(ac_loop *loop, ac_handle *handle, ac_event event)
{
    event.handle = handle;
    if ((handle->flags & ACI_H_STEP) != 0) {
        ac_task *task = aci_step_task(handle);
        event.task = task;
        event.run = run_of_step(task);
        event.group = event.run == AC_RUN_GROUP ? task->group : NULL;
    } else {
        event.run = run_of_callback(handle);
    }
    aci_trace(loop, event);
}

void ac_loop_set_tracer(ac_loop *loop, ac_tracer *tracer)
{
    loop->tracer = tracer;
    loop->traced_turns = 0;
    if (tracer != NULL)
        loop->flags |= ACI_L_TRACED;
    else
        loop->flags &= ~(uint32_t)ACI_L_TRACED;
}

ac_tracer *ac_loop_get_tracer(const ac_loop *loop)
{
    return loop->tracer;
}

/* ---- Words ---- */

const char *ac_handle_word(const ac_handle *handle)
{
    if ((handle->flags & ACI_H_STEP) != 0)
        return (handle->flags & ACI_H_GROUP) != 0 ? "_on_task_done" : NULL;
    return AC_CONTAINER_OF(handle, ac_callback, handle)->ops->name;
}

const char *ac_event_name(ac_event_kind kind)
{
    static const char *const names[AC_EVENTS] = {
        [AC_EV_TURN_BEGIN] = "turn_begin",
        [AC_EV_TURN_END] = "turn_end",
        [AC_EV_POLL] = "poll",
        [AC_EV_JUMP] = "jump",
        [AC_EV_SCHEDULED] = "scheduled",
        [AC_EV_TIMER_SET] = "timer_set",
        [AC_EV_TIMER_DUE] = "timer_due",
        [AC_EV_HANDLE_CANCELLED] = "handle_cancelled",
        [AC_EV_HANDLE_DROPPED] = "handle_dropped",
        [AC_EV_RUN_BEGIN] = "run_begin",
        [AC_EV_RUN_END] = "run_end",
        [AC_EV_TASK_CREATED] = "task_created",
        [AC_EV_STEP_BEGIN] = "step_begin",
        [AC_EV_STEP_END] = "step_end",
        [AC_EV_DONE] = "done",
        [AC_EV_CANCEL] = "cancel",
        [AC_EV_MUST_CANCEL] = "must_cancel",
        [AC_EV_UNCANCEL] = "uncancel",
        [AC_EV_FUTURE_GONE] = "future_gone",
        [AC_EV_GROUP_ENTER] = "group_enter",
        [AC_EV_GROUP_ADD] = "group_add",
        [AC_EV_GROUP_ABORT] = "group_abort",
        [AC_EV_GROUP_EXIT] = "group_exit",
        [AC_EV_GROUP_END] = "group_end",
        [AC_EV_REPORT] = "report",
    };
    return (unsigned)kind < AC_EVENTS ? names[kind] : "?";
}

const char *ac_run_name(ac_run_kind run)
{
    static const char *const names[] = {"step", "wakeup", "callback", "done_callback", "timer", "group"};
    return (unsigned)run < sizeof names / sizeof names[0] ? names[run] : "?";
}
