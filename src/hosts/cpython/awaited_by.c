/* awaited_by.c - who awaits a future: what a program has said, and what the core sees.
 *
 * Mirrors    future_add_to_awaited_by, future_discard_from_awaited_by, Future._asyncio_awaited_by.
 * Idea       That a task waits for a future of ours the core can see (graph.h).  Only what asyncio's own
 *            Python code and programs say is kept, in a dictionary, which has an order, and the core asks
 *            for it (host.c).
 * Holds      The values of pyac_future.told are all False or all True: whether anything was added when
 *            something was there.  For then CPython has made a set, and when all are gone it shows the empty
 *            one instead of None.
 * Differs    What the core sees, a program cannot take away.
 * Versions   From 3.14 on (call_graph_api). */
#include "pyhost.h"

/* ---- What is said ---- */

int pyac_told_add(PyObject *future, PyObject *waiter)
{
    pyac_future *own = (pyac_future *)future;
    PyObject *first, *value = Py_True;
    Py_ssize_t at = 0;
    if (own->told == NULL) {
        own->told = PyDict_New();
        return own->told != NULL ? PyDict_SetItem(own->told, waiter, Py_False) : -1;
    }
    if (PyDict_Next(own->told, &at, &first, &value) && value == Py_False &&
        PyDict_SetItem(own->told, first, Py_True) < 0)
        return -1;
    return PyDict_SetItem(own->told, waiter, Py_True);
}

int pyac_told_discard(PyObject *future, PyObject *waiter)
{
    pyac_future *own = (pyac_future *)future;
    PyObject *value = own->told != NULL ? PyDict_GetItemWithError(own->told, waiter) : NULL;
    if (value == NULL)
        return PyErr_Occurred() != NULL ? -1 : 0;
    if (value == Py_True)
        return PyDict_DelItem(own->told, waiter);
    Py_CLEAR(own->told); /* it was alone */
    return 0;
}

/* ---- What is seen ---- */

static int add_told(const pyac_future *future, PyObject *set)
{
    PyObject *waiter;
    Py_ssize_t at = 0;
    while (future->told != NULL && PyDict_Next(future->told, &at, &waiter, NULL))
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
static PyObject *call_with_both(PyObject *args, const char *name, int (*function)(PyObject *, PyObject *))
{
    PyObject *future, *waiter;
    if (!PyArg_UnpackTuple(args, name, 2, 2, &future, &waiter))
        return NULL;
    if (pyac_is_future(future) && pyac_is_future(waiter) && function(future, waiter) < 0)
        return NULL;
    return Py_NewRef(Py_None);
}

static PyObject *awaited_by_add(PyObject *module, PyObject *args)
{
    (void)module;
    return call_with_both(args, "future_add_to_awaited_by", pyac_told_add);
}

static PyObject *awaited_by_discard(PyObject *module, PyObject *args)
{
    (void)module;
    return call_with_both(args, "future_discard_from_awaited_by", pyac_told_discard);
}

static PyMethodDef awaited_by_functions[] = {
    {"future_add_to_awaited_by", awaited_by_add, METH_VARARGS,
     PyDoc_STR("future_add_to_awaited_by($module, fut, waiter, /)\n--\n\n"
               "Record that `fut` is awaited on by `waiter`.")},
    {"future_discard_from_awaited_by", awaited_by_discard, METH_VARARGS,
     PyDoc_STR("future_discard_from_awaited_by($module, fut, waiter, /)\n--\n\n")},
    {NULL, NULL, 0, NULL},
};

int pyac_awaited_by_ready(PyObject *module)
{
    return pyac_has(AC_S_CALL_GRAPH_API) ? PyModule_AddFunctions(module, awaited_by_functions) : 0;
}
