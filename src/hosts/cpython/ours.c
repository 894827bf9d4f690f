/* ours.c - may the core do it, or is it asyncio's own function that has to?
 *
 * Idea       The core knows its own loop, tasks and futures, and numbers; a program may have others, with
 *            methods of their own that asyncio calls.  What is not plainly ours is handed over to the
 *            function of asyncio that was there before (pyac_original), so that nothing has to be imitated.
 * Cost       A few comparisons; nothing is called. */
#include "coroutines.h"
#include "event_loop.h"

pyac_loop *pyac_ours(void)
{
    const unsigned used = LOOP_CREATE_FUTURE | LOOP_GET_DEBUG | LOOP_SCHEDULES;
    pyac_loop *loop = pyac_stepping_own();
    if (loop == NULL || !event_loop_is_own(event_loop_of(loop), used))
        return NULL;
    PyObject *task = pyac_task_object(ac_loop_current_task(&loop->core));
    return Py_IS_TYPE(task, pyac_task_type) ? loop : NULL;
}

ac_future *pyac_ours_future(const pyac_loop *loop, PyObject *object)
{
    if (!pyac_is_exact(object))
        return NULL;
    ac_future *core = &((pyac_future *)object)->core;
    return ac_future_get_loop(core) == &loop->core ? core : NULL;
}

ac_future **pyac_ours_futures(const pyac_loop *loop, PyObject *list)
{
    Py_ssize_t count = PyList_GET_SIZE(list);
    ac_future **futures = PyMem_New(ac_future *, (size_t)count + 1);
    for (Py_ssize_t i = 0; futures != NULL && i < count; i++) {
        futures[i] = pyac_ours_future(loop, PyList_GET_ITEM(list, i));
        if (futures[i] == NULL) {
            PyMem_Free(futures);
            return NULL;
        }
    }
    return futures;
}

bool pyac_ours_seconds(PyObject *object, double *out)
{
    if (PyFloat_CheckExact(object)) {
        *out = PyFloat_AS_DOUBLE(object);
        return true;
    }
    if (!PyLong_CheckExact(object))
        return false;
    *out = PyLong_AsDouble(object);
    if (*out != -1.0 || !PyErr_Occurred())
        return true;
    PyErr_Clear(); /* too large */
    return false;
}

/* A generator may be one that is awaited (types.coroutine). */
static bool ours_generator(PyObject *object)
{
    if (!PyGen_CheckExact(object))
        return false;
    PyCodeObject *code = PyGen_GetCode((PyGenObject *)object);
    bool plain = (code->co_flags & CO_ITERABLE_COROUTINE) == 0;
    Py_DECREF(code);
    return plain;
}

bool pyac_ours_items(PyObject *items)
{
    return PyList_CheckExact(items) || PyTuple_CheckExact(items) || PyAnySet_CheckExact(items) ||
           PyDict_CheckExact(items) || PyDictValues_Check(items) || PyDictKeys_Check(items) ||
           ours_generator(items);
}

PyObject *pyac_ours_not(const char *module, const char *name, PyObject *const *args, Py_ssize_t count,
                        PyObject *names)
{
    PyErr_Clear();
    return pyac_call_original(module, name, args, count, names);
}
