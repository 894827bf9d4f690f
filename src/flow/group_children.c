/* group_children.c - TaskGroup's children: how they join, and what happens when one is done.
 *
 * Mirrors    TaskGroup.create_task, _on_task_done.
 * Idea       A child's done callback is its own step handle, which nobody else needs after its end: a child
 *            costs the group no allocation, and adding one cannot fail for want of memory.
 * Holds      A child's retains, of itself by the group and of the group by it, last from join to its
 *            callback.
 * Re-enters  Everything but joining runs host code.
 * Tests      tests/test_taskgroup.c, tests/test_group_*.c; difftests/twins/group_*.py */
#include "flow/group_impl.h"

ac_status ac_group_admit(ac_group *group)
{
    if (!aci_group_is(group, ACI_G_ENTERED))
        return aci_group_refuse(group, "TaskGroup %G has not been entered");
    if (aci_group_is(group, ACI_G_EXITING) && aci_group_is_empty(group))
        return aci_group_refuse(group, "TaskGroup %G is finished");
    if (aci_group_is(group, ACI_G_ABORTING))
        return aci_group_refuse(group, "TaskGroup %G is shutting down");
    return AC_OK;
}

static uint32_t count_callbacks(const ac_future *future)
{
    uint32_t count = 0;
    for (ac_handle *handle = NULL; (handle = ac_future_next_callback(future, handle)) != NULL;)
        count++;
    return count;
}

static void join(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    if (loop->host->retain_group != NULL)
        loop->host->retain_group(loop, group);
    aci_retain(loop, &child->future);
    child->group = group;
    child->future.flags &= ~(uint32_t)ACI_T_NO_EDGE;
    child->future.extra = count_callbacks(&child->future);
    aci_list_append(&group->children, &child->siblings);
    group->child_count++;
    aci_group_trace(group, AC_EV_GROUP_ADD, child);
}

static ac_status process_child(ac_group *group, ac_task *child);

/* The done callback of a child that has ended already goes straight to the ready list.  A loop that does not
 * take it leaves the group without the child. */
static ac_status schedule_done(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    aci_task_hold(child);
    child->step.flags |= ACI_H_GROUP;
    ac_status status = aci_task_ready(child); /* HOST */
    if (status != AC_OK) {
        child->step.flags &= ~(uint32_t)ACI_H_GROUP;
        if (child->group == group)
            aci_group_forget(group, child); /* HOST */
        aci_task_settle(loop, child);       /* HOST */
    }
    return status;
}

/* A child that ended in its eager step.  3.12.0 to 3.13.1 process it at once (gh-104144), which cancels the
 * parent too early if it failed (gh-128550); "fast" skips the callback only where nobody can tell but by
 * counting iterations. */
static bool needs_no_callback(const ac_group *group, const ac_task *child)
{
    return aci_state(&child->future) == AC_FINISHED && aci_group_has(group, AC_S_FAST_GROUPS);
}

ac_status ac_group_add(ac_group *group, ac_task *child)
{
    if (child->group != NULL || child->future.loop != group->loop)
        return aci_group_refuse(group, "the task is of another group or loop");
    if (ac_future_done(&child->future)) {
        if (needs_no_callback(group, child))
            return AC_OK;
        join(group, child);
        return aci_group_has(group, AC_S_TASKGROUP_EAGER_DONE_CALLBACK_INLINE) ? process_child(group, child)
                                                                               : schedule_done(group, child);
    }
    join(group, child);
    if (aci_group_is(group, ACI_G_ABORTING) && aci_group_has(group, AC_S_TASKGROUP_CANCEL))
        return ac_future_cancel(&child->future, ac_none_ref(), NULL); /* HOST: gh-155418 */
    return AC_OK;
}

static void close_refused(ac_group *group, ac_coro *body)
{
    if (!aci_group_has(group, AC_S_TASKGROUP_CLOSES_REFUSED_CORO) || body == NULL)
        return;
    const char *why = group->loop->why;
    ac_coro_close(group->loop, body); /* HOST */
    group->loop->why = why;
}

ac_status ac_group_create_task(ac_group *group, const ac_task_spec *spec, ac_task **out)
{
    ac_loop *loop = group->loop;
    ac_task *child = NULL;
    if (out != NULL)
        *out = NULL;
    ac_status status = ac_group_admit(group);
    if (status != AC_OK) {
        close_refused(group, spec->body); /* HOST */
        return status;
    }
    status = ac_create_task(loop, spec, &child); /* HOST */
    if (status != AC_OK)
        return status;
    status = ac_group_add(group, child); /* HOST */
    if (out != NULL && status == AC_OK)
        *out = child;
    else
        aci_release(loop, &child->future); /* HOST */
    return status;
}

/* ---- A child is done ---- */

void aci_group_unlink(ac_group *group, ac_task *child)
{
    aci_list_remove(&child->siblings);
    group->child_count -= 1 + ac_task_folded(child);
    child->group = NULL;
    child->future.extra = 0;
}

/* The exit goes on when no child is left.  A foreign loop may run host code here: it comes last. */
static void wake_exit(ac_group *group)
{
    if (aci_group_is(group, ACI_G_WAITING) && aci_group_is_empty(group) && !ac_future_done(&group->waiter))
        (void)ac_future_set_result(&group->waiter, ac_none()); /* HOST */
}

/* A handler may clear the child and the group: what is reported is held. */
static ac_status report_orphan(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    ac_task *parent = group->parent;
    ac_value exception = aci_dup(loop, ac_lend(child->future.result));
    ac_report report = {.message = "Task %T has errored out but its parent task %P is already completed",
                        .exception = ac_lend(exception),
                        .task = child,
                        .parent = parent};
    if (parent != NULL)
        aci_retain(loop, &parent->future);
    ac_status status = ac_loop_call_exception_handler(loop, &report); /* HOST */
    aci_drop(loop, exception);                                        /* HOST */
    if (parent != NULL)
        aci_release(loop, &parent->future); /* HOST */
    return status;
}

/* The parent is kept over it: the group may lie in its frame. */
static ac_status abort_and_cancel_parent(ac_group *group)
{
    ac_loop *loop = group->loop;
    ac_task *parent = group->parent;
    aci_retain(loop, &parent->future);
    ac_status status = aci_group_abort(group); /* HOST */
    if (status == AC_OK)
        status = aci_group_cancel_parent(group);             /* HOST */
    return aci_release_after(loop, &parent->future, status); /* HOST */
}

/* The first error aborts the group and cancels the parent, once.  Without a parent nobody asks for a base
 * error, and a group that has aborted has nobody left to cancel. */
static ac_status child_failed(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    ac_ref error = ac_lend(child->future.result);
    if (group->parent == NULL)
        return aci_group_is(group, ACI_G_ABORTING) ? AC_OK : report_orphan(group, child);
    if (group->base_error.bits == 0 && (aci_classify(loop, error) & AC_IS_EXIT) != 0)
        group->base_error = aci_dup(loop, error);
    if (ac_future_done(&group->parent->future))
        return report_orphan(group, child);
    if (!aci_group_is(group, ACI_G_ABORTING | ACI_G_PARENT_CANCEL_REQUESTED))
        return abort_and_cancel_parent(group); /* HOST */
    return AC_OK;
}

/* The exit was left while this child still ran, and took the list of errors with it (gh-124958). */
static ac_status refuse_late(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    wake_exit(group);                  /* HOST */
    aci_release(loop, &child->future); /* HOST */
    return ac_loop_raise(loop,
                         aci_error(loop, AC_X_ATTRIBUTE, "'NoneType' object has no attribute 'append'"));
}

static ac_status process(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    aci_group_unlink(group, child);
    if (aci_state(&child->future) != AC_FAILED) {
        wake_exit(group);                  /* HOST */
        aci_release(loop, &child->future); /* HOST */
        return AC_OK;
    }
    aci_unflag(&child->future, ACI_F_LOG);
    if (group->parent == NULL && aci_group_has(group, AC_S_TASKGROUP_FORGETS_AT_EXIT))
        return refuse_late(group, child);
    aci_list_append(&group->failed, &child->siblings);
    group->failed_count++;
    wake_exit(group); /* HOST: the group may be cleared, and the child given up */
    return aci_linked(&child->siblings) ? child_failed(group, child) : AC_OK;
}

/* The child's retain of the group goes last: it may be what kept the group. */
static ac_status process_child(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    ac_status status = process(group, child); /* HOST */
    ac_value error = aci_set_aside(loop, status);
    aci_group_release(loop, group); /* HOST */
    return aci_go_on_with(loop, status, error);
}

ac_status aci_group_child_done(ac_loop *loop, ac_group *group, ac_task *child)
{
    (void)loop;
    return group != NULL ? process_child(group, child) : AC_OK;
}

/* The child is taken apart before its callback ran. */
void aci_group_forget(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    aci_group_unlink(group, child);
    wake_exit(group);                  /* HOST */
    aci_release(loop, &child->future); /* HOST */
    aci_group_release(loop, group);    /* HOST */
}
