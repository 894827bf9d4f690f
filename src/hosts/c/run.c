/* run.c - asyncio.run, as far as C needs it.
 *
 * Mirrors    Runner.run and _cancel_all_tasks.
 * Holds      The tasks that are left are cancelled once, oldest first, and waited for; what they create
 *            meanwhile is not, as in asyncio.
 * Re-enters  Everything runs here: the list of what is left is taken, and its tasks retained, before the
 *            first is cancelled.
 * Cost       One allocation, if many tasks are left.
 * Tests      tests/test_chost_loop.c, tests/test_chost_memory.c */
#include "chost_impl.h"

/* So many tasks need no memory for a list of them. */
enum { FEW = 16 };

/* ---- Cancelling what is left --------------------------------------------------------------------- */

static size_t count_tasks(const ac_loop *loop)
{
    const ac_task *task = NULL;
    size_t count = 0;

    while ((task = ac_loop_next_task(loop, task)) != NULL)
        count++;
    return count;
}

/* Takes the oldest ones. */
static void retain_tasks(const ac_loop *loop, ac_task **tasks, size_t count)
{
    ac_task *task = NULL;

    for (size_t i = 0; i < count; i++) {
        task = ac_loop_next_task(loop, task);
        ac_c_retain(&task->future);
        tasks[i] = task;
    }
}

static ac_status report_failure(ac_loop *loop, ac_task *task)
{
    ac_report report = {.message = "unhandled exception during asyncio.run() shutdown", .task = task};
    ac_value exception = ac_none();
    ac_status status;

    if (ac_future_get_state(&task->future) != AC_FAILED)
        return AC_OK;
    status = ac_future_exception(&task->future, &exception);
    if (status != AC_OK)
        return status;
    report.exception = ac_lend(exception);
    status = ac_loop_call_exception_handler(loop, &report);
    aci_c_drop(loop, exception);
    return status;
}

static ac_status cancel_and_wait(ac_loop *loop, ac_task **tasks, size_t count)
{
    ac_status status = AC_OK;

    for (size_t i = 0; i < count && status == AC_OK; i++)
        status = ac_task_cancel(tasks[i], ac_none_ref(), NULL);
    for (size_t i = 0; i < count && status == AC_OK; i++)
        status = ac_loop_run_until_complete(loop, &tasks[i]->future);
    for (size_t i = 0; i < count && status == AC_OK; i++)
        status = report_failure(loop, tasks[i]);
    return status;
}

static ac_status cancel_oldest(ac_loop *loop, ac_task **tasks, size_t count)
{
    ac_status status;

    retain_tasks(loop, tasks, count);
    status = cancel_and_wait(loop, tasks, count);
    for (size_t i = 0; i < count; i++)
        ac_c_release(loop, &tasks[i]->future);
    return status;
}

/* Without memory for all of them, a few at a time: nothing is left behind either way. */
static ac_status cancel_all_tasks(ac_loop *loop)
{
    ac_task *few[FEW];
    size_t count = count_tasks(loop);
    ac_task **many = count > FEW ? aci_c_new(loop, count * sizeof(ac_task *)) : NULL;
    ac_status status = AC_OK;

    if (many) {
        status = cancel_oldest(loop, many, count);
        aci_c_delete(loop, many, count * sizeof(ac_task *));
        return status;
    }
    for (; count > FEW && status == AC_OK; count = count_tasks(loop))
        status = cancel_oldest(loop, few, FEW);
    return status == AC_OK ? cancel_oldest(loop, few, count) : status;
}

/* ---- Running ------------------------------------------------------------------------------------- */

/* Runs until the task is done; *result is what it returned or raised. */
static ac_status run_main(ac_loop *loop, ac_task *task, ac_value *result)
{
    ac_status status = ac_loop_run_until_complete(loop, &task->future);
    ac_how how = AC_SEND;

    if (status == AC_OK)
        status = ac_future_result(&task->future, &how, result);
    else if (status == AC_E_RAISED)
        *result = ac_loop_take_raised(loop);
    return status == AC_OK && how == AC_THROW ? AC_E_RAISED : status;
}

/* As asyncio.run, which refuses at once: the clean-up of a run within a run would cancel the tasks of the
 * outer one. */
static ac_status check_nesting(ac_loop *loop)
{
    if (!aci_c_any_running())
        return AC_OK;
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_RuntimeError,
                                          "asyncio.run() cannot be called from a running event loop"));
}

/* An error of the clean-up hides the result, as in asyncio. */
static ac_status clean_up(ac_loop *loop, ac_status status, ac_value *result)
{
    ac_status cleaned = cancel_all_tasks(loop);

    if (cleaned == AC_OK)
        return status;
    aci_c_drop(loop, ac_take(result));
    if (cleaned == AC_E_RAISED)
        *result = ac_loop_take_raised(loop);
    return cleaned;
}

ac_status ac_c_run(ac_loop *loop, ac_c_task *task, ac_value *result)
{
    ac_value outcome = ac_none();
    ac_task *main_task = NULL;
    ac_status status = check_nesting(loop);

    if (status == AC_OK)
        status = aci_c_start(loop, NULL, task, AC_EAGER_DEFAULT, &main_task);
    ac_c_release(loop, &task->task.future); /* a coroutine that a task has is nobody else's */
    if (status == AC_OK) {
        status = clean_up(loop, run_main(loop, main_task, &outcome), &outcome);
        ac_c_release(loop, &main_task->future);
    } else if (status == AC_E_RAISED) {
        outcome = ac_loop_take_raised(loop);
    }
    if (result)
        *result = outcome;
    else
        aci_c_drop(loop, outcome);
    return status;
}
