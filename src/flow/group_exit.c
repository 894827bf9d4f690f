/* group_exit.c - TaskGroup's exit: waits for the children, then raises what there is to raise.
 *
 * Mirrors    TaskGroup.__aexit__, _aexit.
 * Idea       The exit waits for a fresh future each time round, because the parent may be cancelled any
 *            number of times while it waits.
 * Owns       The errors, until it ends; the failed children hold theirs.
 * Re-enters  cancel, release and drop run host code.
 * Cost       The errors are collected in one array at the end.
 * Tests      tests/test_taskgroup.c, tests/test_group_*.c; difftests/twins/group_*.py */
#include "flow/group_impl.h"

static bool is_cancellation(const ac_group *group, ac_ref exception)
{
    unsigned bits = aci_classify(group->loop, exception);
    return aci_group_has(group, AC_S_CANCELLED_ERROR_SUBCLASSES) ? (bits & AC_IS_CANCELLED) != 0
                                                                 : (bits & AC_IS_CANCELLED_EXACT) != 0;
}

/* Takes the group's own cancel of the parent back; if no other request is left, there is nothing to raise. */
static void uncancel_parent(ac_group *group)
{
    if (!aci_group_is(group, ACI_G_PARENT_CANCEL_REQUESTED) || group->parent == NULL)
        return;
    if (ac_task_uncancel(group->parent) == 0) {
        aci_drop_slot(group->loop, &group->cancellation); /* HOST */
    } else if (group->cancellation.bits == 0 && aci_group_has(group, AC_S_TASKGROUP_CANCEL)) {
        group->cancellation = ac_take(&group->pending_cancellation); /* gh-155433 */
    }
}

/* If a cancel of the program's own raises, that leaves the group, which waits for nobody. */
static ac_status abort_or_end(ac_group *group)
{
    ac_loop *loop = group->loop;
    ac_status status = aci_group_abort(group); /* HOST */
    if (status == AC_OK)
        return AC_OK;
    ac_value error = aci_set_aside(loop, status);
    aci_group_let_go(group); /* HOST */
    return aci_go_on_with(loop, status, error);
}

ac_status ac_group_exit(ac_group *group, ac_ref exception)
{
    ac_loop *loop = group->loop;
    if (!aci_group_is(group, ACI_G_ENTERED) || group->parent == NULL)
        return aci_group_refuse(group, "TaskGroup %G has not been entered");
    if (aci_group_is(group, ACI_G_EXITING))
        return aci_group_refuse(group, "TaskGroup %G is finished");
    group->flags |= ACI_G_EXITING;
    if (aci_traced(loop))
        aci_trace(loop, (ac_event){.kind = AC_EV_GROUP_EXIT, .group = group, .value = exception});
    if (ac_is_none(exception)) {
        if (!aci_group_has(group, AC_S_TASKGROUP_UNCANCEL_AFTER_WAIT))
            uncancel_parent(group);
        return AC_OK;
    }
    group->body_error = aci_dup(loop, exception);
    if (group->base_error.bits == 0 && (aci_classify(loop, exception) & AC_IS_EXIT) != 0)
        group->base_error = aci_dup(loop, exception);
    if (is_cancellation(group, exception))
        group->cancellation = aci_dup(loop, exception);
    if (!aci_group_has(group, AC_S_TASKGROUP_UNCANCEL_AFTER_WAIT))
        uncancel_parent(group);                                               /* HOST */
    return aci_group_is(group, ACI_G_ABORTING) ? AC_OK : abort_or_end(group); /* HOST */
}

/* A CancelledError arrived while the exit waits: the first one, unless the group aborts already, is raised at
 * the end. */
static ac_status remember_cancellation(ac_group *group, ac_ref exception)
{
    ac_loop *loop = group->loop;
    ac_value older_pending = group->pending_cancellation, older = ac_none();
    bool is_first = !aci_group_is(group, ACI_G_ABORTING);
    group->pending_cancellation = aci_dup(loop, exception);
    if (is_first) {
        older = group->cancellation;
        group->cancellation = aci_dup(loop, exception);
    }
    aci_drop(loop, older_pending);                    /* HOST */
    aci_drop(loop, older);                            /* HOST */
    return is_first ? aci_group_abort(group) : AC_OK; /* HOST */
}

static void release_failed(ac_group *group)
{
    ac_loop *loop = group->loop;
    while (!aci_list_empty(&group->failed)) {
        ac_task *child = aci_child_of(aci_list_take_first(&group->failed));
        aci_release(loop, &child->future); /* HOST */
    }
    group->failed_count = 0;
}

/* After the exit a group knows neither parent nor errors (gh-124958). */
void aci_group_let_go(ac_group *group)
{
    ac_loop *loop = group->loop;
    ac_task *parent = group->parent;
    if (parent != NULL)
        aci_group_trace(group, AC_EV_GROUP_END, NULL);
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
    aci_group_let_go(group); /* HOST */
    out->value = exception;
    return AC_RAISED;
}

/* Collects the children's errors, in the order of their callbacks, and the body's at the end. */
static size_t collect_errors(ac_group *group, ac_ref *errors, bool with_body)
{
    size_t count = 0;
    for (ac_link *link = group->failed.next; link != &group->failed; link = link->next)
        errors[count++] = ac_lend(aci_child_of(link)->future.result);
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
static ac_status preserve_cancellation(ac_group *group)
{
    if (!aci_group_has(group, AC_S_TASKGROUP_PRESERVES_CANCEL_COUNT) || group->parent == NULL ||
        ac_task_cancelling(group->parent) == 0)
        return AC_OK;
    (void)ac_task_uncancel(group->parent);
    return ac_future_cancel(&group->parent->future, ac_none_ref(), NULL); /* HOST */
}

/* Something failed that the program did: that is raised in place of all else. */
static ac_turn end_failed(ac_group *group, ac_status status, ac_out *out)
{
    return end_raising(group, ac_loop_status_exception(group->loop, status, NULL), out);
}

static ac_turn end_with_errors(ac_group *group, bool with_body, ac_out *out)
{
    ac_loop *loop = group->loop;
    ac_status status = preserve_cancellation(group); /* HOST */
    if (status != AC_OK)
        return end_failed(group, status, out);
    bool bare = with_body && group->failed_count == 0 &&
                aci_group_has(group, AC_S_TASKGROUP_GENERATOR_EXIT_BARE) &&
                (aci_classify(loop, ac_lend(group->body_error)) & AC_IS_GENEXIT) != 0;
    return end_raising(group, bare ? ac_take(&group->body_error) : make_error_group(group, with_body), out);
}

/* All children have ended: what is raised, in this order of precedence. */
static ac_turn settle(ac_group *group, ac_out *out)
{
    if (group->base_error.bits != 0)
        return end_raising(group, ac_take(&group->base_error), out);
    if (aci_group_has(group, AC_S_TASKGROUP_UNCANCEL_AFTER_WAIT))
        uncancel_parent(group); /* HOST */
    if (group->cancellation.bits != 0 && group->failed_count == 0)
        return end_raising(group, ac_take(&group->cancellation), out);
    bool with_body = group->body_error.bits != 0 && !is_cancellation(group, ac_lend(group->body_error));
    if (with_body || group->failed_count > 0)
        return end_with_errors(group, with_body, out);
    group->exit.at = AC_AT_END;
    aci_group_let_go(group); /* HOST */
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
    while (!aci_group_is_empty(group)) {
        aci_future_init_embedded(&group->waiter, loop);
        group->flags |= ACI_G_WAITING;
        AC_AWAIT(CHILDREN, &group->waiter);
        group->flags &= ~(uint32_t)ACI_G_WAITING;
        ac_future_clear(&group->waiter); /* HOST: it may hold a cancel's message */
        if (how == AC_SEND)
            continue;
        if (how == AC_CLOSE || (aci_classify(loop, in) & AC_IS_CANCELLED) == 0)
            return leave_early(group, in, out);
        ac_status status = remember_cancellation(group, in); /* HOST */
        if (status != AC_OK)
            return end_failed(group, status, out);
    }
    AC_END(co);
    return settle(group, out);
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

const ac_coro_ops aci_group_exit_ops = {resume_exit, NULL, visit_exit, clear_exit};
