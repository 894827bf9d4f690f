/* taskgroup.c - TaskGroup: the core's group as an object with __aenter__ and __aexit__.
 *
 * Mirrors    taskgroups.TaskGroup.
 * Idea       Both ends are native coroutines, as "async def" makes them: nothing happens until they are
 *            awaited.
 * Holds      The group is bound to the loop that runs when it is entered; before that there is only the
 *            object, and what was asked of it (cancel) is remembered.
 * Re-enters  The exit and cancel run what children and callbacks run. */
#include "asyncio/host.h"

static mp_task_group *group_self(const mp_args *args)
{
    return (mp_task_group *)args->values[0];
}

static bool group_has(mp_vm *vm, ac_semantics_flag flag)
{
    return mp_has(vm, flag);
}

static mp_value group_fail(mp_vm *vm, mp_task_group *group, ac_status status)
{
    mp_raise_taken(vm, ac_group_status_exception(&group->core, status));
    return NULL;
}

/* ---- Entering ---- */

static bool group_bind(mp_vm *vm, mp_task_group *group)
{
    if (group->loop != NULL)
        return true;
    mp_loop *loop = mp_running_loop(vm);
    if (loop == NULL)
        return false;
    group->loop = mp_incref(mp_as_value(loop));
    ac_group_init(&group->core, &loop->core);
    return !group->cancelled_before || ac_group_cancel(&group->core) == AC_OK;
}

static mp_value group_begin_enter(mp_vm *vm, mp_native_coroutine *self)
{
    mp_task_group *group = (mp_task_group *)self->subject;
    if (!group_bind(vm, group))
        return NULL;
    ac_status status = ac_group_enter(&group->core);
    return status == AC_OK ? mp_incref(mp_as_value(group)) : group_fail(vm, group, status);
}

static mp_value group_aenter(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__aenter__", 1, 1))
        return NULL;
    mp_native_coroutine *self = mp_native_coroutine_new(vm, "__aenter__", args->values[0], NULL, 0);
    if (self != NULL) {
        self->qualname = "TaskGroup.__aenter__";
        self->begin = group_begin_enter;
    }
    return mp_as_value(self);
}

/* ---- Leaving ---- */

static mp_value group_refuse(mp_vm *vm, const mp_task_group *group, const char *words)
{
    mp_raise(vm, MP_X_RUNTIME_ERROR, "TaskGroup %R %s", group, words);
    return NULL;
}

/* argument is the exception that left the block. */
static mp_value group_begin_exit(mp_vm *vm, mp_native_coroutine *self)
{
    mp_task_group *group = (mp_task_group *)self->subject;
    mp_value exception = self->argument == vm->none ? NULL : self->argument;
    if (group->loop == NULL)
        return group_refuse(vm, group, "has not been entered");
    ac_status status = ac_group_exit(&group->core, mp_lent(exception));
    if (status != AC_OK)
        return group_fail(vm, group, status);
    self->loop = mp_incref(group->loop);
    self->co = &group->core.exit;
    return NULL;
}

/* What is not raised is swallowed, which 3.15 says by its result. */
static mp_value group_finish_exit(mp_vm *vm, mp_native_coroutine *self, mp_value result)
{
    (void)self;
    mp_decref(vm, result);
    return group_has(vm, AC_S_TASKGROUP_CANCEL) ? mp_bool_new(vm, true) : mp_incref(vm->none);
}

static mp_value group_aexit(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "__aexit__", 4, 4))
        return NULL;
    mp_native_coroutine *self = mp_native_coroutine_new(vm, "__aexit__", args->values[0], args->values[2], 0);
    if (self != NULL) {
        self->qualname = "TaskGroup.__aexit__";
        self->begin = group_begin_exit;
        self->finish = group_finish_exit;
        self->raises = true;
    }
    return mp_as_value(self);
}

/* ---- Children ---- */

/* coro.close(); false: that raised. */
static bool group_close(mp_vm *vm, const mp_args *args)
{
    mp_value coro = args->count > 1 ? args->values[1] : NULL;
    if (coro == NULL || !group_has(vm, AC_S_TASKGROUP_CLOSES_REFUSED_CORO))
        return true;
    mp_value closed = mp_call_method(vm, coro, vm->names[MP_S_close], NULL, 0);
    mp_xdecref(vm, closed);
    return closed != NULL;
}

static mp_value group_create_task(mp_vm *vm, mp_args *args)
{
    mp_task_group *group = group_self(args);
    if (group->loop == NULL)
        return group_close(vm, args) ? group_refuse(vm, group, "has not been entered") : NULL;
    ac_status status = ac_group_admit(&group->core);
    if (status != AC_OK) {
        mp_value error = mp_taken(ac_group_status_exception(&group->core, status));
        if (group_close(vm, args))
            mp_raise_taken(vm, mp_owned(error));
        else
            mp_xdecref(vm, error);
        return NULL;
    }
    mp_args rest = {args->values + 1, args->count - 1, args->names};
    return mp_create_task(vm, mp_as_loop(group->loop), MP_BY_GROUP, group, &rest);
}

static mp_value group_cancel(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "cancel", 1, 1))
        return NULL;
    mp_task_group *group = group_self(args);
    ac_status status = AC_OK;
    if (group->loop == NULL)
        group->cancelled_before = true;
    else
        status = ac_group_cancel(&group->core);
    return status == AC_OK ? mp_incref(vm->none) : group_fail(vm, group, status);
}

/* ---- The type ---- */

static mp_value group_repr(mp_vm *vm, mp_value self)
{
    const mp_task_group *group = (const mp_task_group *)self;
    mp_builder text;
    mp_builder_init(&text, vm);
    mp_builder_printf(&text, "<%T", self);
    if (group->loop != NULL) {
        size_t tasks = ac_group_task_count(&group->core), errors = ac_group_error_count(&group->core);
        if (tasks > 0)
            mp_builder_printf(&text, " tasks=%zu", tasks);
        if (errors > 0)
            mp_builder_printf(&text, " errors=%zu", errors);
        mp_builder_text(&text, ac_group_is_aborting(&group->core)  ? " cancelling"
                               : ac_group_is_entered(&group->core) ? " entered"
                                                                   : "");
    }
    mp_builder_text(&text, ">");
    return mp_as_value(mp_builder_finish(&text));
}

static bool group_init(mp_vm *vm, mp_value self, mp_args *args)
{
    (void)self;
    if (args->count == 0 && args->names == NULL)
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "TaskGroup() takes no arguments");
    return false;
}

static mp_value group_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    return group_init(vm, NULL, args) ? mp_new(vm, type, 0) : NULL;
}

static int group_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_task_group *group = (mp_task_group *)self;
    mp_showing showing = mp_show_to(visit, data);
    mp_value owned[] = {mp_as_value(group->dict), group->loop};
    int answer = mp_visit_all(owned, 2, visit, data);
    return answer == 0 && group->loop != NULL ? ac_group_visit(&group->core, &showing.visitor) : answer;
}

static void group_clear(mp_vm *vm, mp_value self)
{
    mp_task_group *group = (mp_task_group *)self;
    if (group->loop != NULL)
        ac_group_clear(&group->core);
    mp_clear_slot(vm, &group->loop);
    mp_clear_slot(vm, (mp_value *)&group->dict);
}

static const mp_slots group_slots = {
    .visit = group_visit,
    .clear = group_clear,
    .repr = group_repr,
    .make = group_make,
    .init = group_init,
};

/* The last one since 3.15 only: asyncio.c takes it out. */
static const mp_method group_methods[] = {
    {"__aenter__", group_aenter, MP_M_METHOD},
    {"__aexit__", group_aexit, MP_M_METHOD},
    {"create_task", group_create_task, MP_M_METHOD},
    {"cancel", group_cancel, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_task_group_def = {
    .name = "TaskGroup",
    .module = "asyncio.taskgroups",
    .size = sizeof(mp_task_group),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_task_group, dict),
    .slots = &group_slots,
    .methods = group_methods,
};
