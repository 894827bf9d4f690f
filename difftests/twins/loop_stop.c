/* See loop_stop.py. */
#include "twin.h"

static ac_status stopper(ac_loop *loop, void *data)
{
    (void)data;
    say("stopper");
    ac_loop_stop(loop);
    twin_print_soon(loop, "queued after stop");
    return AC_OK;
}

static ac_status stop(ac_loop *loop, void *data)
{
    (void)data;
    ac_loop_stop(loop);
    return AC_OK;
}

void twin(void)
{
    ac_loop *loop = twin_loop();

    twin_call_soon(loop, stopper, NULL);
    twin_print_soon(loop, "same batch");
    ac_loop_run_forever(loop);
    say("stopped");
    twin_print_at(loop, 5, "timer");
    ac_loop_stop(loop);
    ac_loop_run_forever(loop);
    say("one turn, at %s", show_time(loop));
    ac_loop_stop(loop);
    ac_loop_run_forever(loop);
    say("an empty turn, at %s", show_time(loop));
    ac_c_call_later(loop, 6, stop, NULL, NULL);
    ac_loop_run_forever(loop);
    say("end, at %s", show_time(loop));
    twin_loop_end(loop);
}
