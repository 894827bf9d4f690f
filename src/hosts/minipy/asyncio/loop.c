/* loop.c - event loop objects: making, closing, what they know, their factory.
 *
 * Mirrors    BaseEventLoop.__init__, close, is_closed, set_task_factory, get_debug; events.get_running_loop.
 * Idea       All loops of a machine share its virtual clock, or all run on real time.
 * Holds      A loop lives as long as anything of it does: futures, handles, groups and open generators each
 *            own a reference.  Its memory is valid until then, also when it is closed.
 * Files      schedule.c has call_soon and its kin, loop_run.c the running, loop_io.c the world, handler.c
 *            exception handlers. */
#include "asyncio/host.h"
#include "asyncio/streams.h"

/* ---- Which loop ---- */

mp_loop *mp_running_loop(mp_vm *vm)
{
    if (vm->running_loop == NULL)
        mp_raise(vm, MP_X_RUNTIME_ERROR, "no running event loop");
    return mp_as_loop(vm->running_loop);
}

/* Before 3.14 a program that never set a loop gets one made, with a warning, once. */
mp_loop *mp_default_loop(mp_vm *vm)
{
    if (vm->running_loop != NULL)
        return mp_as_loop(vm->running_loop);
    bool makes = !mp_has(vm, AC_S_GET_EVENT_LOOP_RAISES) && vm->thread == &vm->main;
    if (vm->set_loop == NULL && makes && !vm->asyncio->set_called) {
        vm->set_loop = mp_loop_new(vm);
        vm->asyncio->set_called = vm->set_loop != NULL;
    } else if (vm->set_loop == NULL)
        mp_raise(vm, MP_X_RUNTIME_ERROR, "There is no current event loop in thread '%s'.",
                 vm->thread->name != NULL ? vm->thread->name->data : "MainThread");
    return mp_as_loop(vm->set_loop);
}

mp_loop *mp_loop_argument(mp_vm *vm, mp_value value, mp_loop *by_default(mp_vm *vm))
{
    if (value == NULL || value == vm->none)
        return by_default(vm);
    if (mp_is(vm, value, MP_TYPE_LOOP))
        return mp_as_loop(value);
    mp_raise(vm, MP_X_TYPE_ERROR, "an event loop was expected, got %R", value);
    return NULL;
}

/* The core's list is weak. */
mp_list *mp_loop_tasks(mp_vm *vm, mp_loop *loop)
{
    mp_list *tasks = mp_list_new(vm, 0);
    ac_task *task = NULL;
    while (tasks != NULL && (task = ac_loop_next_task(&loop->core, task)) != NULL) {
        mp_value held = mp_hold_weak(vm, mp_as_value(mp_task_of(task)));
        if (held != NULL && !mp_list_append(vm, tasks, held))
            mp_clear_slot(vm, (mp_value *)&tasks);
        mp_xdecref(vm, held);
    }
    return tasks;
}

/* ---- Life ---- */

static ac_loop_options loop_options(mp_vm *vm)
{
    ac_loop_options options = {
        .semantics = vm->options.semantics,
        .clock = vm->options.virtual_time ? &vm->clock : NULL,
        .max_depth = UINT32_MAX, /* the machine has a limit of its own */
        .debug = vm->options.debug,
        .poll_only_waits = true,
        .user = vm,
    };
    return options;
}

mp_value mp_loop_new(mp_vm *vm)
{
    mp_loop *self = (mp_loop *)mp_new(vm, vm->types[MP_TYPE_LOOP], 0);
    ac_loop_options options = loop_options(vm);
    if (self == NULL)
        return NULL;
    if (ac_loop_init(&self->core, &vm->host, &options) != AC_OK) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "%s", ac_loop_why(&self->core));
        mp_decref(vm, mp_as_value(self));
        return NULL;
    }
    self->servers.prev = self->servers.next = &self->servers;
    self->slow_callback_duration = 0.1;
    if (vm->options.eager)
        self->factory = mp_incref(vm->asyncio->eager_factory);
    if (vm->gil != NULL && mp_loop_io(vm, self) == NULL) {
        mp_decref(vm, mp_as_value(self));
        return NULL;
    }
    if (vm->tracer != NULL)
        ac_loop_set_tracer(&self->core, vm->tracer);
    return mp_as_value(self);
}

static int loop_visit(mp_value value, mp_visit *visit, void *data)
{
    mp_loop *self = mp_as_loop(value);
    mp_showing showing = mp_show_to(visit, data);
    mp_value owned[] = {self->factory, self->handler, self->executor};
    int answer = mp_visit_all(owned, 3, visit, data);
    if (answer == 0)
        answer = mp_loop_visit_servers(self, visit, data);
    if (answer == 0 && self->io != NULL)
        answer = ac_io_visit(self->io, &showing.visitor);
    return answer == 0 && self->core.host != NULL ? ac_loop_visit(&self->core, &showing.visitor) : answer;
}

static void loop_clear(mp_vm *vm, mp_value value)
{
    mp_loop *self = mp_as_loop(value);
    if (self->core.host != NULL)
        (void)ac_loop_close(&self->core);
    mp_loop_end_io(self);
    mp_clear_slot(vm, &self->factory);
    mp_clear_slot(vm, &self->handler);
    mp_clear_slot(vm, &self->executor);
}

/* ---- Methods ---- */

static mp_loop *loop_self(mp_vm *vm, const mp_args *args, const char *name, size_t count)
{
    return mp_positional(vm, args, name, count, count) ? mp_as_loop(args->values[0]) : NULL;
}

/* Without waiting for it. */
static bool loop_close_executor(mp_vm *vm, mp_loop *self)
{
    mp_value executor = self->executor;
    self->executor = NULL;
    self->executor_shut = true;
    if (executor == NULL)
        return true;
    mp_value answer = mp_part_call(vm, MP_PART_POOLS, "_close_executor", &executor, 1);
    mp_decref(vm, executor);
    mp_xdecref(vm, answer);
    return answer != NULL;
}

static mp_value loop_run_in_executor(mp_vm *vm, mp_args *args)
{
    if (args->names != NULL || args->count < 3) {
        mp_raise(vm, MP_X_TYPE_ERROR, "run_in_executor() takes an executor, a function and its arguments");
        return NULL;
    }
    return mp_part_call(vm, MP_PART_POOLS, "run_in_executor", args->values, args->count);
}

static mp_value loop_set_default_executor(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "set_default_executor", 2, 2))
        return NULL;
    return mp_part_call(vm, MP_PART_POOLS, "set_default_executor", args->values, 2);
}

static mp_value loop_close(mp_vm *vm, mp_args *args)
{
    mp_loop *self = loop_self(vm, args, "close", 1);
    if (self == NULL)
        return NULL;
    ac_status status = ac_loop_close(&self->core);
    if (status == AC_OK)
        mp_loop_end_io(self);
    if (status == AC_OK && !loop_close_executor(vm, self))
        return NULL;
    return status == AC_OK ? mp_incref(vm->none) : mp_fail(vm, &self->core, status);
}

static mp_value loop_is_closed(mp_vm *vm, mp_args *args)
{
    mp_loop *self = loop_self(vm, args, "is_closed", 1);
    return self != NULL ? mp_bool_new(vm, ac_loop_is_closed(&self->core)) : NULL;
}

static mp_value loop_is_running(mp_vm *vm, mp_args *args)
{
    mp_loop *self = loop_self(vm, args, "is_running", 1);
    return self != NULL ? mp_bool_new(vm, ac_loop_is_running(&self->core)) : NULL;
}

static mp_value loop_time(mp_vm *vm, mp_args *args)
{
    mp_loop *self = loop_self(vm, args, "time", 1);
    return self != NULL ? mp_float_new(vm, ac_loop_time(&self->core)) : NULL;
}

static mp_value loop_get_debug(mp_vm *vm, mp_args *args)
{
    mp_loop *self = loop_self(vm, args, "get_debug", 1);
    return self != NULL ? mp_bool_new(vm, ac_loop_get_debug(&self->core)) : NULL;
}

/* Coroutines know no place of birth here; what counts is that it is a callback of its own. */
static mp_value loop_track_origins(mp_vm *vm, mp_args *args)
{
    return loop_self(vm, args, "_set_coroutine_origin_tracking", 2) != NULL ? mp_incref(vm->none) : NULL;
}

static bool loop_track_origins_soon(mp_vm *vm, mp_loop *self, mp_value debug)
{
    mp_str *name = mp_str_from(vm, "_set_coroutine_origin_tracking");
    mp_value method = name != NULL ? mp_get_attr(vm, mp_as_value(self), name) : NULL;
    bool done = method != NULL && mp_call_soon(vm, self, method, debug);
    mp_xdecref(vm, method);
    mp_xdecref(vm, mp_as_value(name));
    return done;
}

/* While the loop runs the tracking of coroutines is switched in the next turn. */
static mp_value loop_set_debug(mp_vm *vm, mp_args *args)
{
    mp_loop *self = loop_self(vm, args, "set_debug", 2);
    int debug = self != NULL ? mp_truth(vm, args->values[1]) : -1;
    if (debug < 0)
        return NULL;
    ac_loop_set_debug(&self->core, debug > 0);
    if (ac_loop_is_running(&self->core) && !loop_track_origins_soon(vm, self, args->values[1]))
        return NULL;
    return mp_incref(vm->none);
}

static mp_value loop_create_future(mp_vm *vm, mp_args *args)
{
    mp_loop *self = loop_self(vm, args, "create_future", 1);
    return self != NULL ? mp_future_new(vm, self) : NULL;
}

static mp_value loop_create_task(mp_vm *vm, mp_args *args)
{
    mp_args rest = {args->values + 1, args->count - 1, args->names};
    return mp_create_task(vm, mp_as_loop(args->values[0]), MP_BY_LOOP, NULL, &rest);
}

static bool loop_is_callable(mp_vm *vm, mp_value value)
{
    const mp_type *type = mp_type_of(vm, value);
    return type->slots.call != NULL || mp_lookup(type, vm->names[MP_S___call__]) != NULL;
}

static mp_value loop_set_task_factory(mp_vm *vm, mp_args *args)
{
    mp_loop *self = loop_self(vm, args, "set_task_factory", 2);
    if (self == NULL)
        return NULL;
    mp_value factory = args->values[1];
    if (factory != vm->none && !loop_is_callable(vm, factory)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "task factory must be a callable or None");
        return NULL;
    }
    mp_set_slot(vm, &self->factory, factory != vm->none ? mp_incref(factory) : NULL);
    return mp_incref(vm->none);
}

static mp_value loop_get_task_factory(mp_vm *vm, mp_args *args)
{
    mp_loop *self = loop_self(vm, args, "get_task_factory", 1);
    if (self == NULL)
        return NULL;
    return mp_incref(self->factory != NULL ? self->factory : vm->none);
}

static mp_value loop_get_slow(mp_vm *vm, mp_value self)
{
    return mp_float_new(vm, mp_as_loop(self)->slow_callback_duration);
}

static bool loop_set_slow(mp_vm *vm, mp_value self, mp_value value)
{
    double seconds;
    if (value == NULL || !mp_to_double(vm, value, &seconds))
        return false;
    mp_as_loop(self)->slow_callback_duration = seconds;
    ac_loop_set_slow_callback_duration(&mp_as_loop(self)->core, seconds);
    return true;
}

static const char *loop_word(bool truth)
{
    return truth ? "True" : "False";
}

static mp_value loop_repr(mp_vm *vm, mp_value value)
{
    const ac_loop *core = &mp_as_loop(value)->core;
    return mp_as_value(
        mp_str_formatted(vm, "<%T running=%s closed=%s debug=%s>", value, loop_word(ac_loop_is_running(core)),
                         loop_word(ac_loop_is_closed(core)), loop_word(ac_loop_get_debug(core))));
}

/* ---- Types ---- */

static mp_value loop_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    (void)type;
    if (args->count == 0 && args->names == NULL)
        return mp_loop_new(vm);
    mp_raise(vm, MP_X_TYPE_ERROR, "an event loop takes no arguments");
    return NULL;
}

static const mp_slots loop_slots = {
    .visit = loop_visit,
    .clear = loop_clear,
    .repr = loop_repr,
    .make = loop_make,
};

static const mp_method loop_methods[] = {
    {"close", loop_close, MP_M_METHOD},
    {"run_in_executor", loop_run_in_executor, MP_M_METHOD},
    {"set_default_executor", loop_set_default_executor, MP_M_METHOD},
    {"is_closed", loop_is_closed, MP_M_METHOD},
    {"is_running", loop_is_running, MP_M_METHOD},
    {"time", loop_time, MP_M_METHOD},
    {"get_debug", loop_get_debug, MP_M_METHOD},
    {"set_debug", loop_set_debug, MP_M_METHOD},
    {"_set_coroutine_origin_tracking", loop_track_origins, MP_M_METHOD},
    {"create_future", loop_create_future, MP_M_METHOD},
    {"create_task", loop_create_task, MP_M_METHOD},
    {"set_task_factory", loop_set_task_factory, MP_M_METHOD},
    {"get_task_factory", loop_get_task_factory, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_getset loop_getsets[] = {
    {"slow_callback_duration", loop_get_slow, loop_set_slow},
    {NULL, NULL, NULL},
};

static const mp_type_def abstract_def = {
    .name = "AbstractEventLoop",
    .module = "asyncio.events",
    .size = sizeof(mp_loop),
    .flags = MP_T_GC,
};

static const mp_type_def base_def = {
    .name = "BaseEventLoop",
    .module = "asyncio.base_events",
    .size = sizeof(mp_loop),
    .flags = MP_T_GC,
};

static const mp_type_def loop_def = {
    .name = "_UnixSelectorEventLoop",
    .module = "asyncio.unix_events",
    .size = sizeof(mp_loop),
    .flags = MP_T_GC,
    .slots = &loop_slots,
    .methods = loop_methods,
    .getsets = loop_getsets,
};

bool mp_add_methods(mp_vm *vm, mp_type *type, const mp_method *methods)
{
    for (const mp_method *method = methods; method->name != NULL; method++) {
        mp_native_function *native = (mp_native_function *)mp_native_new(vm, method->name, method->call);
        if (native == NULL)
            return false;
        native->owner = type;
        native->kind = method->kind;
        if (!mp_define(vm, type->dict, method->name, mp_as_value(native)))
            return false;
    }
    return true;
}

bool mp_init_loops(mp_vm *vm)
{
    mp_type **types = vm->types;
    types[MP_TYPE_ABSTRACT_LOOP] = mp_type_new(vm, &abstract_def, NULL);
    if (types[MP_TYPE_ABSTRACT_LOOP] != NULL)
        types[MP_TYPE_BASE_LOOP] = mp_type_new(vm, &base_def, types[MP_TYPE_ABSTRACT_LOOP]);
    if (types[MP_TYPE_BASE_LOOP] != NULL)
        types[MP_TYPE_LOOP] = mp_type_new(vm, &loop_def, types[MP_TYPE_BASE_LOOP]);
    mp_type *loop = types[MP_TYPE_LOOP];
    return loop != NULL && mp_add_methods(vm, loop, mp_schedule_methods) &&
           mp_add_methods(vm, loop, mp_run_methods) && mp_add_methods(vm, loop, mp_handler_methods);
}
