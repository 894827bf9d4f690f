/* registry.c - the current task and all tasks.
 *
 * Mirrors    current_task, all_tasks, _swap_current_task of _asyncio.
 * Holds      all keeps nothing alive: a task leaves it when it is done, and when its object is cleared.
 * Tests      tests/test_registry.c */
#include "task/task_impl.h"

ac_task *ac_loop_current_task(const ac_loop *loop)
{
    return loop->current;
}

ac_task *ac_loop_swap_current_task(ac_loop *loop, ac_task *task)
{
    ac_task *previous = loop->current;
    loop->current = task;
    return previous;
}

ac_task *ac_loop_next_task(const ac_loop *loop, const ac_task *after)
{
    const ac_link *next = after != NULL ? after->all.next : loop->all.next;
    if (next == NULL || next == &loop->all)
        return NULL;
    return AC_CONTAINER_OF(next, ac_task, all);
}
