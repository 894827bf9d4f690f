/* future_repr.c - how a future shows itself: its repr, and the attributes that the repr is made of.
 *
 * Mirrors    FutureObj_repr and the getsets of Future of _asyncio.
 * Idea       asyncio.base_futures words the repr; here are only the attributes that it reads, for a task has
 *            the same.
 * Holds      Looking at an outcome does not count as asking for it: _log_traceback stays. */
#include "pyhost.h"

static pyac_future *repr_own(PyObject *self)
{
    return (pyac_future *)self;
}

static PyObject *repr_or_none(PyObject *object)
{
    return Py_NewRef(object != NULL ? object : Py_None);
}

PyObject *pyac_future_repr(PyObject *self)
{
    if (pyac_future_core(self) == NULL || pyac_import() < 0)
        return NULL;
    return PyObject_CallOneArg(pyac_py.future_repr, self);
}

/* ---- What it has come to ---- */

static PyObject *repr_get_state(PyObject *self, void *unused)
{
    static const char *const words[] = {"PENDING", "FINISHED", "FINISHED", "CANCELLED"};
    const ac_future *core = pyac_future_core(self);
    (void)unused;
    return core != NULL ? PyUnicode_InternFromString(words[ac_future_get_state(core)]) : NULL;
}

/* The result, or the exception, if that is what it has; else None. */
static PyObject *repr_get_outcome(PyObject *self, ac_future_state wanted)
{
    ac_future *core = pyac_future_core(self);
    ac_how how;
    ac_value out;
    if (core == NULL)
        return NULL;
    if (ac_future_get_state(core) != wanted)
        return Py_NewRef(Py_None);
    bool log = ac_future_get_log_traceback(core);
    (void)ac_future_result(core, &how, &out);
    ac_future_set_log_traceback(core, log);
    PyObject *found = pyac_taken(out);
    return found != NULL ? found : Py_NewRef(Py_None);
}

static PyObject *repr_get_result(PyObject *self, void *unused)
{
    (void)unused;
    return repr_get_outcome(self, AC_FINISHED);
}

static PyObject *repr_get_exception(PyObject *self, void *unused)
{
    (void)unused;
    return repr_get_outcome(self, AC_FAILED);
}

static PyObject *repr_get_cancel_message(PyObject *self, void *unused)
{
    (void)unused;
    return repr_or_none(pyac_seen(ac_future_cancel_message(&repr_own(self)->core)));
}

/* ---- Who it is ---- */

static PyObject *repr_get_loop(PyObject *self, void *unused)
{
    const ac_loop *loop = ac_future_get_loop(&repr_own(self)->core);
    (void)unused;
    return repr_or_none(loop != NULL ? pyac_loop_of(loop)->object : NULL);
}

static PyObject *repr_get_source_traceback(PyObject *self, void *unused)
{
    (void)unused;
    return repr_or_none(PYAC_RARE(repr_own(self), source_traceback));
}

static PyObject *repr_get_awaited_by(PyObject *self, void *unused)
{
    (void)unused;
    return pyac_awaited_by(self);
}

static PyObject *repr_get_blocking(PyObject *self, void *unused)
{
    const ac_future *core = &repr_own(self)->core;
    (void)unused;
    return PyBool_FromLong(ac_future_get_loop(core) != NULL && ac_future_is_blocking(core));
}

static PyObject *repr_get_log_traceback(PyObject *self, void *unused)
{
    const ac_future *core = pyac_future_core(self);
    (void)unused;
    return core != NULL ? PyBool_FromLong(ac_future_get_log_traceback(core)) : NULL;
}

/* ---- Assignments ---- */

static int repr_cannot_delete(PyObject *value, const char *name)
{
    if (value != NULL)
        return 0;
#if PY_VERSION_HEX >= 0x030E0000
    PyErr_Format(PyExc_AttributeError, "attribute '%s' of '_asyncio.Future' objects cannot be deleted", name);
#else
    (void)name;
    PyErr_SetString(PyExc_AttributeError, "cannot delete attribute");
#endif
    return -1;
}

static int repr_set_blocking(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
#if PY_VERSION_HEX >= 0x030E0000
    if (repr_cannot_delete(value, "_asyncio_future_blocking") < 0 || pyac_future_core(self) == NULL)
        return -1;
#else
    if (pyac_future_core(self) == NULL || repr_cannot_delete(value, "_asyncio_future_blocking") < 0)
        return -1;
#endif
    int truth = PyObject_IsTrue(value);
    if (truth >= 0)
        ac_future_set_blocking(&repr_own(self)->core, truth > 0);
    return truth < 0 ? -1 : 0;
}

/* Only the future itself can say that somebody has to ask. */
static int repr_set_log_traceback(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    if (repr_cannot_delete(value, "_log_traceback") < 0)
        return -1;
    int truth = PyObject_IsTrue(value);
    if (truth > 0)
        PyErr_SetString(PyExc_ValueError, "_log_traceback can only be set to False");
    else if (truth == 0)
        ac_future_set_log_traceback(&repr_own(self)->core, false);
    return truth == 0 ? 0 : -1;
}

/* One that is not initialised yet has no place for it: __init__ would forget it. */
static int repr_set_cancel_message(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    if (repr_cannot_delete(value, "_cancel_message") < 0)
        return -1;
    ac_value message = value != Py_None ? pyac_owned(Py_NewRef(value)) : ac_none();
    if (ac_future_set_cancel_message(&repr_own(self)->core, message) != AC_OK)
        Py_XDECREF(pyac_taken(message));
    return 0;
}

/* The last one that has a name is for releases with call graphs. */
PyGetSetDef pyac_future_getset[] = {
    {"_state", repr_get_state, NULL, NULL, NULL},
    {"_asyncio_future_blocking", repr_get_blocking, repr_set_blocking, NULL, NULL},
    {"_loop", repr_get_loop, NULL, NULL, NULL},
    {"_callbacks", pyac_future_callbacks, NULL, NULL, NULL},
    {"_result", repr_get_result, NULL, NULL, NULL},
    {"_exception", repr_get_exception, NULL, NULL, NULL},
    {"_log_traceback", repr_get_log_traceback, repr_set_log_traceback, NULL, NULL},
    {"_source_traceback", repr_get_source_traceback, NULL, NULL, NULL},
    {"_cancel_message", repr_get_cancel_message, repr_set_cancel_message, NULL, NULL},
    {"_asyncio_awaited_by", repr_get_awaited_by, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

void pyac_future_getset_ready(void)
{
    const size_t last = sizeof pyac_future_getset / sizeof pyac_future_getset[0] - 2;
    if (!pyac_has(AC_S_CALL_GRAPH_API))
        pyac_future_getset[last].name = NULL;
}
