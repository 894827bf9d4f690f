/* schedule.c - call_soon, call_later, call_at, call_soon_threadsafe, and what an open generator schedules.
 *
 * Mirrors    BaseEventLoop.call_soon and its kin, _check_callback.
 * Idea       Each makes a handle object and gives it to the core.
 * Holds      Nothing is made for a loop that is closed: CPython checks that before it looks at the
 *            callback. */
#include "asyncio/host.h"

/* What they are called with; borrowed. */
struct schedule_call {
    mp_loop *loop;
    mp_value when, callback, context; /* context NULL: a copy of the current one */
    const mp_value *rest;
    size_t count;
};

/* context= is the only keyword there is. */
static bool schedule_keyword(mp_vm *vm, const mp_args *args, const char *name, struct schedule_call *call)
{
    size_t count = args->names != NULL ? args->names->count : 0;
    for (size_t i = 0; i < count; i++) {
        const mp_str *keyword = (const mp_str *)args->names->items[i];
        if (!mp_str_is(keyword, "context")) {
            mp_raise(vm, MP_X_TYPE_ERROR, "%s() got an unexpected keyword argument '%s'", name,
                     keyword->data);
            return false;
        }
        call->context = args->values[args->count + i];
    }
    if (call->context == vm->none)
        call->context = NULL;
    return true; /* what is no context shows when it is entered */
}

/* first: how many arguments stand before the callback, beside self. */
static bool schedule_read(mp_vm *vm, const mp_args *args, const char *name, size_t first,
                          struct schedule_call *call)
{
    if (args->count < first + 2) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%s() missing required positional argument: 'callback'", name);
        return false;
    }
    *call = (struct schedule_call){
        .loop = mp_as_loop(args->values[0]),
        .when = first > 0 ? args->values[1] : NULL,
        .callback = args->values[first + 1],
        .rest = args->values + first + 2,
        .count = args->count - first - 2,
    };
    return schedule_keyword(vm, args, name, call);
}

static bool schedule_is_coroutine_function(mp_vm *vm, mp_value value)
{
    return mp_is_exactly(vm, value, MP_TYPE_FUNCTION) &&
           (((mp_function *)value)->code->flags & MP_C_COROUTINE) != 0;
}

/* Only debug mode looks at the callback before it is called. */
static bool schedule_check(mp_vm *vm, const struct schedule_call *call, const char *name)
{
    const mp_type *type = mp_type_of(vm, call->callback);
    if (ac_loop_is_closed(&call->loop->core)) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "Event loop is closed");
        return false;
    }
    if (!ac_loop_get_debug(&call->loop->core))
        return true;
    if (mp_is_coroutine(vm, call->callback) || schedule_is_coroutine_function(vm, call->callback))
        mp_raise(vm, MP_X_TYPE_ERROR, "coroutines cannot be used with %s()", name);
    else if (type->slots.call == NULL && mp_lookup(type, vm->names[MP_S___call__]) == NULL)
        mp_raise(vm, MP_X_TYPE_ERROR, "a callable object was expected by %s(), got %R", name, call->callback);
    else
        return true;
    return false;
}

static mp_handle *schedule_handle(mp_vm *vm, const struct schedule_call *call, mp_type_index type)
{
    return mp_handle_new(vm, type, call->loop, call->callback, call->rest, call->count, call->context);
}

static mp_value schedule_soon(mp_vm *vm, mp_args *args)
{
    struct schedule_call call;
    if (!schedule_read(vm, args, "call_soon", 0, &call) || !schedule_check(vm, &call, "call_soon"))
        return NULL;
    mp_handle *handle = schedule_handle(vm, &call, MP_TYPE_HANDLE);
    return handle != NULL ? mp_handle_schedule(vm, handle, ac_loop_call_soon) : NULL;
}

/* On the thread that runs the loop nothing has to come through the core's inbox: it is queued, and traced, at
 * once. */
static mp_value schedule_threadsafe(mp_vm *vm, mp_args *args)
{
    struct schedule_call call;
    if (!schedule_read(vm, args, "call_soon_threadsafe", 0, &call) ||
        !schedule_check(vm, &call, "call_soon_threadsafe"))
        return NULL;
    mp_handle *handle = schedule_handle(
        vm, &call, mp_has(vm, AC_S_THREADSAFE_HANDLE) ? MP_TYPE_THREADSAFE_HANDLE : MP_TYPE_HANDLE);
    return handle != NULL ? mp_handle_schedule(vm, handle, mp_tell_loop) : NULL;
}

/* ---- Timers ---- */

static ac_status schedule_timer(ac_loop *loop, ac_callback *callback)
{
    ac_timer *timer = AC_CONTAINER_OF(callback, ac_timer, callback);
    return ac_loop_call_at(loop, timer->when, timer);
}

/* Steals when. */
static mp_value schedule_at_time(mp_vm *vm, const struct schedule_call *call, const char *name, mp_value when)
{
    double seconds = 0;
    mp_handle *handle = NULL;
    if (when != NULL && schedule_check(vm, call, name) && mp_to_double(vm, when, &seconds))
        handle = schedule_handle(vm, call, MP_TYPE_TIMER_HANDLE);
    if (handle == NULL) {
        mp_xdecref(vm, when);
        return NULL;
    }
    handle->when = when;
    handle->core.when = seconds;
    return mp_handle_schedule(vm, handle, schedule_timer);
}

static mp_value schedule_at(mp_vm *vm, mp_args *args)
{
    struct schedule_call call;
    if (!schedule_read(vm, args, "call_at", 1, &call))
        return NULL;
    if (call.when == vm->none) {
        mp_raise(vm, MP_X_TYPE_ERROR, "when cannot be None");
        return NULL;
    }
    return schedule_at_time(vm, &call, "call_at", mp_incref(call.when));
}

static mp_value schedule_later(mp_vm *vm, mp_args *args)
{
    struct schedule_call call;
    if (!schedule_read(vm, args, "call_later", 1, &call))
        return NULL;
    if (call.when == vm->none) {
        mp_raise(vm, MP_X_TYPE_ERROR, "delay must not be None");
        return NULL;
    }
    mp_value now = mp_float_new(vm, ac_loop_time(&call.loop->core));
    mp_value when = now != NULL ? mp_binary(vm, MP_OP_ADD, now, call.when) : NULL;
    mp_xdecref(vm, now);
    return schedule_at_time(vm, &call, "call_at", when);
}

const mp_method mp_schedule_methods[] = {
    {"call_soon", schedule_soon, MP_M_METHOD},
    {"call_soon_threadsafe", schedule_threadsafe, MP_M_METHOD},
    {"call_later", schedule_later, MP_M_METHOD},
    {"call_at", schedule_at, MP_M_METHOD},
    {NULL, NULL, 0},
};

bool mp_call_soon(mp_vm *vm, mp_loop *loop, mp_value callback, mp_value argument)
{
    mp_handle *handle = mp_handle_new(vm, MP_TYPE_HANDLE, loop, callback, &argument, 1, NULL);
    mp_value scheduled = handle != NULL ? mp_handle_schedule(vm, handle, ac_loop_call_soon) : NULL;
    mp_xdecref(vm, scheduled);
    return scheduled != NULL;
}
