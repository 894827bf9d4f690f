/* queues.c - what queues do: put, get, join, shutdown.
 *
 * Mirrors    queues.py.
 * Idea       The core's queue asks through its table of operations what asyncio asks by calling a method:
 *            full, empty, put_nowait, get_nowait, _put, _get.  Here that goes to the method of the class, if
 *            the program has replaced it, else straight on.
 * Holds      What any of it raises waits with vm->outside, the queue's home, and goes on from there as it is.
 * Re-enters  Methods of the program, which run to their end on the C stack: they cannot wait. */
#include "asyncio/queues.h"

bool mp_queue_ready(mp_vm *vm, mp_queue *queue, const char *attribute)
{
    if (queue->core.home != NULL && attribute == NULL)
        return true;
    mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "'%T' object has no attribute '%s'", mp_as_value(queue),
             attribute != NULL ? attribute : "_queue");
    return false;
}

/* ---- What the program has replaced ---- */

static bool is_ours(mp_vm *vm, mp_value found)
{
    return found != NULL && mp_is_exactly(vm, found, MP_TYPE_NATIVE) &&
           ((mp_native_function *)found)->owner != NULL;
}

bool mp_queue_replaces(mp_vm *vm, mp_queue *queue, mp_name name)
{
    const mp_type *type = queue->bound.head.type;
    if (queue->bound.dict != NULL && mp_dict_get_str(queue->bound.dict, vm->names[name]) != NULL)
        return true;
    return (type->flags & MP_T_HEAP) != 0 && !is_ours(vm, mp_lookup(type, vm->names[name]));
}

static mp_value call_replaced(mp_vm *vm, mp_queue *queue, mp_name name, const mp_value *values, size_t count)
{
    return mp_call_method(vm, mp_as_value(queue), vm->names[name], values, count);
}

static int replaced_truth(mp_vm *vm, mp_queue *queue, mp_name name)
{
    mp_value answer = call_replaced(vm, queue, name, NULL, 0);
    int truth = answer != NULL ? mp_truth(vm, answer) : -1;
    mp_value raised = vm->raised;
    vm->raised = NULL;
    mp_xdecref(vm, answer);
    vm->raised = raised;
    return truth;
}

/* ---- Asking ---- */

static int queue_is_empty(mp_vm *vm, mp_queue *queue)
{
    int truth = mp_queue_truth(vm, queue);
    return truth < 0 ? -1 : !truth;
}

static mp_value queue_size(mp_vm *vm, mp_queue *queue)
{
    if (mp_queue_replaces(vm, queue, MP_S_qsize))
        return call_replaced(vm, queue, MP_S_qsize, NULL, 0);
    int64_t length = mp_queue_length(vm, queue);
    return length < 0 ? NULL : mp_int_new(vm, length);
}

static int compare_truth(mp_vm *vm, int op, mp_value a, mp_value b)
{
    mp_value answer = mp_compare(vm, op, a, b);
    int truth = answer != NULL ? mp_truth(vm, answer) : -1;
    mp_xdecref(vm, answer);
    return truth;
}

/* maxsize may be anything that can be compared. */
static int queue_is_full(mp_vm *vm, mp_queue *queue)
{
    if (!mp_queue_ready(vm, queue, queue->core.home != NULL ? NULL : "_maxsize"))
        return -1;
    int unlimited = compare_truth(vm, MP_OP_LE, queue->maxsize, mp_from_small(0));
    if (unlimited != 0)
        return unlimited < 0 ? -1 : 0;
    mp_value size = queue_size(vm, queue);
    int full = size != NULL ? compare_truth(vm, MP_OP_GE, size, queue->maxsize) : -1;
    mp_xdecref(vm, size);
    return full;
}

/* ---- What the core asks ---- */

static ac_status hook_done(ac_queue *core, bool done)
{
    return done ? AC_OK : ac_loop_raise(core->home, mp_take_for_core(mp_vm_of(core->home)));
}

static ac_status hook_truth(ac_queue *core, int truth, bool *answer)
{
    *answer = truth > 0;
    return hook_done(core, truth >= 0);
}

static ac_status hook_value(ac_queue *core, mp_value value, ac_value *out)
{
    *out = mp_owned(value);
    return hook_done(core, value != NULL);
}

static ac_status hook_put(ac_queue *core, ac_ref lent)
{
    mp_vm *vm = mp_vm_of(core->home);
    mp_queue *queue = mp_queue_of(core);
    mp_value item = mp_seen(lent);
    if (!mp_queue_replaces(vm, queue, MP_S__put))
        return hook_done(core, mp_queue_put_item(vm, queue, item));
    mp_value done = call_replaced(vm, queue, MP_S__put, &item, 1);
    mp_xdecref(vm, done);
    return hook_done(core, done != NULL);
}

static ac_status hook_get(ac_queue *core, ac_value *out)
{
    mp_vm *vm = mp_vm_of(core->home);
    mp_queue *queue = mp_queue_of(core);
    return hook_value(core,
                      mp_queue_replaces(vm, queue, MP_S__get) ? call_replaced(vm, queue, MP_S__get, NULL, 0)
                                                              : mp_queue_get_item(vm, queue),
                      out);
}

static ac_status hook_less(ac_queue *core, ac_ref a, ac_ref b, bool *answer)
{
    return hook_truth(core, mp_less(mp_vm_of(core->home), mp_seen(a), mp_seen(b)), answer);
}

static ac_status hook_empty(ac_queue *core, bool *answer)
{
    mp_vm *vm = mp_vm_of(core->home);
    mp_queue *queue = mp_queue_of(core);
    return hook_truth(core,
                      mp_queue_replaces(vm, queue, MP_S_empty) ? replaced_truth(vm, queue, MP_S_empty)
                                                               : queue_is_empty(vm, queue),
                      answer);
}

static ac_status hook_full(ac_queue *core, bool *answer)
{
    mp_vm *vm = mp_vm_of(core->home);
    mp_queue *queue = mp_queue_of(core);
    return hook_truth(core,
                      mp_queue_replaces(vm, queue, MP_S_full) ? replaced_truth(vm, queue, MP_S_full)
                                                              : queue_is_full(vm, queue),
                      answer);
}

static ac_status hook_put_nowait(ac_queue *core, ac_ref lent, ac_value *result)
{
    mp_vm *vm = mp_vm_of(core->home);
    mp_queue *queue = mp_queue_of(core);
    mp_value item = mp_seen(lent);
    if (!mp_queue_replaces(vm, queue, MP_S_put_nowait))
        return ac_queue_put_nowait(core, lent);
    return hook_value(core, call_replaced(vm, queue, MP_S_put_nowait, &item, 1), result);
}

static ac_status hook_get_nowait(ac_queue *core, ac_value *out)
{
    mp_vm *vm = mp_vm_of(core->home);
    mp_queue *queue = mp_queue_of(core);
    if (!mp_queue_replaces(vm, queue, MP_S_get_nowait))
        return ac_queue_get_nowait(core, out);
    return hook_value(core, call_replaced(vm, queue, MP_S_get_nowait, NULL, 0), out);
}

const ac_queue_ops mp_queue_ops = {
    .put = hook_put,
    .get = hook_get,
    .less = hook_less,
    .empty = hook_empty,
    .full = hook_full,
    .put_nowait = hook_put_nowait,
    .get_nowait = hook_get_nowait,
};

/* ---- Plain methods ---- */

/* What was raised already goes on as it is. */
static mp_value queue_fail(mp_vm *vm, ac_status status)
{
    if (status != AC_E_RAISED)
        return mp_fail(vm, &vm->outside, status);
    mp_pass_on(vm, ac_loop_take_raised(&vm->outside));
    return NULL;
}

static mp_value queue_done(mp_vm *vm, ac_status status)
{
    return status == AC_OK ? mp_incref(vm->none) : queue_fail(vm, status);
}

/* A method without arguments; NULL: raised. */
static mp_queue *queue_alone(mp_vm *vm, const mp_args *args, const char *function)
{
    mp_value values[1];
    return mp_bind_python(vm, args, function, "self", values) ? (mp_queue *)values[0] : NULL;
}

static mp_value queue_truth(mp_vm *vm, int truth)
{
    return truth < 0 ? NULL : mp_bool_new(vm, truth != 0);
}

static mp_value queue_qsize(mp_vm *vm, mp_args *args)
{
    mp_queue *queue = queue_alone(vm, args, "Queue.qsize");
    int64_t length = queue != NULL ? mp_queue_length(vm, queue) : -1;
    return length < 0 ? NULL : mp_int_new(vm, length);
}

static mp_value queue_empty(mp_vm *vm, mp_args *args)
{
    mp_queue *queue = queue_alone(vm, args, "Queue.empty");
    return queue != NULL ? queue_truth(vm, queue_is_empty(vm, queue)) : NULL;
}

static mp_value queue_full(mp_vm *vm, mp_args *args)
{
    mp_queue *queue = queue_alone(vm, args, "Queue.full");
    return queue != NULL ? queue_truth(vm, queue_is_full(vm, queue)) : NULL;
}

static const char *queue_first_attribute(mp_vm *vm, const mp_queue *queue, const char *before)
{
    if (queue->core.home != NULL)
        return NULL;
    return mp_has(vm, AC_S_QUEUE_SHUTDOWN) ? "_is_shutdown" : before;
}

static mp_value queue_put_nowait(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "Queue.put_nowait", "self item", values))
        return NULL;
    mp_queue *queue = (mp_queue *)values[0];
    if (!mp_queue_ready(vm, queue, queue_first_attribute(vm, queue, "_maxsize")))
        return NULL;
    return queue_done(vm, ac_queue_put_nowait(&queue->core, mp_lent(values[1])));
}

static mp_value queue_get_nowait(mp_vm *vm, mp_args *args)
{
    mp_queue *queue = queue_alone(vm, args, "Queue.get_nowait");
    ac_value item = ac_none();
    if (queue == NULL || !mp_queue_ready(vm, queue, NULL))
        return NULL;
    ac_status status = ac_queue_get_nowait(&queue->core, &item);
    return status == AC_OK ? mp_taken(item) : queue_fail(vm, status);
}

static mp_value queue_task_done(mp_vm *vm, mp_args *args)
{
    mp_queue *queue = queue_alone(vm, args, "Queue.task_done");
    if (queue == NULL || !mp_queue_ready(vm, queue, queue->core.home != NULL ? NULL : "_unfinished_tasks"))
        return NULL;
    return queue_done(vm, ac_queue_task_done(&queue->core));
}

static mp_value queue_shutdown(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "Queue.shutdown", "self |immediate", values))
        return NULL;
    mp_queue *queue = (mp_queue *)values[0];
    int immediate = values[1] != NULL ? mp_truth(vm, values[1]) : 0;
    if (immediate < 0 || !mp_queue_ready(vm, queue, NULL))
        return NULL;
    return queue_done(vm, ac_queue_shutdown(&queue->core, immediate > 0));
}

/* ---- put, get and join: native coroutines, whose subject is the queue ---- */

/* Outside of a loop they do what needs no waiting. */
static mp_value queue_bind(mp_vm *vm, mp_native_coroutine *self, ac_coro *co)
{
    self->follows = true;
    return mp_native_bind(self, vm->running_loop != NULL ? mp_as_loop(vm->running_loop) : NULL, co);
}

static mp_value queue_begin_put(mp_vm *vm, mp_native_coroutine *self)
{
    mp_queue *queue = (mp_queue *)self->subject;
    ac_queue_put *put = mp_native_frame(self);
    if (!mp_queue_ready(vm, queue, queue->core.home != NULL ? NULL : "_maxsize"))
        return NULL;
    ac_queue_put_init(put, &queue->core, mp_owned(mp_incref(self->argument)));
    mp_clear_slot(vm, &self->argument);
    return queue_bind(vm, self, &put->co);
}

static mp_value queue_begin_get(mp_vm *vm, mp_native_coroutine *self)
{
    mp_queue *queue = (mp_queue *)self->subject;
    ac_queue_get *get = mp_native_frame(self);
    if (!mp_queue_ready(vm, queue, NULL))
        return NULL;
    ac_queue_get_init(get, &queue->core);
    return queue_bind(vm, self, &get->co);
}

static mp_value queue_begin_join(mp_vm *vm, mp_native_coroutine *self)
{
    mp_queue *queue = (mp_queue *)self->subject;
    ac_queue_join *join = mp_native_frame(self);
    if (!mp_queue_ready(vm, queue, queue->core.home != NULL ? NULL : "_unfinished_tasks"))
        return NULL;
    ac_queue_join_init(join, &queue->core);
    return queue_bind(vm, self, &join->co);
}

static mp_value queue_put(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "Queue.put", "self item", values))
        return NULL;
    mp_native_coroutine *self = mp_native_coroutine_new(vm, "put", values[0], values[1],
                                                        sizeof(ac_queue_put));
    if (self != NULL) {
        self->qualname = "Queue.put";
        self->begin = queue_begin_put;
    }
    return mp_as_value(self);
}

static mp_value queue_get(mp_vm *vm, mp_args *args)
{
    mp_queue *queue = queue_alone(vm, args, "Queue.get");
    mp_native_coroutine *self = queue != NULL ? mp_native_coroutine_new(vm, "get", mp_as_value(queue), NULL,
                                                                        sizeof(ac_queue_get))
                                              : NULL;
    if (self != NULL) {
        self->qualname = "Queue.get";
        self->begin = queue_begin_get;
    }
    return mp_as_value(self);
}

static mp_value queue_join(mp_vm *vm, mp_args *args)
{
    mp_queue *queue = queue_alone(vm, args, "Queue.join");
    mp_native_coroutine *self = queue != NULL ? mp_native_coroutine_new(vm, "join", mp_as_value(queue), NULL,
                                                                        sizeof(ac_queue_join))
                                              : NULL;
    if (self != NULL) {
        self->qualname = "Queue.join";
        self->begin = queue_begin_join;
    }
    return mp_as_value(self);
}

/* ---- What a class may replace and call ---- */

/* An empty store of the core's. */
static mp_value queue_hook_init(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "Queue._init", "self maxsize", values))
        return NULL;
    mp_queue *queue = (mp_queue *)values[0];
    if (!mp_queue_ready(vm, queue, NULL))
        return NULL;
    while (!ac_queue_empty(&queue->core)) {
        ac_value item;
        (void)ac_queue_take_last(&queue->core, &item);
        mp_decref(vm, mp_taken(item));
    }
    queue->has_items = true;
    mp_clear_slot(vm, &queue->store);
    return mp_incref(vm->none);
}

static mp_value queue_hook_put(mp_vm *vm, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_python(vm, args, "Queue._put", "self item", values))
        return NULL;
    return mp_queue_put_item(vm, (mp_queue *)values[0], values[1]) ? mp_incref(vm->none) : NULL;
}

static mp_value queue_hook_get(mp_vm *vm, mp_args *args)
{
    mp_queue *queue = queue_alone(vm, args, "Queue._get");
    return queue != NULL ? mp_queue_get_item(vm, queue) : NULL;
}

/* " _getters[2]" if there are any. */
static void format_count(mp_builder *text, const char *what, size_t count)
{
    if (count > 0)
        mp_builder_printf(text, " %s[%zu]", what, count);
}

static void format_items(mp_builder *text, mp_queue *queue)
{
    int there = queue->has_items ? mp_queue_truth(text->vm, queue) : 0;
    mp_list *list = there > 0 ? mp_queue_list(text->vm, queue) : NULL;
    if (list != NULL)
        mp_builder_printf(text, " _queue=%R", mp_as_value(list));
    else if (there != 0)
        text->failed = true;
    mp_xdecref(text->vm, mp_as_value(list));
}

static mp_value queue_format(mp_vm *vm, mp_args *args)
{
    mp_queue *queue = queue_alone(vm, args, "Queue._format");
    mp_builder text;
    if (queue == NULL || !mp_queue_ready(vm, queue, queue->core.home != NULL ? NULL : "_maxsize"))
        return NULL;
    mp_builder_init(&text, vm);
    mp_builder_printf(&text, "maxsize=%R", queue->maxsize);
    format_items(&text, queue);
    format_count(&text, "_getters", ac_queue_getter_count(&queue->core));
    format_count(&text, "_putters", ac_queue_putter_count(&queue->core));
    if (ac_queue_unfinished(&queue->core) > 0)
        mp_builder_printf(&text, " tasks=%zu", (size_t)ac_queue_unfinished(&queue->core));
    if (ac_queue_is_shut_down(&queue->core))
        mp_builder_text(&text, " shutdown");
    return mp_as_value(mp_builder_finish(&text));
}

/* Without the last one before 3.13: asyncio.c takes it out. */
const mp_method mp_queue_methods[] = {
    {"_init", queue_hook_init, MP_M_METHOD},
    {"_put", queue_hook_put, MP_M_METHOD},
    {"_get", queue_hook_get, MP_M_METHOD},
    {"_format", queue_format, MP_M_METHOD},
    {"qsize", queue_qsize, MP_M_METHOD},
    {"empty", queue_empty, MP_M_METHOD},
    {"full", queue_full, MP_M_METHOD},
    {"put", queue_put, MP_M_METHOD},
    {"put_nowait", queue_put_nowait, MP_M_METHOD},
    {"get", queue_get, MP_M_METHOD},
    {"get_nowait", queue_get_nowait, MP_M_METHOD},
    {"task_done", queue_task_done, MP_M_METHOD},
    {"join", queue_join, MP_M_METHOD},
    {"shutdown", queue_shutdown, MP_M_METHOD},
    {NULL, NULL, 0},
};
