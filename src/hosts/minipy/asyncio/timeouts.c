/* timeouts.c - asyncio.timeout, timeout_at and Timeout: the core's timeout as an object.
 *
 * Mirrors    timeouts.py.
 * Idea       Both ends are native coroutines, as "async def" makes them, though neither waits.  The deadline
 *            is kept as it was given, for when() and the repr; the core has it as a double.
 * Holds      The timeout is bound to the loop that runs when it is entered; before that there is only the
 *            object.  While a timer is set it holds the object.
 * Re-enters  The ends give things up. */
#include "asyncio/host.h"

static mp_timeout *timeout_self(const mp_args *args)
{
    return (mp_timeout *)args->values[0];
}

static ac_timeout_state timeout_state(const mp_timeout *self)
{
    return self->loop != NULL ? ac_timeout_get_state(&self->core) : AC_TIMEOUT_CREATED;
}

static mp_value timeout_when_of(mp_vm *vm, const mp_timeout *self)
{
    return self->when != NULL ? self->when : vm->none;
}

/* The deadline as a number; TypeError as from comparing it with the time.  *when NULL: None. */
static bool timeout_number(mp_vm *vm, mp_value value, double *number, const double **when)
{
    *when = NULL;
    if (value == vm->none)
        return true;
    if (!mp_is_int(vm, value) && !mp_is(vm, value, MP_TYPE_FLOAT)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "'<=' not supported between instances of '%T' and 'float'", value);
        return false;
    }
    *when = number;
    return mp_to_double(vm, value, number);
}

/* A TimeoutError gets what is handled here as its context, if only its end was called by hand that is
 * nothing. */
static mp_value timeout_fail(mp_vm *vm, mp_timeout *self, ac_status status)
{
    ac_value error = ac_loop_status_exception(&mp_as_loop(self->loop)->core, status, NULL);
    mp_value raised = mp_seen(ac_lend(error));
    if (raised != NULL && raised != vm->memory_error)
        mp_clear_slot(vm, &((mp_exception *)raised)->context);
    mp_raise_taken(vm, error);
    return NULL;
}

/* ---- Entering ---- */

static bool timeout_bind(mp_vm *vm, mp_timeout *self, const double *when)
{
    if (timeout_state(self) != AC_TIMEOUT_CREATED)
        return true;
    mp_loop *loop = mp_running_loop(vm);
    if (loop == NULL)
        return false;
    mp_set_slot(vm, &self->loop, mp_incref(mp_as_value(loop)));
    ac_timeout_init(&self->core, &loop->core, when, mp_lent(mp_as_value(self)));
    return true;
}

/* A deadline that is no number fails when the timeout is entered already. */
static mp_value timeout_begin_enter(mp_vm *vm, mp_native_coroutine *native)
{
    mp_timeout *self = (mp_timeout *)native->subject;
    double number;
    const double *when;
    bool valid = timeout_number(vm, timeout_when_of(vm, self), &number, &when);
    mp_value invalid = vm->raised;
    vm->raised = NULL;
    ac_status status = timeout_bind(vm, self, when) ? ac_timeout_enter(&self->core) : AC_E_RAISED;
    if (vm->raised == NULL && status != AC_OK)
        (void)timeout_fail(vm, self, status);
    if (vm->raised == NULL && valid)
        return mp_incref(mp_as_value(self));
    if (vm->raised == NULL)
        vm->raised = invalid;
    else
        mp_xdecref(vm, invalid);
    return NULL;
}

static mp_value timeout_aenter(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__aenter__", 1, 1))
        return NULL;
    mp_native_coroutine *native = mp_native_coroutine_new(vm, "__aenter__", args->values[0], NULL, 0);
    if (native != NULL) {
        native->qualname = "Timeout.__aenter__";
        native->begin = timeout_begin_enter;
    }
    return mp_as_value(native);
}

/* ---- Leaving ---- */

/* argument is the exception that left the block. */
static mp_value timeout_begin_exit(mp_vm *vm, mp_native_coroutine *native)
{
    mp_timeout *self = (mp_timeout *)native->subject;
    mp_value exception = native->argument == vm->none ? NULL : native->argument;
    if (self->loop == NULL) {
        mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_ASSERTION_ERROR], NULL, 0));
        return NULL;
    }
    ac_status status = ac_timeout_exit(&self->core, mp_lent(exception));
    return status == AC_OK ? mp_incref(vm->none) : timeout_fail(vm, self, status);
}

static mp_value timeout_aexit(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__aexit__", 4, 4))
        return NULL;
    mp_native_coroutine *native = mp_native_coroutine_new(vm, "__aexit__", args->values[0], args->values[2],
                                                          0);
    if (native != NULL) {
        native->qualname = "Timeout.__aexit__";
        native->begin = timeout_begin_exit;
    }
    return mp_as_value(native);
}

/* ---- Its other methods ---- */

static mp_value timeout_when(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "when", 1, 1) ? mp_incref(timeout_when_of(vm, timeout_self(args))) : NULL;
}

static mp_value timeout_expired(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "expired", 1, 1))
        return NULL;
    const mp_timeout *self = timeout_self(args);
    return mp_bool_new(vm, self->loop != NULL && ac_timeout_expired(&self->core));
}

static mp_value timeout_not_entered(mp_vm *vm)
{
    if (ac_semantics_has(vm->asyncio->semantics, AC_S_MISUSE_RAISES_RUNTIME_ERROR))
        mp_raise(vm, MP_X_RUNTIME_ERROR, "Timeout has not been entered");
    else
        mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_ASSERTION_ERROR], NULL, 0));
    return NULL;
}

/* What comes after the state was looked at: the older timer is gone, whatever becomes of the new one. */
static mp_value timeout_set(mp_vm *vm, mp_timeout *self, mp_value value)
{
    double number;
    const double *when;
    mp_set_slot(vm, &self->when, mp_incref(value));
    bool good = (value == vm->none || mp_running_loop(vm) != NULL) &&
                timeout_number(vm, value, &number, &when);
    mp_value raised = vm->raised;
    vm->raised = NULL;
    ac_status status = ac_timeout_reschedule(&self->core, good ? when : NULL);
    vm->raised = raised;
    if (!good)
        return NULL;
    return status == AC_OK ? mp_incref(vm->none) : timeout_fail(vm, self, status);
}

static mp_value timeout_reschedule(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "Timeout.reschedule", "self/ when", values))
        return NULL;
    mp_timeout *self = (mp_timeout *)values[0];
    if (self->loop == NULL)
        return timeout_not_entered(vm);
    if (timeout_state(self) == AC_TIMEOUT_ACTIVE)
        return timeout_set(vm, self, values[1]);
    return timeout_fail(vm, self, ac_timeout_reschedule(&self->core, NULL));
}

static mp_value timeout_repr(mp_vm *vm, mp_value value)
{
    const mp_timeout *self = (const mp_timeout *)value;
    ac_timeout_state state = timeout_state(self);
    mp_builder text;
    mp_builder_init(&text, vm);
    mp_builder_printf(&text, "<Timeout [%s]", ac_timeout_state_name(state));
    if (state == AC_TIMEOUT_ACTIVE) {
        mp_value when = timeout_when_of(vm, self);
        mp_value shown = when == vm->none ? mp_incref(when) : mp_round(vm, when, mp_from_small(3));
        if (shown != NULL)
            mp_builder_printf(&text, " when=%S", shown);
        else
            text.failed = true;
        mp_xdecref(vm, shown);
    }
    mp_builder_text(&text, ">");
    return mp_as_value(mp_builder_finish(&text));
}

/* ---- The type ---- */

static bool timeout_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_value values[1];
    if (!mp_bind_init(vm, args, "Timeout.__init__", "when", values))
        return false;
    mp_set_slot(vm, &((mp_timeout *)self)->when, mp_incref(values[0]));
    return true;
}

static mp_value timeout_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_value self = mp_new(vm, type, 0);
    if (self != NULL && !timeout_init(vm, self, args))
        mp_clear_slot(vm, &self);
    return self;
}

static int timeout_visit(mp_value value, mp_visit *visit, void *data)
{
    mp_timeout *self = (mp_timeout *)value;
    mp_showing showing = mp_show_to(visit, data);
    mp_value owned[] = {mp_as_value(self->dict), self->loop, self->when};
    int answer = mp_visit_all(owned, 3, visit, data);
    return answer == 0 && self->loop != NULL ? ac_timeout_visit(&self->core, &showing.visitor) : answer;
}

static void timeout_clear(mp_vm *vm, mp_value value)
{
    mp_timeout *self = (mp_timeout *)value;
    if (self->loop != NULL)
        ac_timeout_clear(&self->core);
    mp_clear_slot(vm, &self->loop);
    mp_clear_slot(vm, &self->when);
    mp_clear_slot(vm, (mp_value *)&self->dict);
}

static const mp_slots timeout_slots = {
    .visit = timeout_visit,
    .clear = timeout_clear,
    .repr = timeout_repr,
    .make = timeout_make,
    .init = timeout_init,
};

static const mp_method timeout_methods[] = {
    {"__aenter__", timeout_aenter, MP_M_METHOD}, {"__aexit__", timeout_aexit, MP_M_METHOD},
    {"when", timeout_when, MP_M_METHOD},         {"reschedule", timeout_reschedule, MP_M_METHOD},
    {"expired", timeout_expired, MP_M_METHOD},   {NULL, NULL, 0},
};

const mp_type_def mp_timeout_def = {
    .name = "Timeout",
    .module = "asyncio.timeouts",
    .size = sizeof(mp_timeout),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_timeout, dict),
    .slots = &timeout_slots,
    .methods = timeout_methods,
};

/* ---- The functions ---- */

static mp_value timeout_new(mp_vm *vm, mp_value when)
{
    mp_timeout *self = (mp_timeout *)mp_new(vm, vm->types[MP_TYPE_TIMEOUT], 0);
    if (self != NULL)
        self->when = mp_incref(when);
    return mp_as_value(self);
}

mp_value mp_timeout_function(mp_vm *vm, mp_args *args)
{
    mp_value values[1];
    if (!mp_bind_python(vm, args, "timeout", "delay", values))
        return NULL;
    mp_loop *loop = mp_running_loop(vm);
    if (loop == NULL)
        return NULL;
    if (values[0] == vm->none)
        return timeout_new(vm, vm->none);
    mp_value now = mp_float_new(vm, ac_loop_time(&loop->core));
    mp_value when = now != NULL ? mp_binary(vm, MP_OP_ADD, now, values[0]) : NULL;
    mp_value made = when != NULL ? timeout_new(vm, when) : NULL;
    mp_xdecref(vm, when);
    mp_xdecref(vm, now);
    return made;
}

mp_value mp_timeout_at(mp_vm *vm, mp_args *args)
{
    mp_value values[1];
    return mp_bind_python(vm, args, "timeout_at", "when", values) ? timeout_new(vm, values[0]) : NULL;
}
