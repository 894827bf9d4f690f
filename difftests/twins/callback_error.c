/* See callback_error.py. */
#include "twin.h"

static ac_status handler(ac_loop *loop, void *data, const ac_report *report)
{
    (void)loop, (void)data;
    say("handler: %.21s %s", report->message, show(report->exception));
    return AC_OK;
}

static ac_status fail(ac_loop *loop, void *data)
{
    (void)data;
    say("fail");
    return ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, "x"));
}

static ac_status interrupt(ac_loop *loop, void *data)
{
    (void)data;
    say("interrupt");
    return ac_loop_raise(loop, ac_c_exception(loop, &ac_c_KeyboardInterrupt, ac_none_ref()));
}

void twin(void)
{
    ac_loop *loop = twin_loop();

    ac_loop_set_exception_handler(loop, handler, NULL);
    twin_call_soon(loop, fail, NULL);
    twin_print_soon(loop, "same batch");
    twin_call_soon(loop, interrupt, NULL);
    twin_print_soon(loop, "rest of the batch");
    twin_stop_soon(loop);
    if (ac_loop_run_forever(loop) == AC_E_RAISED)
        say("out of the loop: %s %s", show_taken(loop, ac_loop_take_raised(loop)),
            show_bool(ac_loop_is_running(loop)));
    ac_loop_run_forever(loop);
    say("end");
    twin_loop_end(loop);
}
