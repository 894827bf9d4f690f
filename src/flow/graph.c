/* graph.c - who waits for whom.
 *
 * Mirrors    Future._asyncio_awaited_by, which CPython keeps up to date at each await; the walk of
 *            graph._build_graph_for_future.
 * Idea       The edges are where they must be anyway: a waiting task's step is on the callbacks of what it
 *            waits for, a child knows its group and that its parent, a callback of the core's own knows for
 *            whom it is.  Once the future is done its callbacks are on their way: those of the core's own say
 *            on which future they were, and a task that was not told yet says itself what it waited for.
 * Holds      Each waiter is given once: at the first place in the order below where it is found.
 *            An edge that has two reasons is one: when somebody stops to wait for a future that is pending,
 *            he marks what else he waits for it by.
 * Differs    Of a future that is done an edge with two reasons lasts until the last of them is told; CPython
 *            forgets it with the first.  And the edge of a task that awaits a future itself stays when its
 *            shield of that is cancelled meanwhile.
 * Cost       No allocation, no recursion.  Where callbacks of the core wait, O(callbacks) for each of them.
 *            Of a future that is done, O(what is ready).
 * Tests      tests/test_graph.c; difftests/scenarios/graph */
#include <aiocore/flow.h>
#include <aiocore/graph.h>

#include "flow/graph_impl.h"
#include "task/task_impl.h"

/* ---- One reason at a time ---- */

enum { WAIT_BY_CALLBACK, WAIT_ON_ITS_WAY, WAIT_BY_TASK, WAIT_BY_HOST, WAIT_AT_END };

/* For whom a group holds a child; NULL also if its exit was left. */
static ac_future *waiting_parent(const ac_future *future)
{
    if (!aci_flag(future, ACI_F_TASK) || aci_flag(future, ACI_T_NO_EDGE))
        return NULL;
    const ac_group *group = AC_CONTAINER_OF(future, ac_task, future)->group;
    return group != NULL && group->parent != NULL ? &group->parent->future : NULL;
}

static ac_future *waiter_by(ac_handle *handle)
{
    ac_task *task = ac_handle_task(handle);
    if (task != NULL)
        return &task->future;
    ac_callback *callback = ac_handle_callback(handle);
    if (callback == NULL || callback->ops->waiter == NULL || (handle->flags & ACI_H_NO_EDGE) != 0)
        return NULL;
    return callback->ops->waiter(callback);
}

/* The group's callback is no handle, but has its place among the others. */
static bool is_groups_turn(const ac_waiters *at)
{
    size_t place = ac_future_done(at->future) ? 0 : at->future->extra;
    return at->looked == place + 1 && waiting_parent(at->future) != NULL;
}

static ac_future *look_at_callback(ac_waiters *at)
{
    if (is_groups_turn(at)) {
        at->mixed = true;
        return waiting_parent(at->future);
    }
    at->handle = ac_future_next_callback(at->future, at->handle);
    if (at->handle == NULL) {
        at->stage = ac_future_done(at->future) ? WAIT_ON_ITS_WAY : WAIT_BY_HOST;
        return NULL;
    }
    at->mixed |= ac_handle_task(at->handle) == NULL;
    return waiter_by(at->handle);
}

/* What is ready, after 'handle' (NULL: from the first on): the rest of the turn, then the next one's. */
static ac_handle *next_ready(ac_loop *loop, ac_handle *handle)
{
    ac_link *link = handle != NULL ? handle->link.next : loop->batch.next;
    if (link == &loop->batch)
        link = loop->ready.next;
    return link != &loop->ready ? aci_handle_of(link) : NULL;
}

/* Of a future that is done: callbacks that were on it and have not run. */
static ac_future *look_on_its_way(ac_waiters *at)
{
    at->handle = next_ready(at->future->loop, at->handle);
    if (at->handle == NULL) {
        at->stage = WAIT_BY_TASK;
        return NULL;
    }
    ac_callback *callback = ac_handle_callback(at->handle);
    if (callback == NULL || callback->ops->awaited == NULL || callback->ops->awaited(callback) != at->future)
        return NULL;
    at->mixed = true;
    return waiter_by(at->handle);
}

/* What a task waits for; NULL: nothing.  A cancel that is waited for has a future of its own for that. */
static const ac_future *meant_by(const ac_task *task)
{
    const ac_future *future = ac_task_waiting_for(task);
    bool stands = future != NULL && aci_flag(future, ACI_F_STANDS);
    return stands ? AC_CONTAINER_OF(future, const ac_cancel_and_wait, waiter)->future : future;
}

/* Of a future that is done: whoever has not gone on yet. */
static ac_future *look_at_task(ac_waiters *at)
{
    at->task = ac_loop_next_task(at->future->loop, at->task);
    if (at->task == NULL) {
        at->stage = WAIT_BY_HOST;
        return NULL;
    }
    return meant_by(at->task) == at->future ? &at->task->future : NULL;
}

/* There is no object of the host around an embedded one that a program could have said something of. */
static ac_future *ask_host(ac_waiters *at)
{
    ac_loop *loop = at->future->loop;
    ac_future *waiter = NULL;
    if (loop->host->waiter != NULL && !ac_future_is_embedded(at->future))
        waiter = loop->host->waiter(loop, at->future, at->asked++);
    at->mixed = true;
    if (waiter == NULL)
        at->stage = WAIT_AT_END;
    return waiter;
}

/* Looks at one place; NULL: nobody waits there. */
static ac_future *look_once(ac_waiters *at)
{
    at->looked++;
    switch (at->stage) {
    case WAIT_BY_CALLBACK:
        return look_at_callback(at);
    case WAIT_ON_ITS_WAY:
        return look_on_its_way(at);
    case WAIT_BY_TASK:
        return look_at_task(at);
    default:
        return ask_host(at);
    }
}

/* ---- Each waiter once ---- */

ac_waiters ac_future_waiters(const ac_future *future)
{
    ac_waiters start = {.future = future, .stage = future->loop != NULL ? WAIT_BY_CALLBACK : WAIT_AT_END};
    return start;
}

/* A task is on one future alone: that it comes again needs another reason. */
static bool came_before(const ac_waiters *at, const ac_future *waiter)
{
    if (!at->mixed)
        return false;
    ac_waiters before = ac_future_waiters(at->future);
    while (before.looked + 1 < at->looked)
        if (look_once(&before) == waiter)
            return true;
    return false;
}

ac_future *ac_waiters_next(ac_waiters *waiters)
{
    while (waiters->stage != WAIT_AT_END) {
        ac_future *waiter = look_once(waiters);
        if (waiter != NULL && !came_before(waiters, waiter))
            return waiter;
    }
    return NULL;
}

/* ---- One edge for all reasons ---- */

/* Steps are not marked: hardly anybody else stops to wait for what his own task awaits. */
void aci_graph_forget(ac_future *future, const ac_future *waiter)
{
    if (waiter == NULL || future->loop == NULL || ac_future_done(future) ||
        !aci_has(future->loop, AC_S_CALL_GRAPH_API))
        return;
    if (waiting_parent(future) == waiter)
        future->flags |= ACI_T_NO_EDGE;
    for (ac_handle *handle = NULL; (handle = ac_future_next_callback(future, handle)) != NULL;)
        if (ac_handle_task(handle) == NULL && waiter_by(handle) == waiter)
            handle->flags |= ACI_H_NO_EDGE;
}

/* ---- The graph above a future ---- */

static void push_level(ac_graph *graph, ac_future *future)
{
    graph->levels[graph->used].future = future;
    graph->levels[graph->used].waiters = ac_future_waiters(future);
    graph->used++;
}

/* The root is on its level, but not given yet. */
void ac_graph_begin(ac_graph *graph, ac_future *root, ac_graph_level *levels, size_t room)
{
    graph->levels = levels;
    graph->room = room;
    graph->used = 0;
    graph->depth = 0;
    graph->repeats = graph->cut = false;
    push_level(graph, root);
    graph->used = 0;
}

static bool is_on_path(const ac_graph *graph, const ac_future *future)
{
    for (size_t i = 0; i < graph->used; i++)
        if (graph->levels[i].future == future)
            return true;
    return false;
}

static bool is_waited_for(const ac_future *future)
{
    ac_waiters waiters = ac_future_waiters(future);
    return ac_waiters_next(&waiters) != NULL;
}

static ac_future *give_waiter(ac_graph *graph, ac_future *future)
{
    graph->depth = graph->used;
    graph->repeats = is_on_path(graph, future);
    graph->cut = !graph->repeats && graph->used == graph->room && is_waited_for(future);
    if (!graph->repeats && graph->used < graph->room)
        push_level(graph, future);
    return future;
}

ac_future *ac_graph_next(ac_graph *graph)
{
    ac_future *root = graph->levels[0].future;
    if (graph->used == 0 && root != NULL) {
        graph->levels[0].future = NULL; /* it is given once */
        return give_waiter(graph, root);
    }
    while (graph->used > 0) {
        ac_future *waiter = ac_waiters_next(&graph->levels[graph->used - 1].waiters);
        if (waiter != NULL)
            return give_waiter(graph, waiter);
        graph->levels[--graph->used].future = NULL;
    }
    return NULL;
}

/* ---- One task ---- */

ac_task_place ac_task_get_place(const ac_task *task)
{
    if (ac_future_done(&task->future))
        return AC_TASK_DONE;
    if (aci_flag(&task->future, ACI_T_RUNNING))
        return AC_TASK_RUNNING;
    ac_future *future = ac_task_waiting_for(task);
    if (future != NULL && !ac_future_done(future))
        return AC_TASK_WAITING;
    return ac_handle_scheduled(&task->step) ? AC_TASK_READY : AC_TASK_PARKED;
}

const char *ac_task_place_name(ac_task_place place)
{
    static const char *const names[] = {
        [AC_TASK_RUNNING] = "running", [AC_TASK_READY] = "ready", [AC_TASK_WAITING] = "waiting",
        [AC_TASK_PARKED] = "parked",   [AC_TASK_DONE] = "done",
    };
    return (unsigned)place <= AC_TASK_DONE ? names[place] : "?";
}
