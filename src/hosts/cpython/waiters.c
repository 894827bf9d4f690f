/* waiters.c - who waits for a lock or queue, as a program sees it: _waiters, _getters, _putters.
 *
 * Mirrors    The deques of futures that each class of locks.py and queues.py has.
 * Idea       Who waits in the core has no future that is an object.  The list looks like a deque, is made
 *            when somebody asks for it, and changes what it is a view of.  Its items are those futures that a
 *            program has put there itself (subclasses of Queue do), each by a waiter that stands for it; and
 *            for who waits in the core, a view of that waiter, with the methods of a future that asyncio uses
 *            on it.
 * Strangers  What is put there and is not exactly a future of ours cannot be told anything by the core: it
 *            stands there by a future that is done, and while there are such, methods are asyncio's own
 *            (bound.c).
 * Owns       A stand-in owns its object; it is freed when it leaves the list.  A view of a waiter owns
 *            nothing, and is told when that waiter is over.
 * Left out   Of deque the list has what such classes use: no index, insert, rotate, reverse, comparison.
 * Re-enters  Dropping an object. */
#include "sync.h"

/* ---- Stand-ins ---- */

typedef struct stand_in {
    ac_waiter waiter;
    ac_waiter_watch watch;
    PyObject *object;  /* owned */
    pyac_bound *owner; /* borrowed: it frees its stand-ins before it goes */
    bool strange;
} stand_in;

static stand_in *stand_in_of(ac_waiter *waiter)
{
    return AC_CONTAINER_OF(waiter, stand_in, waiter);
}

/* It is off its list. */
static void stand_in_free(ac_waiter_watch *watch)
{
    stand_in *self = AC_CONTAINER_OF(watch, stand_in, watch);
    PyObject *object = self->object;
    self->owner->strangers -= self->strange;
    PyMem_Free(self);
    Py_DECREF(object);
}

/* For who is no future of ours. */
static ac_future *done_future(void)
{
    static ac_future done;
    ac_loop *outside = &pyac_outside()->core;
    if (ac_future_get_loop(&done) == NULL) {
        (void)ac_future_init(&done, outside);
        (void)ac_future_set_result(&done, ac_none());
    }
    return &done;
}

static int stand_in_add(pyac_bound *owner, ac_link *waiters, ac_waiter *before, PyObject *object)
{
    stand_in *self = PyMem_New(stand_in, 1);
    if (self == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    ac_future *future = pyac_is_exact(object) ? &((pyac_future *)object)->core : NULL;
    self->strange = future == NULL || ac_future_get_loop(future) == NULL;
    self->watch.over = stand_in_free;
    self->object = Py_NewRef(object);
    self->owner = owner;
    owner->strangers += self->strange;
    ac_waiter_stand_for(&self->waiter, self->strange ? done_future() : future, &self->watch);
    ac_waiter_put(&self->waiter, waiters, before);
    return 0;
}

int pyac_waiters_visit(const ac_link *waiters, visitproc visit, void *arg)
{
    for (ac_waiter *at = ac_waiter_after(waiters, NULL); at != NULL; at = ac_waiter_after(waiters, at))
        if (at->stands_for != NULL)
            Py_VISIT(stand_in_of(at)->object);
    return 0;
}

/* What is dropped may change the list. */
void pyac_waiters_drop(const ac_link *waiters)
{
    ac_waiter *at = ac_waiter_after(waiters, NULL);
    while (at != NULL)
        if (at->stands_for == NULL) {
            at = ac_waiter_after(waiters, at);
        } else {
            ac_waiter_take_off(at);
            stand_in_free(at->watch);
            at = ac_waiter_after(waiters, NULL);
        }
}

/* ---- Views of who waits in the core ---- */

typedef struct waiter_view {
    PyObject_HEAD ac_waiter_watch watch;
    ac_waiter *waiter;    /* NULL: it is over */
    bool done, cancelled; /* once it is over */
} waiter_view;

static void waiter_view_over(ac_waiter_watch *watch)
{
    waiter_view *self = AC_CONTAINER_OF(watch, waiter_view, watch);
    self->done = ac_future_done(ac_waiter_future(self->waiter));
    self->cancelled = ac_future_cancelled(ac_waiter_future(self->waiter));
    self->waiter = NULL;
}

static bool waiter_view_is_done(const waiter_view *self)
{
    return self->waiter != NULL ? ac_future_done(ac_waiter_future(self->waiter)) : self->done;
}

static bool waiter_view_is_cancelled(const waiter_view *self)
{
    return self->waiter != NULL ? ac_future_cancelled(ac_waiter_future(self->waiter)) : self->cancelled;
}

static void waiter_view_dealloc(PyObject *object)
{
    const waiter_view *self = (waiter_view *)object;
    if (self->waiter != NULL)
        self->waiter->watch = NULL;
    PyObject_Free(object);
}

static PyObject *waiter_view_done(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(waiter_view_is_done((waiter_view *)self));
}

static PyObject *waiter_view_cancelled(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(waiter_view_is_cancelled((waiter_view *)self));
}

/* What it is given to is the waiter's own: the result is None to everybody. */
static PyObject *waiter_view_set_result(PyObject *object, PyObject *result)
{
    const waiter_view *self = (waiter_view *)object;
    (void)result;
    if (waiter_view_is_done(self)) {
        if (pyac_import() == 0)
            PyErr_SetString(pyac_py.invalid_state_error, "invalid state");
        return NULL;
    }
    if (self->waiter == NULL)
        Py_RETURN_NONE;
    ac_loop *loop = ac_future_get_loop(ac_waiter_future(self->waiter));
    ac_status status = ac_future_set_result(ac_waiter_future(self->waiter), ac_none());
    return status == AC_OK ? Py_NewRef(Py_None) : pyac_fail(loop, status, NULL);
}

static PyObject *waiter_view_cancel(PyObject *object, PyObject *const *args, Py_ssize_t count,
                                    PyObject *names)
{
    static const char *const keywords[] = {"msg", NULL};
    const waiter_view *self = (waiter_view *)object;
    PyObject *message = Py_None;
    bool did = false;
    if (pyac_parse(args, count, names, "|O:cancel", keywords, &message) < 0)
        return NULL;
    if (self->waiter == NULL)
        Py_RETURN_FALSE;
    ac_loop *loop = ac_future_get_loop(ac_waiter_future(self->waiter));
    ac_ref given = message != Py_None ? pyac_lent(message) : ac_none_ref();
    ac_status status = ac_future_cancel(ac_waiter_future(self->waiter), given, &did);
    return status == AC_OK ? PyBool_FromLong(did) : pyac_fail(loop, status, NULL);
}

static PyObject *waiter_view_repr(PyObject *object)
{
    const waiter_view *self = (waiter_view *)object;
    if (waiter_view_is_cancelled(self))
        return PyUnicode_FromString("<Future cancelled>");
    return PyUnicode_FromString(waiter_view_is_done(self) ? "<Future finished result=None>"
                                                          : "<Future pending cb=[Task.task_wakeup()]>");
}

static PyMethodDef waiter_view_methods[] = {
    {"done", waiter_view_done, METH_NOARGS, NULL},
    {"cancelled", waiter_view_cancelled, METH_NOARGS, NULL},
    {"set_result", waiter_view_set_result, METH_O, NULL},
    {"cancel", PYAC_VECTORCALL(waiter_view_cancel), NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject waiter_view_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore.Waiter",
    .tp_doc = PyDoc_STR("The future of one who waits for a lock or queue."),
    .tp_basicsize = sizeof(waiter_view),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_dealloc = waiter_view_dealloc,
    .tp_repr = waiter_view_repr,
    .tp_methods = waiter_view_methods,
};

/* The object that stands in the list, new reference. */
static PyObject *waiter_shown(ac_waiter *waiter)
{
    if (waiter->stands_for != NULL)
        return Py_NewRef(stand_in_of(waiter)->object);
    if (waiter->watch != NULL)
        return Py_NewRef(AC_CONTAINER_OF(waiter->watch, waiter_view, watch));
    waiter_view *view = PyObject_New(waiter_view, &waiter_view_type);
    if (view == NULL)
        return NULL;
    view->watch.over = waiter_view_over;
    view->waiter = waiter;
    view->done = view->cancelled = false;
    waiter->watch = &view->watch;
    return (PyObject *)view;
}

/* ---- Lists ---- */

typedef struct waiter_list {
    PyObject_HEAD PyObject *owner; /* a pyac_bound */
    ac_link *waiters;              /* in it */
} waiter_list;

static ac_link *waiters_of(PyObject *self)
{
    return ((waiter_list *)self)->waiters;
}

static int waiters_add(PyObject *self, ac_waiter *before, PyObject *object)
{
    pyac_bound *owner = (pyac_bound *)((waiter_list *)self)->owner;
    if (!Py_IS_TYPE(object, &waiter_view_type))
        return stand_in_add(owner, waiters_of(self), before, object);
    ac_waiter *waiter = ((waiter_view *)object)->waiter; /* one that was taken off comes back */
    if (waiter == NULL || waiter->link.next != NULL) {
        PyErr_SetString(PyExc_ValueError,
                        "a waiter of aiocore's stands in one list, and as long as it waits");
        return -1;
    }
    ac_waiter_put(waiter, waiters_of(self), before);
    return 0;
}

/* Takes one off; gives it. */
static PyObject *waiters_take(ac_waiter *waiter)
{
    PyObject *object = waiter_shown(waiter);
    if (object == NULL)
        return NULL;
    ac_waiter_take_off(waiter);
    if (waiter->stands_for != NULL)
        stand_in_free(waiter->watch);
    return object;
}

static PyObject *waiters_items(PyObject *self)
{
    ac_link *waiters = waiters_of(self);
    PyObject *list = PyList_New(0);
    ac_waiter *at = list != NULL ? ac_waiter_after(waiters, NULL) : NULL;
    for (; at != NULL && list != NULL; at = ac_waiter_after(waiters, at)) {
        PyObject *item = waiter_shown(at);
        if (item == NULL || PyList_Append(list, item) < 0)
            Py_CLEAR(list);
        Py_XDECREF(item);
    }
    return list;
}

/* The same as a deque of Python's: for questions, and for what it says when something is not there. */
static PyObject *waiters_deque(PyObject *self)
{
    PyObject *items = waiters_items(self),
             *module = items != NULL ? PyImport_ImportModule("collections") : NULL;
    PyObject *deque = module != NULL ? PyObject_CallMethod(module, "deque", "O", items) : NULL;
    Py_XDECREF(module);
    Py_XDECREF(items);
    return deque;
}

static PyObject *waiters_ask_deque(PyObject *self, const char *method, PyObject *args)
{
    PyObject *deque = waiters_deque(self), *answer = NULL;
    PyObject *asked = deque != NULL ? PyObject_GetAttrString(deque, method) : NULL;
    if (asked != NULL)
        answer = PyObject_Call(asked, args, NULL);
    Py_XDECREF(asked);
    Py_XDECREF(deque);
    return answer;
}

static PyObject *waiters_ask(PyObject *self, const char *method, PyObject *argument)
{
    PyObject *args = argument != NULL ? PyTuple_Pack(1, argument) : PyTuple_New(0);
    PyObject *answer = args != NULL ? waiters_ask_deque(self, method, args) : NULL;
    Py_XDECREF(args);
    return answer;
}

static PyObject *waiters_index(PyObject *self, PyObject *args)
{
    return waiters_ask_deque(self, "index", args);
}

static PyObject *waiters_count(PyObject *self, PyObject *object)
{
    return waiters_ask(self, "count", object);
}

static PyObject *waiters_copy(PyObject *self, PyObject *unused)
{
    (void)unused;
    return waiters_deque(self);
}

static Py_ssize_t waiters_length(PyObject *self)
{
    Py_ssize_t length = 0;
    const ac_link *waiters = waiters_of(self);
    for (ac_waiter *at = ac_waiter_after(waiters, NULL); at != NULL; at = ac_waiter_after(waiters, at))
        length++;
    return length;
}

static PyObject *waiters_append(PyObject *self, PyObject *object)
{
    return waiters_add(self, NULL, object) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *waiters_appendleft(PyObject *self, PyObject *object)
{
    return waiters_add(self, ac_waiter_after(waiters_of(self), NULL), object) < 0 ? NULL : Py_NewRef(Py_None);
}

/* The waiter at this place, counted from 0; NULL: behind the last. */
static ac_waiter *waiters_at(PyObject *self, Py_ssize_t index)
{
    ac_waiter *at = ac_waiter_after(waiters_of(self), NULL);
    while (at != NULL && index-- > 0)
        at = ac_waiter_after(waiters_of(self), at);
    return at;
}

static PyObject *waiters_insert(PyObject *self, PyObject *args)
{
    Py_ssize_t index;
    PyObject *object;
    if (!PyArg_ParseTuple(args, "nO:insert", &index, &object))
        return NULL;
    if (index < 0)
        index += waiters_length(self);
    return waiters_add(self, waiters_at(self, index), object) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *waiters_popleft(PyObject *self, PyObject *unused)
{
    ac_waiter *first = ac_waiter_after(waiters_of(self), NULL);
    (void)unused;
    return first != NULL ? waiters_take(first) : waiters_ask(self, "popleft", NULL);
}

static PyObject *waiters_pop(PyObject *self, PyObject *unused)
{
    ac_waiter *last = NULL, *at = NULL;
    (void)unused;
    while ((at = ac_waiter_after(waiters_of(self), at)) != NULL)
        last = at;
    return last != NULL ? waiters_take(last) : waiters_ask(self, "pop", NULL);
}

/* Futures are equal to themselves alone. */
static PyObject *waiters_remove(PyObject *self, PyObject *object)
{
    const ac_link *waiters = waiters_of(self);
    for (ac_waiter *at = ac_waiter_after(waiters, NULL); at != NULL; at = ac_waiter_after(waiters, at)) {
        PyObject *there = waiter_shown(at);
        if (there == NULL)
            return NULL;
        Py_DECREF(there);
        if (there == object) {
            Py_DECREF(waiters_take(at));
            Py_RETURN_NONE;
        }
    }
    return waiters_ask(self, "remove", object);
}

static PyObject *waiters_clear_all(PyObject *self, PyObject *unused)
{
    (void)unused;
    pyac_waiters_drop(waiters_of(self));
    for (ac_waiter *at; (at = ac_waiter_after(waiters_of(self), NULL)) != NULL;)
        ac_waiter_take_off(at);
    Py_RETURN_NONE;
}

static PyObject *waiters_extend(PyObject *self, PyObject *objects)
{
    PyObject *iterator = PyObject_GetIter(objects), *item;
    bool failed = iterator == NULL;
    while (!failed && (item = PyIter_Next(iterator)) != NULL) {
        failed = waiters_add(self, NULL, item) < 0;
        Py_DECREF(item);
    }
    Py_XDECREF(iterator);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

static PyObject *waiters_iter(PyObject *self)
{
    PyObject *items = waiters_items(self), *iterator = items != NULL ? PyObject_GetIter(items) : NULL;
    Py_XDECREF(items);
    return iterator;
}

static PyObject *waiters_item(PyObject *self, Py_ssize_t index)
{
    PyObject *deque = waiters_deque(self), *item = deque != NULL ? PySequence_GetItem(deque, index) : NULL;
    Py_XDECREF(deque);
    return item;
}

static int waiters_contains(PyObject *self, PyObject *object)
{
    PyObject *items = waiters_items(self);
    int found = items != NULL ? PySequence_Contains(items, object) : -1;
    Py_XDECREF(items);
    return found;
}

static PyObject *waiters_repr(PyObject *self)
{
    PyObject *deque = waiters_deque(self), *repr = deque != NULL ? PyObject_Repr(deque) : NULL;
    Py_XDECREF(deque);
    return repr;
}

static int waiters_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((waiter_list *)self)->owner);
    return 0;
}

static void waiters_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_DECREF(((waiter_list *)self)->owner);
    PyObject_GC_Del(self);
}

static PyMethodDef waiters_methods[] = {
    {"append", waiters_append, METH_O, NULL},        {"appendleft", waiters_appendleft, METH_O, NULL},
    {"clear", waiters_clear_all, METH_NOARGS, NULL}, {"copy", waiters_copy, METH_NOARGS, NULL},
    {"count", waiters_count, METH_O, NULL},          {"extend", waiters_extend, METH_O, NULL},
    {"index", waiters_index, METH_VARARGS, NULL},    {"insert", waiters_insert, METH_VARARGS, NULL},
    {"pop", waiters_pop, METH_NOARGS, NULL},         {"popleft", waiters_popleft, METH_NOARGS, NULL},
    {"remove", waiters_remove, METH_O, NULL},        {NULL, NULL, 0, NULL},
};

static PySequenceMethods waiters_sequence = {
    .sq_length = waiters_length, .sq_item = waiters_item, .sq_contains = waiters_contains};

static PyTypeObject waiters_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore.Waiters",
    .tp_doc = PyDoc_STR("The futures of those who wait for a lock or queue."),
    .tp_basicsize = sizeof(waiter_list),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = waiters_traverse,
    .tp_dealloc = waiters_dealloc,
    .tp_repr = waiters_repr,
    .tp_iter = waiters_iter,
    .tp_as_sequence = &waiters_sequence,
    .tp_methods = waiters_methods,
};

/* ---- The attributes ---- */

PyObject *pyac_waiters_get(PyObject *self, void *place)
{
    ac_link *waiters = (ac_link *)(void *)((char *)self + (uintptr_t)place);
    if (waiters->next == NULL)
        return pyac_no_attribute(self, "_waiters");
    waiter_list *list = PyObject_GC_New(waiter_list, &waiters_type);
    if (list == NULL)
        return NULL;
    list->owner = Py_NewRef(self);
    list->waiters = waiters;
    PyObject_GC_Track(list);
    return (PyObject *)list;
}

PyObject *pyac_waiters_get_if_any(PyObject *self, void *place)
{
    const ac_link *waiters = (ac_link *)(void *)((char *)self + (uintptr_t)place);
    if (waiters->next != NULL && !((pyac_bound *)self)->waited)
        Py_RETURN_NONE;
    return pyac_waiters_get(self, place);
}

/* Whoever stood there is left to himself; what comes is put into the list, which stays what it is. */
int pyac_waiters_set(PyObject *self, PyObject *value, void *place)
{
    PyObject *list = pyac_waiters_get(self, place), *done = NULL;
    if (list == NULL)
        return -1;
    bool some = value != NULL && value != Py_None;
    PyObject *items = some ? PySequence_List(value) : PyList_New(0); /* it may be this very list */
    if (items != NULL) {
        Py_DECREF(waiters_clear_all(list, NULL));
        done = waiters_extend(list, items);
    }
    ((pyac_bound *)self)->waited = some;
    Py_XDECREF(items);
    Py_XDECREF(done);
    Py_DECREF(list);
    return done != NULL ? 0 : -1;
}

int pyac_waiters_ready(void)
{
    return PyType_Ready(&waiter_view_type) < 0 ? -1 : PyType_Ready(&waiters_type);
}
