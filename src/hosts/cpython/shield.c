/* shield.c - asyncio.shield: a future in the place of another, linked by the core.
 *
 * Mirrors    tasks.shield.
 * Idea       As gather.c: where the loop that runs is ours, and the argument is a coroutine or a future that
 *            the core can have callbacks on.  Anything else is for asyncio's own function, also a task that a
 *            factory has made and that is none of ours.
 * Re-enters  An eager task runs the program. */
#include "coroutines.h"
#include "event_loop.h"

/* Steals the outer future.  The exception comes from the inner one, with whatever traceback it has there. */
static PyObject *shield_link(pyac_loop *loop, PyObject *inner, PyObject *outer)
{
    if (outer == NULL)
        return NULL;
    ac_status status = ac_shield(&((pyac_future *)inner)->core, &((pyac_future *)outer)->core);
    if (status == AC_OK) {
        pyac_future_leave_traceback(outer);
        return outer;
    }
    Py_DECREF(outer);
    return pyac_fail(&loop->core, status, NULL);
}

/* The future of a loop that makes its own ones cannot be asked for. */
static PyObject *shield_future(pyac_loop *loop, PyObject *inner)
{
    pyac_loop *own = pyac_event_loop(loop->object);
    bool ours = pyac_is_plain(inner) && ((pyac_future *)inner)->core.loop == &loop->core &&
                event_loop_is_own(event_loop_of(own), LOOP_CREATE_FUTURE);
    if (!ours)
        return pyac_call_original("tasks", "shield", &inner, 1, NULL);
    if (ac_future_done(&((pyac_future *)inner)->core))
        return Py_NewRef(inner);
    return shield_link(loop, inner, pyac_create_future(loop->object));
}

static PyObject *shield_call(PyObject *module, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    pyac_loop *loop = count == 1 && names == NULL ? pyac_making() : NULL;
    (void)module;
    if (loop == NULL)
        return PyErr_Occurred() != NULL ? NULL : pyac_call_original("tasks", "shield", values, count, names);
    if (!pyac_is_own_coroutine(values[0]))
        return shield_future(loop, values[0]);
    PyObject *inner = pyac_create_task_or_close(loop, values[0]);
    PyObject *outer = inner != NULL ? shield_future(loop, inner) : NULL;
    Py_XDECREF(inner);
    return outer;
}

static PyMethodDef shield_functions[] = {
    {"shield", PYAC_VECTORCALL(shield_call),
     PyDoc_STR("shield(arg)\n--\n\nWait for a future, shielding it from cancellation.")},
    {NULL, NULL, 0, NULL},
};

int pyac_shield_ready(PyObject *module)
{
    return PyModule_AddFunctions(module, shield_functions);
}
