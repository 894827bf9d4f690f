/* wait_for.c - asyncio.wait_for: the core's wait_for as a native coroutine.
 *
 * Mirrors    tasks.wait_for.
 * Idea       The timeout is looked at when the coroutine starts, as in "async def wait_for".  A future is
 *            awaited by the core, anything else by a delegate; with no time at all it must be a future.
 * Re-enters  Making the task of a wait without time may run its first step. */
#include "asyncio/host.h"

struct wait_frame {
    ac_wait_for wait;
    mp_delegate delegate;
};

/* timeout <= 0: 1, 0, -1 raised. */
static int wait_has_no_time(mp_vm *vm, mp_value timeout)
{
    if (timeout == vm->none)
        return 0;
    mp_value answer = mp_compare(vm, MP_OP_LE, timeout, mp_from_small(0));
    int truth = answer != NULL ? mp_truth(vm, answer) : -1;
    mp_xdecref(vm, answer);
    return truth;
}

/* What is done already is the answer. */
static mp_value wait_without_time(mp_vm *vm, mp_native_coroutine *self)
{
    struct wait_frame *frame = mp_native_frame(self);
    const double seconds = 0;
    mp_value future = mp_ensure_future(vm, NULL, self->subject);
    if (future == NULL)
        return NULL;
    mp_set_slot(vm, &self->subject, future);
    if (!mp_is_future(vm, future)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "wait_for() without time needs an asyncio.Future, got %R", future);
        return NULL;
    }
    ac_future *core = mp_future_core(vm, future);
    if (core == NULL)
        return NULL;
    if (ac_future_done(core)) /* that needs no loop */
        return mp_future_outcome(vm, core);
    mp_loop *loop = mp_running_loop(vm);
    if (loop == NULL)
        return NULL;
    ac_wait_for_future(&frame->wait, &loop->core, core, &seconds);
    return mp_native_bind(self, loop, &frame->wait.co);
}

static mp_value wait_with_time(mp_vm *vm, mp_native_coroutine *self, mp_value timeout)
{
    struct wait_frame *frame = mp_native_frame(self);
    double number = 0;
    const double *seconds = timeout != vm->none ? &number : NULL;
    mp_loop *loop = mp_running_loop(vm);
    if (loop == NULL || (seconds != NULL && !mp_to_double(vm, timeout, &number)))
        return NULL;
    if (mp_awaits_future(vm, self->subject)) {
        ac_wait_for_future(&frame->wait, &loop->core, &((mp_future *)self->subject)->core, seconds);
    } else {
        mp_delegate_init(&frame->delegate, self->subject);
        ac_wait_for_body(&frame->wait, &loop->core, &frame->delegate.co, seconds);
    }
    return mp_native_bind(self, loop, &frame->wait.co);
}

/* subject is what is waited for, argument the timeout. */
static mp_value wait_begin(mp_vm *vm, mp_native_coroutine *self)
{
    int no_time = wait_has_no_time(vm, self->argument);
    if (no_time < 0)
        return NULL;
    return no_time > 0 ? wait_without_time(vm, self) : wait_with_time(vm, self, self->argument);
}

mp_value mp_wait_for_awaits(mp_native_coroutine *self, const char **function)
{
    const struct wait_frame *frame = mp_native_frame(self);
    if (frame->wait.has_timeout && frame->wait.seconds <= 0)
        *function = "_cancel_and_wait";
    return frame->wait.body == &frame->delegate.co ? frame->delegate.awaitable : NULL;
}

mp_value mp_wait_for(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "wait_for", "fut timeout", values))
        return NULL;
    mp_native_coroutine *self = mp_native_coroutine_new(vm, "wait_for", values[0], values[1],
                                                        sizeof(struct wait_frame));
    if (self != NULL)
        self->begin = wait_begin;
    return mp_as_value(self);
}
