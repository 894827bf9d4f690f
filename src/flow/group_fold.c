/* group_fold.c - TaskGroup's children of which nothing is left but that they have ended well.
 *
 * Mirrors    Nothing of CPython, which keeps them (since gh-128550) until their done callbacks have run.
 * Idea       What a program can see of those callbacks is that they take their turn, and how many there are.
 *            A task that nobody looks at is not needed for that: its neighbour's callback counts for both.
 *            Whoever does look has it made again first.
 * Holds      A loose task is on its group's children and on the ready list, done, neither HELD nor retained
 *            by the group; it retains the group.  Of a child that is done, future.extra is how many were
 *            folded into it; all of them have its result, and the numbers after its own.
 * Tests      tests/test_group_fold.c, tests/install/eager_group.py */
#include "flow/group_impl.h"

/* What neighbours may differ in. */
enum { FOLD_APART = ACI_T_LOOSE | ACI_T_HELD };
/* What only whole tasks have. */
enum { FOLD_NEVER = ACI_T_NAMED | ACI_T_THROW | ACI_T_BUSY | ACI_F_LOG | ACI_F_OVERRIDDEN | ACI_F_TRACED };

/* A step that is the group's callback, and that nobody has cancelled. */
static ac_task *plain_child(ac_link *link)
{
    ac_handle *handle = aci_handle_of(link);
    return handle->flags == (ACI_H_STEP | ACI_H_GROUP) && handle->extra == 0 ? aci_step_task(handle) : NULL;
}

static bool is_next_like(const ac_task *task, const ac_task *place)
{
    uint32_t flags = task->future.flags;
    return task->group == place->group && ((flags ^ place->future.flags) & ~(uint32_t)FOLD_APART) == 0 &&
           (flags & FOLD_NEVER) == 0 && task->future.result.bits == place->future.result.bits &&
           task->id.serial == place->id.serial + place->future.extra + 1 &&
           place->future.extra < UINT32_MAX - task->future.extra - 1;
}

ac_task *ac_task_fold_place(const ac_task *task)
{
    const ac_loop *loop = task->future.loop;
    ac_link *before = task->step.link.prev;
    if (!aci_flag(&task->future, ACI_T_LOOSE) || before == NULL || before == &loop->ready ||
        before == &loop->batch || task->step.flags != (ACI_H_STEP | ACI_H_GROUP) || task->step.extra != 0)
        return NULL;
    ac_task *place = plain_child(before);
    return place != NULL && is_next_like(task, place) ? place : NULL;
}

void ac_task_fold(ac_task *task, ac_task *place)
{
    ac_group *group = task->group;
    aci_assert(ac_task_fold_place(task) == place);
    place->future.extra += 1 + task->future.extra;
    aci_list_remove(&task->step.link);
    aci_list_remove(&task->siblings);
    task->step.flags = ACI_H_STEP;
    task->group = NULL;
    task->future.extra = 0;
    aci_unflag(&task->future, ACI_T_LOOSE);
    aci_group_release(group->loop, group); /* 'place' retains it, too */
}

uint32_t ac_task_folded(const ac_task *task)
{
    return ac_future_done(&task->future) ? task->future.extra : 0;
}

void ac_task_unfold(ac_task *task, ac_task *again, ac_value context)
{
    ac_loop *loop = task->future.loop;
    ac_group *group = task->group;
    aci_task_again(again, loop, task->future.flags & ~(uint32_t)FOLD_APART,
                   task->id.serial + task->future.extra--);
    again->future.result = aci_dup(loop, ac_lend(task->future.result));
    again->step.flags = task->step.flags;
    again->step.context = context;
    again->group = group;
    if (loop->host->retain_group != NULL)
        loop->host->retain_group(loop, group);
    aci_retain(loop, &again->future);
    aci_list_append(task->siblings.next, &again->siblings);
    if (!aci_linked(&task->step.link))
        return; /* the loop has dropped it */
    aci_list_append(task->step.link.next, &again->step.link);
    aci_task_hold(again);
}

/* A loop that is not in a turn, or anything else than usual, has its callbacks one by one. */
static bool may_be_loose(const ac_group *group, const ac_task *child)
{
    ac_loop *loop = group->loop;
    return aci_state(&child->future) == AC_FINISHED && child->group == NULL && child->future.loop == loop &&
           !aci_group_has(group, AC_S_TASKGROUP_EAGER_DONE_CALLBACK_INLINE) &&
           !aci_group_has(group, AC_S_FAST_GROUPS) && !aci_is_unusual(loop) && !aci_handle_busy(&child->step);
}

ac_status ac_group_add_loosely(ac_group *group, ac_task *child)
{
    ac_loop *loop = group->loop;
    if (!may_be_loose(group, child))
        return ac_group_add(group, child);
    if (loop->host->retain_group != NULL)
        loop->host->retain_group(loop, group);
    child->group = group;
    child->future.extra = 0;
    child->future.flags = (child->future.flags & ~(uint32_t)ACI_T_NO_EDGE) | ACI_T_LOOSE;
    child->step.flags |= ACI_H_GROUP;
    aci_list_append(&group->children, &child->siblings);
    group->child_count++;
    aci_list_append(&loop->ready, &child->step.link);
    return AC_OK;
}
