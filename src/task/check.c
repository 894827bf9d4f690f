/* check.c - ac_loop_check: every invariant of every list, for tests.
 *
 * Idea       Lua's lua_checkmemory: walk everything after each turn of a test, so that a broken list is found
 *            where it was broken and not where it crashes.
 *            It stands here because it looks at tasks, too.
 * Cost       O(everything).
 * Tests      tests/test_check.c breaks each invariant by hand. */
#include "loop/timers.h"
#include "task/task_impl.h"

/* Both ways round, with the members counted; -1 if the links disagree. */
static long count_links(const ac_link *head)
{
    long count = 0;
    const ac_link *link = head;
    do {
        if (link->next == NULL || link->next->prev != link)
            return -1;
        link = link->next;
        count++;
    } while (link != head);
    return count - 1;
}

static const char *check_step(const ac_loop *loop, ac_handle *handle)
{
    ac_task *task = aci_step_task(handle);
    if (task->future.loop != loop)
        return "a step on the ready list is of a task of another loop";
    if (!aci_flag(&task->future, ACI_T_HELD | ACI_T_LOOSE))
        return "a task whose step is on the ready list is not held";
    if (aci_flag(&task->future, ACI_T_RUNNING))
        return "a running task is on the ready list";
    if ((handle->flags & ACI_H_GROUP) == 0 || ac_future_done(&task->future))
        return NULL; /* also one that was ended from outside: its step will fail */
    return "a pending task is on the ready list for its group";
}

static const char *check_handles(const ac_loop *loop, ac_link *head)
{
    if (count_links(head) < 0)
        return "the links of a list of handles disagree";
    for (ac_link *link = head->next; link != head; link = link->next) {
        ac_handle *handle = aci_handle_of(link);
        if ((handle->flags & (ACI_H_IN_HEAP | ACI_H_IN_INBOX | ACI_H_POSTED)) != 0)
            return "a handle is ready and somewhere else, too";
        const char *wrong = (handle->flags & ACI_H_STEP) != 0 ? check_step(loop, handle) : NULL;
        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}

static const char *check_timers(const ac_loop *loop)
{
    size_t cancelled = 0;
    for (size_t i = 0; i < loop->timer_count; i++) {
        const ac_timer *timer = loop->timers[i].timer;
        uint32_t flags = timer->callback.handle.flags;
        if ((flags & ACI_H_IN_HEAP) == 0 || aci_linked(&timer->callback.handle.link))
            return "a timer in the heap does not know it, or is on a list, too";
        if ((flags & ACI_H_CANCELLED) != 0)
            cancelled++;
    }
    if (cancelled > loop->timers_cancelled)
        return "more timers are cancelled than were counted";
    return aci_timers_ordered(loop) ? NULL : "the timer heap is out of order";
}

static bool is_among(const ac_future *future, const ac_handle *wanted)
{
    for (ac_handle *handle = NULL; (handle = ac_future_next_callback(future, handle)) != NULL;)
        if (handle == wanted)
            return true;
    return false;
}

/* What waits for a future: tasks, and the callbacks by which gather, wait and the like hear of its end. */
static const char *check_callbacks(const ac_future *future)
{
    if (future->callbacks == NULL)
        return NULL;
    if (count_links(&future->callbacks->link) < 0)
        return "the links of the callbacks of a future disagree";
    for (ac_handle *handle = NULL; (handle = ac_future_next_callback(future, handle)) != NULL;)
        if ((handle->flags & (ACI_H_IN_HEAP | ACI_H_IN_INBOX | ACI_H_POSTED)) != 0)
            return "a callback is on its future and somewhere else, too";
    return NULL;
}

/* A pending task is in exactly one place. */
static const char *check_task(const ac_loop *loop, ac_task *task)
{
    const ac_future *future = &task->future;
    if (future->loop != loop || !aci_flag(future, ACI_F_TASK))
        return "a task of another loop, or a plain future, is among all tasks";
    if (ac_future_done(future))
        return "a done task is among all tasks";
    bool linked = aci_linked(&task->step.link), running = aci_flag(future, ACI_T_RUNNING);
    if (linked && running)
        return "a running task waits on a list";
    if (linked && !aci_flag(future, ACI_T_HELD))
        return "a task whose step is on a list is not held";
    const char *wrong = check_callbacks(future);
    if (wrong != NULL || running || aci_flag(future, ACI_T_THROW) || task->waiting.future == NULL)
        return wrong;
    const ac_future *waiting = task->waiting.future;
    bool taken_off = !linked && !aci_flag(future, ACI_T_HELD); /* ac_future_remove_handle */
    if (waiting->loop == NULL || ac_future_done(waiting) || taken_off)
        return NULL;
    wrong = check_callbacks(waiting);
    if (wrong != NULL)
        return wrong;
    return is_among(waiting, &task->step) ? NULL : "a task is not among the callbacks of what it waits for";
}

static const char *check_tasks(const ac_loop *loop)
{
    if (count_links(&loop->all) < 0)
        return "the links of all tasks disagree";
    for (ac_task *task = NULL; (task = ac_loop_next_task(loop, task)) != NULL;) {
        const char *wrong = check_task(loop, task);
        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}

const char *ac_loop_check(ac_loop *loop)
{
    const char *wrong = check_handles(loop, &loop->ready);
    if (wrong == NULL)
        wrong = check_handles(loop, &loop->batch);
    if (wrong == NULL && (loop->flags & ACI_L_IN_TURN) == 0 && !aci_list_empty(&loop->batch))
        wrong = "handles are left in the batch outside a turn";
    if (wrong == NULL)
        wrong = check_timers(loop);
    return wrong != NULL ? wrong : check_tasks(loop);
}
