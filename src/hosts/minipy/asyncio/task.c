/* task.c - Task objects: what programs ask and tell a task.
 *
 * Mirrors    Task of Modules/_asynciomodule.c, save its making (task_create.c) and its steps (task_step.c).
 * Holds      An mp_task begins like an mp_future, whose methods it inherits.  coro stays after the end,
 *            except of a task that ended in its eager step. */
#include "asyncio/host.h"

bool mp_is_task(mp_vm *vm, mp_value value)
{
    return mp_is(vm, value, MP_TYPE_TASK);
}

/* ---- Names ---- */

mp_value mp_task_name(mp_vm *vm, const ac_task *task)
{
    mp_value name = mp_seen(ac_task_name(task));
    if (name != NULL)
        return mp_incref(name);
    return mp_as_value(mp_str_formatted(vm, "Task-%llu", (unsigned long long)ac_task_serial(task)));
}

bool mp_task_rename(mp_vm *vm, mp_task *task, mp_value name)
{
    mp_value text = mp_is_exactly(vm, name, MP_TYPE_STR) ? mp_incref(name) : mp_to_str(vm, name);
    if (text == NULL)
        return false;
    if (ac_future_get_loop(&task->core.future) != NULL)
        ac_task_set_name(&task->core, mp_owned(text));
    else
        mp_decref(vm, text);
    return true;
}

static mp_task *task_of(mp_vm *vm, const mp_args *args, const char *name, size_t count)
{
    if (!mp_positional(vm, args, name, count, count) || mp_future_core(vm, args->values[0]) == NULL)
        return NULL;
    return (mp_task *)args->values[0];
}

static mp_value task_get_name(mp_vm *vm, mp_args *args)
{
    mp_task *task = task_of(vm, args, "get_name", 1);
    return task != NULL ? mp_task_name(vm, &task->core) : NULL;
}

static mp_value task_set_name(mp_vm *vm, mp_args *args)
{
    mp_task *task = task_of(vm, args, "set_name", 2);
    if (task == NULL || !mp_task_rename(vm, task, args->values[1]))
        return NULL;
    return mp_incref(vm->none);
}

/* ---- Cancellation ---- */

static mp_value task_cancel(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    bool did = false;
    if (!mp_bind(vm, args, "cancel", "self/ |msg", values) || mp_future_core(vm, values[0]) == NULL)
        return NULL;
    mp_task *task = (mp_task *)values[0];
    mp_value message = values[1] == vm->none ? NULL : values[1];
    ac_status status = ac_future_cancel_base(&task->core.future, mp_lent(message), &did);
    if (status != AC_OK)
        return mp_fail(vm, &mp_as_loop(task->loop)->core, status);
    return mp_bool_new(vm, did);
}

static mp_value task_uncancel(mp_vm *vm, mp_args *args)
{
    mp_task *task = task_of(vm, args, "uncancel", 1);
    return task != NULL ? mp_int_new(vm, ac_task_uncancel(&task->core)) : NULL;
}

static mp_value task_cancelling(mp_vm *vm, mp_args *args)
{
    mp_task *task = task_of(vm, args, "cancelling", 1);
    return task != NULL ? mp_int_new(vm, ac_task_cancelling(&task->core)) : NULL;
}

/* ---- What it is made of ---- */

static mp_value task_get_coro(mp_vm *vm, mp_args *args)
{
    mp_task *task = task_of(vm, args, "get_coro", 1);
    if (task == NULL)
        return NULL;
    if (task->coro == NULL && !mp_has(vm, AC_S_GET_CORO_NONE_AFTER_EAGER)) {
        mp_raise(vm, MP_X_SYSTEM_ERROR,
                 "get_coro() of a task that ended in its eager step crashes this release "
                 "of CPython (gh-122332)");
        return NULL;
    }
    return mp_incref(task->coro != NULL ? task->coro : vm->none);
}

static mp_value task_get_context(mp_vm *vm, mp_args *args)
{
    mp_task *task = task_of(vm, args, "get_context", 1);
    if (task == NULL)
        return NULL;
    mp_value context = mp_seen(ac_task_get_context(&task->core));
    return mp_incref(context != NULL ? context : vm->none);
}

static mp_value task_get_coro_attribute(mp_vm *vm, mp_value self)
{
    mp_value coro = ((mp_task *)self)->coro;
    return mp_incref(coro != NULL ? coro : vm->none);
}

static mp_value task_get_must_cancel(mp_vm *vm, mp_value self)
{
    return mp_bool_new(vm, ac_task_must_cancel(&((mp_task *)self)->core));
}

static mp_value task_get_waiter(mp_vm *vm, mp_value self)
{
    ac_future *waiter = ac_task_waiting_for(&((mp_task *)self)->core);
    if (waiter == NULL || ac_future_is_embedded(waiter))
        return mp_incref(vm->none);
    return mp_incref(mp_as_value(mp_future_of(waiter)));
}

static bool task_set_log_destroy(mp_vm *vm, mp_value self, mp_value value)
{
    int truth = value != NULL ? mp_truth(vm, value) : 0;
    if (truth >= 0)
        ac_task_set_log_destroy_pending(&((mp_task *)self)->core, truth > 0);
    return truth >= 0;
}

static mp_value task_get_log_destroy(mp_vm *vm, mp_value self)
{
    (void)self;
    return mp_bool_new(vm, true);
}

/* ---- The type ---- */

static bool task_read_arguments(mp_vm *vm, mp_args *args, mp_task_request *request)
{
    mp_value values[5];
    if (!mp_bind(vm, args, "Task", "coro |$loop name context eager_start", values))
        return false;
    int eager = values[4] != NULL ? mp_truth(vm, values[4]) : 0;
    bool given = values[1] != NULL && values[1] != vm->none;
    if (eager > 0 && !given && !mp_has(vm, AC_S_TASK_EAGER_START_DEFAULT_LOOP)) {
        vm->task_serial += values[2] == NULL || values[2] == vm->none; /* it had its name already */
        mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "'NoneType' object has no attribute 'is_running'");
        return false;
    }
    mp_loop *loop = eager >= 0 ? mp_loop_argument(vm, values[1], mp_default_loop) : NULL;
    *request = (mp_task_request){
        .loop = loop,
        .coro = values[0],
        .name = values[2] == vm->none ? NULL : values[2],
        .context = values[3] == vm->none ? NULL : values[3],
        .eager = eager > 0,
        .by_constructor = !vm->asyncio->in_factory,
    };
    return loop != NULL;
}

/* The caller's reference becomes that of the result. */
static mp_value task_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_task_request request;
    if (!task_read_arguments(vm, args, &request))
        return NULL;
    mp_task *task = (mp_task *)mp_new(vm, type, 0);
    if (task == NULL)
        return NULL;
    mp_value made = mp_task_begin(vm, task, &request);
    mp_decref(vm, mp_as_value(task));
    return made;
}

/* For super().__init__(...): an eager first step runs in a loop of its own here. */
static bool task_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_task_request request;
    if (!task_read_arguments(vm, args, &request))
        return false;
    mp_frame *before = vm->frame;
    mp_value made = mp_finish(vm, before, mp_task_begin(vm, (mp_task *)self, &request));
    mp_xdecref(vm, made);
    return made != NULL;
}

static int task_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_task *task = (const mp_task *)self;
    mp_value owned[] = {task->coro, task->awaited, task->joined};
    int answer = mp_visit_all(owned, 3, visit, data);
    return answer != 0 ? answer : mp_future_visit(self, visit, data);
}

/* A task that is being stepped is left as it is. */
static void task_clear(mp_vm *vm, mp_value self)
{
    mp_task *task = (mp_task *)self;
    mp_future_clear(vm, self);
    if (ac_future_get_loop(&task->core.future) != NULL)
        return;
    mp_clear_slot(vm, &task->joined);
    mp_clear_slot(vm, &task->awaited);
    mp_clear_slot(vm, &task->coro);
}

static const mp_slots task_slots = {
    .visit = task_visit,
    .clear = task_clear,
    .finalize = mp_future_finalize,
    .repr = mp_future_repr,
    .iter = mp_future_iter,
    .make = task_make,
    .init = task_init,
    .await_iter = mp_future_itself,
};

static const mp_method task_methods[] = {
    {"cancel", task_cancel, MP_M_METHOD},           {"uncancel", task_uncancel, MP_M_METHOD},
    {"cancelling", task_cancelling, MP_M_METHOD},   {"get_name", task_get_name, MP_M_METHOD},
    {"set_name", task_set_name, MP_M_METHOD},       {"get_coro", task_get_coro, MP_M_METHOD},
    {"get_context", task_get_context, MP_M_METHOD}, {NULL, NULL, 0},
};

static const mp_getset task_getsets[] = {
    {"_coro", task_get_coro_attribute, NULL},
    {"_must_cancel", task_get_must_cancel, NULL},
    {"_fut_waiter", task_get_waiter, NULL},
    {"_log_destroy_pending", task_get_log_destroy, task_set_log_destroy},
    {NULL, NULL, NULL},
};

const mp_type_def mp_task_def = {
    .name = "Task",
    .module = "_asyncio",
    .size = sizeof(mp_task),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_task, dict),
    .slots = &task_slots,
    .methods = task_methods,
    .getsets = task_getsets,
};
