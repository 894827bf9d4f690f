/* task_impl.h - what the files of this folder, and flow/, share about tasks.
 *
 * The function marked "flow/" is named here and defined there (loop_impl.h says why). */
#ifndef AIOCORE_TASK_IMPL_H
#define AIOCORE_TASK_IMPL_H

#include <aiocore/flow.h>
#include <aiocore/task.h>

#include "future/future_impl.h"

/* The core keeps one retain on a task while its step is on a list or its body runs. */
static inline void aci_task_hold(ac_task *task)
{
    if (aci_flag(&task->future, ACI_T_HELD))
        return;
    task->future.flags |= ACI_T_HELD;
    aci_retain(task->future.loop, &task->future);
}

static inline bool aci_task_waits(const ac_task *task)
{
    return task->waiting.future != NULL && !aci_flag(&task->future, ACI_T_RUNNING | ACI_T_THROW);
}

/* Stores (steals) an exception in the waiting slot, which is emptied first.  HOST. */
void aci_task_set_error(ac_task *task, ac_value exception);
/* Makes the step ready.  On failure the task is left unscheduled. */
ac_status aci_task_ready(ac_task *task);
/* The end of a task that a group waits for: its step becomes the group's callback. */
ac_status aci_task_finish_in_group(ac_task *task, ac_future_state state, ac_value result);

/* The message of a request to cancel that a task had to remember stays with it when it ends otherwise
 * (asyncio: _cancel_message).  It goes to the slot, which is empty by then. */
ACI_COLD void aci_task_keep_message(ac_task *task);
/* That message, none if there was none; of a task that is done and not cancelled. */
static inline ac_ref aci_task_swallowed(const ac_task *task)
{
    return aci_flag(&task->future, ACI_T_THROW) ? ac_lend(task->waiting.error) : ac_none_ref();
}

/* Finishes a task: off the registry, its callbacks and its group's scheduled.  HOST. */
static inline ac_status aci_task_finish(ac_task *task, ac_future_state state, ac_value result)
{
    if (aci_unlikely(task->future.result.bits != 0) && state != AC_CANCELLED)
        aci_task_keep_message(task);
    aci_list_remove(&task->all);
    if (task->group != NULL)
        return aci_task_finish_in_group(task, state, result);
    return aci_future_finish(&task->future, state, result);
}
/* Tells the tracer that a step begins. */
ACI_COLD void aci_task_trace_created(ac_task *task, bool eager);
ACI_COLD void aci_task_trace_step(ac_task *task, ac_how how, ac_ref in, bool eager);
/* Ends a step: acts on how the body stopped, taking over *out, and gives up what the step delivered.
 * HOST. */
ac_status aci_task_stop(ac_task *task, ac_turn turn, ac_out *out);

/* Everything of a new task but its first step. */
ac_status aci_task_setup(ac_task *task, ac_loop *loop, const ac_task_spec *spec);
/* The same of one that ended well in its first step, of which nothing is left but the result and the
 * context: this stays.  HOST. */
void aci_task_renew(ac_task *task, ac_coro *body);
/* A task that is done, with an automatic name: what somebody else remembers of it is made a task again. */
void aci_task_again(ac_task *task, ac_loop *loop, uint32_t flags, uint64_t serial);
/* Undoes the set-up of a task whose first step could not be scheduled.  HOST. */
void aci_task_undo(ac_task *task);

/* flow/: a child's done callback. */
ac_status aci_group_child_done(ac_loop *loop, ac_group *group, ac_task *child);
void aci_group_forget(ac_group *group, ac_task *child);

/* ---- Failures that go on ---- */

/* What a status raised, owned, while host code runs that may raise something itself; then the status goes on.
 * Want of memory is a status of its own, without an exception. */
static inline ac_value aci_set_aside(ac_loop *loop, ac_status status)
{
    bool raised = status != AC_OK && status != AC_E_MEMORY;
    return raised ? ac_loop_status_exception(loop, status, NULL) : ac_none();
}

static inline ac_status aci_go_on_with(ac_loop *loop, ac_status status, ac_value error)
{
    return status == AC_OK || status == AC_E_MEMORY ? status : ac_loop_raise(loop, error);
}

/* Gives a future up; what was raised before that is raised still.  HOST. */
static inline ac_status aci_release_after(ac_loop *loop, ac_future *future, ac_status status)
{
    ac_value error = aci_set_aside(loop, status);
    aci_release(loop, future); /* HOST */
    return aci_go_on_with(loop, status, error);
}

#endif
