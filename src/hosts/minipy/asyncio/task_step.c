/* task_step.c - one step of a task: its coroutine is resumed, and what that gave is said to the core.
 *
 * Mirrors    task_step_impl, task_step_handle_result_impl, task_eager_start of _asyncio.
 * Idea       Between the two halves of a step (ac_task_step_enter, ac_task_step_leave) lies the machine's own
 *            loop.  mp_step_begin pushes the frame of the coroutine over a native frame, which waits there:
 *            the run for most steps (loop_run.c), and the frame of this file for an eager start.
 * Bodies     A coroutine of the program gives its yields as MP_STOPPED.  A native coroutine needs no frame.
 *            All else that has send and throw (an aclose() of an async generator, a class of the program) is
 *            called by them: what they return is a yield, and StopIteration is the end.
 * Owns       A future that was yielded becomes the core's own reference; one that the core does not count is
 *            held by task->awaited until the next step.
 * Re-enters  Everything here runs the program. */
#include "asyncio/host.h"

/* ---- The body, as the core sees it ---- */

/* The machine steps its tasks itself, so nobody asks for this. */
static ac_turn body_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    mp_vm *vm = mp_vm_of(loop);
    (void)co;
    (void)how;
    (void)in;
    mp_raise(vm, MP_X_RUNTIME_ERROR, "the body of a task is resumed by the machine");
    out->value = mp_take_for_core(vm);
    return AC_RAISED;
}

static void body_clear(ac_loop *loop, ac_coro *co)
{
    mp_task *task = AC_CONTAINER_OF(co, mp_task, body);
    mp_clear_slot(mp_vm_of(loop), &task->coro);
}

static const ac_coro_ops body_ops = {body_resume, NULL, NULL, body_clear};

/* ---- Beginning a step ---- */

static bool step_is_coroutine(mp_vm *vm, mp_value coro)
{
    return mp_is_exactly(vm, coro, MP_TYPE_COROUTINE);
}

static mp_value step_native(mp_vm *vm, mp_value coro, mp_resume how, mp_value value, mp_outcome *outcome)
{
    static const mp_outcome outcomes[] = {
        [MP_FAILED] = MP_RAISED, [MP_YIELDED] = MP_STOPPED, [MP_ENDED] = MP_RETURNED};
    mp_value out = NULL;
    *outcome = outcomes[mp_native_resume(vm, coro, how, value, &out)];
    return out;
}

static mp_value step_by_method(mp_vm *vm, mp_value coro, mp_resume how, mp_value value, mp_outcome *outcome)
{
    mp_value values[] = {NULL, value}, bound = NULL;
    mp_value method = mp_get_method(vm, coro, vm->names[how == MP_SEND ? MP_S_send : MP_S_throw], &bound);
    values[0] = bound;
    mp_args args = {bound != NULL ? values : values + 1, bound != NULL ? 2 : 1, NULL};
    mp_value answer = method != NULL ? mp_invoke(vm, method, &args) : NULL;
    mp_xdecref(vm, method);
    *outcome = answer != NULL ? MP_RETURNED : MP_RAISED;
    return answer;
}

static mp_value step_coroutine(mp_vm *vm, mp_value coro, mp_resume how, mp_value value, mp_outcome *outcome)
{
    mp_value answer = mp_generator_resume(vm, (mp_generator *)coro, how, value, MP_D_STEP);
    *outcome = answer != NULL ? MP_RETURNED : MP_RAISED;
    return answer;
}

mp_value mp_step_begin(mp_vm *vm, mp_task *task, ac_how how, ac_ref in, mp_outcome *outcome)
{
    mp_value coro = task->coro, value = how == AC_THROW ? mp_seen(in) : vm->none;
    mp_resume resume = how == AC_THROW ? MP_THROW : MP_SEND;
    if (value == NULL)
        value = vm->memory_error;
    mp_clear_slot(vm, &task->awaited);
    if (step_is_coroutine(vm, coro))
        return step_coroutine(vm, coro, resume, value, outcome);
    if (mp_is_exactly(vm, coro, MP_TYPE_NATIVE_COROUTINE))
        return step_native(vm, coro, resume, value, outcome);
    return step_by_method(vm, coro, resume, value, outcome);
}

/* ---- Ending a step ---- */

/* The reference of the yield becomes the core's, unless the core does not count the future. */
static ac_turn step_awaits(mp_task *task, mp_value value, ac_out *out)
{
    ac_future *future = &((mp_future *)value)->core;
    out->future = future;
    if (ac_future_get_loop(future) == NULL && !ac_future_is_blocking(future))
        task->awaited = value;
    return AC_AWAITING;
}

static ac_turn step_yielded(mp_vm *vm, mp_task *task, mp_value value, ac_out *out)
{
    if (value == vm->none) {
        mp_decref(vm, value);
        return AC_YIELDED;
    }
    if (mp_is_future(vm, value))
        return step_awaits(task, value, out);
    bool is_view = mp_is_exactly(vm, value, MP_TYPE_FUTURE_VIEW);
    if (is_view && (out->future = mp_view_future(value)) != NULL) {
        task->awaited = value;
        return AC_AWAITING;
    }
    out->value = mp_owned(value);
    return mp_is_exactly(vm, value, MP_TYPE_GENERATOR) ? AC_GENERATOR : AC_STRANGE;
}

static ac_turn step_raised(mp_vm *vm, ac_out *out)
{
    out->value = mp_take_for_core(vm);
    return AC_RAISED;
}

/* What send() or throw() gave. */
static ac_turn step_method_gave(mp_vm *vm, mp_task *task, mp_value value, ac_out *out)
{
    mp_value result = NULL;
    if (value != NULL)
        return step_yielded(vm, task, value, out);
    if (mp_progress_of(vm, NULL, &result) == MP_FAILED)
        return step_raised(vm, out);
    out->value = mp_owned(result);
    return AC_RETURNED;
}

ac_turn mp_step_end(mp_vm *vm, mp_task *task, mp_outcome outcome, mp_value value, ac_out *out)
{
    mp_value coro = task->coro;
    if (!step_is_coroutine(vm, coro) && !mp_is_exactly(vm, coro, MP_TYPE_NATIVE_COROUTINE))
        return step_method_gave(vm, task, value, out);
    if (outcome == MP_RAISED)
        return step_raised(vm, out);
    if (outcome == MP_STOPPED)
        return step_yielded(vm, task, value, out);
    out->value = mp_owned(value);
    return AC_RETURNED;
}

/* ---- Eager starts ---- */

struct eager_start {
    mp_task *task; /* owned; NULL: the step has been left */
    ac_task *previous;
    bool by_constructor;
};

/* Leaves the step: the task (the frame's reference becomes the answer's), or NULL if an exit exception came
 * out of it. */
static mp_value eager_leave(mp_vm *vm, mp_frame *frame, mp_outcome outcome, mp_value value)
{
    struct eager_start *start = mp_frame_fields(frame);
    mp_task *task = start->task;
    ac_loop *loop = &mp_as_loop(task->loop)->core;
    ac_out out = {.value = ac_none()};
    ac_turn turn = mp_step_end(vm, task, outcome, value, &out);
    start->task = NULL;
    ac_status status = ac_task_leave_eager(&task->core, start->previous, turn, &out);
    if (status == AC_OK)
        return mp_as_value(task);
    ac_value raised = ac_loop_status_exception(loop, status, NULL);
    mp_decref(vm, mp_as_value(task));
    mp_pass_on(vm, raised);
    return NULL;
}

/* A frame that is taken off before its step has ended: the step ends as if it had raised. */
static void eager_drop(mp_vm *vm, mp_frame *frame)
{
    const struct eager_start *start = mp_frame_fields(frame);
    mp_value raised = vm->raised;
    if (start->task == NULL)
        return;
    vm->raised = mp_incref(raised != NULL ? raised : vm->memory_error);
    mp_xdecref(vm, eager_leave(vm, frame, MP_RAISED, NULL));
    mp_clear_slot(vm, &vm->raised);
    vm->raised = raised;
}

static const mp_native_ops eager_ops = {"eager start", eager_leave, eager_drop,
                                        sizeof(mp_frame) + sizeof(struct eager_start)};

static mp_value eager_begin(mp_vm *vm, mp_frame *frame, ac_how how, ac_ref in)
{
    const struct eager_start *start = mp_frame_fields(frame);
    mp_outcome outcome;
    mp_value given = mp_step_begin(vm, start->task, how, in, &outcome);
    if (given == MP_PUSHED)
        return given;
    return mp_end_native(vm, frame, eager_leave(vm, frame, outcome, given));
}

/* The context could not be entered: an eager start does that itself, where a handle calls its run. */
static mp_value eager_refused(mp_vm *vm, ac_loop *loop, const ac_task_spec *spec, ac_status status)
{
    mp_value context = mp_seen(spec->context);
    (void)mp_fail(vm, loop, status);
    if (status != AC_E_RAISED || context == NULL || mp_is(vm, context, MP_TYPE_CONTEXT))
        return NULL;
    mp_decref(vm, mp_take_raised(vm));
    mp_raise(vm, MP_X_TYPE_ERROR, "an instance of Context was expected");
    return NULL;
}

bool mp_is_start_by_constructor(mp_frame *frame)
{
    const struct eager_start *start = frame->native == &eager_ops ? mp_frame_fields(frame) : NULL;
    return start != NULL && start->by_constructor;
}

static mp_value eager_task(mp_vm *vm, mp_task *task, const ac_task_spec *spec, bool by_constructor)
{
    ac_loop *loop = &mp_as_loop(task->loop)->core;
    ac_how how;
    ac_ref in;
    bool started;
    mp_frame *frame = mp_push_native(vm, &eager_ops);
    if (frame == NULL)
        return NULL;
    struct eager_start *start = mp_frame_fields(frame);
    start->by_constructor = by_constructor;
    ac_status status = ac_task_init_eager(&task->core, loop, spec, &start->previous, &started, &how, &in);
    if (status != AC_OK)
        return mp_end_native(vm, frame, eager_refused(vm, loop, spec, status));
    mp_future_mark(vm, mp_as_value(task));
    if (!started)
        return mp_end_native(vm, frame, mp_incref(mp_as_value(task)));
    start->task = (mp_task *)mp_incref(mp_as_value(task));
    return eager_begin(vm, frame, how, in);
}

/* ---- Task.__init__ ---- */

static mp_value lazy_task(mp_vm *vm, mp_task *task, const ac_task_spec *spec)
{
    ac_loop *loop = &mp_as_loop(task->loop)->core;
    ac_status status = ac_task_init(&task->core, loop, spec);
    if (status != AC_OK)
        return mp_fail(vm, loop, status);
    mp_future_mark(vm, mp_as_value(task));
    return mp_incref(mp_as_value(task));
}

/* The name as a str; NULL with vm->raised unset: none was given. */
static mp_value task_name_text(mp_vm *vm, mp_value name)
{
    if (name == NULL)
        return NULL;
    return mp_is_exactly(vm, name, MP_TYPE_STR) ? mp_incref(name) : mp_to_str(vm, name);
}

static bool task_check(mp_vm *vm, mp_task *task, const mp_task_request *request)
{
    if (ac_future_get_loop(&task->core.future) != NULL && !mp_task_forget(vm, task))
        mp_raise(vm, MP_X_RUNTIME_ERROR, "_asyncio.Task object is already initialized");
    else if (!mp_is_coroutine(vm, request->coro))
        mp_raise(vm, MP_X_TYPE_ERROR, "a coroutine was expected, got %R", request->coro);
    else if (request->context != NULL && !mp_is(vm, request->context, MP_TYPE_CONTEXT) &&
             mp_has(vm, AC_S_EAGER_START_FAILURE_IS_CLEAN))
        mp_raise(vm, MP_X_TYPE_ERROR, "a contextvars.Context was expected, got %T", request->context);
    else
        return true;
    return false;
}

mp_value mp_task_begin(mp_vm *vm, mp_task *task, const mp_task_request *request)
{
    mp_value name = task_name_text(vm, request->name); /* runs the program: checked is what is there then */
    if ((request->name != NULL && name == NULL) || !task_check(vm, task, request)) {
        mp_xdecref(vm, name);
        return NULL;
    }
    mp_set_slot(vm, &task->loop, mp_incref(mp_as_value(request->loop)));
    mp_set_slot(vm, &task->coro, mp_incref(request->coro));
    ac_coro_init(&task->body, &body_ops);
    ac_task_spec spec = {
        .body = &task->body,
        .context = mp_lent(request->context),
        .name = mp_lent(name),
        .has_name = name != NULL,
        .eager = request->eager ? AC_EAGER_YES : AC_EAGER_NO,
    };
    mp_value made = request->eager ? eager_task(vm, task, &spec, request->by_constructor)
                                   : lazy_task(vm, task, &spec);
    mp_xdecref(vm, name);
    return made;
}

mp_value mp_task_make(mp_vm *vm, const mp_task_request *request)
{
    mp_task *task = (mp_task *)mp_new(vm, vm->types[MP_TYPE_TASK], 0);
    if (task == NULL)
        return NULL;
    mp_value made = mp_task_begin(vm, task, request);
    mp_decref(vm, mp_as_value(task));
    return made;
}
