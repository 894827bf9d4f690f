/* timeouts.c - asyncio.timeout, timeout_at and Timeout: the core's timeout as an object.
 *
 * Mirrors    timeouts.py of the release that runs.
 * Idea       Both ends are coroutines in C, as "async def" makes them, though neither waits.  The deadline is
 *            kept as it was given, for when() and the repr; the core has it as a double.
 * Elsewhere  On another loop, in another task or without one, and with a deadline that is no int or float, a
 *            Timeout of asyncio's own is made when this one is entered, and does it all.
 * Holds      loop and other are NULL until the enter, and one of them at most is set from then on.  While a
 *            timer is set it holds the object.
 * Left out   __aexit__ called by hand with a class and no exception of that class.
 * Re-enters  The ends give things up; a cancel may be the program's. */
#include "coroutines.h"
#include "event_loop.h"
#include "sync.h"

#include <math.h>

typedef struct timeout {
    PyObject_HEAD PyObject *when; /* NULL: __init__ was not called */
    pyac_loop *loop;              /* its keeper is held */
    PyObject *other;
    ac_timeout core; /* while loop is set */
} timeout;

static PyTypeObject timeout_type;

static ac_timeout_state timeout_state(const timeout *self)
{
    return self->loop != NULL ? ac_timeout_get_state(&self->core) : AC_TIMEOUT_CREATED;
}

static PyObject *timeout_get_when(const timeout *self)
{
    if (self->when == NULL)
        PyErr_SetString(PyExc_AttributeError, "'Timeout' object has no attribute '_when'");
    return Py_XNewRef(self->when);
}

/* A new exception of the core is raised here, and gets what is handled here as its context: nothing, if only
 * the end was called by hand. */
static PyObject *timeout_fail(timeout *self, ac_status status)
{
    PyObject *raised = pyac_taken(ac_loop_status_exception(&self->loop->core, status, NULL));
    if (raised == NULL)
        return PyErr_NoMemory();
    PyException_SetContext(raised, NULL);
    PyErr_SetObject((PyObject *)Py_TYPE(raised), raised);
    Py_DECREF(raised);
    return NULL;
}

/* ---- Entering ---- */

static int timeout_make_other(timeout *self)
{
    PyObject *type = pyac_original("timeouts", "Timeout");
    if (type != NULL)
        self->other = PyObject_CallOneArg(type, self->when);
    Py_XDECREF(type);
    return self->other != NULL ? 0 : -1;
}

/* Whose it is shows when it is entered. */
static int timeout_bind(timeout *self)
{
    pyac_loop *loop = pyac_ours();
    double number = 0;
    bool timed = self->when != Py_None;
    if (loop == NULL || (timed && !pyac_ours_seconds(self->when, &number)))
        return timeout_make_other(self);
    Py_INCREF(loop->keeper);
    self->loop = loop;
    ac_timeout_init(&self->core, &loop->core, timed ? &number : NULL, pyac_lent((PyObject *)self));
    return 0;
}

static PyObject *timeout_begin_enter(pyac_coroutine *coroutine)
{
    timeout *self = (timeout *)coroutine->subject;
    PyObject *when = timeout_get_when(self);
    Py_XDECREF(when);
    if (when == NULL)
        return NULL;
    if (self->loop == NULL && self->other == NULL && timeout_bind(self) < 0)
        return NULL;
    if (self->other != NULL)
        return pyac_coroutine_delegate(coroutine, PyObject_CallMethodNoArgs(self->other, pyac_n.__aenter__));
    ac_status status = ac_timeout_enter(&self->core);
    return status == AC_OK ? Py_NewRef(self) : timeout_fail(self, status);
}

/* The other one has entered itself. */
static PyObject *timeout_finish_enter(pyac_coroutine *coroutine, PyObject *result)
{
    Py_DECREF(result);
    return Py_NewRef(coroutine->subject);
}

static const pyac_coroutine_kind timeout_enter_kind = {.name = "__aenter__",
                                                       .qualname = "Timeout.__aenter__",
                                                       .begin = timeout_begin_enter,
                                                       .finish = timeout_finish_enter};

static PyObject *timeout_aenter(PyObject *self, PyObject *unused)
{
    (void)unused;
    return pyac_coroutine_new(&timeout_enter_kind, self, NULL);
}

/* ---- Leaving ---- */

/* argument is what __aexit__ was called with, if there was another one by then; else what left the block. */
static PyObject *timeout_exit_other(pyac_coroutine *coroutine, const timeout *self)
{
    PyObject *argument = coroutine->argument, *method = PyObject_GetAttr(self->other, pyac_n.__aexit__);
    PyObject *type = argument != Py_None ? (PyObject *)Py_TYPE(argument) : Py_None, *made = NULL;
    if (method != NULL && PyTuple_CheckExact(argument))
        made = PyObject_CallObject(method, argument);
    else if (method != NULL)
        made = PyObject_CallFunctionObjArgs(method, type, argument, Py_None, NULL);
    Py_XDECREF(method);
    return pyac_coroutine_delegate(coroutine, made);
}

static PyObject *timeout_begin_exit(pyac_coroutine *coroutine)
{
    timeout *self = (timeout *)coroutine->subject;
    if (self->other != NULL)
        return timeout_exit_other(coroutine, self);
    if (self->loop == NULL) {
        PyErr_SetNone(PyExc_AssertionError);
        return NULL;
    }
    PyObject *exception = coroutine->argument;
    ac_status status = ac_timeout_exit(&self->core, pyac_lent(exception != Py_None ? exception : NULL));
    return status == AC_OK ? Py_NewRef(Py_None) : timeout_fail(self, status);
}

static const pyac_coroutine_kind timeout_exit_kind = {
    .name = "__aexit__", .qualname = "Timeout.__aexit__", .begin = timeout_begin_exit};

static PyObject *timeout_aexit(PyObject *self, PyObject *const *values, Py_ssize_t count)
{
    if (count != 3) {
        PyErr_Format(PyExc_TypeError, "Timeout.__aexit__() takes 4 positional arguments but %zd were given",
                     count + 1);
        return NULL;
    }
    if (((timeout *)self)->other == NULL)
        return pyac_coroutine_new(&timeout_exit_kind, self, values[1]);
    PyObject *all = PyTuple_Pack(3, values[0], values[1], values[2]), *coroutine = NULL;
    if (all != NULL)
        coroutine = pyac_coroutine_new(&timeout_exit_kind, self, all);
    Py_XDECREF(all);
    return coroutine;
}

/* ---- Another deadline ---- */

/* What comparing it with the time says of it; an int may be too large for a double, but not for asyncio. */
static int timeout_number(const timeout *self, PyObject *value, double *number)
{
    PyObject *now = PyFloat_FromDouble(ac_loop_time(&self->loop->core));
    int due = now != NULL ? PyObject_RichCompareBool(value, now, Py_LE) : -1;
    Py_XDECREF(now);
    if (due < 0)
        return -1;
    *number = PyFloat_AsDouble(value);
    if (*number != -1.0 || !PyErr_Occurred())
        return 0;
    if (!PyErr_ExceptionMatches(PyExc_OverflowError))
        return -1;
    PyErr_Clear();
    *number = due > 0 ? -HUGE_VAL : HUGE_VAL;
    return 0;
}

static int timeout_read_when(const timeout *self, PyObject *value, double *number)
{
    if (value == Py_None)
        return 0;
    if (pyac_running_loop() == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "no running event loop");
        return -1;
    }
    return pyac_ours_seconds(value, number) ? 0 : timeout_number(self, value, number);
}

/* The older timer is gone, whatever becomes of the new one. */
static PyObject *timeout_set(timeout *self, PyObject *value)
{
    double number = 0;
    Py_XSETREF(self->when, Py_NewRef(value));
    bool good = timeout_read_when(self, value, &number) == 0;
    PyObject *raised = PyErr_GetRaisedException();
    ac_status status = ac_timeout_reschedule(&self->core, good && value != Py_None ? &number : NULL);
    PyErr_SetRaisedException(raised);
    if (!good)
        return NULL;
    return status == AC_OK ? Py_NewRef(Py_None) : timeout_fail(self, status);
}

static PyObject *timeout_not_entered(void)
{
    if (pyac_has(AC_S_MISUSE_RAISES_RUNTIME_ERROR))
        PyErr_SetString(PyExc_RuntimeError, "Timeout has not been entered");
    else
        PyErr_SetNone(PyExc_AssertionError);
    return NULL;
}

static PyObject *timeout_reschedule(PyObject *object, PyObject *const *args, Py_ssize_t count,
                                    PyObject *names)
{
    static const char *const keywords[] = {"when", NULL};
    timeout *self = (timeout *)object;
    PyObject *when;
    if (count == 1 && names == NULL)
        when = args[0];
    else if (pyac_parse(args, count, names, "O:reschedule", keywords, &when) < 0)
        return NULL;
    if (self->other != NULL)
        return PyObject_CallMethod(self->other, "reschedule", "(O)", when);
    if (self->loop == NULL)
        return timeout_not_entered();
    if (timeout_state(self) == AC_TIMEOUT_ACTIVE)
        return timeout_set(self, when);
    return timeout_fail(self, ac_timeout_reschedule(&self->core, NULL));
}

/* ---- Looking at it ---- */

static PyObject *timeout_when(PyObject *object, PyObject *unused)
{
    const timeout *self = (timeout *)object;
    (void)unused;
    return self->other != NULL ? PyObject_CallMethod(self->other, "when", NULL) : timeout_get_when(self);
}

static PyObject *timeout_expired(PyObject *object, PyObject *unused)
{
    const timeout *self = (timeout *)object;
    (void)unused;
    if (self->other != NULL)
        return PyObject_CallMethod(self->other, "expired", NULL);
    return PyBool_FromLong(self->loop != NULL && ac_timeout_expired(&self->core));
}

/* round(when, 3) */
static PyObject *timeout_rounded(PyObject *when)
{
    PyObject *round = PyDict_GetItemString(PyEval_GetBuiltins(), "round"); /* borrowed */
    if (when == Py_None || round == NULL)
        return Py_NewRef(when);
    return PyObject_CallFunction(round, "Oi", when, 3);
}

static PyObject *timeout_repr(PyObject *object)
{
    const timeout *self = (timeout *)object;
    ac_timeout_state state = timeout_state(self);
    if (self->other != NULL)
        return PyObject_Repr(self->other);
    if (state != AC_TIMEOUT_ACTIVE)
        return PyUnicode_FromFormat("<Timeout [%s]>", ac_timeout_state_name(state));
    PyObject *shown = timeout_rounded(self->when);
    PyObject *repr = shown != NULL ? PyUnicode_FromFormat("<Timeout [active] when=%S>", shown) : NULL;
    Py_XDECREF(shown);
    return repr;
}

/* ---- The type ---- */

static int timeout_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"when", NULL};
    PyObject *when;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:Timeout", keywords, &when)) {
        PyErr_Clear();
        return pyac_refuse_init(object, "timeouts", "Timeout", args, kwargs);
    }
    Py_XSETREF(((timeout *)object)->when, Py_NewRef(when));
    return 0;
}

static int timeout_traverse(PyObject *object, visitproc visit, void *arg)
{
    timeout *self = (timeout *)object;
    pyac_showing showing = pyac_show_to(visit, arg);
    Py_VISIT(self->when);
    Py_VISIT(self->other);
    if (self->loop == NULL)
        return 0;
    Py_VISIT(self->loop->keeper);
    return ac_timeout_visit(&self->core, &showing.visitor);
}

/* One that the collector has cleared is as one that was never entered. */
static int timeout_clear(PyObject *object)
{
    timeout *self = (timeout *)object;
    pyac_loop *loop = self->loop;
    if (loop != NULL) {
        ac_timeout_clear(&self->core);
        self->loop = NULL;
        Py_DECREF(loop->keeper);
    }
    Py_CLEAR(self->other);
    Py_CLEAR(self->when);
    return 0;
}

static void timeout_dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    (void)timeout_clear(object);
    Py_TYPE(object)->tp_free(object);
}

static PyMethodDef timeout_methods[] = {
    {"__aenter__", timeout_aenter, METH_NOARGS, NULL},
    {"__aexit__", (PyCFunction)(void (*)(void))timeout_aexit, METH_FASTCALL, NULL},
    {"when", timeout_when, METH_NOARGS, PyDoc_STR("when($self, /)\n--\n\nReturn the current deadline.")},
    {"reschedule", PYAC_VECTORCALL(timeout_reschedule),
     PyDoc_STR("reschedule($self, when)\n--\n\nReschedule the timeout.")},
    {"expired", timeout_expired, METH_NOARGS,
     PyDoc_STR("expired($self, /)\n--\n\nIs timeout expired during execution?")},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject timeout_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.timeouts.Timeout",
    .tp_doc = PyDoc_STR(
        "Timeout(when)\n--\n\nAsynchronous context manager for cancelling overdue coroutines."),
    .tp_basicsize = sizeof(timeout),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = timeout_init,
    .tp_traverse = timeout_traverse,
    .tp_clear = timeout_clear,
    .tp_dealloc = timeout_dealloc,
    .tp_repr = timeout_repr,
    .tp_methods = timeout_methods,
};

/* ---- The functions ---- */

/* Of the class that install() has made, or of ours itself. */
static PyObject *timeout_new(PyObject *when)
{
    static PyTypeObject *derived;
    if (derived == NULL)
        derived = pyac_derived("Timeout");
    PyTypeObject *type = derived != NULL ? derived : &timeout_type;
    timeout *self = (timeout *)type->tp_alloc(type, 0);
    if (self != NULL)
        self->when = Py_NewRef(when);
    return (PyObject *)self;
}

/* loop.time(), as the running loop says it. */
static PyObject *timeout_now(void)
{
    PyObject *running = pyac_running_loop();
    if (running == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "no running event loop");
        return NULL;
    }
    pyac_loop *loop = pyac_event_loop(running);
    if (loop == NULL || !event_loop_is_own(event_loop_of(loop), LOOP_TIME))
        return PyObject_CallMethodNoArgs(running, pyac_n.time);
    return PyFloat_FromDouble(ac_loop_time(&loop->core));
}

/* With no delay the time is not asked, but there must be a loop. */
static PyObject *timeout_after(PyObject *delay)
{
    if (delay == Py_None && pyac_running_loop() != NULL)
        return Py_NewRef(Py_None);
    PyObject *now = timeout_now();
    PyObject *when = now != NULL ? PyNumber_Add(now, delay) : NULL;
    Py_XDECREF(now);
    return when;
}

static PyObject *timeout_call(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"delay", NULL};
    PyObject *delay;
    (void)module;
    if (count == 1 && names == NULL)
        delay = args[0];
    else if (pyac_parse(args, count, names, "O:timeout", keywords, &delay) < 0)
        return pyac_ours_not("timeouts", "timeout", args, count, names);
    PyObject *when = timeout_after(delay);
    PyObject *made = when != NULL ? timeout_new(when) : NULL;
    Py_XDECREF(when);
    return made;
}

static PyObject *timeout_at_call(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"when", NULL};
    PyObject *when;
    (void)module;
    if (count == 1 && names == NULL)
        when = args[0];
    else if (pyac_parse(args, count, names, "O:timeout_at", keywords, &when) < 0)
        return pyac_ours_not("timeouts", "timeout_at", args, count, names);
    return timeout_new(when);
}

static PyMethodDef timeout_functions[] = {
    {"timeout", PYAC_VECTORCALL(timeout_call),
     PyDoc_STR("timeout(delay)\n--\n\nTimeout async context manager.")},
    {"timeout_at", PYAC_VECTORCALL(timeout_at_call),
     PyDoc_STR("timeout_at(when)\n--\n\nSchedule the timeout at absolute time.")},
    {NULL, NULL, 0, NULL},
};

int pyac_timeouts_ready(PyObject *module)
{
    return PyModule_AddType(module, &timeout_type) < 0 ? -1
                                                       : PyModule_AddFunctions(module, timeout_functions);
}
