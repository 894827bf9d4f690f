/* taskgroup.c - TaskGroup: enter, abort, cancel, and the object itself.
 *
 * Mirrors    taskgroups.TaskGroup of 3.12 to 3.15: __init__, __aenter__, _abort, cancel.
 * Idea       The children (group_children.c) tell the group when they end; the exit (group_exit.c) waits for
 *            them.
 * Holds      A task is on 'children' <=> task->group is this group <=> its callback has not run; the group
 *            holds one retain on it then, and while it is on 'failed'.  parent is NULL before the enter,
 *            after the end of the exit, and in a cleared group.
 * Owns       body_error, base_error, cancellation, pending_cancellation; the parent, from the enter to the
 *            end of the exit.
 * Re-enters  cancel, release and drop run host code, which may clear the group: what is needed is held over
 *            it.
 * Tests      tests/test_taskgroup.c, tests/test_group_*.c; difftests/twins/group_*.py */
#include "flow/group_impl.h"

void ac_group_init(ac_group *group, ac_loop *loop)
{
    static const ac_group blank;
    *group = blank;
    group->loop = loop;
    ac_coro_init(&group->exit, &aci_group_exit_ops);
    aci_future_init_embedded(&group->waiter, loop);
    aci_list_init(&group->children);
    aci_list_init(&group->failed);
}

/* ---- Cancelling children and parent ---- */

/* The first child that is still running and was not asked yet, from 'link' on. */
static ac_task *next_to_ask(ac_group *group, ac_link *link)
{
    for (; link != &group->children; link = link->next) {
        ac_task *child = aci_child_of(link);
        if (!ac_future_done(&child->future) && !aci_flag(&child->future, ACI_T_ASKED))
            return child;
    }
    return NULL;
}

/* The same, retained. */
static ac_task *keep_next_to_ask(ac_group *group, ac_link *link)
{
    ac_task *child = next_to_ask(group, link);
    if (child != NULL)
        aci_retain(group->loop, &child->future);
    return child;
}

/* Cancels all children in the order of their creation; a cancel of the program's own that raises ends that.
 * A cancel or a release may run host code that changes the list: then the walk starts again, and the mark
 * keeps it from asking anybody twice. */
ac_status aci_group_abort(ac_group *group)
{
    ac_loop *loop = group->loop;
    ac_status status = AC_OK;
    group->flags |= ACI_G_ABORTING;
    aci_group_trace(group, AC_EV_GROUP_ABORT, NULL);
    ac_task *child = keep_next_to_ask(group, group->children.next);
    while (child != NULL) {
        bool asks = child->group == group && !ac_future_done(&child->future);
        if (asks) {
            child->future.flags |= ACI_T_ASKED;
            status = ac_future_cancel(&child->future, ac_none_ref(), NULL); /* HOST */
        }
        if (status != AC_OK)
            return aci_release_after(loop, &child->future, status); /* HOST */
        bool stayed = asks && child->group == group;
        ac_task *next = keep_next_to_ask(group, stayed ? child->siblings.next : group->children.next);
        aci_release(loop, &child->future); /* HOST */
        child = next;
    }
    return AC_OK;
}

/* The parent is kept: the group may let go of it meanwhile. */
ac_status aci_group_cancel_parent(ac_group *group)
{
    ac_loop *loop = group->loop;
    ac_task *parent = group->parent;
    group->flags |= ACI_G_PARENT_CANCEL_REQUESTED;
    if (parent == NULL)
        return AC_OK;
    aci_retain(loop, &parent->future);
    ac_status status = ac_future_cancel(&parent->future, ac_none_ref(), NULL); /* HOST */
    return aci_release_after(loop, &parent->future, status);                   /* HOST */
}

/* ---- Enter ---- */

/* 3.12.0 marks the group before it has a parent, and so leaves it half entered if there is none
 * (gh-110910). */
ac_status ac_group_enter(ac_group *group)
{
    ac_loop *loop = group->loop;
    bool careful = aci_group_has(group, AC_S_MISUSE_RAISES_RUNTIME_ERROR);
    if (aci_group_is(group, ACI_G_ENTERED))
        return aci_group_refuse(group, careful ? "TaskGroup %G has already been entered"
                                               : "TaskGroup %G has been already entered");
    if (loop->current == NULL) {
        group->flags |= careful ? 0 : ACI_G_ENTERED;
        return aci_group_refuse(group, "TaskGroup %G cannot determine the parent task");
    }
    group->parent = loop->current;
    aci_retain(loop, &group->parent->future);
    group->flags |= ACI_G_ENTERED;
    aci_group_trace(group, AC_EV_GROUP_ENTER, group->parent);
    return aci_group_is(group, ACI_G_CANCEL_ON_ENTER) ? ac_group_cancel(group) : AC_OK;
}

/* ---- cancel, looking inside, the end of the object ---- */

ac_value ac_group_status_exception(ac_group *group, ac_status status)
{
    ac_loop *loop = group->loop;
    if (status != AC_E_RUNTIME && status != AC_E_TYPE)
        return ac_loop_status_exception(loop, status, NULL);
    ac_error error = {.kind = status == AC_E_TYPE ? AC_X_TYPE : AC_X_RUNTIME,
                      .text = loop->why,
                      .group = group,
                      .task = loop->current};
    return loop->host->error(loop, &error);
}

ac_status ac_group_cancel(ac_group *group)
{
    if (!aci_group_has(group, AC_S_TASKGROUP_CANCEL))
        return aci_fail(group->loop, AC_E_TYPE, "'TaskGroup' object has no attribute 'cancel'");
    if (!aci_group_is(group, ACI_G_ENTERED)) {
        group->flags |= ACI_G_CANCEL_ON_ENTER;
        return AC_OK;
    }
    if ((aci_group_is(group, ACI_G_EXITING) && aci_group_is_empty(group)) ||
        aci_group_is(group, ACI_G_ABORTING))
        return AC_OK;
    ac_status status = aci_group_abort(group);                        /* HOST */
    return status == AC_OK ? aci_group_cancel_parent(group) : status; /* HOST */
}

size_t ac_group_task_count(const ac_group *group)
{
    return group->child_count;
}

size_t ac_group_error_count(const ac_group *group)
{
    return group->failed_count;
}

bool ac_group_is_entered(const ac_group *group)
{
    return aci_group_is(group, ACI_G_ENTERED);
}

bool ac_group_is_aborting(const ac_group *group)
{
    return aci_group_is(group, ACI_G_ABORTING);
}

bool ac_group_is_exiting(const ac_group *group)
{
    return aci_group_is(group, ACI_G_EXITING);
}

bool ac_group_has_cancelled_parent(const ac_group *group)
{
    return aci_group_is(group, ACI_G_PARENT_CANCEL_REQUESTED);
}

static ac_task *next_in(const ac_link *head, const ac_task *after)
{
    ac_link *link = after != NULL ? after->siblings.next : head->next;
    return link != head ? aci_child_of(link) : NULL;
}

ac_task *ac_group_next_child(const ac_group *group, const ac_task *after)
{
    return next_in(&group->children, after);
}

ac_task *ac_group_next_failed(const ac_group *group, const ac_task *after)
{
    return next_in(&group->failed, after);
}

ac_status ac_group_abort(ac_group *group)
{
    return aci_group_abort(group);
}

static void release_children(ac_group *group)
{
    ac_loop *loop = group->loop;
    while (!aci_list_empty(&group->children)) {
        ac_task *child = aci_child_of(group->children.next);
        ac_task_keep(child);
        aci_group_unlink(group, child);
        aci_release(loop, &child->future); /* HOST */
        aci_group_release(loop, group);    /* HOST: the caller holds it */
    }
}

void ac_group_clear(ac_group *group)
{
    if (group->loop == NULL)
        return;
    group->flags = (group->flags | ACI_G_EXITING) & ~(uint32_t)ACI_G_WAITING;
    group->exit.at = AC_AT_END;
    release_children(group);         /* HOST */
    ac_future_clear(&group->waiter); /* HOST */
    aci_group_let_go(group);         /* HOST */
}

static int visit_tasks(ac_link *head, ac_visitor *visitor)
{
    int stop = 0;
    for (ac_link *link = head->next; link != head && stop == 0; link = link->next)
        if (!ac_task_is_loose(aci_child_of(link)))
            stop = visitor->future(visitor, &aci_child_of(link)->future);
    return stop;
}

/* With the waiter's callbacks: the parent that waits in the exit hangs on the group. */
int ac_group_visit(ac_group *group, ac_visitor *visitor)
{
    const ac_value *owned[] = {&group->body_error, &group->base_error, &group->cancellation,
                               &group->pending_cancellation};
    int stop = visit_tasks(&group->children, visitor);
    if (stop == 0)
        stop = visit_tasks(&group->failed, visitor);
    if (stop == 0)
        stop = ac_future_visit(&group->waiter, visitor);
    if (stop == 0 && group->parent != NULL)
        stop = visitor->future(visitor, &group->parent->future);
    for (size_t i = 0; i < sizeof owned / sizeof owned[0] && stop == 0; i++)
        if (owned[i]->bits != 0)
            stop = visitor->value(visitor, ac_lend(*owned[i]));
    return stop;
}
