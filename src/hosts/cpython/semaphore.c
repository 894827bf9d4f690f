/* semaphore.c - asyncio.Semaphore and BoundedSemaphore.
 *
 * Mirrors    locks.Semaphore, locks.BoundedSemaphore.
 * Idea       bound.c.  asyncio counts in anything that can be counted in: a counter that is no int of 64
 *            bits, or is negative, is kept as the program gave it, and then asyncio's own methods count.
 * Holds      odd is NULL, or the counter; odd_limit is NULL, or the bound.
 * Re-enters  A release on a loop that is not ours; comparisons of an odd counter. */
#include "sync.h"

typedef struct semaphore {
    pyac_bound head;
    PyObject *odd, *odd_limit; /* owned */
    ac_semaphore core;
} semaphore;

enum {
    SEMAPHORE_M_ACQUIRE = 1,
    SEMAPHORE_M_RELEASE = 2,
    SEMAPHORE_M_LOCKED = 4,
    SEMAPHORE_M_GET_LOOP = 8,
    SEMAPHORE_M_WAKE_UP_NEXT = 16
};

static pyac_methods semaphore_asked = {
    .module = "locks",
    .type = "Semaphore",
    .names = {"acquire", "release", "locked", "_get_loop", "_wake_up_next"},
};

static bool semaphore_is_there(PyObject *self)
{
    return ((semaphore *)self)->core.waiters.next != NULL;
}

static bool semaphore_is_ours(PyObject *self, uint32_t methods)
{
    const semaphore *own = (semaphore *)self;
    return semaphore_is_there(self) && own->odd == NULL && own->odd_limit == NULL &&
           own->head.strangers == 0 && (pyac_replaced(self, &semaphore_asked) & methods) == 0;
}

static PyObject *semaphore_hand_over(PyObject *self, const char *method, PyObject *const *args,
                                     Py_ssize_t count, PyObject *names)
{
    return pyac_hand_over("locks", "Semaphore", self, method, args, count, names);
}

/* ---- Coroutines ---- */

static bool semaphore_begin(pyac_coroutine *self, PyObject *taken, PyObject **answer)
{
    semaphore *own = (semaphore *)self->subject;
    *answer = NULL;
    if (ac_semaphore_try_acquire(&own->core)) {
        *answer = Py_NewRef(taken);
        return true;
    }
    pyac_loop *loop = pyac_waits_on();
    if (loop == NULL)
        return false;
    ac_semaphore_acquire *acquire = (ac_semaphore_acquire *)(void *)self->frame;
    own->head.waited = true;
    ac_semaphore_acquire_init(acquire, &own->core);
    pyac_coroutine_bind(self, loop, &acquire->co, true);
    return true;
}

static PyObject *semaphore_begin_acquire(pyac_coroutine *self)
{
    PyObject *answer;
    if (semaphore_is_ours(self->subject,
                          SEMAPHORE_M_LOCKED | SEMAPHORE_M_GET_LOOP | SEMAPHORE_M_WAKE_UP_NEXT) &&
        semaphore_begin(self, Py_True, &answer))
        return answer;
    return pyac_hand_coroutine_over(self, "locks", "Semaphore", "acquire");
}

static PyObject *semaphore_begin_aenter(pyac_coroutine *self)
{
    PyObject *answer;
    if (semaphore_is_ours(self->subject, SEMAPHORE_M_ACQUIRE | SEMAPHORE_M_LOCKED | SEMAPHORE_M_GET_LOOP |
                                             SEMAPHORE_M_WAKE_UP_NEXT) &&
        semaphore_begin(self, Py_None, &answer))
        return answer;
    return pyac_hand_coroutine_over(self, "locks", "Semaphore", "__aenter__");
}

static PyObject *semaphore_release_now(PyObject *self)
{
    semaphore *own = (semaphore *)self;
    return pyac_bound_done(&own->core.bound, ac_semaphore_release(&own->core));
}

static PyObject *semaphore_begin_aexit(pyac_coroutine *self)
{
    if (semaphore_is_ours(self->subject, SEMAPHORE_M_RELEASE | SEMAPHORE_M_WAKE_UP_NEXT))
        return semaphore_release_now(self->subject);
    return pyac_hand_aexit_over(self, "locks", "Semaphore");
}

static const pyac_coroutine_kind semaphore_acquire_kind = {.name = "acquire",
                                                           .qualname = "Semaphore.acquire",
                                                           .begin = semaphore_begin_acquire,
                                                           .finish = pyac_finish_true,
                                                           .frame_size = sizeof(ac_semaphore_acquire)};

static const pyac_coroutine_kind semaphore_aenter_kind = {.name = "__aenter__",
                                                          .qualname = "_ContextManagerMixin.__aenter__",
                                                          .begin = semaphore_begin_aenter,
                                                          .frame_size = sizeof(ac_semaphore_acquire)};

static const pyac_coroutine_kind semaphore_aexit_kind = {
    .name = "__aexit__", .qualname = "_ContextManagerMixin.__aexit__", .begin = semaphore_begin_aexit};

static PyObject *semaphore_acquire(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&semaphore_acquire_kind, self, NULL)
                                    : semaphore_hand_over(self, "acquire", args, count, names);
}

static PyObject *semaphore_aenter(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&semaphore_aenter_kind, self, NULL)
                                    : semaphore_hand_over(self, "__aenter__", args, count, names);
}

static PyObject *semaphore_aexit(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return count == 3 && names == NULL ? pyac_coroutine_new(&semaphore_aexit_kind, self, NULL)
                                       : semaphore_hand_over(self, "__aexit__", args, count, names);
}

/* ---- Plain methods ---- */

static PyObject *semaphore_locked(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) && semaphore_is_ours(self, 0)
               ? PyBool_FromLong(ac_semaphore_locked(&((semaphore *)self)->core))
               : semaphore_hand_over(self, "locked", args, count, names);
}

static PyObject *semaphore_release(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) && semaphore_is_ours(self, SEMAPHORE_M_WAKE_UP_NEXT)
               ? semaphore_release_now(self)
               : semaphore_hand_over(self, "release", args, count, names);
}

/* What asyncio's does: its own cannot call super() with an object of ours. */
static PyObject *bounded_release_odd(PyObject *self)
{
    PyObject *value = PyObject_GetAttrString(self, "_value"), *limit = NULL;
    if (value != NULL)
        limit = PyObject_GetAttrString(self, "_bound_value");
    int over = limit != NULL ? PyObject_RichCompareBool(value, limit, Py_GE) : -1;
    Py_XDECREF(value);
    Py_XDECREF(limit);
    if (over > 0)
        PyErr_SetString(PyExc_ValueError, "BoundedSemaphore released too many times");
    return over == 0 ? semaphore_hand_over(self, "release", NULL, 0, NULL) : NULL;
}

static PyObject *bounded_release(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (!pyac_alone(count, names))
        return pyac_hand_over("locks", "BoundedSemaphore", self, "release", args, count, names);
    return semaphore_is_ours(self, SEMAPHORE_M_WAKE_UP_NEXT) ? semaphore_release_now(self)
                                                             : bounded_release_odd(self);
}

/* ---- Attributes ---- */

/* A number of ours, or an odd one in its place; both are written. */
static int semaphore_put_number(PyObject *value, int64_t *number, PyObject **odd)
{
    int64_t given = -1;
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "a counter of aiocore's cannot be deleted");
        return -1;
    }
    bool fits = pyac_small_int(value, &given) && given >= 0;
    *number = fits ? given : 0;
    Py_XSETREF(*odd, fits ? NULL : Py_NewRef(value));
    return 0;
}

static PyObject *semaphore_get_value(PyObject *self, void *unused)
{
    const semaphore *own = (semaphore *)self;
    (void)unused;
    if (!semaphore_is_there(self))
        return pyac_no_attribute(self, "_value");
    return own->odd != NULL ? Py_NewRef(own->odd) : PyLong_FromLongLong(own->core.value);
}

static int semaphore_set_value(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    return semaphore_put_number(value, &((semaphore *)self)->core.value, &((semaphore *)self)->odd);
}

static PyObject *bounded_get_limit(PyObject *self, void *unused)
{
    const semaphore *own = (semaphore *)self;
    (void)unused;
    if (!semaphore_is_there(self))
        return pyac_no_attribute(self, "_bound_value");
    return own->odd_limit != NULL ? Py_NewRef(own->odd_limit) : PyLong_FromLongLong(own->core.limit);
}

static int bounded_set_limit(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    return semaphore_put_number(value, &((semaphore *)self)->core.limit, &((semaphore *)self)->odd_limit);
}

static PyObject *semaphore_repr(PyObject *self)
{
    PyObject *locked = PyObject_CallMethod(self, "locked", NULL), *extra = NULL, *value;
    int truth = locked != NULL ? PyObject_IsTrue(locked) : -1;
    Py_XDECREF(locked);
    if (truth < 0)
        return NULL;
    if (!semaphore_is_there(self))
        return pyac_no_attribute(self, truth > 0 ? "_waiters" : "_value");
    if (truth > 0)
        extra = PyUnicode_FromString("locked");
    else if ((value = semaphore_get_value(self, NULL)) != NULL) {
        extra = PyUnicode_FromFormat("unlocked, value:%S", value);
        Py_DECREF(value);
    }
    return pyac_bound_repr(self, extra, ac_semaphore_waiter_count(&((semaphore *)self)->core));
}

/* ---- Making ---- */

static void semaphore_abandon(PyObject *self)
{
    semaphore *own = (semaphore *)self;
    if (!semaphore_is_there(self))
        return;
    pyac_waiters_drop(&own->core.waiters);
    ac_semaphore_abandon(&own->core);
}

/* value < 0 of anything. */
static int semaphore_check(PyObject *value)
{
    PyObject *zero = PyLong_FromLong(0);
    int negative = zero != NULL ? PyObject_RichCompareBool(value, zero, Py_LT) : -1;
    Py_XDECREF(zero);
    if (negative > 0)
        PyErr_SetString(PyExc_ValueError, "Semaphore initial value must be >= 0");
    return negative == 0 ? 0 : -1;
}

static int semaphore_begin_life(PyObject *self, PyObject *value, bool bounded)
{
    semaphore *own = (semaphore *)self;
    ac_loop *loop = own->core.bound.loop;
    if (semaphore_check(value) < 0)
        return -1;
    semaphore_abandon(self);
    (void)ac_semaphore_init(&own->core, pyac_lent(self), 0);
    own->core.bound.loop = loop;
    own->head.waited = false;
    Py_CLEAR(own->odd_limit);
    if (bounded && bounded_set_limit(self, value, NULL) < 0)
        return -1;
    return semaphore_set_value(self, value, NULL);
}

static int semaphore_init_as(PyObject *self, PyObject *args, PyObject *kwargs, const char *type, bool bounded)
{
    PyObject *value = NULL, *one = PyLong_FromLong(1);
    int failed = one != NULL ? pyac_init_argument(self, "locks", type, args, kwargs, "value", &value) : -1;
    if (failed == 0)
        failed = semaphore_begin_life(self, value != NULL ? value : one, bounded);
    Py_XDECREF(one);
    return failed;
}

static int semaphore_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return semaphore_init_as(self, args, kwargs, "Semaphore", false);
}

static int bounded_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return semaphore_init_as(self, args, kwargs, "BoundedSemaphore", true);
}

/* ---- The types ---- */

static int semaphore_traverse(PyObject *self, visitproc visit, void *arg)
{
    semaphore *own = (semaphore *)self;
    pyac_showing showing = pyac_show_to(visit, arg);
    int stop = pyac_bound_traverse(self, visit, arg);
    Py_VISIT(own->odd);
    Py_VISIT(own->odd_limit);
    if (stop != 0 || !semaphore_is_there(self))
        return stop;
    stop = pyac_waiters_visit(&own->core.waiters, visit, arg);
    return stop == 0 ? ac_semaphore_visit(&own->core, &showing.visitor) : stop;
}

static int semaphore_clear(PyObject *self)
{
    semaphore_abandon(self);
    Py_CLEAR(((semaphore *)self)->odd);
    Py_CLEAR(((semaphore *)self)->odd_limit);
    pyac_bound_clear(self);
    return 0;
}

static void semaphore_dealloc(PyObject *self)
{
    pyac_bound_begin_dealloc(self);
    (void)semaphore_clear(self);
    pyac_bound_end_dealloc(self);
}

static PyMethodDef semaphore_methods[] = {
    {"acquire", PYAC_VECTORCALL(semaphore_acquire), NULL},
    {"release", PYAC_VECTORCALL(semaphore_release), NULL},
    {"locked", PYAC_VECTORCALL(semaphore_locked), NULL},
    {"__aenter__", PYAC_VECTORCALL(semaphore_aenter), NULL},
    {"__aexit__", PYAC_VECTORCALL(semaphore_aexit), NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef semaphore_getset[] = {
    {"_value", semaphore_get_value, semaphore_set_value, NULL, NULL},
    {"_waiters", pyac_waiters_get_if_any, pyac_waiters_set, NULL, (void *)offsetof(semaphore, core.waiters)},
    {"_loop", pyac_bound_get_loop, pyac_bound_set_loop, NULL, (void *)offsetof(semaphore, core.bound)},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyacSemaphore_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.locks.Semaphore",
    .tp_doc = PyDoc_STR("Semaphore(value=1)\n--\n\nA Semaphore implementation."),
    .tp_basicsize = sizeof(semaphore),
    .tp_dictoffset = offsetof(pyac_bound, dict),
    .tp_weaklistoffset = offsetof(pyac_bound, weakrefs),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = semaphore_init,
    .tp_traverse = semaphore_traverse,
    .tp_clear = semaphore_clear,
    .tp_dealloc = semaphore_dealloc,
    .tp_repr = semaphore_repr,
    .tp_methods = semaphore_methods,
    .tp_getset = semaphore_getset,
};

static PyMethodDef bounded_methods[] = {
    {"release", PYAC_VECTORCALL(bounded_release), NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef bounded_getset[] = {
    {"_bound_value", bounded_get_limit, bounded_set_limit, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyacBoundedSemaphore_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.locks.BoundedSemaphore",
    .tp_doc = PyDoc_STR("BoundedSemaphore(value=1)\n--\n\nA bounded semaphore implementation."),
    .tp_basicsize = sizeof(semaphore),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_base = &PyacSemaphore_Type,
    .tp_init = bounded_init,
    .tp_traverse = semaphore_traverse,
    .tp_clear = semaphore_clear,
    .tp_methods = bounded_methods,
    .tp_getset = bounded_getset,
};

int pyac_semaphore_ready(PyObject *module)
{
    return PyModule_AddType(module, &PyacSemaphore_Type) < 0
               ? -1
               : PyModule_AddType(module, &PyacBoundedSemaphore_Type);
}
