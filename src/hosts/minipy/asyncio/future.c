/* future.c - Future objects: asyncio.Future around an ac_future.
 *
 * Mirrors    Future of Modules/_asynciomodule.c.
 * Idea       The core keeps state and callbacks; here are the argument checks, and what becomes of a class
 *            given to set_exception.
 * Holds      A blank instance (a subclass whose __init__ has not called ours) has no loop and answers
 *            everything with "Future object is not initialized."  Tasks share all of this: an mp_task begins
 *            like an mp_future.
 * Re-enters  Finishing drops values and, in the finalizer, tells the exception handler. */
#include "asyncio/host.h"

_Static_assert(offsetof(mp_future, core) == offsetof(mp_task, core), "a task begins like a future");
_Static_assert(offsetof(mp_future, callbacks) == offsetof(mp_task, callbacks), "a task begins like a future");

/* ---- Which future ---- */

bool mp_is_future(mp_vm *vm, mp_value value)
{
    return mp_is(vm, value, MP_TYPE_FUTURE);
}

ac_future *mp_future_core(mp_vm *vm, mp_value self)
{
    ac_future *core = &((mp_future *)self)->core;
    if (ac_future_get_loop(core) != NULL)
        return core;
    mp_raise(vm, MP_X_RUNTIME_ERROR, "Future object is not initialized.");
    return NULL;
}

/* result() and exception() call that a wrong state. */
static ac_future *future_outcome_of(mp_vm *vm, const mp_args *args, const char *name)
{
    if (!mp_positional(vm, args, name, 1, 1))
        return NULL;
    ac_future *core = &((mp_future *)args->values[0])->core;
    if (ac_future_get_loop(core) != NULL)
        return core;
    mp_raise(vm, MP_X_INVALID_STATE_ERROR, "Future object is not initialized.");
    return NULL;
}

static ac_future *future_of(mp_vm *vm, const mp_args *args, const char *name, size_t least, size_t most)
{
    return mp_positional(vm, args, name, least, most) ? mp_future_core(vm, args->values[0]) : NULL;
}

/* ---- Making ---- */

/* A cancel of the program's replaces ours also for the core. */
void mp_future_mark(mp_vm *vm, mp_value self)
{
    mp_type *type = mp_type_of(vm, self);
    if ((type->flags & MP_T_HEAP) == 0)
        return;
    mp_value cancel = mp_lookup(type, vm->names[MP_S_cancel]);
    ac_future_set_overridden(&((mp_future *)self)->core,
                             cancel != vm->asyncio->future_cancel && cancel != vm->asyncio->task_cancel);
}

/* Callbacks that are to be given this future wait for their turn: the last of them keeps it. */
static bool future_is_kept(mp_future *future)
{
    ac_link *callbacks = &future->callbacks;
    if (callbacks->next == NULL || callbacks->next == callbacks)
        return false;
    mp_handle *last = AC_CONTAINER_OF(callbacks->prev, mp_handle, among);
    if (last->kept == NULL) /* else the collector asks */
        last->kept = mp_incref(mp_as_value(future));
    return true;
}

/* Without future_init_once: the future is as before its __init__, but for the attributes of the program's,
 * and for callbacks that wait for their turn. */
static bool future_forget(mp_vm *vm, mp_future *self)
{
    if (mp_has(vm, AC_S_FUTURE_INIT_ONCE))
        return false;
    ac_future_clear(&self->core);
    (void)future_is_kept(self);
    bool blank = ac_future_get_loop(&self->core) == NULL;
    if (blank)
        mp_clear_slot(vm, &self->loop);
    return blank;
}

/* A task that is not done is left alone: CPython would step it twice, by what both __init__ have
 * scheduled. */
bool mp_task_forget(mp_vm *vm, mp_task *task)
{
    bool over = ac_future_done(&task->core.future) && !ac_handle_scheduled(&task->core.step);
    if (!over || !future_forget(vm, (mp_future *)task))
        return false;
    mp_clear_slot(vm, &task->joined);
    mp_clear_slot(vm, &task->awaited);
    mp_clear_slot(vm, &task->coro);
    return true;
}

static bool future_begin(mp_vm *vm, mp_future *self, mp_loop *loop)
{
    ac_status status = ac_future_init(&self->core, &loop->core);
    if (status != AC_OK) {
        mp_fail(vm, &loop->core, status);
        return false;
    }
    mp_set_slot(vm, &self->loop, mp_incref(mp_as_value(loop)));
    mp_future_mark(vm, mp_as_value(self));
    return true;
}

mp_value mp_future_new(mp_vm *vm, mp_loop *loop)
{
    mp_future *self = (mp_future *)mp_new(vm, vm->types[MP_TYPE_FUTURE], 0);
    if (self == NULL)
        return NULL;
    self->loop = mp_incref(mp_as_value(loop));
    (void)ac_future_init(&self->core, &loop->core);
    return mp_as_value(self);
}

static bool future_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_value values[1];
    mp_future *future = (mp_future *)self;
    if (!mp_bind(vm, args, "Future", "|$loop", values))
        return false;
    bool again = ac_future_get_loop(&future->core) != NULL;
    if (again && (mp_is_task(vm, self) || !future_forget(vm, future))) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "_asyncio.Future object is already initialized");
        return false;
    }
    mp_loop *loop = mp_loop_argument(vm, values[0], mp_default_loop);
    return loop != NULL && future_begin(vm, future, loop);
}

static mp_value future_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value self = mp_new(vm, type, 0);
    if (self != NULL && !future_init(vm, self, args))
        mp_clear_slot(vm, &self);
    return self;
}

/* ---- Outcomes ---- */

mp_value mp_future_outcome(mp_vm *vm, ac_future *core)
{
    ac_how how;
    ac_value out;
    ac_status status = ac_future_result(core, &how, &out);
    if (status != AC_OK)
        return mp_fail(vm, ac_future_get_loop(core), status);
    if (how == AC_THROW) {
        mp_raise_taken(vm, out);
        return NULL;
    }
    return out.bits != 0 ? mp_taken(out) : mp_incref(vm->none);
}

static mp_value future_result(mp_vm *vm, mp_args *args)
{
    ac_future *core = future_outcome_of(vm, args, "result");
    return core != NULL ? mp_future_outcome(vm, core) : NULL;
}

static mp_value future_exception(mp_vm *vm, mp_args *args)
{
    ac_value out;
    ac_future *core = future_outcome_of(vm, args, "exception");
    if (core == NULL)
        return NULL;
    ac_status status = ac_future_exception(core, &out);
    if (status != AC_OK)
        return mp_fail(vm, ac_future_get_loop(core), status);
    return out.bits != 0 ? mp_taken(out) : mp_incref(vm->none);
}

/* What finishing a future answers.  A loop that is closed says so, and the future is done all the same. */
static mp_value future_finished(mp_vm *vm, ac_loop *loop, ac_status status, ac_value value)
{
    if (status == AC_OK)
        return mp_incref(vm->none);
    if (status != AC_E_CLOSED && status != AC_E_RAISED)
        ac_drop(loop, value);
    return mp_fail(vm, loop, status);
}

/* The loop is held: the future may go while it is finished. */
static mp_value future_set_result(mp_vm *vm, mp_args *args)
{
    ac_future *core = future_of(vm, args, "set_result", 2, 2);
    if (core == NULL)
        return NULL;
    ac_loop *loop = ac_future_get_loop(core);
    ac_value value = mp_owned(mp_incref(args->values[1]));
    return future_finished(vm, loop, ac_future_set_result(core, value), value);
}

/* An exception as it is, an instance of a class of exceptions, or TypeError. */
static mp_value future_exception_of(mp_vm *vm, mp_value given)
{
    bool is_class = mp_is(vm, given, MP_TYPE_TYPE) &&
                    mp_is_subtype((mp_type *)given, vm->exceptions[MP_X_BASE_EXCEPTION]);
    mp_value exception = is_class ? mp_call_0(vm, given) : mp_incref(given);
    if (exception == NULL || mp_is_exception(vm, exception, MP_X_BASE_EXCEPTION))
        return exception;
    mp_decref(vm, exception);
    mp_raise(vm, MP_X_TYPE_ERROR, "invalid exception object");
    return NULL;
}

static mp_value future_set_exception(mp_vm *vm, mp_args *args)
{
    ac_future *core = future_of(vm, args, "set_exception", 2, 2);
    if (core == NULL)
        return NULL;
    if (ac_future_done(core) && !mp_is_task(vm, args->values[0])) {
        mp_raise(vm, MP_X_INVALID_STATE_ERROR, "invalid state");
        return NULL;
    }
    mp_value exception = future_exception_of(vm, args->values[1]);
    ac_loop *loop = ac_future_get_loop(core);
    if (exception == NULL || loop == NULL) {
        mp_xdecref(vm, exception);
        return exception == NULL ? NULL : mp_incref(vm->none);
    }
    ac_value value = mp_owned(exception);
    return future_finished(vm, loop, ac_future_set_exception(core, value), value);
}

static mp_value future_cancel(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    bool did = false;
    if (!mp_bind(vm, args, "cancel", "self/ |msg", values))
        return NULL;
    ac_future *core = mp_future_core(vm, values[0]);
    if (core == NULL)
        return NULL;
    ac_loop *loop = ac_future_get_loop(core);
    mp_value message = values[1] == vm->none ? NULL : values[1];
    ac_status status = ac_future_cancel_base(core, mp_lent(message), &did);
    return status == AC_OK ? mp_bool_new(vm, did) : mp_fail(vm, loop, status);
}

static mp_value future_done(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "done", 1, 1))
        return NULL;
    return mp_bool_new(vm, ac_future_done(&((mp_future *)args->values[0])->core));
}

static mp_value future_cancelled(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "cancelled", 1, 1))
        return NULL;
    return mp_bool_new(vm, ac_future_cancelled(&((mp_future *)args->values[0])->core));
}

static mp_value future_get_loop(mp_vm *vm, mp_args *args)
{
    ac_future *core = future_of(vm, args, "get_loop", 1, 1);
    return core != NULL ? mp_incref(((mp_future *)args->values[0])->loop) : NULL;
}

/* ---- Overridden cancel ---- */

/* cancel(msg=message), or cancel() as the program's own method takes it. */
static mp_value future_call_cancel(mp_vm *vm, mp_value self, mp_value message, ac_cancel_call call)
{
    mp_value method = mp_get_attr(vm, self, vm->names[MP_S_cancel]);
    mp_value name = mp_as_value(vm->names[MP_S_msg]);
    bool is_named = call == AC_CANCEL_BY_NAME;
    mp_tuple *names = method != NULL && is_named ? mp_tuple_of(vm, &name, 1) : NULL;
    mp_value value = message != NULL ? message : vm->none, answer = NULL;
    mp_args args = {&value, call == AC_CANCEL_BY_POSITION ? 1 : 0, names};
    if (method != NULL && (names != NULL || !is_named))
        answer = mp_call(vm, method, &args);
    mp_xdecref(vm, mp_as_value(names));
    mp_xdecref(vm, method);
    return answer;
}

ac_status mp_host_cancel(ac_loop *loop, ac_future *future, ac_ref message, ac_cancel_call call, bool *did)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_value self = mp_incref(mp_as_value(mp_future_of(future)));
    mp_value text = mp_seen(message) != NULL ? mp_incref(mp_seen(message)) : NULL;
    mp_value answer = future_call_cancel(vm, self, text, call);
    int truth = answer != NULL ? mp_truth(vm, answer) : -1;
    mp_xdecref(vm, answer);
    mp_xdecref(vm, text);
    mp_decref(vm, self);
    *did = truth > 0;
    return truth >= 0 ? AC_OK : ac_loop_raise(loop, mp_take_for_core(vm));
}

/* ---- Attributes ---- */

static mp_value future_get_state(mp_vm *vm, mp_value self)
{
    static const char *const words[] = {"PENDING", "FINISHED", "FINISHED", "CANCELLED"};
    const ac_future *core = mp_future_core(vm, self);
    return core != NULL ? mp_as_value(mp_str_from(vm, words[ac_future_get_state(core)])) : NULL;
}

static mp_value future_get_blocking(mp_vm *vm, mp_value self)
{
    return mp_bool_new(vm, ac_future_is_blocking(&((mp_future *)self)->core));
}

static bool future_set_blocking(mp_vm *vm, mp_value self, mp_value value)
{
    int truth = value != NULL ? mp_truth(vm, value) : 0;
    if (truth >= 0)
        ac_future_set_blocking(&((mp_future *)self)->core, truth > 0);
    return truth >= 0;
}

static mp_value future_get_log_traceback(mp_vm *vm, mp_value self)
{
    const ac_future *core = mp_future_core(vm, self);
    return core != NULL ? mp_bool_new(vm, ac_future_get_log_traceback(core)) : NULL;
}

static bool future_set_log_traceback(mp_vm *vm, mp_value self, mp_value value)
{
    int truth = value != NULL ? mp_truth(vm, value) : 0;
    if (truth > 0)
        mp_raise(vm, MP_X_VALUE_ERROR, "_log_traceback can only be set to False");
    else if (truth == 0)
        ac_future_set_log_traceback(&((mp_future *)self)->core, false);
    return truth == 0;
}

static mp_value future_get_loop_attribute(mp_vm *vm, mp_value self)
{
    mp_value loop = ((mp_future *)self)->loop;
    return mp_incref(loop != NULL ? loop : vm->none);
}

const mp_getset mp_future_getsets[] = {
    {"_state", future_get_state, NULL},
    {"_asyncio_future_blocking", future_get_blocking, future_set_blocking},
    {"_log_traceback", future_get_log_traceback, future_set_log_traceback},
    {"_loop", future_get_loop_attribute, NULL},
    {"_asyncio_awaited_by", mp_future_get_awaited_by, NULL},
    {NULL, NULL, NULL},
};

/* ---- Life ---- */

int mp_future_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_future *future = (mp_future *)self;
    mp_showing showing = mp_show_to(visit, data);
    mp_value owned[] = {mp_as_value(future->dict), future->loop, mp_as_value(future->awaited_by)};
    int answer = mp_visit_all(owned, 3, visit, data);
    return answer != 0 ? answer : ac_future_visit(&future->core, &showing.visitor);
}

void mp_future_clear(mp_vm *vm, mp_value self)
{
    mp_future *future = (mp_future *)self;
    if (ac_future_get_loop(&future->core) != NULL)
        ac_future_clear(&future->core);
    mp_done_callbacks_cut(future);
    mp_clear_slot(vm, (mp_value *)&future->awaited_by);
    mp_clear_slot(vm, (mp_value *)&future->dict);
    if (ac_future_get_loop(&future->core) == NULL)
        mp_clear_slot(vm, &future->loop);
}

/* One that is kept is finalized again later. */
void mp_future_finalize(mp_vm *vm, mp_value self)
{
    mp_future *future = (mp_future *)self;
    (void)vm;
    if (ac_future_get_loop(&future->core) == NULL)
        return;
    if (ac_future_done(&future->core) && future_is_kept(future)) {
        self->flags &= ~(uint32_t)MP_O_FINALIZED;
        return;
    }
    ac_future_finalize(&future->core);
}

static const mp_slots future_slots = {
    .visit = mp_future_visit,
    .clear = mp_future_clear,
    .finalize = mp_future_finalize,
    .repr = mp_future_repr,
    .iter = mp_future_iter,
    .make = future_make,
    .init = future_init,
    .await_iter = mp_future_itself,
    .resume = mp_future_resume,
};

static mp_value future_await_method(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "__await__", 1, 1) ? mp_future_iter(vm, args->values[0]) : NULL;
}

static const mp_method future_methods[] = {
    {"result", future_result, MP_M_METHOD},
    {"exception", future_exception, MP_M_METHOD},
    {"set_result", future_set_result, MP_M_METHOD},
    {"set_exception", future_set_exception, MP_M_METHOD},
    {"cancel", future_cancel, MP_M_METHOD},
    {"done", future_done, MP_M_METHOD},
    {"cancelled", future_cancelled, MP_M_METHOD},
    {"get_loop", future_get_loop, MP_M_METHOD},
    {"add_done_callback", mp_future_add_done_callback, MP_M_METHOD},
    {"remove_done_callback", mp_future_remove_done_callback, MP_M_METHOD},
    {"__await__", future_await_method, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_future_def = {
    .name = "Future",
    .module = "_asyncio",
    .size = sizeof(mp_future),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_future, dict),
    .slots = &future_slots,
    .methods = future_methods,
    .getsets = mp_future_getsets,
};
