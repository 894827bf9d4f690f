/* queue_items.c - the items of a queue: _queue, and what _init, _put and _get do with it.
 *
 * Mirrors    queues.Queue._queue, which is a deque or a list, and _init, _put, _get of the three classes.
 * Idea       _queue is an object of Python as in asyncio, because programs look at it and change it; the
 *            core's own store stays empty.  What is exactly a deque or list is used by its C functions; what
 *            a program has put in its place is asked by name, as asyncio asks it.
 * Re-enters  Comparisons in a heap, methods of the program's own store. */
#include "queues.h"

static PyTypeObject *item_deque_type;
static PyObject *item_deque_append, *item_deque_popleft; /* method descriptors */
static PyObject *item_heap_push, *item_heap_pop;         /* heapq's functions */
static PyObject *item_name_append, *item_name_popleft, *item_name_pop;

PyObject *queue_get_items(PyObject *self, void *unused)
{
    PyObject *items = ((queue *)self)->items;
    (void)unused;
    return items != NULL ? Py_NewRef(items) : pyac_no_attribute(self, "_queue");
}

int queue_set_items(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    if (value == NULL && ((queue *)self)->items == NULL) {
        (void)pyac_no_attribute(self, "_queue");
        return -1;
    }
    Py_XSETREF(((queue *)self)->items, Py_XNewRef(value));
    return 0;
}

/* Held for a call that may replace it; NULL: AttributeError. */
static PyObject *item_items_there(queue *self)
{
    return queue_get_items((PyObject *)self, NULL);
}

Py_ssize_t queue_items_length(queue *self)
{
    PyObject *items = item_items_there(self);
    Py_ssize_t length = items != NULL ? PyObject_Size(items) : -1;
    Py_XDECREF(items);
    return length;
}

int queue_items_truth(queue *self)
{
    PyObject *items = item_items_there(self);
    int truth = items != NULL ? PyObject_IsTrue(items) : -1;
    Py_XDECREF(items);
    return truth;
}

int queue_items_init(queue *self, const PyTypeObject *of)
{
    PyObject *made = of == &PyacQueue_Type ? PyObject_CallNoArgs((PyObject *)item_deque_type) : PyList_New(0);
    if (made == NULL)
        return -1;
    Py_XSETREF(self->items, made);
    return 0;
}

/* ---- In ---- */

static int item_answered(PyObject *answer)
{
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

static int item_append_to(PyObject *items, PyObject *item)
{
    if (PyList_CheckExact(items))
        return PyList_Append(items, item);
    if (!Py_IS_TYPE(items, item_deque_type))
        return item_answered(PyObject_CallMethodOneArg(items, item_name_append, item));
    PyObject *both[] = {items, item};
    return item_answered(PyObject_Vectorcall(item_deque_append, both, 2, NULL));
}

int queue_items_put(queue *self, const PyTypeObject *of, PyObject *item)
{
    PyObject *items = item_items_there(self);
    int failed = -1;
    if (items != NULL && of == &PyacPriorityQueue_Type) {
        PyObject *both[] = {items, item};
        failed = item_answered(PyObject_Vectorcall(item_heap_push, both, 2, NULL));
    } else if (items != NULL) {
        failed = item_append_to(items, item);
    }
    Py_XDECREF(items);
    return failed;
}

/* ---- Out ---- */

PyObject *queue_items_get(queue *self, const PyTypeObject *of)
{
    PyObject *items = item_items_there(self), *item = NULL;
    if (items == NULL)
        return NULL;
    if (of == &PyacPriorityQueue_Type)
        item = PyObject_CallOneArg(item_heap_pop, items);
    else if (of == &PyacLifoQueue_Type)
        item = PyObject_CallMethodNoArgs(items, item_name_pop);
    else if (Py_IS_TYPE(items, item_deque_type))
        item = PyObject_CallOneArg(item_deque_popleft, items);
    else
        item = PyObject_CallMethodNoArgs(items, item_name_popleft);
    Py_DECREF(items);
    return item;
}

/* ---- Modules ---- */

static PyObject *item_taken_from(const char *module, const char *name)
{
    PyObject *from = PyImport_ImportModule(module),
             *taken = from != NULL ? PyObject_GetAttrString(from, name) : NULL;
    Py_XDECREF(from);
    return taken;
}

int queue_items_ready(void)
{
    item_deque_type = (PyTypeObject *)item_taken_from("collections", "deque");
    item_heap_push = item_taken_from("heapq", "heappush");
    item_heap_pop = item_taken_from("heapq", "heappop");
    if (item_deque_type == NULL || item_heap_push == NULL || item_heap_pop == NULL)
        return -1;
    item_deque_append = PyObject_GetAttrString((PyObject *)item_deque_type, "append");
    item_deque_popleft = PyObject_GetAttrString((PyObject *)item_deque_type, "popleft");
    item_name_append = PyUnicode_InternFromString("append");
    item_name_popleft = PyUnicode_InternFromString("popleft");
    if (item_deque_append == NULL || item_deque_popleft == NULL || item_name_append == NULL ||
        item_name_popleft == NULL)
        return -1;
    item_name_pop = PyUnicode_InternFromString("pop");
    return item_name_pop != NULL ? 0 : -1;
}
