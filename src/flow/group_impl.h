/* group_impl.h - what the three files of TaskGroup share: taskgroup.c, group_children.c, group_exit.c. */
#ifndef AIOCORE_FLOW_GROUP_IMPL_H
#define AIOCORE_FLOW_GROUP_IMPL_H

#include "task/task_impl.h"

/* ac_group.flags */
enum {
    ACI_G_ENTERED = 1,
    ACI_G_EXITING = 2,
    ACI_G_ABORTING = 4,
    ACI_G_PARENT_CANCEL_REQUESTED = 8,
    ACI_G_CANCEL_ON_ENTER = 16,
    ACI_G_WAITING = 32 /* the waiter is being waited for */
};

static inline bool aci_group_is(const ac_group *group, uint32_t flag)
{
    return (group->flags & flag) != 0;
}

static inline bool aci_group_has(const ac_group *group, ac_semantics_flag flag)
{
    return aci_has(group->loop, flag);
}

static inline bool aci_group_is_empty(const ac_group *group)
{
    return aci_list_empty(&group->children);
}

static inline ac_status aci_group_refuse(const ac_group *group, const char *why)
{
    return aci_fail(group->loop, AC_E_RUNTIME, why);
}

static inline ac_task *aci_child_of(ac_link *siblings)
{
    return AC_CONTAINER_OF(siblings, ac_task, siblings);
}

static inline void aci_group_trace(ac_group *group, ac_event_kind kind, ac_task *task)
{
    if (aci_traced(group->loop))
        aci_trace(group->loop, (ac_event){.kind = kind, .group = group, .task = task});
}

/* A child's retain of its group.  HOST. */
static inline void aci_group_release(ac_loop *loop, ac_group *group)
{
    if (loop->host->release_group != NULL)
        loop->host->release_group(loop, group); /* HOST */
}

/* Cancels all children in the order of their creation.  Whatever a cancel of the program's own raises.
 * HOST. */
ac_status aci_group_abort(ac_group *group);
/* Remembers that the group cancels the parent, and does.  The same.  HOST. */
ac_status aci_group_cancel_parent(ac_group *group);
/* Takes a child off the group; the retains are the caller's to give up. */
void aci_group_unlink(ac_group *group, ac_task *child);
/* The group forgets parent and errors.  HOST. */
void aci_group_let_go(ac_group *group);
/* The coroutine of the exit. */
extern const ac_coro_ops aci_group_exit_ops;

#endif
