/* taskgroup.c - TaskGroup: children that end before their group does.
 *
 * Mirrors    taskgroups.TaskGroup of 3.12 to 3.15: __aenter__, _aexit, create_task, _abort, _on_task_done,
 *            cancel.
 * Idea       The exit waits for a fresh future each time round, because the parent may be cancelled any
 *            number of times while it waits.  A child's done callback is its own step handle, which nobody
 *            else needs after its end.
 * Holds      A task is on 'children' <=> task->group is this group <=> its callback has not run; the group
 *            holds one retain on it then, and while it is on 'failed'.  parent is NULL before the enter,
 *            after the end of the exit, and in a cleared group.
 * Owns       body_error, base_error, cancellation, pending_cancellation; the parent, from the enter to the
 *            end of the exit.
 * Re-enters  cancel, release and drop run host code.
 * Cost       A child costs no allocation; errors are collected in one array at the end.
 * Tests      tests/test_taskgroup.c; difftests/twins/group_*.py */
#include "task/task_impl.h"

enum {
    G_ENTERED = 1,
    G_EXITING = 2,
    G_ABORTING = 4,
    G_PARENT_CANCEL_REQUESTED = 8,
    G_CANCEL_ON_ENTER = 16,
    G_WAITING = 32 /* the waiter is being waited for */
};

static const ac_coro_ops exit_ops;

static bool has(const ac_group *group, uint32_t flag)
{
    return (group->flags & flag) != 0;
}

static bool group_has_semantics(const ac_group *group, ac_semantics_flag flag)
{
    return aci_has(group->loop, flag);
}

void ac_group_init(ac_group *group, ac_loop *loop)
{
    static const ac_group blank;
    *group = blank;
    group->loop = loop;
    ac_coro_init(&group->exit, &exit_ops);
    aci_future_init_embedded(&group->waiter, loop);
    aci_list_init(&group->children);
    aci_list_init(&group->failed);
}

static ac_status refuse(const ac_group *group, const char *why)
{
    return aci_fail(group->loop, AC_E_RUNTIME, why);
}

static bool has_no_children(const ac_group *group)
{
    return aci_list_empty(&group->children);
}

static ac_task *task_of(ac_link *siblings)
{
    return AC_CONTAINER_OF(siblings, ac_task, siblings);
}

/* ---- Cancelling children and parent ---- */

/* The first child that is still running and was not asked yet, from 'link' on. */
static ac_task *next_to_ask(ac_group *group, ac_link *link)
{
    for (; link != &group->children; link = link->next) {
        ac_task *child = task_of(link);
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

/* Cancels all children in the order of their creation.  A cancel or a release may run host code that changes
 * the list: then the walk starts again, and the mark keeps it from asking anybody twice. */
static void abort_children(ac_group *group)
{
    ac_loop *loop = group->loop;
    group->flags |= G_ABORTING;
    ac_task *child = keep_next_to_ask(group, group->children.next);
    while (child != NULL) {
        bool asks = child->group == group && !ac_future_done(&child->future);
        if (asks) {
            child->future.flags |= ACI_T_ASKED;
            (void)ac_future_cancel(&child->future, ac_none_ref(), NULL); /* HOST */
        }
        bool stayed = asks && child->group == group;
        ac_task *next = keep_next_to_ask(group, stayed ? child->siblings.next : group->children.next);
        aci_release(loop, &child->future); /* HOST */
        child = next;
    }
}

/* The parent is kept: the group may let go of it meanwhile. */
static void cancel_parent(ac_group *group)
{
    ac_loop *loop = group->loop;
    ac_task *parent = group->parent;
    group->flags |= G_PARENT_CANCEL_REQUESTED;
    if (parent == NULL)
        return;
    aci_retain(loop, &parent->future);
    (void)ac_future_cancel(&parent->future, ac_none_ref(), NULL); /* HOST */
    aci_release(loop, &parent->future);                           /* HOST */
}

/* ---- Enter ---- */

/* 3.12.0 marks the group before it has a parent, and so leaves it half entered if there is none
 * (gh-110910). */
ac_status ac_group_enter(ac_group *group)
{
    ac_loop *loop = group->loop;
    bool careful = group_has_semantics(group, AC_S_MISUSE_RAISES_RUNTIME_ERROR);
    if (has(group, G_ENTERED))
        return refuse(group, careful ? "TaskGroup %G has already been entered"
                                     : "TaskGroup %G has been already entered");
    if (loop->current == NULL) {
        group->flags |= careful ? 0 : G_ENTERED;
        return refuse(group, "TaskGroup %G cannot determine the parent task");
    }
    group->parent = loop->current;
    aci_retain(loop, &group->parent->future);
    group->flags |= G_ENTERED;
    return has(group, G_CANCEL_ON_ENTER) ? ac_group_cancel(group) : AC_OK;
}

/* ---- Children ---- */

ac_status ac_group_admit(ac_group *group)
{
    if (!has(group, G_ENTERED))
        return refuse(group, "TaskGroup %G has not been entered");
    if (has(group, G_EXITING) && has_no_children(group))
        return refuse(group, "TaskGroup %G is finished");
    if (has(group, G_ABORTING))
        return refuse(group, "TaskGroup %G is shutting down");
    return AC_OK;
}

static uint32_t count_callbacks(const ac_future *future)
{
    uint32_t count = 0;
    for (ac_handle *handle = NULL; (handle = ac_future_next_callback(future, handle)) != NULL;)
        count++;
    return count;
}

static void release_group(ac_loop *loop, ac_group *group)
{
    if (loop->host->release_group != NULL)
        loop->host->release_group(loop, group); /* HOST */
}

static void join(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    if (loop->host->retain_group != NULL)
        loop->host->retain_group(loop, group);
    aci_retain(loop, &child->future);
    child->group = group;
    child->future.extra = count_callbacks(&child->future);
    aci_list_append(&group->children, &child->siblings);
    group->child_count++;
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
    return aci_state(&child->future) == AC_FINISHED && group_has_semantics(group, AC_S_FAST_GROUPS);
}

ac_status ac_group_add(ac_group *group, ac_task *child)
{
    if (child->group != NULL || child->future.loop != group->loop)
        return refuse(group, "the task is of another group or loop");
    if (ac_future_done(&child->future)) {
        if (needs_no_callback(group, child))
            return AC_OK;
        join(group, child);
        return group_has_semantics(group, AC_S_TASKGROUP_EAGER_DONE_CALLBACK_INLINE)
                   ? process_child(group, child)
                   : schedule_done(group, child);
    }
    join(group, child);
    if (has(group, G_ABORTING) && group_has_semantics(group, AC_S_TASKGROUP_CANCEL))
        return ac_future_cancel(&child->future, ac_none_ref(), NULL); /* HOST: gh-155418 */
    return AC_OK;
}

static void close_refused(ac_group *group, ac_coro *body)
{
    if (!group_has_semantics(group, AC_S_TASKGROUP_CLOSES_REFUSED_CORO) || body == NULL)
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

static void unlink_child(ac_group *group, ac_task *child)
{
    aci_list_remove(&child->siblings);
    child->group = NULL;
    child->future.extra = 0;
    group->child_count--;
}

/* The exit goes on when no child is left.  A foreign loop may run host code here: it comes last. */
static void wake_exit(ac_group *group)
{
    if (has(group, G_WAITING) && has_no_children(group) && !ac_future_done(&group->waiter))
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
static void abort_and_cancel_parent(ac_group *group)
{
    ac_loop *loop = group->loop;
    ac_task *parent = group->parent;
    aci_retain(loop, &parent->future);
    abort_children(group);              /* HOST */
    cancel_parent(group);               /* HOST */
    aci_release(loop, &parent->future); /* HOST */
}

/* The first error aborts the group and cancels the parent, once.  Without a parent nobody asks for a base
 * error. */
static ac_status child_failed(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    ac_ref error = ac_lend(child->future.result);
    if (group->parent == NULL)
        return report_orphan(group, child);
    if (group->base_error.bits == 0 && (aci_classify(loop, error) & AC_IS_EXIT) != 0)
        group->base_error = aci_dup(loop, error);
    if (ac_future_done(&group->parent->future))
        return report_orphan(group, child);
    if (!has(group, G_ABORTING | G_PARENT_CANCEL_REQUESTED))
        abort_and_cancel_parent(group); /* HOST */
    return AC_OK;
}

static ac_status process(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    unlink_child(group, child);
    if (aci_state(&child->future) != AC_FAILED) {
        wake_exit(group);                  /* HOST */
        aci_release(loop, &child->future); /* HOST */
        return AC_OK;
    }
    aci_unflag(&child->future, ACI_F_LOG);
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
    release_group(loop, group);               /* HOST */
    return status;
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
    unlink_child(group, child);
    wake_exit(group);                  /* HOST */
    aci_release(loop, &child->future); /* HOST */
    release_group(loop, group);        /* HOST */
}

/* ---- Exit ---- */

static bool is_cancellation(const ac_group *group, ac_ref exception)
{
    unsigned bits = aci_classify(group->loop, exception);
    return group_has_semantics(group, AC_S_CANCELLED_ERROR_SUBCLASSES) ? (bits & AC_IS_CANCELLED) != 0
                                                                       : (bits & AC_IS_CANCELLED_EXACT) != 0;
}

/* Takes the group's own cancel of the parent back; if no other request is left, there is nothing to raise. */
static void uncancel_parent(ac_group *group)
{
    if (!has(group, G_PARENT_CANCEL_REQUESTED) || group->parent == NULL)
        return;
    if (ac_task_uncancel(group->parent) == 0) {
        aci_drop_slot(group->loop, &group->cancellation); /* HOST */
    } else if (group->cancellation.bits == 0 && group_has_semantics(group, AC_S_TASKGROUP_CANCEL)) {
        group->cancellation = ac_take(&group->pending_cancellation); /* gh-155433 */
    }
}

ac_status ac_group_exit(ac_group *group, ac_ref exception)
{
    ac_loop *loop = group->loop;
    if (!has(group, G_ENTERED) || group->parent == NULL)
        return refuse(group, "TaskGroup %G has not been entered");
    if (has(group, G_EXITING))
        return refuse(group, "TaskGroup %G is finished");
    group->flags |= G_EXITING;
    if (ac_is_none(exception)) {
        if (!group_has_semantics(group, AC_S_TASKGROUP_UNCANCEL_AFTER_WAIT))
            uncancel_parent(group);
        return AC_OK;
    }
    group->body_error = aci_dup(loop, exception);
    if (group->base_error.bits == 0 && (aci_classify(loop, exception) & AC_IS_EXIT) != 0)
        group->base_error = aci_dup(loop, exception);
    if (is_cancellation(group, exception))
        group->cancellation = aci_dup(loop, exception);
    if (!group_has_semantics(group, AC_S_TASKGROUP_UNCANCEL_AFTER_WAIT))
        uncancel_parent(group); /* HOST */
    if (!has(group, G_ABORTING))
        abort_children(group); /* HOST */
    return AC_OK;
}

/* A CancelledError arrived while the exit waits: the first one, unless the group aborts already, is raised at
 * the end. */
static void remember_cancellation(ac_group *group, ac_ref exception)
{
    ac_loop *loop = group->loop;
    ac_value older_pending = group->pending_cancellation, older = ac_none();
    bool is_first = !has(group, G_ABORTING);
    group->pending_cancellation = aci_dup(loop, exception);
    if (is_first) {
        older = group->cancellation;
        group->cancellation = aci_dup(loop, exception);
    }
    aci_drop(loop, older_pending); /* HOST */
    aci_drop(loop, older);         /* HOST */
    if (is_first)
        abort_children(group); /* HOST */
}

static void release_failed(ac_group *group)
{
    ac_loop *loop = group->loop;
    while (!aci_list_empty(&group->failed)) {
        ac_task *child = task_of(aci_list_take_first(&group->failed));
        aci_release(loop, &child->future); /* HOST */
    }
    group->failed_count = 0;
}

/* After the exit a group knows neither parent nor errors (gh-124958). */
static void forget(ac_group *group)
{
    ac_loop *loop = group->loop;
    ac_task *parent = group->parent;
    group->parent = NULL;
    release_failed(group);                             /* HOST */
    aci_drop_slot(loop, &group->body_error);           /* HOST */
    aci_drop_slot(loop, &group->base_error);           /* HOST */
    aci_drop_slot(loop, &group->cancellation);         /* HOST */
    aci_drop_slot(loop, &group->pending_cancellation); /* HOST */
    if (parent != NULL)
        aci_release(loop, &parent->future); /* HOST */
}

static ac_turn end_raising(ac_group *group, ac_value exception, ac_out *out)
{
    group->exit.at = AC_AT_END;
    forget(group); /* HOST */
    out->value = exception;
    return AC_RAISED;
}

/* Collects the children's errors, in the order of their callbacks, and the body's at the end. */
static size_t collect_errors(ac_group *group, ac_ref *errors, bool with_body)
{
    size_t count = 0;
    for (ac_link *link = group->failed.next; link != &group->failed; link = link->next)
        errors[count++] = ac_lend(task_of(link)->future.result);
    if (with_body)
        errors[count++] = ac_lend(group->body_error);
    return count;
}

/* BaseExceptionGroup('unhandled errors in a TaskGroup', errors) from None; none if memory is short. */
static ac_value make_error_group(ac_group *group, bool with_body)
{
    ac_loop *loop = group->loop;
    size_t size = (group->failed_count + (with_body ? 1 : 0)) * sizeof(ac_ref);
    ac_ref *errors = loop->host->realloc != NULL ? loop->host->realloc(loop, NULL, 0, size) : NULL;
    if (errors == NULL)
        return ac_none();
    ac_error error = {.kind = AC_X_GROUP,
                      .text = "unhandled errors in a TaskGroup",
                      .context = ac_lend(group->body_error),
                      .group = group,
                      .items = errors,
                      .item_count = collect_errors(group, errors, with_body)};
    ac_value made = loop->host->error(loop, &error);
    loop->host->realloc(loop, errors, size, 0);
    return made;
}

/* The count stays as it was, and the cancellation from outside is delivered again at the parent's next
 * await. */
static void preserve_cancellation(ac_group *group)
{
    if (!group_has_semantics(group, AC_S_TASKGROUP_PRESERVES_CANCEL_COUNT) || group->parent == NULL ||
        ac_task_cancelling(group->parent) == 0)
        return;
    (void)ac_task_uncancel(group->parent);
    (void)ac_future_cancel(&group->parent->future, ac_none_ref(), NULL); /* HOST */
}

static ac_turn end_with_errors(ac_group *group, bool with_body, ac_out *out)
{
    ac_loop *loop = group->loop;
    preserve_cancellation(group); /* HOST */
    bool bare = with_body && group->failed_count == 0 &&
                group_has_semantics(group, AC_S_TASKGROUP_GENERATOR_EXIT_BARE) &&
                (aci_classify(loop, ac_lend(group->body_error)) & AC_IS_GENEXIT) != 0;
    return end_raising(group, bare ? ac_take(&group->body_error) : make_error_group(group, with_body), out);
}

/* All children have ended: what is raised, in this order of precedence. */
static ac_turn settle(ac_group *group, ac_out *out)
{
    if (group->base_error.bits != 0)
        return end_raising(group, ac_take(&group->base_error), out);
    if (group_has_semantics(group, AC_S_TASKGROUP_UNCANCEL_AFTER_WAIT))
        uncancel_parent(group); /* HOST */
    if (group->cancellation.bits != 0 && group->failed_count == 0)
        return end_raising(group, ac_take(&group->cancellation), out);
    bool with_body = group->body_error.bits != 0 && !is_cancellation(group, ac_lend(group->body_error));
    if (with_body || group->failed_count > 0)
        return end_with_errors(group, with_body, out);
    group->exit.at = AC_AT_END;
    forget(group); /* HOST */
    return ac_return(out, ac_none());
}

/* The exit was thrown something else than a cancellation, or closed: it leaves without waiting. */
static ac_turn leave_early(ac_group *group, ac_ref exception, ac_out *out)
{
    return end_raising(group, aci_dup(group->loop, exception), out);
}

enum { CHILDREN = 1 };

static ac_turn resume_exit(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_group *group = AC_CONTAINER_OF(co, ac_group, exit);
    AC_BEGIN(co);
    while (!has_no_children(group)) {
        aci_future_init_embedded(&group->waiter, loop);
        group->flags |= G_WAITING;
        AC_AWAIT(CHILDREN, &group->waiter);
        group->flags &= ~(uint32_t)G_WAITING;
        ac_future_clear(&group->waiter); /* HOST: it may hold a cancel's message */
        if (how == AC_SEND)
            continue;
        if (how == AC_CLOSE || (aci_classify(loop, in) & AC_IS_CANCELLED) == 0)
            return leave_early(group, in, out);
        remember_cancellation(group, in); /* HOST */
    }
    AC_END(co);
    return settle(group, out);
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
    if (!group_has_semantics(group, AC_S_TASKGROUP_CANCEL))
        return aci_fail(group->loop, AC_E_TYPE, "'TaskGroup' object has no attribute 'cancel'");
    if (!has(group, G_ENTERED)) {
        group->flags |= G_CANCEL_ON_ENTER;
        return AC_OK;
    }
    if ((has(group, G_EXITING) && has_no_children(group)) || has(group, G_ABORTING))
        return AC_OK;
    abort_children(group); /* HOST */
    cancel_parent(group);  /* HOST */
    return AC_OK;
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
    return has(group, G_ENTERED);
}

bool ac_group_is_aborting(const ac_group *group)
{
    return has(group, G_ABORTING);
}

static void release_children(ac_group *group)
{
    ac_loop *loop = group->loop;
    while (!aci_list_empty(&group->children)) {
        ac_task *child = task_of(group->children.next);
        unlink_child(group, child);
        aci_release(loop, &child->future); /* HOST */
        release_group(loop, group);        /* HOST: the caller holds it */
    }
}

void ac_group_clear(ac_group *group)
{
    if (group->loop == NULL)
        return;
    group->flags = (group->flags | G_EXITING) & ~(uint32_t)G_WAITING;
    group->exit.at = AC_AT_END;
    release_children(group);         /* HOST */
    ac_future_clear(&group->waiter); /* HOST */
    forget(group);                   /* HOST */
}

static int visit_tasks(ac_link *head, ac_visitor *visitor)
{
    int stop = 0;
    for (ac_link *link = head->next; link != head && stop == 0; link = link->next)
        stop = visitor->future(visitor, &task_of(link)->future);
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

static int visit_exit(ac_coro *co, ac_visitor *visitor)
{
    return ac_group_visit(AC_CONTAINER_OF(co, ac_group, exit), visitor);
}

static void clear_exit(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    ac_group_clear(AC_CONTAINER_OF(co, ac_group, exit));
}

static const ac_coro_ops exit_ops = {resume_exit, NULL, visit_exit, clear_exit};
