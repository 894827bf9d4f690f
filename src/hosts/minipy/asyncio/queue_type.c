/* queue_type.c - Queue, PriorityQueue and LifoQueue: making them, their reprs, what they own.
 *
 * Mirrors    queues.Queue.__init__, __repr__, __str__, maxsize.
 * Re-enters  _init and _format of a class of the program. */
#include "asyncio/queues.h"

/* ---- Making ---- */

static uint8_t queue_kind(mp_vm *vm, mp_value self)
{
    return mp_is(vm, self, MP_TYPE_PRIORITY_QUEUE) ? MP_QUEUE_HEAP
           : mp_is(vm, self, MP_TYPE_LIFO_QUEUE)   ? MP_QUEUE_LIFO
                                                   : MP_QUEUE_FIFO;
}

/* A second __init__ begins anew; who waits is left to itself. */
static bool queue_begin(mp_vm *vm, mp_queue *queue, mp_value maxsize)
{
    mp_value finished = mp_call_0(vm, mp_as_value(vm->types[MP_TYPE_EVENT]));
    if (finished == NULL)
        return false;
    if (queue->core.home != NULL)
        ac_queue_clear(&queue->core);
    ac_queue_init(&queue->core, mp_lent(mp_as_value(queue)), &vm->outside,
                  mp_is_int(vm, maxsize) ? mp_int_of(maxsize) : 0, &mp_queue_ops);
    ac_queue_set_event(&queue->core, &((mp_event *)finished)->core);
    mp_set_slot(vm, &queue->finished, finished);
    queue->kind = queue_kind(vm, mp_as_value(queue));
    queue->has_items = false;
    mp_set_slot(vm, &queue->maxsize, mp_incref(maxsize));
    mp_clear_slot(vm, &queue->store);
    mp_value done = mp_call_method(vm, mp_as_value(queue), vm->names[MP_S__init], &maxsize, 1);
    mp_xdecref(vm, done);
    return done != NULL;
}

static bool queue_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_value values[1];
    return mp_bind_init(vm, args, "Queue.__init__", "|maxsize", values) &&
           queue_begin(vm, (mp_queue *)self, values[0] != NULL ? values[0] : mp_from_small(0));
}

static mp_value queue_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    return mp_bound_make(vm, type, args, queue_init);
}

/* ---- Looks ---- */

static mp_value queue_shown(mp_vm *vm, mp_value self, bool with_place)
{
    mp_value format = mp_call_method(vm, self, vm->names[MP_S__format], NULL, 0);
    if (format == NULL)
        return NULL;
    mp_str *text = with_place ? mp_str_formatted(vm, "<%T at 0x%llx %S>", self,
                                                 (unsigned long long)(uintptr_t)self, format)
                              : mp_str_formatted(vm, "<%T %S>", self, format);
    mp_decref(vm, format);
    return mp_as_value(text);
}

static mp_value queue_repr(mp_vm *vm, mp_value self)
{
    return queue_shown(vm, self, true);
}

static mp_value queue_str(mp_vm *vm, mp_value self)
{
    return queue_shown(vm, self, false);
}

static mp_value queue_get_maxsize(mp_vm *vm, mp_value self)
{
    mp_queue *queue = (mp_queue *)self;
    return mp_queue_ready(vm, queue, queue->core.home != NULL ? NULL : "_maxsize") ? mp_incref(queue->maxsize)
                                                                                   : NULL;
}

/* A property in asyncio. */
static bool queue_refuse_maxsize(mp_vm *vm, mp_value self, mp_value value)
{
    mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "property 'maxsize' of '%T' object has no %s", self,
             value != NULL ? "setter" : "deleter");
    return false;
}

static mp_value queue_get_finished(mp_vm *vm, mp_value self)
{
    mp_queue *queue = (mp_queue *)self;
    return mp_queue_ready(vm, queue, queue->core.home != NULL ? NULL : "_finished")
               ? mp_incref(queue->finished)
               : NULL;
}

static mp_value queue_get_unfinished(mp_vm *vm, mp_value self)
{
    mp_queue *queue = (mp_queue *)self;
    return mp_queue_ready(vm, queue, queue->core.home != NULL ? NULL : "_unfinished_tasks")
               ? mp_int_new(vm, (int64_t)ac_queue_unfinished(&queue->core))
               : NULL;
}

/* ---- What it owns ---- */

static int queue_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_queue *queue = (mp_queue *)self;
    mp_showing showing = mp_show_to(visit, data);
    mp_value owned[] = {queue->maxsize, queue->finished, queue->store};
    int answer = mp_bound_visit(self, visit, data);
    if (answer == 0)
        answer = mp_visit_all(owned, 3, visit, data);
    return answer == 0 && queue->core.home != NULL ? ac_queue_visit(&queue->core, &showing.visitor) : answer;
}

static void queue_clear(mp_vm *vm, mp_value self)
{
    mp_queue *queue = (mp_queue *)self;
    if (queue->core.home != NULL) {
        ac_queue_set_event(&queue->core, &queue->core.own_finished);
        ac_queue_clear(&queue->core);
    }
    mp_clear_slot(vm, &queue->store);
    mp_clear_slot(vm, &queue->maxsize);
    mp_clear_slot(vm, &queue->finished);
    mp_bound_clear(vm, self);
}

static const mp_slots queue_slots = {
    .visit = queue_visit,
    .clear = queue_clear,
    .repr = queue_repr,
    .str = queue_str,
    .make = queue_make,
    .init = queue_init,
};

static const mp_getset queue_getsets[] = {
    {"maxsize", queue_get_maxsize, queue_refuse_maxsize}, {"_maxsize", queue_get_maxsize, NULL},
    {"_queue", mp_queue_get_items, mp_queue_set_items},   {"_finished", queue_get_finished, NULL},
    {"_unfinished_tasks", queue_get_unfinished, NULL},    {NULL, NULL, NULL},
};

const mp_type_def mp_queue_def = {
    .name = "Queue",
    .module = "asyncio.queues",
    .size = sizeof(mp_queue),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_bound, dict),
    .slots = &queue_slots,
    .methods = mp_queue_methods,
    .getsets = queue_getsets,
};

const mp_type_def mp_priority_queue_def = {
    .name = "PriorityQueue",
    .module = "asyncio.queues",
    .size = sizeof(mp_queue),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_bound, dict),
};

const mp_type_def mp_lifo_queue_def = {
    .name = "LifoQueue",
    .module = "asyncio.queues",
    .size = sizeof(mp_queue),
    .flags = MP_T_GC | MP_T_BASE | MP_T_DICT,
    .dict_offset = offsetof(mp_bound, dict),
};
