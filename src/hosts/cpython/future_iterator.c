/* future_iterator.c - what awaiting a future gives to the interpreter: an iterator that yields the future
 * once.
 *
 * Mirrors    FutureIter of _asyncio.
 * Idea       A pending future that is awaited sets its blocking flag and yields itself; a task that gets it
 *            knows by the flag that it was awaited and not just yielded.
 * Versions   What it says after its end: futureiter_keeps_future, futureiter_resend_stops.
 * Cost       One small object for each await; what was freed is used again. */
#include "pyhost.h"

typedef struct iterator {
    PyObject_HEAD PyObject *future; /* NULL: it has ended; of a free one, the next free one */
} iterator;

enum { ITERATORS_FREE = 256 };

static PyTypeObject iterator_type;
static iterator *iterator_free;
static unsigned iterator_free_count;

/* ---- Life ---- */

PyObject *pyac_future_iter(PyObject *future)
{
    iterator *made = iterator_free;
    if (pyac_future_core(future) == NULL)
        return NULL;
    if (made != NULL) {
        iterator_free = (iterator *)made->future;
        iterator_free_count--;
        (void)PyObject_Init((PyObject *)made, &iterator_type);
    } else if ((made = PyObject_GC_New(iterator, &iterator_type)) == NULL) {
        return NULL;
    }
    made->future = Py_NewRef(future);
    PyObject_GC_Track(made);
    return (PyObject *)made;
}

static int iterator_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((iterator *)self)->future);
    return 0;
}

static int iterator_clear(PyObject *self)
{
    Py_CLEAR(((iterator *)self)->future);
    return 0;
}

static void iterator_dealloc(PyObject *self)
{
    iterator *own = (iterator *)self;
    PyObject_GC_UnTrack(self);
    (void)iterator_clear(self);
    if (iterator_free_count >= ITERATORS_FREE) {
        PyObject_GC_Del(self);
        return;
    }
    own->future = (PyObject *)iterator_free;
    iterator_free = own;
    iterator_free_count++;
}

/* ---- Going on ---- */

/* Nothing is left to be asked.  An error without an exception is what the older releases give: next() takes
 * it for the end, send() complains. */
static PySendResult iterator_ended(void)
{
    if (pyac_has(AC_S_FUTUREITER_RESEND_STOPS))
        PyErr_SetNone(PyExc_StopIteration);
    else if (pyac_has(AC_S_FUTUREITER_KEEPS_FUTURE)) /* where CPython crashes (gh-146065) */
        PyErr_SetString(PyExc_SystemError, "error return without exception set");
    return PYGEN_ERROR;
}

static PySendResult iterator_am_send(PyObject *self, PyObject *value, PyObject **out)
{
    pyac_future *future = (pyac_future *)((iterator *)self)->future;
    *out = NULL;
    (void)value; /* a future has no use for it */
    if (future == NULL)
        return iterator_ended();
    if (!ac_future_done(&future->core)) {
        if (ac_future_is_blocking(&future->core)) {
            PyErr_SetString(PyExc_RuntimeError, "await wasn't used with future");
            return PYGEN_ERROR;
        }
        ac_future_set_blocking(&future->core, true);
        *out = Py_NewRef(future);
        return PYGEN_NEXT;
    }
    Py_INCREF(future);
    if (!pyac_has(AC_S_FUTUREITER_KEEPS_FUTURE))
        (void)iterator_clear(self);
    *out = pyac_future_outcome(future);
    Py_DECREF(future);
    return *out != NULL ? PYGEN_RETURN : PYGEN_ERROR;
}

/* As the return of a generator.  Before gh-128078 what is being handled became the context, and a plain value
 * was given as it is. */
static void iterator_stop(PyObject *value)
{
    bool old = Py_Version < 0x030D0200;
    if (old && !PyTuple_Check(value) && !PyExceptionInstance_Check(value)) {
        PyErr_SetObject(PyExc_StopIteration, value);
        return;
    }
    PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, value);
    if (stop == NULL)
        return;
    if (old)
        PyErr_SetObject(PyExc_StopIteration, stop);
    else
        PyErr_SetRaisedException(Py_NewRef(stop));
    Py_DECREF(stop);
}

/* An end without an exception is one with None, as of any iterator, and costs no exception. */
static PyObject *iterator_next(PyObject *self)
{
    PyObject *value;
    if (iterator_am_send(self, Py_None, &value) != PYGEN_RETURN)
        return value;
    if (value != Py_None)
        iterator_stop(value);
    Py_DECREF(value);
    return NULL;
}

static PyObject *iterator_send(PyObject *self, PyObject *unused)
{
    PyObject *value;
    (void)unused;
    if (iterator_am_send(self, Py_None, &value) != PYGEN_RETURN)
        return value;
    iterator_stop(value);
    Py_DECREF(value);
    return NULL;
}

static PyObject *iterator_close(PyObject *self, PyObject *unused)
{
    (void)unused;
    (void)iterator_clear(self);
    return Py_NewRef(Py_None);
}

/* ---- throw() ---- */

/* What calling a class gives; what goes wrong in the call is thrown instead. */
static PyObject *iterator_thrown_instance(PyObject *type, PyObject *value)
{
    PyObject *made;
    if (value != NULL && PyObject_IsInstance(value, type) == 1)
        return Py_NewRef(value);
    if (value != NULL && PyTuple_Check(value))
        made = PyObject_CallObject(type, value);
    else
        made = value != NULL ? PyObject_CallOneArg(type, value) : PyObject_CallNoArgs(type);
    if (made != NULL && !PyExceptionInstance_Check(made)) {
        PyErr_Format(PyExc_TypeError, "calling %R should have returned an instance of BaseException, not %s",
                     type, Py_TYPE(made)->tp_name);
        Py_CLEAR(made);
    }
    return made != NULL ? made : PyErr_GetRaisedException();
}

/* An exception as it is, or an instance of a class. */
static PyObject *iterator_thrown(PyObject *type, PyObject *value)
{
    if (PyExceptionClass_Check(type))
        return iterator_thrown_instance(type, value);
    if (!PyExceptionInstance_Check(type))
        PyErr_SetString(PyExc_TypeError,
                        "exceptions must be classes deriving BaseException or instances of such a class");
    else if (value != NULL)
        PyErr_SetString(PyExc_TypeError, "instance exception may not have a separate value");
    else
        return Py_NewRef(type);
    return NULL;
}

static int iterator_throw_check(Py_ssize_t count, PyObject *traceback)
{
    static const char deprecated[] =
        "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.";
    if (count < 1 || count > 3) {
        PyErr_Format(PyExc_TypeError, "throw expected at %s, got %zd",
                     count < 1 ? "least 1 argument" : "most 3 arguments", count);
        return -1;
    }
    if (count > 1 && PyErr_WarnEx(PyExc_DeprecationWarning, deprecated, 1) < 0)
        return -1;
    if (traceback != NULL && !PyTraceBack_Check(traceback)) {
        PyErr_SetString(PyExc_TypeError, "throw() third argument must be a traceback");
        return -1;
    }
    return 0;
}

/* A future has nothing to say to an exception: it is just not waited for any more. */
static PyObject *iterator_throw(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    PyObject *value = count > 1 && args[1] != Py_None ? args[1] : NULL;
    PyObject *traceback = count > 2 && args[2] != Py_None ? args[2] : NULL;
    if (iterator_throw_check(count, traceback) < 0)
        return NULL;
    PyObject *exception = iterator_thrown(args[0], value);
    if (exception == NULL)
        return NULL;
    (void)iterator_clear(self);
    if (traceback != NULL)
        (void)PyException_SetTraceback(exception, traceback);
    PyErr_SetRaisedException(exception);
    return NULL;
}

/* ---- The type ---- */

static PyMethodDef iterator_methods[] = {
    {"send", iterator_send, METH_O, NULL},
    {"throw", (PyCFunction)(void (*)(void))iterator_throw, METH_FASTCALL, NULL},
    {"close", iterator_close, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyAsyncMethods iterator_async = {.am_send = iterator_am_send};

static PyTypeObject iterator_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_asyncio.FutureIter",
    .tp_basicsize = sizeof(iterator),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_clear = iterator_clear,
    .tp_dealloc = iterator_dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_async = &iterator_async,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = iterator_next,
    .tp_methods = iterator_methods,
};

/* A program can make one that has ended: CPython gives this type the constructor of object. */
int pyac_future_iterator_ready(void)
{
    if (PyType_Ready(&iterator_type) < 0)
        return -1;
    iterator_type.tp_new = PyBaseObject_Type.tp_new;
    return 0;
}
