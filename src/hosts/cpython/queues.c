/* queues.c - asyncio.Queue, PriorityQueue, LifoQueue.
 *
 * Mirrors    queues.py.
 * Idea       bound.c.  The core's queue asks through its table of operations what asyncio asks by calling a
 *            method: full, empty, put_nowait, get_nowait, _put, _get.  Here that goes to the method of the
 *            class, if a program has replaced it, else straight on.  asyncio's __repr__, __str__ and _format
 *            serve as they are.
 * Holds      What the hooks raise waits with pyac_outside(), the home of all queues.  core.finished lies in
 *            'finished' or in an older one; then asyncio's own methods are used.
 * Re-enters  Methods of a program's class, comparisons, wake-ups on a loop that is not ours. */
#include "queues.h"

pyac_methods queue_asked = {
    .module = "queues",
    .type = "Queue",
    .names = {"_put", "_get", "_init", "qsize", "empty", "full", "put_nowait", "get_nowait", "_get_loop",
              "_wakeup_next"},
};

static bool queue_is_there(PyObject *self)
{
    return ((queue *)self)->core.home != NULL;
}

static bool queue_is_ours(PyObject *self)
{
    const queue *own = (queue *)self;
    return queue_is_there(self) && own->head.strangers == 0 &&
           own->core.finished == &((pyac_event *)own->finished)->core && pyac_event_is_plain(own->finished) &&
           !queue_replaces(own, QUEUE_WAKEUP_NEXT);
}

static PyObject *queue_hand_over(PyObject *self, const char *method, PyObject *const *args, Py_ssize_t count,
                                 PyObject *names)
{
    return pyac_hand_over("queues", "Queue", self, method, args, count, names);
}

static PyObject *queue_call_replaced(queue *self, unsigned method, PyObject *argument)
{
    PyObject *both[] = {(PyObject *)self, argument};
    return PyObject_VectorcallMethod(queue_asked.keys[method], both, argument != NULL ? 2 : 1, NULL);
}

static int queue_replaced_truth(queue *self, unsigned method)
{
    PyObject *answer = queue_call_replaced(self, method, NULL);
    int truth = answer != NULL ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    return truth;
}

/* The type of ours that has a method for the items; NULL: it is a program's. */
static PyTypeObject *queue_items_of(queue *self, unsigned method)
{
    return queue_replaces(self, method) ? NULL
                                        : pyac_methods_seen((PyObject *)self, &queue_asked)->owner[method];
}

/* ---- Asking ---- */

static int queue_is_empty(queue *self)
{
    int truth = queue_items_truth(self);
    return truth < 0 ? -1 : !truth;
}

static PyObject *queue_size(queue *self)
{
    if (queue_replaces(self, QUEUE_QSIZE))
        return queue_call_replaced(self, QUEUE_QSIZE, NULL);
    Py_ssize_t length = queue_items_length(self);
    return length < 0 ? NULL : PyLong_FromSsize_t(length);
}

/* By comparisons, of anything. */
static int queue_is_full_slowly(queue *self)
{
    PyObject *maxsize = Py_NewRef(self->maxsize), *zero = PyLong_FromLong(0), *size = NULL;
    int full = zero != NULL ? PyObject_RichCompareBool(maxsize, zero, Py_LE) : -1;
    if (full == 0) {
        size = queue_size(self);
        full = size != NULL ? PyObject_RichCompareBool(size, maxsize, Py_GE) : -1;
    } else if (full > 0) {
        full = 0;
    }
    Py_XDECREF(zero);
    Py_XDECREF(size);
    Py_DECREF(maxsize);
    return full;
}

static int queue_is_full(queue *self)
{
    if (self->limited_oddly || (self->limit > 0 && queue_replaces(self, QUEUE_QSIZE)))
        return queue_is_full_slowly(self);
    if (self->limit <= 0)
        return 0;
    Py_ssize_t length = queue_items_length(self);
    return length < 0 ? -1 : length >= self->limit;
}

/* ---- What the core asks ---- */

static ac_status queue_hook_done(ac_queue *core, bool done)
{
    return done ? AC_OK : pyac_raised(core->home);
}

static ac_status queue_hook_truth(ac_queue *core, int truth, bool *answer)
{
    *answer = truth > 0;
    return queue_hook_done(core, truth >= 0);
}

static ac_status queue_hook_value(ac_queue *core, PyObject *value, ac_value *out)
{
    *out = pyac_owned(value);
    return queue_hook_done(core, value != NULL);
}

static ac_status queue_hook_put(ac_queue *core, ac_ref lent)
{
    queue *self = queue_of(core);
    const PyTypeObject *of = queue_items_of(self, QUEUE_PUT_ITEM);
    if (of != NULL)
        return queue_hook_done(core, queue_items_put(self, of, pyac_seen(lent)) == 0);
    PyObject *done = queue_call_replaced(self, QUEUE_PUT_ITEM, pyac_seen(lent));
    Py_XDECREF(done);
    return queue_hook_done(core, done != NULL);
}

static ac_status queue_hook_get(ac_queue *core, ac_value *out)
{
    queue *self = queue_of(core);
    const PyTypeObject *of = queue_items_of(self, QUEUE_GET_ITEM);
    return queue_hook_value(
        core, of != NULL ? queue_items_get(self, of) : queue_call_replaced(self, QUEUE_GET_ITEM, NULL), out);
}

static ac_status queue_hook_empty(ac_queue *core, bool *answer)
{
    queue *self = queue_of(core);
    return queue_hook_truth(core,
                            queue_replaces(self, QUEUE_EMPTY) ? queue_replaced_truth(self, QUEUE_EMPTY)
                                                              : queue_is_empty(self),
                            answer);
}

static ac_status queue_hook_full(ac_queue *core, bool *answer)
{
    queue *self = queue_of(core);
    return queue_hook_truth(
        core, queue_replaces(self, QUEUE_FULL) ? queue_replaced_truth(self, QUEUE_FULL) : queue_is_full(self),
        answer);
}

static ac_status queue_hook_put_nowait(ac_queue *core, ac_ref lent, ac_value *result)
{
    queue *self = queue_of(core);
    if (!queue_replaces(self, QUEUE_PUT_NOWAIT))
        return ac_queue_put_nowait(core, lent);
    return queue_hook_value(core, queue_call_replaced(self, QUEUE_PUT_NOWAIT, pyac_seen(lent)), result);
}

static ac_status queue_hook_get_nowait(ac_queue *core, ac_value *out)
{
    queue *self = queue_of(core);
    if (!queue_replaces(self, QUEUE_GET_NOWAIT))
        return ac_queue_get_nowait(core, out);
    return queue_hook_value(core, queue_call_replaced(self, QUEUE_GET_NOWAIT, NULL), out);
}

static const ac_queue_ops queue_ops = {
    .put = queue_hook_put,
    .get = queue_hook_get,
    .empty = queue_hook_empty,
    .full = queue_hook_full,
    .put_nowait = queue_hook_put_nowait,
    .get_nowait = queue_hook_get_nowait,
};

/* ---- Plain methods ---- */

static PyObject *queue_done(queue *self, ac_status status)
{
    return status == AC_OK ? Py_NewRef(Py_None) : pyac_fail(self->core.home, status, NULL);
}

static PyObject *queue_qsize(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (!pyac_alone(count, names))
        return queue_hand_over(self, "qsize", args, count, names);
    Py_ssize_t length = queue_items_length((queue *)self);
    return length < 0 ? NULL : PyLong_FromSsize_t(length);
}

static PyObject *queue_empty(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (!pyac_alone(count, names))
        return queue_hand_over(self, "empty", args, count, names);
    int empty = queue_is_empty((queue *)self);
    return empty < 0 ? NULL : PyBool_FromLong(empty);
}

static PyObject *queue_full(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (!pyac_alone(count, names) || !queue_is_there(self))
        return queue_hand_over(self, "full", args, count, names);
    int full = queue_is_full((queue *)self);
    return full < 0 ? NULL : PyBool_FromLong(full);
}

static PyObject *queue_put_nowait(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    queue *own = (queue *)self;
    if (!pyac_single(count, names) || !queue_is_ours(self))
        return queue_hand_over(self, "put_nowait", args, count, names);
    return queue_done(own, ac_queue_put_nowait(&own->core, pyac_lent(args[0])));
}

static PyObject *queue_take(queue *self)
{
    ac_value item = ac_none();
    ac_status status = ac_queue_get_nowait(&self->core, &item);
    return status == AC_OK ? pyac_taken(item) : pyac_fail(self->core.home, status, NULL);
}

static PyObject *queue_get_nowait(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) && queue_is_ours(self)
               ? queue_take((queue *)self)
               : queue_hand_over(self, "get_nowait", args, count, names);
}

static PyObject *queue_task_done(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    queue *own = (queue *)self;
    if (!pyac_alone(count, names) || !queue_is_ours(self))
        return queue_hand_over(self, "task_done", args, count, names);
    return queue_done(own, ac_queue_task_done(&own->core));
}

static PyObject *queue_shutdown(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    queue *own = (queue *)self;
    Py_ssize_t named = names != NULL ? PyTuple_GET_SIZE(names) : 0;
    bool known = named == 0 ||
                 (count == 0 && named == 1 &&
                  PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "immediate") == 0);
    if (!known || count > 1 || !queue_is_ours(self))
        return queue_hand_over(self, "shutdown", args, count, names);
    int immediate = count + named > 0 ? PyObject_IsTrue(args[0]) : 0;
    return immediate < 0 ? NULL : queue_done(own, ac_queue_shutdown(&own->core, immediate > 0));
}

/* ---- put, get and join ---- */

/* The loop for a wait; NULL: it is to be asyncio's own coroutine. */
static pyac_loop *queue_waits_on(PyObject *self)
{
    return queue_is_ours(self) && !queue_replaces((queue *)self, QUEUE_GET_LOOP) ? pyac_waits_on() : NULL;
}

/* What need not wait is done at once, where none of what put and get ask is a program's: true, and the answer
 * is in *answer. */
static bool queue_asks_itself(PyObject *self)
{
    uint32_t asked = 1u << QUEUE_QSIZE | 1u << QUEUE_EMPTY | 1u << QUEUE_FULL | 1u << QUEUE_PUT_NOWAIT |
                     1u << QUEUE_GET_NOWAIT;
    return queue_is_ours(self) && (pyac_replaced(self, &queue_asked) & asked) == 0;
}

static bool queue_put_at_once(queue *self, PyObject *item, PyObject **answer)
{
    int full = queue_asks_itself((PyObject *)self) ? queue_is_full(self) : 1;
    *answer = NULL;
    if (full == 0)
        *answer = queue_done(self, ac_queue_put_nowait(&self->core, pyac_lent(item)));
    return full <= 0;
}

static bool queue_get_at_once(queue *self, PyObject **answer)
{
    int empty = queue_asks_itself((PyObject *)self) ? queue_is_empty(self) : 1;
    *answer = empty == 0 ? queue_take(self) : NULL;
    return empty <= 0;
}

static PyObject *queue_begin_put(pyac_coroutine *self)
{
    PyObject *answer;
    if (queue_put_at_once((queue *)self->subject, self->argument, &answer))
        return answer;
    pyac_loop *loop = queue_waits_on(self->subject);
    if (loop == NULL)
        return pyac_hand_coroutine_over(self, "queues", "Queue", "put");
    ac_queue_put *put = (ac_queue_put *)(void *)self->frame;
    ac_queue_put_init(put, &((queue *)self->subject)->core, pyac_owned(self->argument));
    self->argument = NULL; /* it is the core's now */
    pyac_coroutine_bind(self, loop, &put->co, true);
    return NULL;
}

static PyObject *queue_begin_get(pyac_coroutine *self)
{
    PyObject *answer;
    if (queue_get_at_once((queue *)self->subject, &answer))
        return answer;
    pyac_loop *loop = queue_waits_on(self->subject);
    if (loop == NULL)
        return pyac_hand_coroutine_over(self, "queues", "Queue", "get");
    ac_queue_get *get = (ac_queue_get *)(void *)self->frame;
    ac_queue_get_init(get, &((queue *)self->subject)->core);
    pyac_coroutine_bind(self, loop, &get->co, true);
    return NULL;
}

/* The wait is the event's. */
static PyObject *queue_begin_join(pyac_coroutine *self)
{
    queue *own = (queue *)self->subject;
    pyac_loop *loop = queue_waits_on(self->subject);
    if (loop == NULL)
        return pyac_hand_coroutine_over(self, "queues", "Queue", "join");
    ac_queue_join *join = (ac_queue_join *)(void *)self->frame;
    ac_queue_join_init(join, &own->core);
    pyac_coroutine_bind(self, loop, &join->co, true);
    return NULL;
}

static const pyac_coroutine_kind queue_put_kind = {
    .name = "put", .qualname = "Queue.put", .begin = queue_begin_put, .frame_size = sizeof(ac_queue_put)};
static const pyac_coroutine_kind queue_get_kind = {
    .name = "get", .qualname = "Queue.get", .begin = queue_begin_get, .frame_size = sizeof(ac_queue_get)};
static const pyac_coroutine_kind queue_join_kind = {
    .name = "join", .qualname = "Queue.join", .begin = queue_begin_join, .frame_size = sizeof(ac_queue_join)};

static PyObject *queue_put(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_single(count, names) ? pyac_coroutine_new(&queue_put_kind, self, args[0])
                                     : queue_hand_over(self, "put", args, count, names);
}

static PyObject *queue_get(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&queue_get_kind, self, NULL)
                                    : queue_hand_over(self, "get", args, count, names);
}

static PyObject *queue_join(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&queue_join_kind, self, NULL)
                                    : queue_hand_over(self, "join", args, count, names);
}

/* ---- _init, _put, _get: of each of the three types ---- */

static const char *asyncio_name(const PyTypeObject *of)
{
    return strrchr(of->tp_name, '.') + 1;
}

static PyObject *queue_method_init(PyObject *self, PyTypeObject *of, PyObject *const *args, Py_ssize_t count,
                                   PyObject *names)
{
    if (!pyac_single(count, names))
        return pyac_hand_over("queues", asyncio_name(of), self, "_init", args, count, names);
    return queue_items_init((queue *)self, of) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *queue_method_put(PyObject *self, PyTypeObject *of, PyObject *const *args, Py_ssize_t count,
                                  PyObject *names)
{
    if (!pyac_single(count, names))
        return pyac_hand_over("queues", asyncio_name(of), self, "_put", args, count, names);
    return queue_items_put((queue *)self, of, args[0]) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *queue_method_get(PyObject *self, PyTypeObject *of, PyObject *const *args, Py_ssize_t count,
                                  PyObject *names)
{
    return pyac_alone(count, names)
               ? queue_items_get((queue *)self, of)
               : pyac_hand_over("queues", asyncio_name(of), self, "_get", args, count, names);
}

#define ITEM_METHOD(name, method, type)                                                                      \
    static PyObject *name(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)          \
    {                                                                                                        \
        return method(self, &(type), args, count, names);                                                    \
    }

ITEM_METHOD(fifo_init, queue_method_init, PyacQueue_Type)
ITEM_METHOD(fifo_put, queue_method_put, PyacQueue_Type)
ITEM_METHOD(fifo_get, queue_method_get, PyacQueue_Type)
ITEM_METHOD(priority_init, queue_method_init, PyacPriorityQueue_Type)
ITEM_METHOD(priority_put, queue_method_put, PyacPriorityQueue_Type)
ITEM_METHOD(priority_get, queue_method_get, PyacPriorityQueue_Type)
ITEM_METHOD(lifo_init, queue_method_init, PyacLifoQueue_Type)
ITEM_METHOD(lifo_put, queue_method_put, PyacLifoQueue_Type)
ITEM_METHOD(lifo_get, queue_method_get, PyacLifoQueue_Type)

/* ---- Attributes: maxsize is asyncio's property ---- */

static PyObject *queue_get_maxsize(PyObject *self, void *unused)
{
    const queue *own = (queue *)self;
    (void)unused;
    return own->maxsize != NULL ? Py_NewRef(own->maxsize) : pyac_no_attribute(self, "_maxsize");
}

static int queue_set_maxsize(PyObject *self, PyObject *value, void *unused)
{
    queue *own = (queue *)self;
    (void)unused;
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "_maxsize of a queue of aiocore's cannot be deleted");
        return -1;
    }
    own->limited_oddly = !pyac_small_int(value, &own->limit);
    Py_XSETREF(own->maxsize, Py_NewRef(value));
    return 0;
}

static PyObject *queue_get_unfinished(PyObject *self, void *unused)
{
    (void)unused;
    return queue_is_there(self) ? PyLong_FromUnsignedLongLong(((queue *)self)->core.unfinished)
                                : pyac_no_attribute(self, "_unfinished_tasks");
}

static int queue_set_unfinished(PyObject *self, PyObject *value, void *unused)
{
    int64_t number = -1;
    (void)unused;
    if (value == NULL || !pyac_small_int(value, &number) || number < 0) {
        PyErr_SetString(PyExc_TypeError, "_unfinished_tasks of a queue of aiocore's is an int, 0 or more");
        return -1;
    }
    ((queue *)self)->core.unfinished = (uint64_t)number;
    return 0;
}

static PyObject *queue_get_finished(PyObject *self, void *unused)
{
    const queue *own = (queue *)self;
    (void)unused;
    return own->finished != NULL ? Py_NewRef(own->finished) : pyac_no_attribute(self, "_finished");
}

/* An Event of ours serves the core as it is; with anything else the methods are asyncio's. */
static int queue_set_finished(PyObject *self, PyObject *value, void *unused)
{
    queue *own = (queue *)self;
    (void)unused;
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "_finished of a queue of aiocore's cannot be deleted");
        return -1;
    }
    if (pyac_bound_keep(self, own->finished) < 0)
        return -1;
    if (pyac_event_is_plain(value)) {
        ac_event_flag *event = &((pyac_event *)value)->core;
        bool set = event->set;
        ac_queue_set_event(&own->core, event);
        event->set = set;
    }
    Py_XSETREF(own->finished, Py_NewRef(value));
    return 0;
}

static PyObject *queue_get_getters(PyObject *self, void *place)
{
    return queue_is_there(self) ? pyac_waiters_get(self, place) : pyac_no_attribute(self, "_getters");
}

static PyObject *queue_get_putters(PyObject *self, void *place)
{
    return queue_is_there(self) ? pyac_waiters_get(self, place) : pyac_no_attribute(self, "_putters");
}

static PyObject *queue_get_is_shut_down(PyObject *self, void *unused)
{
    (void)unused;
    return queue_is_there(self) ? PyBool_FromLong(((queue *)self)->core.is_shut_down)
                                : pyac_no_attribute(self, "_is_shutdown");
}

static int queue_set_is_shut_down(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    return pyac_set_flag(&((queue *)self)->core.is_shut_down, value);
}

/* ---- Making ---- */

static int queue_make_items(queue *self)
{
    const PyTypeObject *of = queue_items_of(self, QUEUE_INIT_ITEMS);
    if (of != NULL)
        return queue_items_init(self, of);
    PyObject *done = queue_call_replaced(self, QUEUE_INIT_ITEMS, self->maxsize);
    Py_XDECREF(done);
    return done != NULL ? 0 : -1;
}

static void queue_abandon(queue *self)
{
    if (self->core.home == NULL)
        return;
    pyac_waiters_drop(&self->core.getters);
    pyac_waiters_drop(&self->core.putters);
    ac_queue_clear(&self->core);
}

/* A second __init__ begins anew, on the same loop; who waits is left to himself. */
static int queue_begin_life(queue *self, PyObject *maxsize)
{
    ac_loop *loop = self->core.bound.loop;
    PyObject *type = pyac_asyncio("locks", "Event"),
             *finished = type != NULL ? PyObject_CallNoArgs(type) : NULL;
    Py_XDECREF(type);
    if (finished == NULL)
        return -1;
    queue_abandon(self);
    ac_queue_init(&self->core, pyac_lent((PyObject *)self), &pyac_outside()->core, 0, &queue_ops);
    self->core.bound.loop = loop;
    int failed = queue_set_maxsize((PyObject *)self, maxsize, NULL);
    if (failed == 0)
        failed = queue_set_finished((PyObject *)self, finished, NULL);
    PyObject *set = failed == 0 ? PyObject_CallMethod(finished, "set", NULL) : NULL;
    Py_DECREF(finished);
    Py_XDECREF(set);
    return set != NULL ? queue_make_items(self) : -1;
}

static int queue_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *maxsize = NULL, *none = PyLong_FromLong(0);
    int failed = none != NULL ? pyac_init_argument(self, "queues", "Queue", args, kwargs, "maxsize", &maxsize)
                              : -1;
    if (failed == 0)
        failed = queue_begin_life((queue *)self, maxsize != NULL ? maxsize : none);
    Py_XDECREF(none);
    return failed;
}

/* ---- The types ---- */

static int queue_traverse(PyObject *self, visitproc visit, void *arg)
{
    queue *own = (queue *)self;
    pyac_showing showing = pyac_show_to(visit, arg);
    int stop = pyac_bound_traverse(self, visit, arg);
    Py_VISIT(own->items);
    Py_VISIT(own->maxsize);
    Py_VISIT(own->finished);
    if (stop != 0 || !queue_is_there(self))
        return stop;
    stop = pyac_waiters_visit(&own->core.getters, visit, arg);
    if (stop == 0)
        stop = pyac_waiters_visit(&own->core.putters, visit, arg);
    return stop == 0 ? ac_queue_visit(&own->core, &showing.visitor) : stop;
}

/* The event stays as long as the object: who waits for it is in the core. */
static int queue_clear(PyObject *self)
{
    queue_abandon((queue *)self);
    Py_CLEAR(((queue *)self)->items);
    pyac_bound_clear(self);
    return 0;
}

static void queue_dealloc(PyObject *self)
{
    PyObject *finished = ((queue *)self)->finished;
    pyac_bound_begin_dealloc(self);
    (void)queue_clear(self);
    Py_CLEAR(((queue *)self)->maxsize);
    pyac_bound_end_dealloc(self);
    Py_XDECREF(finished);
}

static PyMethodDef queue_methods[] = {
    {"_init", PYAC_VECTORCALL(fifo_init), NULL},
    {"_put", PYAC_VECTORCALL(fifo_put), NULL},
    {"_get", PYAC_VECTORCALL(fifo_get), NULL},
    {"qsize", PYAC_VECTORCALL(queue_qsize), NULL},
    {"empty", PYAC_VECTORCALL(queue_empty), NULL},
    {"full", PYAC_VECTORCALL(queue_full), NULL},
    {"put", PYAC_VECTORCALL(queue_put), NULL},
    {"put_nowait", PYAC_VECTORCALL(queue_put_nowait), NULL},
    {"get", PYAC_VECTORCALL(queue_get), NULL},
    {"get_nowait", PYAC_VECTORCALL(queue_get_nowait), NULL},
    {"task_done", PYAC_VECTORCALL(queue_task_done), NULL},
    {"join", PYAC_VECTORCALL(queue_join), NULL},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef queue_getset[] = {
    {"_queue", queue_get_items, queue_set_items, NULL, NULL},
    {"_maxsize", queue_get_maxsize, queue_set_maxsize, NULL, NULL},
    {"_unfinished_tasks", queue_get_unfinished, queue_set_unfinished, NULL, NULL},
    {"_finished", queue_get_finished, queue_set_finished, NULL, NULL},
    {"_getters", queue_get_getters, pyac_waiters_set, NULL, (void *)offsetof(queue, core.getters)},
    {"_putters", queue_get_putters, pyac_waiters_set, NULL, (void *)offsetof(queue, core.putters)},
    {"_loop", pyac_bound_get_loop, pyac_bound_set_loop, NULL, (void *)offsetof(queue, core.bound)},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyacQueue_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.queues.Queue",
    .tp_doc = PyDoc_STR("Queue(maxsize=0)\n--\n\nA queue, useful for coordinating producer and consumer "
                        "coroutines."),
    .tp_basicsize = sizeof(queue),
    .tp_dictoffset = offsetof(pyac_bound, dict),
    .tp_weaklistoffset = offsetof(pyac_bound, weakrefs),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = queue_init,
    .tp_traverse = queue_traverse,
    .tp_clear = queue_clear,
    .tp_dealloc = queue_dealloc,
    .tp_methods = queue_methods,
    .tp_getset = queue_getset,
};

static PyMethodDef priority_methods[] = {
    {"_init", PYAC_VECTORCALL(priority_init), NULL},
    {"_put", PYAC_VECTORCALL(priority_put), NULL},
    {"_get", PYAC_VECTORCALL(priority_get), NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject PyacPriorityQueue_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.queues.PriorityQueue",
    .tp_doc = PyDoc_STR("PriorityQueue(maxsize=0)\n--\n\nA subclass of Queue; retrieves entries in priority "
                        "order (lowest first)."),
    .tp_basicsize = sizeof(queue),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_base = &PyacQueue_Type,
    .tp_traverse = queue_traverse,
    .tp_clear = queue_clear,
    .tp_methods = priority_methods,
};

static PyMethodDef lifo_methods[] = {
    {"_init", PYAC_VECTORCALL(lifo_init), NULL},
    {"_put", PYAC_VECTORCALL(lifo_put), NULL},
    {"_get", PYAC_VECTORCALL(lifo_get), NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject PyacLifoQueue_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.queues.LifoQueue",
    .tp_doc = PyDoc_STR("LifoQueue(maxsize=0)\n--\n\nA subclass of Queue that retrieves most recently added "
                        "entries first."),
    .tp_basicsize = sizeof(queue),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_base = &PyacQueue_Type,
    .tp_traverse = queue_traverse,
    .tp_clear = queue_clear,
    .tp_methods = lifo_methods,
};

/* Since 3.13. */
static PyMethodDef shutdown_method = {"shutdown", PYAC_VECTORCALL(queue_shutdown), NULL};
static PyGetSetDef shutdown_getset = {"_is_shutdown", queue_get_is_shut_down, queue_set_is_shut_down, NULL,
                                      NULL};

static int queue_add_shutdown(void)
{
    PyObject *method = PyDescr_NewMethod(&PyacQueue_Type, &shutdown_method);
    PyObject *attribute = PyDescr_NewGetSet(&PyacQueue_Type, &shutdown_getset);
    int failed = method == NULL || attribute == NULL ||
                 PyDict_SetItemString(PyacQueue_Type.tp_dict, "shutdown", method) < 0 ||
                 PyDict_SetItemString(PyacQueue_Type.tp_dict, "_is_shutdown", attribute) < 0;
    Py_XDECREF(method);
    Py_XDECREF(attribute);
    PyType_Modified(&PyacQueue_Type);
    return failed ? -1 : 0;
}

int pyac_queues_ready(PyObject *module)
{
    if (queue_items_ready() < 0 || PyModule_AddType(module, &PyacQueue_Type) < 0 ||
        PyModule_AddType(module, &PyacPriorityQueue_Type) < 0 ||
        PyModule_AddType(module, &PyacLifoQueue_Type) < 0)
        return -1;
    return pyac_has(AC_S_QUEUE_SHUTDOWN) ? queue_add_shutdown() : 0;
}
