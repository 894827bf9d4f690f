/* asyncio.c - the module asyncio: its functions, its types, its exceptions.
 *
 * Mirrors    asyncio/__init__.py, events.py (which loop), tasks.py (current_task, all_tasks), coroutines.py.
 * Idea       Everything is made with the machine; "import asyncio" finds the module.  A name that is not here
 *            is not in the module: AttributeError, as for a typing error.
 * Files      host.h says which file makes what. */
#include "asyncio/host.h"
#include "asyncio/locks.h"
#include "asyncio/streams.h"

#include <stdlib.h>
#include <string.h>

/* ---- Loops ---- */

static mp_value asyncio_new_event_loop(mp_vm *vm, mp_args *args)
{
    return mp_bind_python(vm, args, "new_event_loop", "", NULL) ? mp_loop_new(vm) : NULL;
}

static mp_value asyncio_get_running_loop(mp_vm *vm, mp_args *args)
{
    mp_loop *loop = mp_positional(vm, args, "get_running_loop", 0, 0) ? mp_running_loop(vm) : NULL;
    return loop != NULL ? mp_incref(mp_as_value(loop)) : NULL;
}

static mp_value asyncio_peek_running_loop(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "_get_running_loop", 0, 0))
        return NULL;
    return mp_incref(vm->running_loop != NULL ? vm->running_loop : vm->none);
}

static mp_value asyncio_get_event_loop(mp_vm *vm, mp_args *args)
{
    mp_loop *loop = mp_positional(vm, args, "get_event_loop", 0, 0) ? mp_default_loop(vm) : NULL;
    return loop != NULL ? mp_incref(mp_as_value(loop)) : NULL;
}

static mp_value asyncio_set_event_loop(mp_vm *vm, mp_args *args)
{
    mp_value loop;
    if (!mp_bind_python(vm, args, "set_event_loop", "loop", &loop))
        return NULL;
    if (loop != vm->none && !mp_is(vm, loop, MP_TYPE_LOOP)) {
        mp_raise(vm, MP_X_TYPE_ERROR,
                 "loop argument must be an instance of AbstractEventLoop or None, not '%T'", loop);
        return NULL;
    }
    vm->asyncio->set_called = true;
    mp_set_slot(vm, &vm->set_loop, loop != vm->none ? mp_incref(loop) : NULL);
    return mp_incref(vm->none);
}

/* ---- Tasks ---- */

static mp_value asyncio_create_task(mp_vm *vm, mp_args *args)
{
    mp_loop *loop = mp_running_loop(vm);
    return loop != NULL ? mp_create_task(vm, loop, MP_BY_MODULE, NULL, args) : NULL;
}

static mp_loop *asyncio_loop_of(mp_vm *vm, const mp_args *args, const char *function)
{
    mp_value values[1];
    if (!mp_bind(vm, args, function, "|loop", values))
        return NULL;
    return mp_loop_argument(vm, values[0], mp_running_loop);
}

static mp_value asyncio_current_task(mp_vm *vm, mp_args *args)
{
    mp_loop *loop = asyncio_loop_of(vm, args, "current_task");
    if (loop == NULL)
        return NULL;
    ac_task *task = ac_loop_current_task(&loop->core);
    return mp_incref(task != NULL ? mp_as_value(mp_task_of(task)) : vm->none);
}

/* A set, whose order is that of creation. */
static mp_value asyncio_all_tasks(mp_vm *vm, mp_args *args)
{
    mp_loop *loop = asyncio_loop_of(vm, args, "all_tasks");
    mp_list *list = loop != NULL ? mp_loop_tasks(vm, loop) : NULL;
    mp_set *tasks = list != NULL ? mp_set_new(vm) : NULL;
    if (tasks != NULL && !mp_set_update(vm, tasks, mp_as_value(list)))
        mp_clear_slot(vm, (mp_value *)&tasks);
    mp_xdecref(vm, mp_as_value(list));
    return mp_as_value(tasks);
}

/* ---- What is a coroutine ---- */

/* collections.abc.Coroutine: whatever has these methods. */
static bool asyncio_has_methods(mp_vm *vm, const mp_type *type)
{
    static const mp_name methods[] = {MP_S_send, MP_S_throw, MP_S_close, MP_S___await__};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (mp_lookup(type, vm->names[methods[i]]) == NULL)
            return false;
    return true;
}

bool mp_is_coroutine(mp_vm *vm, mp_value value)
{
    mp_type *type = mp_type_of(vm, value);
    if (type == vm->types[MP_TYPE_COROUTINE] || type == vm->types[MP_TYPE_NATIVE_COROUTINE] ||
        type == vm->types[MP_TYPE_ASYNC_STEP])
        return true;
    return (type->flags & MP_T_HEAP) != 0 && asyncio_has_methods(vm, type);
}

static mp_value asyncio_iscoroutine(mp_vm *vm, mp_args *args)
{
    mp_value object;
    if (!mp_bind_python(vm, args, "iscoroutine", "obj", &object))
        return NULL;
    return mp_bool_new(vm, mp_is_coroutine(vm, object));
}

static mp_value asyncio_iscoroutinefunction(mp_vm *vm, mp_args *args)
{
    mp_value function;
    if (!mp_bind_python(vm, args, "iscoroutinefunction", "func", &function))
        return NULL;
    if (mp_is_exactly(vm, function, MP_TYPE_METHOD))
        function = ((mp_bound_method *)function)->function;
    return mp_bool_new(vm, mp_is_exactly(vm, function, MP_TYPE_FUNCTION) &&
                               (((mp_function *)function)->code->flags & MP_C_COROUTINE) != 0);
}

static mp_value asyncio_isfuture(mp_vm *vm, mp_args *args)
{
    mp_value object;
    if (!mp_bind_python(vm, args, "isfuture", "obj", &object))
        return NULL;
    int answer = mp_looks_like_future(vm, object);
    return answer >= 0 ? mp_bool_new(vm, answer > 0) : NULL;
}

/* ---- The module ---- */

static const mp_native_def asyncio_natives[] = {
    {"new_event_loop", asyncio_new_event_loop},
    {"get_running_loop", asyncio_get_running_loop},
    {"_get_running_loop", asyncio_peek_running_loop},
    {"get_event_loop", asyncio_get_event_loop},
    {"set_event_loop", asyncio_set_event_loop},
    {"create_task", asyncio_create_task},
    {"ensure_future", mp_ensure_future_function},
    {"current_task", asyncio_current_task},
    {"all_tasks", asyncio_all_tasks},
    {"gather", mp_gather},
    {"shield", mp_shield},
    {"sleep", mp_sleep},
    {"timeout", mp_timeout_function},
    {"timeout_at", mp_timeout_at},
    {"wait", mp_wait},
    {"wait_for", mp_wait_for},
    {"iscoroutine", asyncio_iscoroutine},
    {"iscoroutinefunction", asyncio_iscoroutinefunction},
    {"isfuture", asyncio_isfuture},
    {"create_eager_task_factory", mp_create_eager_task_factory},
    {NULL, NULL},
};

mp_dict *mp_module_make(mp_vm *vm, const char *name)
{
    mp_module *module = (mp_module *)mp_new(vm, vm->types[MP_TYPE_MODULE], 0);
    if (module == NULL)
        return NULL;
    module->name = mp_str_intern(vm, name, strlen(name));
    module->dict = mp_dict_new(vm);
    mp_dict *names = module->dict;
    bool made = module->name != NULL && names != NULL &&
                mp_define(vm, names, "__name__", mp_incref(mp_as_value(module->name))) &&
                mp_dict_set(vm, vm->modules, mp_as_value(module->name), mp_as_value(module));
    mp_decref(vm, mp_as_value(module));
    return made ? names : NULL;
}

struct asyncio_type {
    const char *name;       /* in the module; NULL: not there */
    const mp_type_def *def; /* NULL: it is made already */
    mp_type_index index;
    int base; /* -1: object */
};

/* In the order of their bases. */
static const struct asyncio_type asyncio_types[] = {
    {"Future", &mp_future_def, MP_TYPE_FUTURE, -1},
    {"Task", &mp_task_def, MP_TYPE_TASK, MP_TYPE_FUTURE},
    {NULL, &mp_gathering_def, MP_TYPE_GATHERING, MP_TYPE_FUTURE},
    {NULL, &mp_future_iterator_def, MP_TYPE_FUTURE_ITER, -1},
    {NULL, &mp_future_view_def, MP_TYPE_FUTURE_VIEW, -1},
    {"Handle", &mp_handle_def, MP_TYPE_HANDLE, -1},
    {"TimerHandle", &mp_timer_handle_def, MP_TYPE_TIMER_HANDLE, MP_TYPE_HANDLE},
    {NULL, &mp_threadsafe_handle_def, MP_TYPE_THREADSAFE_HANDLE, MP_TYPE_HANDLE},
    {"TaskGroup", &mp_task_group_def, MP_TYPE_TASK_GROUP, -1},
    {"Timeout", &mp_timeout_def, MP_TYPE_TIMEOUT, -1},
    {NULL, &mp_native_coroutine_def, MP_TYPE_NATIVE_COROUTINE, -1},
    {NULL, &mp_native_wrapper_def, MP_TYPE_NATIVE_WRAPPER, -1},
    {"Lock", &mp_lock_def, MP_TYPE_LOCK, -1},
    {"Event", &mp_event_def, MP_TYPE_EVENT, -1},
    {"Condition", &mp_condition_def, MP_TYPE_CONDITION, -1},
    {"Semaphore", &mp_semaphore_def, MP_TYPE_SEMAPHORE, -1},
    {"BoundedSemaphore", &mp_bounded_semaphore_def, MP_TYPE_BOUNDED_SEMAPHORE, MP_TYPE_SEMAPHORE},
    {"Barrier", &mp_barrier_def, MP_TYPE_BARRIER, -1},
    {NULL, &mp_frame_object_def, MP_TYPE_FRAME, -1},
    {"Queue", &mp_queue_def, MP_TYPE_QUEUE, -1},
    {"PriorityQueue", &mp_priority_queue_def, MP_TYPE_PRIORITY_QUEUE, MP_TYPE_QUEUE},
    {"LifoQueue", &mp_lifo_queue_def, MP_TYPE_LIFO_QUEUE, MP_TYPE_QUEUE},
    {NULL, &mp_queue_items_def, MP_TYPE_QUEUE_ITEMS, -1},
    {NULL, &mp_as_completed_def, MP_TYPE_AS_COMPLETED, -1},
    {NULL, &mp_staggered_def, MP_TYPE_STAGGERED, -1},
    {NULL, &mp_runner_def, MP_TYPE_RUNNER, -1},
    {NULL, &mp_chain_def, MP_TYPE_CHAIN, -1},
    {NULL, &mp_connection_def, MP_TYPE_CONNECTION, -1},
    {"StreamReader", &mp_stream_reader_def, MP_TYPE_STREAM_READER, -1},
    {"StreamWriter", &mp_stream_writer_def, MP_TYPE_STREAM_WRITER, -1},
    {NULL, &mp_transport_def, MP_TYPE_TRANSPORT, -1},
    {"Server", &mp_server_def, MP_TYPE_SERVER, -1},
    {NULL, &mp_socket_view_def, MP_TYPE_SOCKET_VIEW, -1},
    {"AbstractEventLoop", NULL, MP_TYPE_ABSTRACT_LOOP, -1},
    {"BaseEventLoop", NULL, MP_TYPE_BASE_LOOP, -1},
    {"SelectorEventLoop", NULL, MP_TYPE_LOOP, -1},
};

static bool asyncio_make_type(mp_vm *vm, mp_dict *names, const struct asyncio_type *entry)
{
    mp_type *base = entry->base >= 0 ? vm->types[entry->base] : NULL;
    if (entry->def != NULL)
        vm->types[entry->index] = mp_type_new(vm, entry->def, base);
    mp_value type = mp_as_value(vm->types[entry->index]);
    return type != NULL && (entry->name == NULL || mp_define(vm, names, entry->name, mp_incref(type)));
}

/* Takes a method out of a type in releases that do not have it. */
static bool asyncio_take_method(mp_vm *vm, mp_type_index type, const char *name, ac_semantics_flag since)
{
    if (mp_has(vm, since))
        return true;
    mp_str *key = mp_str_from(vm, name);
    bool taken = key != NULL && mp_dict_delete(vm, vm->types[type]->dict, mp_as_value(key)) >= 0;
    mp_xdecref(vm, mp_as_value(key));
    return taken;
}

static bool asyncio_make_types(mp_vm *vm, mp_dict *names)
{
    if (!mp_init_loops(vm))
        return false;
    for (size_t i = 0; i < sizeof asyncio_types / sizeof *asyncio_types; i++)
        if (!asyncio_make_type(vm, names, &asyncio_types[i]))
            return false;
    mp_asyncio *state = vm->asyncio;
    state->future_cancel = mp_dict_get_str(vm->types[MP_TYPE_FUTURE]->dict, vm->names[MP_S_cancel]);
    state->task_cancel = mp_dict_get_str(vm->types[MP_TYPE_TASK]->dict, vm->names[MP_S_cancel]);
    return asyncio_take_method(vm, MP_TYPE_TASK_GROUP, "cancel", AC_S_TASKGROUP_CANCEL) &&
           asyncio_take_method(vm, MP_TYPE_QUEUE, "shutdown", AC_S_QUEUE_SHUTDOWN);
}

static bool asyncio_define_exception(mp_vm *vm, mp_dict *names, const char *name, mp_exception_index index)
{
    return mp_define(vm, names, name, mp_incref(mp_as_value(vm->exceptions[index])));
}

static bool asyncio_define_others(mp_vm *vm, mp_dict *names)
{
    mp_value factory = mp_native_new(vm, "eager_task_factory", mp_eager_task_factory);
    vm->asyncio->eager_factory = factory;
    return factory != NULL && mp_define(vm, names, "eager_task_factory", mp_incref(factory)) &&
           (!mp_has(vm, AC_S_EVENT_LOOP_ALIAS) ||
            mp_define(vm, names, "EventLoop", mp_incref(mp_as_value(vm->types[MP_TYPE_LOOP])))) &&
           asyncio_define_exception(vm, names, "CancelledError", MP_X_CANCELLED_ERROR) &&
           asyncio_define_exception(vm, names, "InvalidStateError", MP_X_INVALID_STATE_ERROR) &&
           asyncio_define_exception(vm, names, "TimeoutError", MP_X_TIMEOUT_ERROR) &&
           asyncio_define_exception(vm, names, "BrokenBarrierError", MP_X_BROKEN_BARRIER_ERROR) &&
           asyncio_define_exception(vm, names, "IncompleteReadError", MP_X_INCOMPLETE_READ_ERROR) &&
           asyncio_define_exception(vm, names, "LimitOverrunError", MP_X_LIMIT_OVERRUN_ERROR) &&
           asyncio_define_exception(vm, names, "QueueEmpty", MP_X_QUEUE_EMPTY) &&
           asyncio_define_exception(vm, names, "QueueFull", MP_X_QUEUE_FULL) &&
           (!mp_has(vm, AC_S_QUEUE_SHUTDOWN) ||
            asyncio_define_exception(vm, names, "QueueShutDown", MP_X_QUEUE_SHUT_DOWN));
}

/* ---- The machine's state ---- */

static bool asyncio_make_state(mp_vm *vm)
{
    mp_asyncio *state = mp_alloc(vm, sizeof *state);
    vm->asyncio = state;
    if (state == NULL)
        return false;
    state->semantics = vm->semantics;
    mp_host_init(vm);
    ac_loop_options outside = {.semantics = vm->options.semantics, .clock = &vm->clock, .user = vm};
    return ac_loop_init(&vm->outside, &vm->host, &outside) == AC_OK;
}

bool mp_init_asyncio(mp_vm *vm)
{
    if (!asyncio_make_state(vm))
        return false;
    mp_dict *names = mp_module_make(vm, "asyncio");
    return names != NULL && asyncio_make_types(vm, names) && mp_define_natives(vm, names, asyncio_natives) &&
           asyncio_define_others(vm, names) && mp_define_waits(vm, names) && mp_init_library(vm, names) &&
           mp_init_staggered(vm, names) && mp_init_graph(vm, names);
}

void mp_end_asyncio(mp_vm *vm)
{
    mp_asyncio *state = vm->asyncio;
    if (state == NULL)
        return;
    mp_end_library(vm);
    vm->asyncio = NULL;
    mp_clear_slot(vm, &state->runner);
    mp_clear_slot(vm, &state->eager_factory);
    mp_release(vm, state, sizeof *state);
}
