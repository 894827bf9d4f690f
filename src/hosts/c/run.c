/* run.c - asyncio.run, as far as C needs it; Ctrl-C.
 *
 * Mirrors    runners.run.
 * Idea       Everything is the core's: a runner that each loop of this host has, and the clean-up.
 * Re-enters  Everything runs here.
 * Tests      tests/test_chost_loop.c, tests/test_chost_memory.c, tests/test_threadsafe_run.c */
#include "chost_impl.h"

/* As asyncio.run, which refuses at once: the clean-up of a run within a run would cancel the tasks of the
 * outer one. */
static ac_status check_nesting(ac_loop *loop, bool clean)
{
    ac_runner *runner = &c_loop_of(loop)->runner;
    bool busy = aci_c_any_running();
    ac_status status = clean ? ac_runner_admit_run(runner, busy)
                             : ac_runner_admit(runner, AC_A_COROUTINE, busy);

    if (status == AC_OK)
        return AC_OK;
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_RuntimeError, ac_runner_why(runner)));
}

/* An error of the clean-up hides the result, as in asyncio. */
static ac_status clean_up(ac_loop *loop, ac_status status, ac_value *result)
{
    ac_status cleaned = ac_cancel_all_tasks(loop);

    if (cleaned == AC_OK)
        cleaned = ac_loop_shutdown_default_executor(loop, AC_THREAD_JOIN_TIMEOUT);
    if (cleaned == AC_OK)
        return status;
    aci_c_drop(loop, ac_take(result));
    if (cleaned == AC_E_RAISED)
        *result = ac_loop_take_raised(loop);
    return cleaned;
}

static ac_status run(ac_loop *loop, ac_c_task *task, bool clean, ac_value *result)
{
    ac_value outcome = ac_none();
    ac_task *main_task = NULL;
    ac_status status = check_nesting(loop, clean);

    if (status == AC_OK)
        status = aci_c_start(loop, NULL, task, AC_EAGER_DEFAULT, &main_task);
    ac_c_release(loop, &task->task.future); /* a coroutine that a task has is nobody else's */
    if (status == AC_OK) {
        status = ac_runner_run(&c_loop_of(loop)->runner, &main_task->future, &outcome);
        if (clean)
            status = clean_up(loop, status, &outcome);
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

ac_status ac_c_run(ac_loop *loop, ac_c_task *task, ac_value *result)
{
    return run(loop, task, true, result);
}

ac_status ac_c_runner_run(ac_loop *loop, ac_c_task *task, ac_value *result)
{
    return run(loop, task, false, result);
}

void ac_c_interrupt(ac_loop *loop)
{
    ac_runner_interrupt_threadsafe(&c_loop_of(loop)->runner);
}
