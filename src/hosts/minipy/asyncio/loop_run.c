/* loop_run.c - running a loop: run_forever and run_until_complete as a native frame.
 *
 * Mirrors    BaseEventLoop.run_forever, run_until_complete, _run_once; what Runner does about Ctrl-C.
 * Idea       The frame polls, takes the handles of a turn one by one, and pushes the frame of each step or
 *            callback over itself; when that has stopped it tells the core and takes the next.  So nothing
 *            that a loop runs is on the C stack, whatever it runs in turn.
 * Holds      handle is set while something above this frame runs for it.  What was begun (until, run, turn,
 *            step) is ended in the opposite order on every way out, also when the frame is just taken off.
 * Owns       The frame holds loop and future.
 * Re-enters  Everything. */
#include "asyncio/host.h"

enum { RUN_MAKING, RUN_STEP, RUN_CALLBACK };

struct run {
    mp_loop *loop;
    mp_future *future;  /* NULL: run_forever, or of the core */
    ac_future *awaited; /* that of future, or of 'all'; NULL: run_forever */
    ac_cancel_all *all; /* owned; what is left is being waited for */
    ac_callback *until; /* of the core, while the future is waited for */
    ac_handle *handle;
    uint8_t stage; /* what is above */
    bool own;      /* the future is a task that was made here */
    bool waiting, running, in_turn;
};

static struct run *run_of(mp_frame *frame)
{
    return mp_frame_fields(frame);
}

/* ---- Ctrl-C ---- */

static ac_status run_interrupt(mp_vm *vm, ac_loop *loop)
{
    return mp_interrupt_main(vm) ? AC_OK : ac_loop_raise(loop, mp_take_for_core(vm));
}

/* ---- The end ---- */

/* Nothing can ever happen: the program ends here, whatever it would catch. */
static mp_value run_deadlock(mp_vm *vm, struct run *run)
{
    mp_write_deadlock(vm, run->loop);
    vm->deadlocked = true;
    mp_raise(vm, MP_X_SYSTEM_EXIT, "deadlock");
    return NULL;
}

/* Ends what was begun; gives the status of the whole.  *raised is what came with AC_E_RAISED. */
static ac_status run_close(struct run *run, ac_status status, ac_value *raised)
{
    ac_loop *core = &run->loop->core;
    *raised = status == AC_E_RAISED ? ac_loop_take_raised(core) : ac_none();
    if (run->in_turn)
        ac_loop_turn_end(core);
    if (run->running)
        ac_loop_run_end(core);
    run->in_turn = run->running = false;
    if (run->waiting)
        status = ac_loop_until_end(core, run->awaited, run->until, status);
    run->waiting = false;
    return status;
}

/* What is left is told that it was waited for, or that nobody does any more. */
static ac_status run_end_all(struct run *run, ac_status status, ac_value *raised, bool *more)
{
    ac_loop *core = &run->loop->core;
    ac_cancel_all *all = run->all;
    run->all = NULL;
    *more = false;
    if (status == AC_E_RAISED)
        (void)ac_loop_raise(core, ac_take(raised));
    if (all != NULL)
        status = ac_cancel_all_end(all, status, more);
    if (status == AC_E_RAISED)
        *raised = ac_loop_take_raised(core);
    return status;
}

static mp_value run_cancel_all(mp_vm *vm, struct run *run);

/* The exception of a task that was made here and ended with the run belongs to nobody else. */
static void run_forget_error(const struct run *run)
{
    if (run->own && run->future != NULL && ac_future_done(&run->future->core))
        ac_future_set_log_traceback(&run->future->core, false);
}

static mp_value run_end(mp_vm *vm, struct run *run, ac_status status)
{
    ac_value raised;
    bool more;
    ac_loop *core = &run->loop->core;
    status = run_end_all(run, run_close(run, status, &raised), &raised, &more);
    if (status == AC_OK && more)
        return run_cancel_all(vm, run);
    if (status == AC_OK)
        return run->future != NULL ? mp_future_outcome(vm, &run->future->core) : mp_incref(vm->none);
    run_forget_error(run);
    if (status == AC_E_DEADLOCK)
        return run_deadlock(vm, run);
    if (status != AC_E_RAISED)
        return mp_fail(vm, core, status);
    mp_pass_on(vm, raised);
    return NULL;
}

/* ---- Handles ---- */

/* What ran has stopped. */
static ac_status run_ran(struct run *run, ac_status status)
{
    ac_handle *handle = run->handle;
    run->handle = NULL;
    return ac_loop_turn_ran(&run->loop->core, handle, status);
}

static ac_status run_end_step(mp_vm *vm, struct run *run, mp_outcome outcome, mp_value value)
{
    ac_out out = {.value = ac_none()};
    mp_task *task = mp_task_of(ac_handle_task(run->handle));
    ac_turn turn = mp_step_end(vm, task, outcome, value, &out);
    return run_ran(run, ac_task_step_leave(&task->core, turn, &out));
}

static ac_status run_end_callback(mp_vm *vm, struct run *run, mp_value value)
{
    if (value == NULL)
        return run_ran(run, ac_loop_raise(&run->loop->core, mp_take_for_core(vm)));
    mp_decref(vm, value);
    return run_ran(run, AC_OK);
}

static void run_give_context(mp_vm *vm, ac_ref exception)
{
    mp_value handled = mp_handled(vm);
    if (handled != NULL && mp_seen(exception) != NULL)
        mp_set_context(vm, mp_seen(exception), handled);
}

/* Of a plain Future or Task that has failed the exception is taken as it is; of a future of any other class,
 * a gathering among them, the result method is called, which raises it. */
static bool run_asks(mp_vm *vm, ac_future *waits)
{
    if (waits == NULL || ac_future_is_embedded(waits) || ac_future_get_state(waits) != AC_FAILED)
        return false;
    mp_value future = mp_as_value(mp_future_of(waits));
    return !mp_is_exactly(vm, future, MP_TYPE_FUTURE) && !mp_is_exactly(vm, future, MP_TYPE_TASK);
}

/* What a result method raises is raised here, in the loop, and then thrown: what is being handled around the
 * run (a Runner that closes after an error) becomes its context. */
static ac_status run_enter(mp_vm *vm, ac_task *core, ac_how *how, ac_ref *in)
{
    ac_future *waits = ac_task_waiting_for(core);
    ac_ref failure;
    if (run_asks(vm, waits) && ac_future_outcome(waits, &failure) == AC_THROW)
        run_give_context(vm, failure);
    return ac_task_step_enter(core, how, in);
}

/* True: it was pushed.  False: it has stopped, and *status says how that went. */
static bool run_step(mp_vm *vm, struct run *run, ac_task *core, ac_status *status)
{
    ac_how how = AC_SEND;
    ac_ref in = ac_none_ref();
    mp_outcome outcome;
    *status = run_enter(vm, core, &how, &in);
    if (*status != AC_OK) {
        *status = run_ran(run, *status);
        return false;
    }
    run->stage = RUN_STEP;
    mp_value given = mp_step_begin(vm, mp_task_of(core), how, in, &outcome);
    if (given == MP_PUSHED)
        return true;
    *status = run_end_step(vm, run, outcome, given);
    return false;
}

static bool run_callback(mp_vm *vm, struct run *run, mp_handle *handle, ac_status *status)
{
    run->stage = RUN_CALLBACK;
    mp_value given = mp_handle_invoke(vm, handle);
    if (given == MP_PUSHED)
        return true;
    *status = run_end_callback(vm, run, given);
    return false;
}

/* What fails in a callback of the core is raised there, in the loop. */
static ac_status run_failed(mp_vm *vm, ac_loop *core, ac_status status)
{
    if (status == AC_OK || mp_handled(vm) == NULL)
        return status;
    ac_value exception = ac_loop_status_exception(core, status, NULL);
    const mp_exception *raised = (const mp_exception *)mp_seen(ac_lend(exception));
    if (raised != NULL && raised->context == NULL)
        run_give_context(vm, ac_lend(exception));
    return ac_loop_raise(core, exception);
}

/* A callback of the core.  That of a group may call methods of the program: it sees the context of
 * create_task. */
static ac_status run_by_core(mp_vm *vm, struct run *run)
{
    ac_loop *core = &run->loop->core;
    ac_task *child = ac_handle_child(run->handle);
    mp_value context = child != NULL ? mp_task_of(child)->joined : NULL;
    if (context == NULL)
        return ac_handle_call(core, run->handle);
    mp_task_of(child)->joined = NULL;
    (void)mp_context_enter(vm, context); /* nobody else has it */
    ac_status status = ac_handle_call(core, run->handle);
    mp_context_leave(vm, context);
    mp_decref(vm, context);
    return status;
}

static bool run_handle(mp_vm *vm, struct run *run, ac_status *status)
{
    ac_task *task = ac_handle_task(run->handle);
    if (task != NULL)
        return run_step(vm, run, task, status);
    mp_handle *own = mp_handle_of(run->handle);
    if (own != NULL)
        return run_callback(vm, run, own, status);
    *status = run_ran(run, run_failed(vm, &run->loop->core, run_by_core(vm, run)));
    return false;
}

/* ---- Turns ---- */

static ac_status run_begin_turn(mp_vm *vm, struct run *run)
{
    ac_loop *core = &run->loop->core;
    ac_status status = mp_loop_poll(vm, run->loop);
    if (status == AC_OK && vm->interrupted != 0)
        status = run_interrupt(vm, core);
    if (status == AC_OK)
        status = ac_loop_turn_begin(core);
    run->in_turn = status == AC_OK;
    return status;
}

/* Goes on until something is pushed, or the run ends. */
static mp_value run_on(mp_vm *vm, struct run *run, ac_status status)
{
    ac_loop *core = &run->loop->core;
    for (;;) {
        if (status == AC_OK && !run->in_turn)
            status = run_begin_turn(vm, run);
        if (status == AC_OK)
            status = ac_loop_turn_next(core, &run->handle);
        if (status != AC_OK)
            return run_end(vm, run, status);
        if (run->handle != NULL) {
            if (run_handle(vm, run, &status))
                return MP_PUSHED;
            continue;
        }
        ac_loop_turn_end(core);
        run->in_turn = false;
        if (ac_loop_is_stopping(core))
            return run_end(vm, run, AC_OK);
    }
}

static mp_value run_begin(mp_vm *vm, struct run *run)
{
    ac_loop *core = &run->loop->core;
    ac_status status = AC_OK;
    if (run->awaited != NULL)
        status = ac_loop_until_begin(core, run->awaited, &run->until);
    run->waiting = run->awaited != NULL && status == AC_OK;
    if (status == AC_OK)
        status = ac_loop_run_begin(core);
    else
        return mp_fail(vm, core, status);
    run->running = status == AC_OK;
    return run_on(vm, run, status);
}

/* ---- What is run ---- */

/* Cancels what is left, and waits for it. */
static mp_value run_cancel_all(mp_vm *vm, struct run *run)
{
    ac_loop *core = &run->loop->core;
    ac_status status = ac_cancel_all_begin(core, &run->all, &run->awaited);
    if (status != AC_OK)
        return mp_fail(vm, core, status);
    return run->all != NULL ? run_begin(vm, run) : mp_incref(vm->none);
}

/* Steals the future; another factory may have given anything. */
static mp_value run_future(mp_vm *vm, struct run *run, mp_value future)
{
    if (future == NULL)
        return NULL;
    run->future = (mp_future *)future;
    if (run->own && mp_is_task(vm, future))
        ac_task_set_log_destroy_pending(&((mp_task *)future)->core, false);
    if (mp_is_future(vm, future)) {
        run->awaited = mp_future_core(vm, future);
        return run->awaited != NULL ? run_begin(vm, run) : NULL;
    }
    mp_raise(vm, MP_X_TYPE_ERROR, "An asyncio.Future, a coroutine or an awaitable is required");
    return NULL;
}

/* ensure_future(awaitable, loop=self) */
static mp_value run_awaitable(mp_vm *vm, struct run *run, mp_value awaitable)
{
    int is_future = mp_looks_like_future(vm, awaitable);
    if (is_future < 0)
        return NULL;
    run->own = is_future == 0;
    run->stage = RUN_MAKING;
    mp_value future = mp_ensure_begin(vm, run->loop, awaitable);
    return future == MP_PUSHED ? future : run_future(vm, run, future);
}

/* ---- The frame ---- */

static mp_value run_resume(mp_vm *vm, mp_frame *frame, mp_outcome outcome, mp_value value)
{
    struct run *run = run_of(frame);
    if (run->stage == RUN_MAKING)
        return run_future(vm, run, value);
    if (run->stage == RUN_STEP)
        return run_on(vm, run, run_end_step(vm, run, outcome, value));
    return run_on(vm, run, run_end_callback(vm, run, value));
}

/* The frame is taken off in the middle: what runs ends as if it had raised, and so does the run. */
static void run_abandon(mp_vm *vm, struct run *run)
{
    mp_value raised = vm->raised;
    ac_value taken;
    bool more;
    vm->raised = mp_incref(raised != NULL ? raised : vm->memory_error);
    if (run->handle != NULL && run->stage == RUN_STEP)
        (void)run_end_step(vm, run, MP_RAISED, NULL);
    else if (run->handle != NULL)
        (void)run_end_callback(vm, run, NULL);
    (void)run_end_all(run, run_close(run, AC_E_RAISED, &taken), &taken, &more);
    ac_drop(&run->loop->core, taken);
    ac_value left = ac_loop_take_raised(&run->loop->core);
    ac_drop(&run->loop->core, left);
    mp_clear_slot(vm, &vm->raised);
    vm->raised = raised;
}

static void run_drop(mp_vm *vm, mp_frame *frame)
{
    struct run *run = run_of(frame);
    if (run->running || run->waiting || run->all != NULL)
        run_abandon(vm, run);
    mp_clear_slot(vm, (mp_value *)&run->future);
    mp_clear_slot(vm, (mp_value *)&run->loop);
}

static const mp_native_ops run_ops = {"run_forever", run_resume, run_drop,
                                      sizeof(mp_frame) + sizeof(struct run)};

/* CPython looks at these before anything else is done. */
static bool run_check(mp_vm *vm, const ac_loop *core)
{
    if (ac_loop_is_closed(core))
        mp_raise(vm, MP_X_RUNTIME_ERROR, "Event loop is closed");
    else if (ac_loop_is_running(core))
        mp_raise(vm, MP_X_RUNTIME_ERROR, "This event loop is already running");
    else if (vm->running_loop != NULL)
        mp_raise(vm, MP_X_RUNTIME_ERROR, "Cannot run the event loop while another loop is running");
    else
        return true;
    return false;
}

/* awaitable NULL: run_forever. */
static mp_value run_loop(mp_vm *vm, mp_loop *loop, mp_value awaitable)
{
    if (!run_check(vm, &loop->core))
        return NULL;
    mp_frame *frame = mp_push_native(vm, &run_ops);
    if (frame == NULL)
        return NULL;
    struct run *run = run_of(frame);
    run->loop = mp_as_loop(mp_incref(mp_as_value(loop)));
    mp_value answer = awaitable != NULL ? run_awaitable(vm, run, awaitable) : run_begin(vm, run);
    return answer == MP_PUSHED ? answer : mp_end_native(vm, frame, answer);
}

/* In 3.13.0 to 3.13.2 the clean-up of a loop that could not begin takes the running loop away (gh-130145). */
static mp_value run_forever(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "run_forever", 1, 1))
        return NULL;
    mp_loop *loop = mp_as_loop(args->values[0]);
    if (!mp_has(vm, AC_S_FAILED_RUN_FOREVER_KEEPS_RUNNING_LOOP) && vm->running_loop != NULL &&
        !run_check(vm, &loop->core)) {
        mp_clear_slot(vm, &vm->running_loop);
        return NULL;
    }
    return run_loop(vm, loop, NULL);
}

static mp_value run_until_complete(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind(vm, args, "run_until_complete", "self/ future", values))
        return NULL;
    return run_loop(vm, mp_as_loop(values[0]), values[1]);
}

/* runners._cancel_all_tasks(loop) */
mp_value mp_cancel_all_tasks(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "_cancel_all_tasks", 1, 1))
        return NULL;
    mp_frame *frame = mp_push_native(vm, &run_ops);
    if (frame == NULL)
        return NULL;
    struct run *run = run_of(frame);
    run->loop = mp_as_loop(mp_incref(args->values[0]));
    mp_value answer = run_cancel_all(vm, run);
    return answer == MP_PUSHED ? answer : mp_end_native(vm, frame, answer);
}

static mp_value run_stop(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "stop", 1, 1))
        return NULL;
    ac_loop_stop(&mp_as_loop(args->values[0])->core);
    return mp_incref(vm->none);
}

const mp_method mp_run_methods[] = {
    {"run_forever", run_forever, MP_M_METHOD},
    {"run_until_complete", run_until_complete, MP_M_METHOD},
    {"stop", run_stop, MP_M_METHOD},
    {NULL, NULL, 0},
};
