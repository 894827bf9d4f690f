/* queue_items.c - the items of a queue: _queue, and what _put and _get do with it.
 *
 * Mirrors    queues.Queue._queue, which is a deque or a list, and _put and _get of the three classes.
 * Idea       The items are the core's, and _queue is a view of them, made when somebody asks: it looks like
 *            the deque or list, and what is done with it is done with the queue.  A class of the program may
 *            put something of its own in its place; then _put and _get call its methods, as asyncio does.
 *            heapq on a list of the program's is in library.c.
 * Left out   Of deque and list the view has what classes of queues use: append, pop, popleft, clear, len,
 * indices, in,
 *            iteration (over what is there when it begins).
 * Re-enters  Comparisons, methods of the program's own store. */
#include "asyncio/queues.h"

/* ---- Reading ---- */

static bool items_there(mp_vm *vm, mp_queue *queue)
{
    return mp_queue_ready(vm, queue, queue->has_items ? NULL : "_queue");
}

mp_list *mp_queue_list(mp_vm *vm, mp_queue *queue)
{
    if (queue->store != NULL)
        return mp_to_list(vm, queue->store);
    mp_list *list = mp_list_new(vm, ac_queue_count(&queue->core));
    for (size_t i = 0; list != NULL && i < ac_queue_count(&queue->core); i++)
        if (!mp_list_append(vm, list, mp_seen(ac_queue_item(&queue->core, i))))
            mp_clear_slot(vm, (mp_value *)&list);
    return list;
}

int64_t mp_queue_length(mp_vm *vm, mp_queue *queue)
{
    if (!items_there(vm, queue))
        return -1;
    return queue->store != NULL ? mp_length(vm, queue->store) : (int64_t)ac_queue_count(&queue->core);
}

int mp_queue_truth(mp_vm *vm, mp_queue *queue)
{
    if (!items_there(vm, queue))
        return -1;
    return queue->store != NULL ? mp_truth(vm, queue->store) : !ac_queue_empty(&queue->core);
}

/* ---- _put and _get ---- */

static bool put_into_store(mp_vm *vm, mp_queue *queue, mp_value item)
{
    mp_value values[] = {queue->store, item}, done = NULL;
    if (queue->kind != MP_QUEUE_HEAP)
        done = mp_call_method(vm, queue->store, vm->names[MP_S_append], &item, 1);
    else if (mp_is(vm, queue->store, MP_TYPE_LIST))
        done = mp_part_call(vm, MP_PART_HEAPQ, "_heappush", values, 2);
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "heappush() argument 1 must be list, not %T", queue->store);
    mp_xdecref(vm, done);
    return done != NULL;
}

static mp_value get_from_store(mp_vm *vm, mp_queue *queue)
{
    if (queue->kind != MP_QUEUE_HEAP)
        return mp_call_method(vm, queue->store,
                              vm->names[queue->kind == MP_QUEUE_FIFO ? MP_S_popleft : MP_S_pop], NULL, 0);
    if (mp_is(vm, queue->store, MP_TYPE_LIST))
        return mp_part_call(vm, MP_PART_HEAPQ, "_heappop", &queue->store, 1);
    mp_raise(vm, MP_X_TYPE_ERROR, "heappop() argument must be list, not %T", queue->store);
    return NULL;
}

bool mp_queue_put_item(mp_vm *vm, mp_queue *queue, mp_value item)
{
    if (!items_there(vm, queue))
        return false;
    if (queue->store != NULL)
        return put_into_store(vm, queue, item);
    ac_status status = queue->kind == MP_QUEUE_HEAP ? ac_queue_heap_put(&queue->core, mp_lent(item))
                                                    : ac_queue_append(&queue->core, mp_lent(item));
    return status == AC_OK || mp_fail(vm, &vm->outside, status) != NULL;
}

static ac_status take(mp_queue *queue, ac_value *item)
{
    if (queue->kind == MP_QUEUE_HEAP)
        return ac_queue_heap_get(&queue->core, item);
    return queue->kind == MP_QUEUE_FIFO ? ac_queue_take_first(&queue->core, item)
                                        : ac_queue_take_last(&queue->core, item);
}

mp_value mp_queue_get_item(mp_vm *vm, mp_queue *queue)
{
    static const char *const words[] = {"pop from an empty deque", "pop from empty list",
                                        "index out of range"};
    ac_value item = ac_none();
    if (!items_there(vm, queue))
        return NULL;
    if (queue->store != NULL)
        return get_from_store(vm, queue);
    if (ac_queue_empty(&queue->core)) {
        mp_raise(vm, MP_X_INDEX_ERROR, "%s", words[queue->kind]);
        return NULL;
    }
    ac_status status = take(queue, &item);
    return status == AC_OK ? mp_taken(item) : mp_fail(vm, &vm->outside, status);
}

/* ---- The view: an mp_cell whose value is the queue ---- */

static mp_queue *queue_behind(mp_value view)
{
    return (mp_queue *)((mp_cell *)view)->value;
}

mp_value mp_queue_get_items(mp_vm *vm, mp_value self)
{
    mp_queue *queue = (mp_queue *)self;
    if (!items_there(vm, queue))
        return NULL;
    if (queue->store != NULL)
        return mp_incref(queue->store);
    mp_value view = mp_new(vm, vm->types[MP_TYPE_QUEUE_ITEMS], 0);
    if (view != NULL)
        ((mp_cell *)view)->value = mp_incref(self);
    return view;
}

bool mp_queue_set_items(mp_vm *vm, mp_value self, mp_value value)
{
    mp_queue *queue = (mp_queue *)self;
    if (value == NULL && !items_there(vm, queue))
        return false;
    queue->has_items = value != NULL;
    mp_set_slot(vm, &queue->store, value != NULL ? mp_incref(value) : NULL);
    return true;
}

static mp_value items_append(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "append", 2, 2))
        return NULL;
    ac_status status = ac_queue_append(&queue_behind(args->values[0])->core, mp_lent(args->values[1]));
    return status == AC_OK ? mp_incref(vm->none) : mp_fail(vm, &vm->outside, status);
}

static mp_value items_take(mp_vm *vm, mp_value self, mp_queue_kind from)
{
    mp_queue *queue = queue_behind(self);
    ac_value item;
    if (ac_queue_empty(&queue->core)) {
        mp_raise(vm, MP_X_INDEX_ERROR,
                 queue->kind == MP_QUEUE_FIFO ? "pop from an empty deque" : "pop from empty list");
        return NULL;
    }
    (void)(from == MP_QUEUE_FIFO ? ac_queue_take_first(&queue->core, &item)
                                 : ac_queue_take_last(&queue->core, &item));
    return mp_taken(item);
}

static mp_value items_pop(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "pop", 1, 1) ? items_take(vm, args->values[0], MP_QUEUE_LIFO) : NULL;
}

static mp_value items_popleft(mp_vm *vm, mp_args *args)
{
    return mp_positional(vm, args, "popleft", 1, 1) ? items_take(vm, args->values[0], MP_QUEUE_FIFO) : NULL;
}

static mp_value items_clear_all(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "clear", 1, 1))
        return NULL;
    mp_queue *queue = queue_behind(args->values[0]);
    for (size_t left = ac_queue_count(&queue->core); left > 0 && !ac_queue_empty(&queue->core); left--) {
        ac_value item;
        (void)ac_queue_take_first(&queue->core, &item);
        mp_decref(vm, mp_taken(item));
    }
    return mp_incref(vm->none);
}

static int64_t items_length(mp_vm *vm, mp_value self)
{
    (void)vm;
    return (int64_t)ac_queue_count(&queue_behind(self)->core);
}

static mp_value items_get_item(mp_vm *vm, mp_value self, mp_value key)
{
    mp_list *list = mp_queue_list(vm, queue_behind(self));
    mp_value item = list != NULL ? mp_get_item(vm, mp_as_value(list), key) : NULL;
    mp_xdecref(vm, mp_as_value(list));
    return item;
}

static int items_contains(mp_vm *vm, mp_value self, mp_value item)
{
    mp_list *list = mp_queue_list(vm, queue_behind(self));
    int found = list != NULL ? mp_contains(vm, mp_as_value(list), item) : -1;
    mp_xdecref(vm, mp_as_value(list));
    return found;
}

static mp_value items_iter(mp_vm *vm, mp_value self)
{
    mp_list *list = mp_queue_list(vm, queue_behind(self));
    mp_value iterator = list != NULL ? mp_index_iter_new(vm, mp_as_value(list)) : NULL;
    mp_xdecref(vm, mp_as_value(list));
    return iterator;
}

static mp_value items_repr(mp_vm *vm, mp_value self)
{
    mp_list *list = mp_queue_list(vm, queue_behind(self));
    if (list == NULL)
        return NULL;
    mp_value text = queue_behind(self)->kind == MP_QUEUE_FIFO
                        ? mp_as_value(mp_str_formatted(vm, "deque(%R)", mp_as_value(list)))
                        : mp_repr(vm, mp_as_value(list));
    mp_decref(vm, mp_as_value(list));
    return text;
}

static int items_visit(mp_value self, mp_visit *visit, void *data)
{
    return mp_visit_all(&((mp_cell *)self)->value, 1, visit, data);
}

static void items_clear(mp_vm *vm, mp_value self)
{
    mp_clear_slot(vm, &((mp_cell *)self)->value);
}

static const mp_slots items_slots = {
    .visit = items_visit,
    .clear = items_clear,
    .repr = items_repr,
    .length = items_length,
    .get_item = items_get_item,
    .contains = items_contains,
    .iter = items_iter,
};

static const mp_method items_methods[] = {
    {"append", items_append, MP_M_METHOD},
    {"pop", items_pop, MP_M_METHOD},
    {"popleft", items_popleft, MP_M_METHOD},
    {"clear", items_clear_all, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_queue_items_def = {
    .name = "deque",
    .module = "collections",
    .size = sizeof(mp_cell),
    .flags = MP_T_GC,
    .slots = &items_slots,
    .methods = items_methods,
};
