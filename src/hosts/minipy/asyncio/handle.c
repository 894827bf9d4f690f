/* handle.c - Handle and TimerHandle: a callback with its arguments and context, for the loop to run once.
 *
 * Mirrors    events.Handle, _ThreadSafeHandle, TimerHandle.
 * Holds      While the core has the handle it owns a reference to the object, shown by 'visit' and given back
 *            by 'done'.  The context is owned twice: by the core as long as the handle is scheduled, and by
 *            the object for whoever looks at it later.
 * Re-enters  The run (loop_run.c) calls mp_handle_invoke and waits in its native frame; 'run' is for those
 *            who ask the core to call a handle. */
#include "asyncio/host.h"

static mp_handle *handle_of_callback(ac_callback *callback)
{
    return AC_CONTAINER_OF(AC_CONTAINER_OF(callback, ac_timer, callback), mp_handle, core);
}

mp_handle *mp_handle_of(ac_handle *handle)
{
    ac_callback *callback = ac_handle_callback(handle);
    return callback != NULL && callback->ops == &mp_handle_ops ? handle_of_callback(callback) : NULL;
}

/* ---- Running ---- */

/* Callback and arguments are held: the callback may cancel its own handle. */
mp_value mp_handle_invoke(mp_vm *vm, mp_handle *handle)
{
    mp_value callback = handle->callback, given = NULL;
    mp_tuple *tuple = handle->args;
    if (callback != NULL && handle->future != NULL)
        given = mp_hold_weak(vm, mp_as_value(handle->future));
    if (callback == NULL || (handle->future != NULL && given == NULL))
        return mp_incref(vm->none);
    mp_args args = {&given, 1, NULL};
    if (given == NULL)
        args = (mp_args){tuple != NULL ? tuple->items : NULL, tuple != NULL ? tuple->count : 0, NULL};
    mp_value held[] = {mp_incref(callback), given, tuple != NULL ? mp_incref(mp_as_value(tuple)) : NULL};
    mp_value answer = mp_invoke(vm, callback, &args);
    for (size_t i = 0; i < 3; i++)
        mp_xdecref(vm, held[i]);
    return answer;
}

static ac_status handle_run(ac_loop *loop, ac_callback *callback)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_frame *before = vm->frame;
    mp_value answer = mp_finish(vm, before, mp_handle_invoke(vm, handle_of_callback(callback)));
    if (answer == NULL)
        return ac_loop_raise(loop, mp_take_for_core(vm));
    mp_decref(vm, answer);
    return AC_OK;
}

static int handle_show(ac_callback *callback, ac_visitor *visitor)
{
    return visitor->value(visitor, mp_lent(mp_as_value(handle_of_callback(callback))));
}

static void handle_done(ac_loop *loop, ac_callback *callback)
{
    mp_handle *handle = handle_of_callback(callback);
    mp_vm *vm = mp_vm_of(loop);
    mp_done_callback_forget(handle);
    mp_clear_slot(vm, &handle->kept);
    mp_decref(vm, mp_as_value(handle));
}

const ac_handle_ops mp_handle_ops = {.run = handle_run, .visit = handle_show, .done = handle_done};

/* ---- Making ---- */

mp_handle *mp_handle_new(mp_vm *vm, mp_type_index type, mp_loop *loop, mp_value callback,
                         const mp_value *args, size_t count, mp_value context)
{
    mp_value entered = context != NULL ? mp_incref(context) : mp_context_copy(vm);
    mp_tuple *tuple = entered != NULL && count > 0 ? mp_tuple_of(vm, args, count) : NULL;
    mp_handle *handle = NULL;
    if (entered != NULL && (count == 0 || tuple != NULL))
        handle = (mp_handle *)mp_new(vm, vm->types[type], 0);
    if (handle == NULL) {
        mp_xdecref(vm, mp_as_value(tuple));
        mp_xdecref(vm, entered);
        return NULL;
    }
    handle->loop = mp_incref(mp_as_value(loop));
    handle->callback = mp_incref(callback);
    handle->args = tuple;
    handle->context = entered;
    ac_callback_init(&handle->core.callback, &mp_handle_ops, mp_owned(mp_incref(entered)));
    return handle;
}

mp_value mp_handle_schedule(mp_vm *vm, mp_handle *handle, ac_status schedule(ac_loop *, ac_callback *))
{
    mp_loop *loop = mp_as_loop(mp_incref(handle->loop));
    (void)mp_incref(mp_as_value(handle));
    ac_status status = schedule(&loop->core, &handle->core.callback);
    mp_value answer = mp_as_value(handle);
    if (status != AC_OK) {
        ac_callback_clear(&loop->core, &handle->core.callback);
        mp_decref(vm, answer);
        mp_decref(vm, answer);
        answer = mp_fail(vm, &loop->core, status);
    }
    mp_decref(vm, mp_as_value(loop));
    return answer;
}

/* ---- Looks ---- */

static mp_value handle_repr(mp_vm *vm, mp_value self)
{
    const mp_handle *handle = (const mp_handle *)self;
    bool debug = ac_loop_get_debug(&mp_as_loop(handle->loop)->core);
    mp_builder text;
    if (handle->shown != NULL)
        return mp_incref(handle->shown);
    mp_builder_init(&text, vm);
    mp_builder_printf(&text, "<%T", self);
    if (ac_handle_cancelled(&handle->core.callback.handle))
        mp_builder_text(&text, " cancelled");
    if (handle->when != NULL)
        mp_builder_printf(&text, " when=%S", handle->when);
    if (handle->callback != NULL) {
        mp_builder_text(&text, " ");
        mp_format_callback(&text, handle->callback, handle->args,
                           debug || !mp_has(vm, AC_S_HANDLE_REPR_HIDES_ARGS));
    }
    mp_builder_text(&text, ">");
    return mp_as_value(mp_builder_finish(&text));
}

mp_value mp_handle_shown(mp_vm *vm, ac_handle *handle)
{
    mp_handle *own = mp_handle_of(handle);
    if (own != NULL)
        return mp_incref(mp_as_value(own));
    const ac_callback *callback = ac_handle_callback(handle);
    if (callback != NULL && callback->ops->name != NULL)
        return mp_as_value(mp_str_formatted(vm, "<Handle %s()>", callback->ops->name));
    return mp_as_value(
        mp_str_from(vm, ac_handle_task(handle) != NULL ? "<Handle Task.__step()>" : "<Handle>"));
}

/* ---- Methods ---- */

/* In debug mode a cancelled handle still shows what it would have run. */
static bool handle_keep_repr(mp_vm *vm, mp_handle *handle)
{
    if (!ac_loop_get_debug(&mp_as_loop(handle->loop)->core))
        return true;
    mp_value shown = handle_repr(vm, mp_as_value(handle));
    if (shown != NULL)
        mp_set_slot(vm, &handle->shown, shown);
    return shown != NULL;
}

static mp_value handle_cancel(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "cancel", 1, 1))
        return NULL;
    mp_handle *handle = (mp_handle *)args->values[0];
    ac_handle *core = &handle->core.callback.handle;
    if (ac_handle_cancelled(core) || handle->loop == NULL)
        return mp_incref(vm->none);
    ac_handle_cancel(&mp_as_loop(handle->loop)->core, core);
    if (!handle_keep_repr(vm, handle))
        return NULL;
    mp_clear_slot(vm, &handle->callback);
    mp_clear_slot(vm, (mp_value *)&handle->args);
    return mp_incref(vm->none);
}

static mp_value handle_cancelled(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "cancelled", 1, 1))
        return NULL;
    return mp_bool_new(vm, ac_handle_cancelled(&((mp_handle *)args->values[0])->core.callback.handle));
}

static mp_value handle_get_context(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "get_context", 1, 1))
        return NULL;
    return mp_incref(((mp_handle *)args->values[0])->context);
}

static mp_value handle_when(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "when", 1, 1) ? mp_incref(((mp_handle *)args->values[0])->when) : NULL;
}

/* ---- Comparing timers ---- */

/* Held: comparing may cancel a timer, which drops what it has. */
static int timer_same(mp_vm *vm, mp_value a, mp_value b)
{
    if (a == NULL || b == NULL)
        return a == b;
    (void)mp_incref(a);
    (void)mp_incref(b);
    int same = mp_equal(vm, a, b);
    mp_decref(vm, a);
    mp_decref(vm, b);
    return same;
}

static int timer_equal(mp_vm *vm, const mp_handle *a, const mp_handle *b)
{
    bool cancelled = ac_handle_cancelled(&a->core.callback.handle);
    int answer = mp_equal(vm, a->when, b->when);
    if (answer > 0)
        answer = timer_same(vm, a->callback, b->callback);
    if (answer > 0)
        answer = timer_same(vm, mp_as_value(a->args), mp_as_value(b->args));
    return answer > 0 ? cancelled == ac_handle_cancelled(&b->core.callback.handle) : answer;
}

static mp_value timer_compare(mp_vm *vm, int op, mp_value a, mp_value b)
{
    if (!mp_is(vm, a, MP_TYPE_TIMER_HANDLE) || !mp_is(vm, b, MP_TYPE_TIMER_HANDLE))
        return mp_incref(vm->not_implemented);
    const mp_handle *left = (const mp_handle *)a, *right = (const mp_handle *)b;
    if (op == MP_OP_LT || op == MP_OP_GT)
        return mp_compare(vm, op, left->when, right->when);
    int equal = timer_equal(vm, left, right);
    if (equal < 0)
        return NULL;
    if (op == MP_OP_EQ || op == MP_OP_NE)
        return mp_bool_new(vm, (equal > 0) == (op == MP_OP_EQ));
    if (equal > 0)
        return mp_bool_new(vm, true);
    return mp_compare(vm, op == MP_OP_LE ? MP_OP_LT : MP_OP_GT, left->when, right->when);
}

static bool timer_hash(mp_vm *vm, mp_value self, int64_t *out)
{
    return mp_hash(vm, ((mp_handle *)self)->when, out);
}

/* ---- Types ---- */

static int handle_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_handle *handle = (const mp_handle *)self;
    mp_value owned[] = {handle->loop,    handle->callback, mp_as_value(handle->args),
                        handle->context, handle->when,     handle->shown,
                        handle->kept};
    return mp_visit_all(owned, sizeof owned / sizeof *owned, visit, data);
}

static void handle_clear(mp_vm *vm, mp_value self)
{
    mp_handle *handle = (mp_handle *)self;
    mp_done_callback_forget(handle);
    if (handle->loop != NULL && !ac_handle_scheduled(&handle->core.callback.handle))
        ac_callback_clear(&mp_as_loop(handle->loop)->core, &handle->core.callback);
    mp_clear_slot(vm, &handle->callback);
    mp_clear_slot(vm, (mp_value *)&handle->args);
    mp_clear_slot(vm, &handle->context);
    mp_clear_slot(vm, &handle->when);
    mp_clear_slot(vm, &handle->shown);
    mp_clear_slot(vm, &handle->kept);
    if (!ac_handle_scheduled(&handle->core.callback.handle))
        mp_clear_slot(vm, &handle->loop);
}

static const mp_slots handle_slots = {
    .visit = handle_visit,
    .clear = handle_clear,
    .repr = handle_repr,
};

static const mp_slots timer_slots = {
    .hash = timer_hash,
    .compare = timer_compare,
};

static const mp_method handle_methods[] = {
    {"cancel", handle_cancel, MP_M_METHOD},
    {"cancelled", handle_cancelled, MP_M_METHOD},
    {"get_context", handle_get_context, MP_M_METHOD},
    {NULL, NULL, 0},
};

static const mp_method timer_methods[] = {{"when", handle_when, MP_M_METHOD}, {NULL, NULL, 0}};

const mp_type_def mp_handle_def = {
    .name = "Handle",
    .module = "asyncio.events",
    .size = sizeof(mp_handle),
    .flags = MP_T_GC,
    .slots = &handle_slots,
    .methods = handle_methods,
};

const mp_type_def mp_threadsafe_handle_def = {
    .name = "_ThreadSafeHandle",
    .module = "asyncio.events",
    .size = sizeof(mp_handle),
    .flags = MP_T_GC,
};

const mp_type_def mp_timer_handle_def = {
    .name = "TimerHandle",
    .module = "asyncio.events",
    .size = sizeof(mp_handle),
    .flags = MP_T_GC,
    .slots = &timer_slots,
    .methods = timer_methods,
};
