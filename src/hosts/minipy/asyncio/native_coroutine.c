/* native_coroutine.c - coroutines in C: sleep, and the two ends of a task group.
 *
 * Mirrors    What "async def sleep" gives: a coroutine object.
 * Idea       The core's own async functions are bodies (ac_coro).  This object makes one of them a coroutine
 *            of Python: it can be awaited, be the body of a task, or be driven by hand.  A function 'begin'
 *            does what stands before the first wait.
 * Views      A body of the core waits for a future in its own frame, which is no object.  What is yielded
 *            then is a view: it holds the coroutine, and looks like the future.
 * Holds      co is set from a begin that has found its body to the end.  waiting is what it was last seen to
 *            wait for, so that a send before its time is noticed, as by FutureIter.
 * Re-enters  Bodies drop values; begin may run anything. */
#include "asyncio/host.h"

enum { NATIVE_CREATED, NATIVE_SUSPENDED, NATIVE_RUNNING, NATIVE_ENDED };

mp_native_coroutine *mp_native_coroutine_new(mp_vm *vm, const char *name, mp_value subject, mp_value argument,
                                             size_t size)
{
    mp_native_coroutine *self = (mp_native_coroutine *)mp_new(vm, vm->types[MP_TYPE_NATIVE_COROUTINE], size);
    if (self == NULL)
        return NULL;
    self->name = self->qualname = name;
    self->subject = subject != NULL ? mp_incref(subject) : NULL;
    self->argument = argument != NULL ? mp_incref(argument) : NULL;
    return self;
}

mp_value mp_native_bind(mp_native_coroutine *self, mp_loop *loop, ac_coro *co)
{
    if (loop != NULL)
        self->loop = mp_incref(mp_as_value(loop));
    self->co = co;
    self->owns_body = true;
    return NULL;
}

bool mp_native_has_ended(mp_value self)
{
    return ((mp_native_coroutine *)self)->state == NATIVE_ENDED;
}

static ac_loop *native_loop(const mp_native_coroutine *self)
{
    return self->loop != NULL ? &mp_as_loop(self->loop)->core : NULL;
}

/* ---- Views ---- */

/* An mp_cell whose value is the coroutine. */
static mp_value native_view(mp_vm *vm, mp_native_coroutine *self)
{
    mp_value view = mp_new(vm, vm->types[MP_TYPE_FUTURE_VIEW], 0);
    if (view != NULL)
        ((mp_cell *)view)->value = mp_incref(mp_as_value(self));
    return view;
}

ac_future *mp_view_future(mp_value view)
{
    mp_value coroutine = ((mp_cell *)view)->value;
    return coroutine != NULL ? ((mp_native_coroutine *)coroutine)->waiting : NULL;
}

static mp_value view_repr(mp_vm *vm, mp_value self)
{
    ac_future *future = mp_view_future(self);
    if (future == NULL)
        return mp_as_value(mp_str_from(vm, "<Future finished result=None>"));
    return mp_core_future_repr(vm, future);
}

static int view_visit(mp_value self, mp_visit *visit, void *data)
{
    return mp_visit_all(&((mp_cell *)self)->value, 1, visit, data);
}

static void view_clear(mp_vm *vm, mp_value self)
{
    mp_clear_slot(vm, &((mp_cell *)self)->value);
}

/* One that nobody waits for any more is done. */
static mp_value view_done(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "done", 1, 1))
        return NULL;
    const ac_future *future = mp_view_future(args->values[0]);
    return mp_bool_new(vm, future == NULL || ac_future_done(future));
}

static mp_value view_cancelled(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "cancelled", 1, 1))
        return NULL;
    const ac_future *future = mp_view_future(args->values[0]);
    return mp_bool_new(vm, future != NULL && ac_future_cancelled(future));
}

static mp_value view_cancel(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    bool did = false;
    if (!mp_bind(vm, args, "cancel", "self |msg", values))
        return NULL;
    ac_future *future = mp_view_future(values[0]);
    mp_value message = values[1] != vm->none ? values[1] : NULL;
    ac_loop *loop = future != NULL ? ac_future_get_loop(future) : NULL;
    ac_status status = future != NULL ? ac_future_cancel(future, mp_lent(message), &did) : AC_OK;
    return status == AC_OK ? mp_bool_new(vm, did) : mp_fail(vm, loop, status);
}

static const mp_method view_methods[] = {
    {"done", view_done, MP_M_METHOD},
    {"cancelled", view_cancelled, MP_M_METHOD},
    {"cancel", view_cancel, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_slots view_slots = {.visit = view_visit, .clear = view_clear, .repr = view_repr};

const mp_type_def mp_future_view_def = {
    .name = "Future",
    .module = "_asyncio",
    .size = sizeof(mp_cell),
    .flags = MP_T_GC,
    .slots = &view_slots,
    .methods = view_methods,
};

/* ---- Steps ---- */

static void native_forget(mp_vm *vm, mp_native_coroutine *self)
{
    ac_coro *co = self->co;
    self->state = NATIVE_ENDED;
    self->co = NULL;
    self->waiting = NULL;
    if (co != NULL && self->owns_body && co->ops->clear != NULL)
        co->ops->clear(native_loop(self), co);
    mp_clear_slot(vm, &self->subject);
    mp_clear_slot(vm, &self->argument);
}

/* Steals the result. */
static mp_progress native_returned(mp_vm *vm, mp_native_coroutine *self, mp_value result, mp_value *out)
{
    *out = self->finish != NULL ? self->finish(vm, self, result) : result;
    native_forget(vm, self);
    return *out != NULL ? MP_ENDED : MP_FAILED;
}

static mp_progress native_failed(mp_vm *vm, mp_native_coroutine *self)
{
    mp_value raised = vm->raised;
    vm->raised = NULL;
    native_forget(vm, self);
    vm->raised = raised;
    return MP_FAILED;
}

/* Without memory for the view the coroutine ends. */
static mp_progress native_waits(mp_vm *vm, mp_native_coroutine *self, ac_future *future, mp_value *out)
{
    self->state = NATIVE_SUSPENDED;
    self->waiting = future;
    if (future == NULL)
        *out = mp_incref(vm->none);
    else if (ac_future_is_embedded(future))
        *out = native_view(vm, self);
    else
        *out = mp_incref(mp_as_value(mp_future_of(future)));
    return *out != NULL ? MP_YIELDED : native_failed(vm, self);
}

/* A future that has an object comes with a reference of it. */
static mp_progress native_awaits(mp_vm *vm, mp_native_coroutine *self, ac_future *future, mp_value *out)
{
    mp_progress progress = native_waits(vm, self, future, out);
    if (!ac_future_is_embedded(future))
        mp_decref(vm, mp_as_value(mp_future_of(future)));
    return progress;
}

/* What a program's own awaitable has yielded (stolen): whoever drives us makes of it what he can. */
static mp_progress native_yields(mp_native_coroutine *self, mp_value value, mp_value *out)
{
    self->state = NATIVE_SUSPENDED;
    *out = value;
    return MP_YIELDED;
}

/* What a group raises at its end is raised by a statement in CPython, and so gets what is handled around it
 * as its context.  What was thrown in and is no cancellation just goes on. */
static void native_raise(mp_vm *vm, const mp_native_coroutine *self, ac_value exception, mp_value thrown)
{
    bool goes_on = exception.bits != 0 && mp_seen(ac_lend(exception)) == thrown &&
                   (self->passes_thrown || !mp_is_exception(vm, thrown, MP_X_CANCELLED_ERROR));
    if (self->raises && !goes_on)
        mp_raise_taken(vm, exception);
    else
        mp_pass_on(vm, exception);
}

static mp_progress native_turn(mp_vm *vm, mp_native_coroutine *self, ac_turn turn, mp_value thrown,
                               ac_out *result, mp_value *out)
{
    if (turn == AC_AWAITING)
        return native_awaits(vm, self, result->future, out);
    if (turn == AC_STRANGE)
        return native_yields(self, mp_taken(result->value), out);
    if (turn == AC_YIELDED)
        return native_waits(vm, self, NULL, out);
    if (turn == AC_RETURNED)
        return native_returned(vm, self,
                               result->value.bits != 0 ? mp_taken(result->value) : mp_incref(vm->none), out);
    native_raise(vm, self, result->value, thrown);
    return native_failed(vm, self);
}

static mp_progress native_resume_body(mp_vm *vm, mp_native_coroutine *self, ac_how how, mp_value value,
                                      mp_value *out)
{
    ac_out result = {.value = ac_none()};
    if (self->follows && vm->running_loop != NULL && vm->running_loop != self->loop)
        mp_set_slot(vm, &self->loop, mp_incref(vm->running_loop));
    ac_loop *loop = native_loop(self);
    self->state = NATIVE_RUNNING;
    self->waiting = NULL;
    mp_value in = value == NULL || value == vm->none ? NULL : value;
    ac_turn turn = ac_coro_resume(loop, self->co, how, mp_lent(in), &result);
    return native_turn(vm, self, turn, how == AC_THROW ? value : NULL, &result, out);
}

static mp_progress native_begin(mp_vm *vm, mp_native_coroutine *self, mp_value *out)
{
    self->state = NATIVE_RUNNING;
    mp_value answer = self->begin(vm, self);
    if (self->co != NULL)
        return native_resume_body(vm, self, AC_SEND, NULL, out);
    if (answer == NULL)
        return native_failed(vm, self);
    *out = answer;
    native_forget(vm, self);
    return MP_ENDED;
}

/* What waits for a future that is not done gets an error thrown, as by FutureIter. */
static mp_progress native_sent(mp_vm *vm, mp_native_coroutine *self, mp_value value, mp_value *out)
{
    if (self->waiting == NULL || ac_future_done(self->waiting))
        return native_resume_body(vm, self, AC_SEND, value, out);
    if (!ac_future_is_blocking(self->waiting)) {
        ac_future_set_blocking(self->waiting, true);
        return native_waits(vm, self, self->waiting, out);
    }
    mp_value error = mp_new_exception_text(vm, MP_X_RUNTIME_ERROR, "await wasn't used with future");
    if (error == NULL)
        return native_failed(vm, self);
    mp_progress progress = native_resume_body(vm, self, AC_THROW, error, out);
    mp_decref(vm, error);
    return progress;
}

static mp_progress native_created(mp_vm *vm, mp_native_coroutine *self, mp_resume how, mp_value value,
                                  mp_value *out)
{
    if (how == MP_SEND && value != vm->none) {
        mp_raise(vm, MP_X_TYPE_ERROR, "can't send non-None value to a just-started coroutine");
        return MP_FAILED;
    }
    if (how == MP_SEND)
        return native_begin(vm, self, out);
    native_forget(vm, self);
    if (how == MP_CLOSE)
        return MP_ENDED;
    mp_reraise(vm, mp_incref(value));
    return MP_FAILED;
}

/* GeneratorExit is thrown in; a condition's wait may answer that by waiting again, for the lock. */
static mp_progress native_close(mp_vm *vm, mp_native_coroutine *self, mp_value *out)
{
    mp_value exit = mp_new_exception(vm, vm->exceptions[MP_X_GENERATOR_EXIT], NULL, 0);
    if (exit == NULL)
        return MP_FAILED;
    mp_progress progress = native_resume_body(vm, self, AC_THROW, exit, out);
    mp_decref(vm, exit);
    mp_clear_slot(vm, out);
    if (progress == MP_YIELDED)
        mp_raise(vm, MP_X_RUNTIME_ERROR, "coroutine ignored GeneratorExit");
    else if (progress == MP_FAILED && mp_raised_is(vm, MP_X_GENERATOR_EXIT))
        mp_clear_slot(vm, &vm->raised);
    return vm->raised == NULL ? MP_ENDED : MP_FAILED;
}

static mp_progress native_go(mp_vm *vm, mp_native_coroutine *self, mp_resume how, mp_value value,
                             mp_value *out)
{
    if (self->state == NATIVE_RUNNING) {
        mp_raise(vm, MP_X_VALUE_ERROR, "coroutine already executing");
        return MP_FAILED;
    }
    if (self->state == NATIVE_CREATED)
        return native_created(vm, self, how, value, out);
    if (self->state == NATIVE_SUSPENDED && how == MP_CLOSE)
        return native_close(vm, self, out);
    if (self->state == NATIVE_SUSPENDED)
        return how == MP_SEND ? native_sent(vm, self, value, out)
                              : native_resume_body(vm, self, AC_THROW, value, out);
    if (how == MP_CLOSE)
        return MP_ENDED;
    mp_raise(vm, MP_X_RUNTIME_ERROR, "cannot reuse already awaited coroutine");
    return MP_FAILED;
}

/* It is held: it may be dropped by what it runs. */
mp_progress mp_native_resume(mp_vm *vm, mp_value self, mp_resume how, mp_value value, mp_value *out)
{
    bool exits = how == MP_CLOSE || (how == MP_THROW && mp_is_exception(vm, value, MP_X_GENERATOR_EXIT));
    mp_native_run run = {(mp_native_coroutine *)self, vm->frame, exits, vm->asyncio->native_runs};
    *out = NULL;
    (void)mp_incref(self);
    vm->asyncio->native_runs = &run;
    mp_progress progress = native_go(vm, run.coroutine, how, value, out);
    vm->asyncio->native_runs = run.below;
    mp_value raised = vm->raised;
    vm->raised = NULL;
    mp_decref(vm, self);
    vm->raised = raised;
    return progress;
}

/* ---- Its methods ---- */

/* An iterator that drives it: an mp_cell whose value is the coroutine. */
static mp_value native_await(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__await__", 1, 1))
        return NULL;
    mp_value wrapper = mp_new(vm, vm->types[MP_TYPE_NATIVE_WRAPPER], 0);
    if (wrapper != NULL)
        ((mp_cell *)wrapper)->value = mp_incref(args->values[0]);
    return wrapper;
}

/* One that is in the middle of an await has somebody who drives it. */
static mp_value native_await_iter(mp_vm *vm, mp_value self)
{
    uint8_t state = ((mp_native_coroutine *)self)->state;
    if (state == NATIVE_CREATED || state == NATIVE_ENDED)
        return mp_incref(self);
    mp_raise(vm, MP_X_RUNTIME_ERROR, "coroutine is being awaited already");
    return NULL;
}

/* ---- The type ---- */

static mp_value native_repr(mp_vm *vm, mp_value self)
{
    return mp_as_value(mp_str_formatted(vm, "<coroutine object %s at 0x%llx>",
                                        ((mp_native_coroutine *)self)->qualname,
                                        (unsigned long long)(uintptr_t)self));
}

static mp_value native_get_name(mp_vm *vm, mp_value self)
{
    return mp_as_value(mp_str_from(vm, ((mp_native_coroutine *)self)->name));
}

static mp_value native_get_qualname(mp_vm *vm, mp_value self)
{
    return mp_as_value(mp_str_from(vm, ((mp_native_coroutine *)self)->qualname));
}

static mp_value native_get_running(mp_vm *vm, mp_value self)
{
    return mp_bool_new(vm, ((mp_native_coroutine *)self)->state == NATIVE_RUNNING);
}

static mp_value native_get_suspended(mp_vm *vm, mp_value self)
{
    return mp_bool_new(vm, ((mp_native_coroutine *)self)->state == NATIVE_SUSPENDED);
}

/* The body of a group's exit belongs to the group, which shows it. */
static int native_visit(mp_value value, mp_visit *visit, void *data)
{
    mp_native_coroutine *self = (mp_native_coroutine *)value;
    mp_showing showing = mp_show_to(visit, data);
    mp_value owned[] = {self->subject, self->argument, self->loop};
    int answer = mp_visit_all(owned, 3, visit, data);
    bool shows = self->co != NULL && self->owns_body && self->co->ops->visit != NULL;
    if (answer == 0 && shows && self->state != NATIVE_RUNNING)
        answer = self->co->ops->visit(self->co, &showing.visitor);
    return answer;
}

static void native_clear(mp_vm *vm, mp_value value)
{
    mp_native_coroutine *self = (mp_native_coroutine *)value;
    if (self->state == NATIVE_RUNNING)
        return;
    native_forget(vm, self);
    mp_clear_slot(vm, &self->loop);
}

static void native_warn(mp_vm *vm, const mp_native_coroutine *self)
{
    mp_str *text = mp_str_formatted(vm, "RuntimeWarning: coroutine '%s' was never awaited\n", self->qualname);
    if (text != NULL)
        (void)mp_write(vm, true, text->data, text->size);
    else
        mp_clear_slot(vm, &vm->raised);
    mp_xdecref(vm, mp_as_value(text));
}

static void native_finalize(mp_vm *vm, mp_value value)
{
    mp_native_coroutine *self = (mp_native_coroutine *)value;
    mp_value out;
    if (self->state == NATIVE_CREATED)
        native_warn(vm, self);
    else if (self->state == NATIVE_SUSPENDED &&
             mp_native_resume(vm, value, MP_CLOSE, NULL, &out) == MP_FAILED)
        mp_write_unraisable(vm, "Exception ignored in: ", value);
}

static const mp_slots native_slots = {
    .visit = native_visit,
    .clear = native_clear,
    .finalize = native_finalize,
    .repr = native_repr,
    .await_iter = native_await_iter,
    .resume = mp_native_resume,
};

static const mp_method native_methods[] = {
    {"send", mp_method_send, MP_M_METHOD},
    {"throw", mp_method_throw, MP_M_METHOD},
    {"close", mp_method_close, MP_M_METHOD},
    {"__await__", native_await, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset native_getsets[] = {
    {"__name__", native_get_name, NULL},
    {"__qualname__", native_get_qualname, NULL},
    {"cr_running", native_get_running, NULL},
    {"cr_suspended", native_get_suspended, NULL},
    {NULL, NULL, NULL},
};

const mp_type_def mp_native_coroutine_def = {
    .name = "coroutine",
    .size = sizeof(mp_native_coroutine),
    .flags = MP_T_GC,
    .slots = &native_slots,
    .methods = native_methods,
    .getsets = native_getsets,
};

/* ---- What __await__() gives ---- */

static int wrapper_visit(mp_value self, mp_visit *visit, void *data)
{
    return mp_visit_all(&((mp_cell *)self)->value, 1, visit, data);
}

static void wrapper_clear(mp_vm *vm, mp_value self)
{
    mp_clear_slot(vm, &((mp_cell *)self)->value);
}

static mp_progress wrapper_resume(mp_vm *vm, mp_value self, mp_resume how, mp_value value, mp_value *out)
{
    return mp_native_resume(vm, ((mp_cell *)self)->value, how, value, out);
}

static mp_value wrapper_itself(mp_vm *vm, mp_value self)
{
    (void)vm;
    return mp_incref(self);
}

static mp_value wrapper_iter(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "__iter__", 1, 1) ? mp_incref(args->values[0]) : NULL;
}

static const mp_slots wrapper_slots = {
    .visit = wrapper_visit,
    .clear = wrapper_clear,
    .iter = wrapper_itself,
    .next = mp_next_by_hand,
    .resume = wrapper_resume,
};

static const mp_method wrapper_methods[] = {
    {"send", mp_method_send, MP_M_METHOD},   {"throw", mp_method_throw, MP_M_METHOD},
    {"close", mp_method_close, MP_M_METHOD}, {"__next__", mp_method_next, MP_M_METHOD},
    {"__iter__", wrapper_iter, MP_M_METHOD}, {NULL, NULL, 0},
};

const mp_type_def mp_native_wrapper_def = {
    .name = "coroutine_wrapper",
    .size = sizeof(mp_cell),
    .flags = MP_T_GC,
    .slots = &wrapper_slots,
    .methods = wrapper_methods,
};
