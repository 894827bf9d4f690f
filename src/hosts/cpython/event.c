/* event.c - asyncio.Event.
 *
 * Mirrors    locks.Event.
 * Idea       bound.c.
 * Re-enters  A set on a loop that is not ours. */
#include "sync.h"

enum { EVENT_M_GET_LOOP = 1, EVENT_M_SET = 2, EVENT_M_CLEAR = 4, EVENT_M_WAIT = 8 };

static pyac_methods event_asked = {
    .module = "locks", .type = "Event", .names = {"_get_loop", "set", "clear", "wait"}};

static bool event_is_there(PyObject *self)
{
    return ((pyac_event *)self)->core.waiters.next != NULL;
}

static bool event_is_ours(PyObject *self, uint32_t methods)
{
    return event_is_there(self) && ((pyac_event *)self)->head.strangers == 0 &&
           (pyac_replaced(self, &event_asked) & methods) == 0;
}

bool pyac_event_is_plain(PyObject *self)
{
    return PyObject_TypeCheck(self, &PyacEvent_Type) &&
           event_is_ours(self, EVENT_M_GET_LOOP | EVENT_M_SET | EVENT_M_CLEAR | EVENT_M_WAIT);
}

static PyObject *event_hand_over(PyObject *self, const char *method, PyObject *const *args, Py_ssize_t count,
                                 PyObject *names)
{
    return pyac_hand_over("locks", "Event", self, method, args, count, names);
}

/* ---- Methods ---- */

static PyObject *event_is_set(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) && event_is_there(self)
               ? PyBool_FromLong(ac_event_is_set(&((pyac_event *)self)->core))
               : event_hand_over(self, "is_set", args, count, names);
}

static PyObject *event_set(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    pyac_event *event = (pyac_event *)self;
    return pyac_alone(count, names) && event_is_ours(self, 0)
               ? pyac_bound_done(&event->core.bound, ac_event_set(&event->core))
               : event_hand_over(self, "set", args, count, names);
}

static PyObject *event_clear_flag(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (!pyac_alone(count, names) || !event_is_there(self))
        return event_hand_over(self, "clear", args, count, names);
    ac_event_clear(&((pyac_event *)self)->core);
    Py_RETURN_NONE;
}

static PyObject *event_begin_wait(pyac_coroutine *self)
{
    pyac_event *event = (pyac_event *)self->subject;
    if (event_is_there(self->subject) && ac_event_is_set(&event->core))
        Py_RETURN_TRUE;
    pyac_loop *loop = pyac_waits_on();
    if (loop == NULL || !event_is_ours(self->subject, EVENT_M_GET_LOOP))
        return pyac_hand_coroutine_over(self, "locks", "Event", "wait");
    ac_event_wait *wait = (ac_event_wait *)(void *)self->frame;
    ac_event_wait_init(wait, &event->core);
    pyac_coroutine_bind(self, loop, &wait->co, true);
    return NULL;
}

static const pyac_coroutine_kind event_wait_kind = {.name = "wait",
                                                    .qualname = "Event.wait",
                                                    .begin = event_begin_wait,
                                                    .finish = pyac_finish_true,
                                                    .frame_size = sizeof(ac_event_wait)};

static PyObject *event_wait(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&event_wait_kind, self, NULL)
                                    : event_hand_over(self, "wait", args, count, names);
}

/* ---- Attributes ---- */

static PyObject *event_get_value(PyObject *self, void *unused)
{
    (void)unused;
    return event_is_there(self) ? PyBool_FromLong(ac_event_is_set(&((pyac_event *)self)->core))
                                : pyac_no_attribute(self, "_value");
}

static int event_set_value(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    return pyac_set_flag(&((pyac_event *)self)->core.set, value);
}

static PyObject *event_repr(PyObject *self)
{
    const pyac_event *event = (pyac_event *)self;
    if (!event_is_there(self))
        return pyac_no_attribute(self, "_value");
    return pyac_bound_repr(self, PyUnicode_FromString(ac_event_is_set(&event->core) ? "set" : "unset"),
                           ac_event_waiter_count(&event->core));
}

/* ---- The type ---- */

static void event_abandon(PyObject *self)
{
    pyac_event *event = (pyac_event *)self;
    if (!event_is_there(self))
        return;
    pyac_waiters_drop(&event->core.waiters);
    ac_event_abandon(&event->core);
}

static int event_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    pyac_event *event = (pyac_event *)self;
    if (pyac_init_argument(self, "locks", "Event", args, kwargs, NULL, NULL) < 0)
        return -1;
    ac_loop *loop = event->core.bound.loop;
    event_abandon(self);
    ac_event_init(&event->core, pyac_lent(self));
    event->core.bound.loop = loop;
    return 0;
}

static int event_traverse(PyObject *self, visitproc visit, void *arg)
{
    pyac_event *event = (pyac_event *)self;
    pyac_showing showing = pyac_show_to(visit, arg);
    int stop = pyac_bound_traverse(self, visit, arg);
    if (stop != 0 || !event_is_there(self))
        return stop;
    stop = pyac_waiters_visit(&event->core.waiters, visit, arg);
    return stop == 0 ? ac_event_visit(&event->core, &showing.visitor) : stop;
}

static int event_clear(PyObject *self)
{
    event_abandon(self);
    pyac_bound_clear(self);
    return 0;
}

static void event_dealloc(PyObject *self)
{
    pyac_bound_begin_dealloc(self);
    (void)event_clear(self);
    pyac_bound_end_dealloc(self);
}

static PyMethodDef event_methods[] = {
    {"is_set", PYAC_VECTORCALL(event_is_set), NULL},
    {"set", PYAC_VECTORCALL(event_set), NULL},
    {"clear", PYAC_VECTORCALL(event_clear_flag), NULL},
    {"wait", PYAC_VECTORCALL(event_wait), NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef event_getset[] = {
    {"_value", event_get_value, event_set_value, NULL, NULL},
    {"_waiters", pyac_waiters_get, pyac_waiters_set, NULL, (void *)offsetof(pyac_event, core.waiters)},
    {"_loop", pyac_bound_get_loop, pyac_bound_set_loop, NULL, (void *)offsetof(pyac_event, core.bound)},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyacEvent_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.locks.Event",
    .tp_doc = PyDoc_STR("Event()\n--\n\nAsynchronous equivalent to threading.Event."),
    .tp_basicsize = sizeof(pyac_event),
    .tp_dictoffset = offsetof(pyac_bound, dict),
    .tp_weaklistoffset = offsetof(pyac_bound, weakrefs),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = event_init,
    .tp_traverse = event_traverse,
    .tp_clear = event_clear,
    .tp_dealloc = event_dealloc,
    .tp_repr = event_repr,
    .tp_methods = event_methods,
    .tp_getset = event_getset,
};

int pyac_event_ready(PyObject *module)
{
    return PyModule_AddType(module, &PyacEvent_Type);
}
