/* cancel_all.c - the end of a run: cancels every task that is left, and waits for all of them.
 *
 * Mirrors    runners._cancel_all_tasks, and gather(*tasks, return_exceptions=True) as far as it needs it.
 * Idea       One block holds the list of tasks, a done callback for each, and the future that is done when
 *            they are.  Nobody asks for a list of results, so none is made.  It is no gather of gather.c:
 *            that has memory for all its children at once, or fails, and a run has to end where there is
 *            none.
 * Holds      users counts who needs the block: the caller from begin to end, and each callback that is on a
 *            task or in the loop.  If the end comes before the tasks', their callbacks go on counting, as
 *            those of an abandoned gather do.
 * Owns       Each task once, from begin to end.
 * Re-enters  A cancel may end tasks, make new ones and raise; the handler may do anything.
 * Cost       One allocation; where memory is short several smaller ones, one after the other.
 * Tests      tests/test_cancel_all.c; difftests/scenarios/run/left_over_*.py */
#include <aiocore/runner.h>

#include "task/task_impl.h"

/* One task that is waited for. */
struct left {
    ac_callback callback;
    ac_cancel_all *all;
    ac_task *task; /* retained */
};

struct ac_cancel_all {
    ac_loop *loop;
    ac_future outer;
    size_t count, pending, users;
    bool partial;    /* there was no memory for all */
    bool left_alone; /* the end was before theirs: the tasks may be gone */
    struct left left[];
};

static size_t left_size_of(size_t count)
{
    return sizeof(ac_cancel_all) + count * sizeof(struct left);
}

static void left_give_up(ac_cancel_all *all)
{
    ac_loop *loop = all->loop;
    if (--all->users > 0)
        return;
    ac_future_clear(&all->outer);
    loop->host->realloc(loop, all, left_size_of(all->count), 0);
}

/* ---- Waiting ---- */

/* All are done: their errors count as retrieved. */
static ac_status left_finish(ac_cancel_all *all)
{
    for (size_t i = 0; i < all->count && !all->left_alone; i++)
        ac_future_set_log_traceback(&all->left[i].task->future, false);
    return ac_future_set_result(&all->outer, ac_none());
}

static ac_status left_hear(ac_cancel_all *all)
{
    return --all->pending == 0 ? left_finish(all) : AC_OK;
}

static struct left *left_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, struct left, callback);
}

static ac_status left_task_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    return left_hear(left_of(callback)->all);
}

static void left_callback_over(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    left_give_up(left_of(callback)->all);
}

static ac_future *left_waiter(ac_callback *callback)
{
    return &left_of(callback)->all->outer;
}

static ac_future *left_awaited(ac_callback *callback)
{
    struct left *left = left_of(callback);
    return !left->all->left_alone ? &left->task->future : NULL;
}

static const ac_handle_ops left_ops = {.run = left_task_done,
                                       .done = left_callback_over,
                                       .name = "gather.<locals>._done_callback",
                                       .waiter = left_waiter,
                                       .awaited = left_awaited};

/* Callbacks first, then what is done already, as gather has it. */
static ac_status left_wait_for_all(ac_cancel_all *all)
{
    ac_status status = AC_OK;
    size_t early = 0;
    for (size_t i = 0; i < all->count && status == AC_OK; i++) {
        struct left *left = &all->left[i];
        if (ac_future_done(&left->task->future)) {
            early++;
            continue;
        }
        status = ac_future_add_done_callback(&left->task->future, &left->callback);
        all->users += status == AC_OK;
    }
    for (; early > 0 && status == AC_OK; early--)
        status = left_hear(all);
    return status;
}

/* ---- The list ---- */

static size_t left_count_tasks(const ac_loop *loop)
{
    size_t count = 0;
    for (const ac_task *task = NULL; (task = ac_loop_next_task(loop, task)) != NULL;)
        count++;
    return count;
}

/* Room for as many of them as there is memory for. */
static ac_cancel_all *left_block_new(ac_loop *loop, size_t wanted)
{
    ac_cancel_all *all = NULL;
    size_t count = wanted;
    for (; count > 0 && loop->host->realloc != NULL; count /= 2)
        if ((all = loop->host->realloc(loop, NULL, 0, left_size_of(count))) != NULL)
            break;
    if (all == NULL)
        return NULL;
    all->loop = loop;
    aci_future_init_embedded(&all->outer, loop);
    all->count = all->pending = count;
    all->users = 1;
    all->partial = count < wanted;
    all->left_alone = false;
    return all;
}

/* Takes the oldest ones. */
static void left_take_tasks(ac_cancel_all *all)
{
    ac_task *task = NULL;
    for (size_t i = 0; i < all->count; i++) {
        struct left *left = &all->left[i];
        task = ac_loop_next_task(all->loop, task);
        aci_retain(all->loop, &task->future);
        ac_callback_init(&left->callback, &left_ops, ac_none());
        left->all = all;
        left->task = task;
    }
}

/* Nobody waits any more. */
static void left_leave(ac_cancel_all *all)
{
    ac_loop *loop = all->loop;
    all->left_alone = true;
    for (size_t i = 0; i < all->count; i++)
        aci_release(loop, &all->left[i].task->future); /* HOST */
    left_give_up(all);
}

/* What was raised goes on after that. */
static ac_status left_leave_with(ac_cancel_all *all, ac_status status)
{
    ac_loop *loop = all->loop;
    ac_value raised = status == AC_E_RAISED ? ac_loop_take_raised(loop) : ac_none();
    left_leave(all); /* HOST */
    return status == AC_E_RAISED ? ac_loop_raise(loop, raised) : status;
}

/* ---- Begin and end ---- */

static ac_status left_cancel_each(ac_cancel_all *all)
{
    ac_status status = AC_OK;
    for (size_t i = 0; i < all->count && status == AC_OK; i++)
        status = ac_future_cancel(&all->left[i].task->future, ac_none_ref(), NULL); /* HOST */
    return status;
}

/* Without any memory nobody can wait for them; but the oldest are told, so that a loop that is closed next
 * gives them up. */
static ac_status left_cancel_few(ac_loop *loop)
{
    enum { FEW = 16 };
    ac_task *few[FEW], *task = NULL;
    size_t count = 0;
    for (; count < FEW && (task = ac_loop_next_task(loop, task)) != NULL; count++) {
        aci_retain(loop, &task->future);
        few[count] = task;
    }
    for (size_t i = 0; i < count; i++) {
        if (ac_future_cancel(&few[i]->future, ac_none_ref(), NULL) == AC_E_RAISED) /* HOST */
            aci_drop(loop, ac_loop_take_raised(loop));                             /* HOST */
        aci_release(loop, &few[i]->future);                                        /* HOST */
    }
    return aci_fail(loop, AC_E_MEMORY, "no memory for the tasks to cancel");
}

ac_status ac_cancel_all_begin(ac_loop *loop, ac_cancel_all **out, ac_future **future)
{
    size_t count = left_count_tasks(loop);
    *out = NULL;
    *future = NULL;
    if (count == 0)
        return AC_OK;
    ac_cancel_all *all = left_block_new(loop, count);
    if (all == NULL)
        return left_cancel_few(loop); /* HOST */
    left_take_tasks(all);
    ac_status status = left_cancel_each(all);
    if (status == AC_OK)
        status = left_wait_for_all(all);
    if (status != AC_OK)
        return left_leave_with(all, status); /* HOST */
    *out = all;
    *future = &all->outer;
    return AC_OK;
}

static ac_status left_report(ac_loop *loop, ac_task *task)
{
    if (ac_future_get_state(&task->future) != AC_FAILED)
        return AC_OK;
    ac_value exception = aci_dup(loop, ac_lend(task->future.result));
    ac_report report = {.message = "unhandled exception during asyncio.run() shutdown",
                        .exception = ac_lend(exception),
                        .task = task};
    ac_status status = ac_loop_call_exception_handler(loop, &report); /* HOST */
    aci_drop(loop, exception);                                        /* HOST */
    return status;
}

ac_status ac_cancel_all_end(ac_cancel_all *all, ac_status status, bool *more)
{
    *more = all->partial;
    for (size_t i = 0; i < all->count && status == AC_OK; i++)
        status = left_report(all->loop, all->left[i].task); /* HOST */
    return left_leave_with(all, status);                    /* HOST */
}

ac_status ac_cancel_all_tasks(ac_loop *loop)
{
    ac_cancel_all *all;
    ac_future *future;
    bool more = true;
    ac_status status = AC_OK;
    while (status == AC_OK && more) {
        status = ac_cancel_all_begin(loop, &all, &future); /* HOST */
        more = false;
        if (status == AC_OK && all != NULL)
            status = ac_cancel_all_end(all, ac_loop_run_until_complete(loop, future), &more); /* HOST */
    }
    return status;
}
