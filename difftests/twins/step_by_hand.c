/* See step_by_hand.py. */
#include "twin.h"

static ac_status wake(ac_loop *loop, void *task)
{
    (void)loop;
    return ac_task_step(task, AC_SEND, ac_none_ref());
}

enum { FOREIGN = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    say("first step");
    co->at = FOREIGN;
    return AC_PARKED;
case FOREIGN:
    say("woken with 7");
    AC_END(co);
    return ac_return(out, ac_c_int(8));
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};
    ac_loop *loop = twin_loop();
    ac_c_task *task = twin_coroutine(loop, &ops, sizeof *task);
    ac_status status;
    const char *words;

    twin_start(loop, task);
    twin_stop_soon(loop);
    ac_loop_run_forever(loop);
    say("parked, loop runs %s", show_bool(ac_loop_is_running(loop)));
    status = ac_task_step(&task->task, AC_SEND, ac_none_ref());
    if (status == AC_OK) {
        say("stepped by hand, done %s", show_bool(ac_future_done(twin_future(task))));
    } else {
        words = ac_loop_why(loop);
        say("%s %s", status == AC_E_RUNTIME ? "RuntimeError" : ac_status_name(status),
            strlen(words) > 23 ? words + strlen(words) - 23 : words);
        say("done %s", show_bool(ac_future_done(twin_future(task))));
        twin_call_soon(loop, wake, &task->task);
    }
    ac_loop_run_until_complete(loop, twin_future(task));
    say("result %s", twin_result(loop, twin_future(task)));
    twin_forget(loop, task);
    twin_loop_end(loop);
}
