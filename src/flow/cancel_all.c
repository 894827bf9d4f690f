/* cancel_all.c - the end of a run: cancels every task that is left, and waits for all of them.
 *
 * Mirrors    runners._cancel_all_tasks, and gather(*tasks, return_exceptions=True) as far as it needs it.
 * Idea       One block holds the list of tasks, a done callback for each, and the future that is done when
 *            they are.  Nobody asks for a list of results, so none is made.
 * Holds      users counts who needs the block: the caller from begin to end, and each callback that is on a
 *            task or in the loop.
 * Owns       Each task once, until the end.
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
    bool partial; /* there was no memory for all */
    bool leaving; /* the end takes the callbacks off: none is to be heard any more */
    struct left left[];
};

static size_t size_of(size_t count)
{
    return sizeof(ac_cancel_all) + count * sizeof(struct left);
}

static void give_up(ac_cancel_all *all)
{
    ac_loop *loop = all->loop;
    if (--all->users > 0)
        return;
    ac_future_clear(&all->outer);
    loop->host->realloc(loop, all, size_of(all->count), 0);
}

/* ---- Waiting ---- */

/* All are done: their errors count as retrieved. */
static ac_status finish(ac_cancel_all *all)
{
    for (size_t i = 0; i < all->count; i++)
        ac_future_set_log_traceback(&all->left[i].task->future, false);
    return ac_future_set_result(&all->outer, ac_none());
}

static ac_status hear(ac_cancel_all *all)
{
    return --all->pending == 0 && !all->leaving ? finish(all) : AC_OK;
}

static struct left *left_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, struct left, callback);
}

static ac_status task_done(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    return hear(left_of(callback)->all);
}

static void callback_over(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    give_up(left_of(callback)->all);
}

static ac_future *waiter(ac_callback *callback)
{
    return &left_of(callback)->all->outer;
}

static const ac_handle_ops left_ops = {
    .run = task_done, .done = callback_over, .name = "gather.<locals>._done_callback", .waiter = waiter};

/* Callbacks first, then what is done already, as gather has it. */
static ac_status wait_for_all(ac_cancel_all *all)
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
        status = hear(all);
    return status;
}

/* ---- The list ---- */

static size_t count_tasks(const ac_loop *loop)
{
    size_t count = 0;
    for (const ac_task *task = NULL; (task = ac_loop_next_task(loop, task)) != NULL;)
        count++;
    return count;
}

/* Room for as many of them as there is memory for. */
static ac_cancel_all *block_new(ac_loop *loop, size_t wanted)
{
    ac_cancel_all *all = NULL;
    size_t count = wanted;
    for (; count > 0 && loop->host->realloc != NULL; count /= 2)
        if ((all = loop->host->realloc(loop, NULL, 0, size_of(count))) != NULL)
            break;
    if (all == NULL)
        return NULL;
    all->loop = loop;
    aci_future_init_embedded(&all->outer, loop);
    all->count = all->pending = count;
    all->users = 1;
    all->partial = count < wanted;
    all->leaving = false;
    return all;
}

/* Takes the oldest ones. */
static void take_tasks(ac_cancel_all *all)
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

/* Nobody waits any more.  Callbacks that are in the loop already keep the block. */
static void leave(ac_cancel_all *all)
{
    ac_loop *loop = all->loop;
    all->leaving = true;
    for (size_t i = 0; i < all->count; i++) {
        struct left *left = &all->left[i];
        if (!ac_future_done(&left->task->future) && ac_handle_scheduled(&left->callback.handle))
            (void)ac_future_remove_done_callback(&left->task->future, &left->callback);
        aci_release(loop, &left->task->future); /* HOST */
    }
    give_up(all);
}

/* What was raised goes on after that. */
static ac_status leave_with(ac_cancel_all *all, ac_status status)
{
    ac_loop *loop = all->loop;
    ac_value raised = status == AC_E_RAISED ? ac_loop_take_raised(loop) : ac_none();
    leave(all); /* HOST */
    return status == AC_E_RAISED ? ac_loop_raise(loop, raised) : status;
}

/* ---- Begin and end ---- */

static ac_status cancel_each(ac_cancel_all *all)
{
    ac_status status = AC_OK;
    for (size_t i = 0; i < all->count && status == AC_OK; i++)
        status = ac_future_cancel(&all->left[i].task->future, ac_none_ref(), NULL); /* HOST */
    return status;
}

/* Without any memory nobody can wait for them; but the oldest are told, so that a loop that is closed next
 * gives them up. */
static ac_status cancel_few(ac_loop *loop)
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
    size_t count = count_tasks(loop);
    *out = NULL;
    *future = NULL;
    if (count == 0)
        return AC_OK;
    ac_cancel_all *all = block_new(loop, count);
    if (all == NULL)
        return cancel_few(loop); /* HOST */
    take_tasks(all);
    ac_status status = cancel_each(all);
    if (status == AC_OK)
        status = wait_for_all(all);
    if (status != AC_OK)
        return leave_with(all, status); /* HOST */
    *out = all;
    *future = &all->outer;
    return AC_OK;
}

static ac_status report(ac_loop *loop, ac_task *task)
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
        status = report(all->loop, all->left[i].task); /* HOST */
    return leave_with(all, status);                    /* HOST */
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
