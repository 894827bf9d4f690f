/* task_create.c - create_task in all its forms, and what became of its keywords in each release.
 *
 * Mirrors    tasks.create_task, BaseEventLoop.create_task, TaskGroup.create_task.
 * Idea       All forms read their keywords into one request.  Without a factory the task is made at once;
 *            with one, or for an eager start in a group, a native frame waits for the task, then gives it the
 *            name that the release sets afterwards and hands it to the group.
 * Versions   src/task/factory.c says which release tells a factory what; the flags are the same.
 *            eager_start: create_task_eager_start for the loop's create_task; the others give on what the
 *            program gave them only with create_task_functions_take_kwargs.
 * Owns       The native frame owns what it needs after the task was made.
 * Re-enters  Factories, constructors, set_name, and first steps of eager tasks run the program. */
#include "asyncio/host.h"

#include <string.h>

/* What create_task was given; borrowed. */
struct creation {
    mp_loop *loop;
    mp_task_group *group;
    mp_creator creator;
    mp_value coro, name, context, eager; /* NULL: not given */
    const mp_args *args;                 /* as it came, for factories that get all keywords */
};

/* What is done with the task once it is there. */
struct create_frame {
    mp_value group; /* owned or NULL */
    mp_value late;  /* owned or NULL: the name that is set now */
};

/* ---- Reading the keywords ---- */

static const char *create_function(mp_creator creator)
{
    return creator == MP_BY_GROUP ? "TaskGroup.create_task" : "create_task";
}

/* Whether a keyword beside name and context may be given. */
static bool create_takes_more(const mp_vm *vm, mp_creator creator)
{
    return mp_has(vm, AC_S_CREATE_TASK_EAGER_START) &&
           (creator == MP_BY_LOOP || mp_has(vm, AC_S_CREATE_TASK_FUNCTIONS_TAKE_KWARGS));
}

static mp_value *create_place(struct creation *creation, const mp_str *name)
{
    if (mp_str_is(name, "coro"))
        return &creation->coro;
    if (mp_str_is(name, "name"))
        return &creation->name;
    if (mp_str_is(name, "context"))
        return &creation->context;
    return mp_str_is(name, "eager_start") ? &creation->eager : NULL;
}

static bool create_unexpected(mp_vm *vm, const char *function, const mp_str *name)
{
    mp_raise(vm, MP_X_TYPE_ERROR, "%s() got an unexpected keyword argument '%s'", function, name->data);
    return false;
}

/* asyncio.eager_task_factory is not called: what it does is done. */
static bool create_is_builtin(const mp_vm *vm, const struct creation *creation)
{
    return creation->loop->factory == NULL || creation->loop->factory == vm->asyncio->eager_factory;
}

/* Unknown keywords are for a factory of the program to judge. */
static bool create_read_keywords(mp_vm *vm, struct creation *creation)
{
    const mp_args *args = creation->args;
    bool more = create_takes_more(vm, creation->creator);
    size_t count = args->names != NULL ? args->names->count : 0;
    for (size_t i = 0; i < count; i++) {
        const mp_str *name = (const mp_str *)args->names->items[i];
        mp_value *place = create_place(creation, name);
        if (!more && (place == NULL || place == &creation->eager))
            return create_unexpected(vm, create_function(creation->creator), name);
        if (place == NULL && create_is_builtin(vm, creation))
            return create_unexpected(vm, "Task", name);
        if (place != NULL)
            *place = args->values[args->count + i];
    }
    return true;
}

static bool create_read(mp_vm *vm, struct creation *creation)
{
    const mp_args *args = creation->args;
    const char *function = create_function(creation->creator);
    if (args->count > 1) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%s() takes 1 positional argument but %zu were given", function,
                 args->count);
        return false;
    }
    if (args->count == 1)
        creation->coro = args->values[0];
    if (!create_read_keywords(vm, creation))
        return false;
    if (creation->coro == NULL)
        mp_raise(vm, MP_X_TYPE_ERROR, "%s() missing 1 required positional argument: 'coro'", function);
    return creation->coro != NULL;
}

/* ---- The rules for the name ---- */

static bool create_has(const struct creation *creation, ac_semantics_flag flag)
{
    return ac_loop_has(&creation->loop->core, flag);
}

static bool create_is_none(mp_vm *vm, mp_value value)
{
    return value == NULL || value == vm->none;
}

/* Whether the name is set after the task was made: before gh-112622 by everyone but the loop, and by the loop
 * if a factory does not get it. */
static bool create_names_late(mp_vm *vm, const struct creation *creation)
{
    if (creation->creator != MP_BY_LOOP && !create_has(creation, AC_S_CREATE_TASK_PASSES_NAME))
        return !create_is_none(vm, creation->name);
    if (creation->loop->factory == NULL || create_has(creation, AC_S_CREATE_TASK_FORWARDS_KWARGS))
        return false;
    return create_has(creation, AC_S_FACTORY_ALWAYS_SET_NAME) || !create_is_none(vm, creation->name);
}

static bool create_passes_name(mp_vm *vm, const struct creation *creation)
{
    if (creation->creator != MP_BY_LOOP && !create_has(creation, AC_S_CREATE_TASK_PASSES_NAME))
        return false;
    (void)vm;
    return creation->loop->factory == NULL || create_has(creation, AC_S_CREATE_TASK_FORWARDS_KWARGS);
}

/* ---- Making the task ---- */

static mp_value create_builtin(mp_vm *vm, const struct creation *creation)
{
    int eager = creation->loop->factory != NULL;
    if (creation->eager != NULL)
        eager = mp_truth(vm, creation->eager);
    if (eager < 0)
        return NULL;
    mp_value name = create_passes_name(vm, creation) ? creation->name : NULL;
    mp_task_request request = {
        .loop = creation->loop,
        .coro = creation->coro,
        .name = create_is_none(vm, name) ? NULL : name,
        .context = create_is_none(vm, creation->context) ? NULL : creation->context,
        .eager = eager > 0,
    };
    return mp_task_make(vm, &request);
}

enum { CREATE_MOST = 16 };

/* What a factory is called with. */
struct factory_call {
    mp_value values[CREATE_MOST + 3], names[CREATE_MOST + 1];
    size_t count;
};

static void create_tell(struct factory_call *call, mp_value name, mp_value value)
{
    call->names[call->count] = name;
    call->values[2 + call->count++] = value;
}

/* asyncio.create_task and that of groups with a signature of their own: whatever came is said in its
 * order. */
static bool create_has_signature(mp_vm *vm, const struct creation *creation)
{
    return creation->creator != MP_BY_LOOP && !mp_has(vm, AC_S_CREATE_TASK_FUNCTIONS_TAKE_KWARGS);
}

static void create_tell_signature(mp_vm *vm, const struct creation *creation, struct factory_call *call)
{
    if (create_passes_name(vm, creation))
        create_tell(call, mp_as_value(vm->names[MP_S_name]),
                    creation->name != NULL ? creation->name : vm->none);
    if (!create_is_none(vm, creation->context))
        create_tell(call, mp_as_value(vm->names[MP_S_context]), creation->context);
}

/* Which keywords the factory gets.  Newer releases give it all that came; older ones the context alone, and
 * what the loop's create_task does not know. */
static bool create_factory_gets(mp_vm *vm, const struct creation *creation, const mp_str *name,
                                mp_value value)
{
    if (mp_str_is(name, "coro"))
        return false;
    if (mp_str_is(name, "name"))
        return create_passes_name(vm, creation);
    if (mp_str_is(name, "context") && !create_has(creation, AC_S_CREATE_TASK_FORWARDS_KWARGS))
        return value != vm->none;
    return true;
}

static void create_tell_given(mp_vm *vm, const struct creation *creation, size_t given,
                              struct factory_call *call)
{
    const mp_args *args = creation->args;
    for (size_t i = 0; i < given; i++) {
        mp_value name = args->names->items[i], value = args->values[args->count + i];
        if (create_factory_gets(vm, creation, (mp_str *)name, value))
            create_tell(call, name, value);
    }
}

/* factory(loop, coro, **keywords) */
static mp_value create_by_factory(mp_vm *vm, const struct creation *creation)
{
    const mp_args *args = creation->args;
    struct factory_call call = {.values = {mp_as_value(creation->loop), creation->coro}};
    size_t given = args->names != NULL ? args->names->count : 0;
    if (given > CREATE_MOST) {
        mp_raise(vm, MP_X_TYPE_ERROR, "too many keyword arguments");
        return NULL;
    }
    if (create_has_signature(vm, creation))
        create_tell_signature(vm, creation, &call);
    else
        create_tell_given(vm, creation, given, &call);
    mp_tuple *tuple = call.count > 0 ? mp_tuple_of(vm, call.names, call.count) : NULL;
    if (call.count > 0 && tuple == NULL)
        return NULL;
    mp_args all = {call.values, 2, tuple};
    mp_value factory = mp_incref(creation->loop->factory);
    mp_value made = mp_invoke(vm, factory, &all);
    mp_decref(vm, factory);
    mp_xdecref(vm, mp_as_value(tuple));
    return made;
}

static mp_value create_make(mp_vm *vm, const struct creation *creation)
{
    return create_is_builtin(vm, creation) ? create_builtin(vm, creation) : create_by_factory(vm, creation);
}

/* ---- After the task was made ---- */

/* task.set_name(name); factories may give anything. */
static bool create_set_name(mp_vm *vm, mp_value task, mp_value name)
{
    if (mp_is_exactly(vm, task, MP_TYPE_TASK))
        return mp_task_rename(vm, (mp_task *)task, name);
    mp_str *word = mp_str_from(vm, "set_name");
    mp_value answer = word != NULL ? mp_call_method(vm, task, word, &name, 1) : NULL;
    mp_xdecref(vm, mp_as_value(word));
    mp_xdecref(vm, answer);
    return answer != NULL;
}

static bool create_join(mp_vm *vm, mp_task_group *group, mp_value task)
{
    if (!mp_is_task(vm, task)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "a task of a group must be an asyncio.Task, got %R", task);
        return false;
    }
    mp_value context = mp_context_copy(vm); /* add_done_callback copies it */
    if (context == NULL)
        return false;
    mp_set_slot(vm, &((mp_task *)task)->joined, context);
    ac_status status = ac_group_add(&group->core, &((mp_task *)task)->core);
    if (status == AC_OK)
        return true;
    mp_raise_taken(vm, ac_group_status_exception(&group->core, status));
    return false;
}

/* Steals the task, which may be NULL (raised). */
static mp_value create_finish(mp_vm *vm, const struct create_frame *rest, mp_value task)
{
    bool good = task != NULL;
    if (good && rest->late != NULL)
        good = create_set_name(vm, task, rest->late);
    if (good && rest->group != NULL)
        good = create_join(vm, (mp_task_group *)rest->group, task);
    if (!good)
        mp_xdecref(vm, task);
    return good ? task : NULL;
}

static mp_value create_resume(mp_vm *vm, mp_frame *frame, mp_outcome outcome, mp_value value)
{
    (void)outcome;
    return create_finish(vm, mp_frame_fields(frame), value);
}

static void create_drop(mp_vm *vm, mp_frame *frame)
{
    struct create_frame *rest = mp_frame_fields(frame);
    mp_clear_slot(vm, &rest->group);
    mp_clear_slot(vm, &rest->late);
}

static const mp_native_ops create_ops = {"create_task", create_resume, create_drop,
                                         sizeof(mp_frame) + sizeof(struct create_frame)};

/* Something is to be done after making: a frame waits for it. */
static mp_value create_waiting(mp_vm *vm, const struct creation *creation, mp_value late)
{
    mp_frame *frame = mp_push_native(vm, &create_ops);
    if (frame == NULL)
        return NULL;
    struct create_frame *rest = mp_frame_fields(frame);
    rest->late = late != NULL ? mp_incref(late) : NULL;
    rest->group = creation->group != NULL ? mp_incref(mp_as_value(creation->group)) : NULL;
    mp_value task = create_make(vm, creation);
    if (task == MP_PUSHED)
        return task;
    return mp_end_native(vm, frame, create_finish(vm, rest, task));
}

static mp_value create_any(mp_vm *vm, const struct creation *creation)
{
    mp_value late = NULL;
    if (ac_loop_is_closed(&creation->loop->core)) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "Event loop is closed");
        return NULL;
    }
    if (create_names_late(vm, creation))
        late = creation->name != NULL ? creation->name : vm->none;
    if (late == NULL && creation->group == NULL)
        return create_make(vm, creation);
    return create_waiting(vm, creation, late);
}

mp_value mp_create_task(mp_vm *vm, mp_loop *loop, mp_creator creator, mp_task_group *group, mp_args *args)
{
    struct creation creation = {.loop = loop, .group = group, .creator = creator, .args = args};
    return create_read(vm, &creation) ? create_any(vm, &creation) : NULL;
}

mp_value mp_create_plain_task(mp_vm *vm, mp_loop *loop, mp_value coro)
{
    mp_args args = {&coro, 1, NULL};
    return mp_create_task(vm, loop, MP_BY_LOOP, NULL, &args);
}
