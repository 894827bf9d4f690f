/* awaited_by.c - who awaits a future: what a program has said, and what the core sees.
 *
 * Mirrors    future_add_to_awaited_by, future_discard_from_awaited_by, Future._asyncio_awaited_by.
 * Idea       That a task waits for a future of ours the core can see (graph.h).  Only what asyncio's own
 *            Python code and programs say is kept, and the core asks for it (host.c).  Nearly always that is
 *            one waiter: it is kept as it is, more in a dictionary, which has an order.
 * Holds      pyac_future.told is a dictionary once something was added when something was there: then CPython
 *            has made a set, and when all are gone it shows the empty one instead of None.
 * Differs    What the core sees, a program cannot take away.
 * Versions   From 3.14 on (call_graph_api).
 * Re-enters  Hashing and comparing those that are many: they may be of a program's class. */
#include "pyhost.h"

/* ---- What is said ---- */

/* No future is a dictionary: their layouts do not go together. */
static bool are_many(PyObject *told)
{
    return PyDict_CheckExact(told);
}

/* The one that is there becomes the first of many. */
static int told_widen(pyac_future *own)
{
    PyObject *first = Py_NewRef(own->told), *many = PyDict_New();
    int status = many != NULL ? PyDict_SetItem(many, first, Py_None) : -1;
    Py_DECREF(first);
    if (status < 0)
        Py_XDECREF(many);
    else
        Py_XSETREF(own->told, many);
    return status;
}

int pyac_told_add(PyObject *future, PyObject *waiter)
{
    pyac_future *own = (pyac_future *)future;
    if (own->told == NULL) {
        own->told = Py_NewRef(waiter);
        return 0;
    }
    if (!are_many(own->told) && told_widen(own) < 0)
        return -1;
    PyObject *many = Py_NewRef(own->told);
    int status = PyDict_SetItem(many, waiter, Py_None);
    Py_DECREF(many);
    return status;
}

int pyac_told_discard(PyObject *future, PyObject *waiter)
{
    pyac_future *own = (pyac_future *)future;
    if (own->told == waiter)
        Py_CLEAR(own->told);
    if (own->told == NULL || !are_many(own->told))
        return 0;
    PyObject *many = Py_NewRef(own->told);
    int status = PyDict_Contains(many, waiter);
    if (status > 0)
        status = PyDict_DelItem(many, waiter);
    Py_DECREF(many);
    return status;
}

PyObject *pyac_told_next(const pyac_future *future, Py_ssize_t *at)
{
    PyObject *waiter = future->told;
    if (waiter != NULL && are_many(waiter))
        return PyDict_Next(future->told, at, &waiter, NULL) ? waiter : NULL;
    return (*at)++ == 0 ? waiter : NULL;
}

/* ---- What is seen ---- */

static int add_told(const pyac_future *future, PyObject *set)
{
    PyObject *waiter;
    Py_ssize_t at = 0;
    while ((waiter = pyac_told_next(future, &at)) != NULL)
        if (PySet_Add(set, waiter) < 0)
            return -1;
    return 0;
}

/* Those inside of a frame of the core are no objects of the program. */
static int add_seen(const pyac_future *future, PyObject *set)
{
    ac_waiters waiters = ac_future_waiters(&future->core);
    ac_future *waiter;
    while ((waiter = ac_waiters_next(&waiters)) != NULL)
        if (!ac_future_is_embedded(waiter) && PySet_Add(set, pyac_object_of(waiter)) < 0)
            return -1;
    return 0;
}

PyObject *pyac_awaited_by(PyObject *object)
{
    const pyac_future *future = (pyac_future *)object;
    PyObject *set = PySet_New(NULL);
    if (set == NULL || add_told(future, set) < 0 ||
        (future->core.loop != NULL && add_seen(future, set) < 0)) {
        Py_XDECREF(set);
        return NULL;
    }
    bool nobody = PySet_GET_SIZE(set) == 0 && future->told == NULL;
    PyObject *shown = nobody ? Py_NewRef(Py_None) : PyFrozenSet_New(set);
    Py_DECREF(set);
    return shown;
}

/* ---- The functions of _asyncio ---- */

/* Anything that is no future of ours is ignored. */
static PyObject *call_with_both(PyObject *const *args, Py_ssize_t count, const char *name,
                                int (*function)(PyObject *, PyObject *))
{
    if (count != 2) {
        PyErr_Format(PyExc_TypeError, "%s expected 2 arguments, got %zd", name, count);
        return NULL;
    }
    if (pyac_is_future(args[0]) && pyac_is_future(args[1]) && function(args[0], args[1]) < 0)
        return NULL;
    return Py_NewRef(Py_None);
}

static PyObject *awaited_by_add(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    (void)module;
    return call_with_both(args, count, "future_add_to_awaited_by", pyac_told_add);
}

static PyObject *awaited_by_discard(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    (void)module;
    return call_with_both(args, count, "future_discard_from_awaited_by", pyac_told_discard);
}

#define FAST(function) ((PyCFunction)(void (*)(void))(function))

static PyMethodDef awaited_by_functions[] = {
    {"future_add_to_awaited_by", FAST(awaited_by_add), METH_FASTCALL,
     PyDoc_STR("future_add_to_awaited_by($module, fut, waiter, /)\n--\n\n"
               "Record that `fut` is awaited on by `waiter`.")},
    {"future_discard_from_awaited_by", FAST(awaited_by_discard), METH_FASTCALL,
     PyDoc_STR("future_discard_from_awaited_by($module, fut, waiter, /)\n--\n\n")},
    {NULL, NULL, 0, NULL},
};

int pyac_awaited_by_ready(PyObject *module)
{
    return pyac_has(AC_S_CALL_GRAPH_API) ? PyModule_AddFunctions(module, awaited_by_functions) : 0;
}
