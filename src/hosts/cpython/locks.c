/* locks.c - asyncio.Lock.
 *
 * Mirrors    locks.Lock, locks._ContextManagerMixin.
 * Idea       bound.c.  acquire and "async with" are coroutines in C, whose wait is the core's.
 * Re-enters  A release on a loop that is not ours. */
#include "sync.h"

enum {
    LOCK_M_ACQUIRE = 1,
    LOCK_M_RELEASE = 2,
    LOCK_M_LOCKED = 4,
    LOCK_M_GET_LOOP = 8,
    LOCK_M_WAKE_UP_FIRST = 16
};

static pyac_methods lock_asked = {.module = "locks",
                                  .type = "Lock",
                                  .names = {"acquire", "release", "locked", "_get_loop", "_wake_up_first"}};

static bool lock_is_there(PyObject *self)
{
    return ((pyac_lock *)self)->core.waiters.next != NULL;
}

static bool lock_is_ours(PyObject *self, uint32_t methods)
{
    return lock_is_there(self) && ((pyac_lock *)self)->head.strangers == 0 &&
           (pyac_replaced(self, &lock_asked) & methods) == 0;
}

bool pyac_lock_is_plain(PyObject *self)
{
    return PyObject_TypeCheck(self, &PyacLock_Type) &&
           lock_is_ours(self, LOCK_M_ACQUIRE | LOCK_M_RELEASE | LOCK_M_LOCKED | LOCK_M_GET_LOOP |
                                  LOCK_M_WAKE_UP_FIRST);
}

static PyObject *lock_hand_over(PyObject *self, const char *method, PyObject *const *args, Py_ssize_t count,
                                PyObject *names)
{
    return pyac_hand_over("locks", "Lock", self, method, args, count, names);
}

/* ---- Coroutines ---- */

bool pyac_lock_begin(pyac_coroutine *self, pyac_lock *lock, PyObject *taken, PyObject **answer)
{
    *answer = NULL;
    if (ac_lock_try_acquire(&lock->core)) {
        *answer = Py_NewRef(taken);
        return true;
    }
    pyac_loop *loop = pyac_waits_on();
    if (loop == NULL)
        return false;
    ac_lock_acquire *acquire = (ac_lock_acquire *)(void *)self->frame;
    lock->head.waited = true;
    ac_lock_acquire_init(acquire, &lock->core);
    pyac_coroutine_bind(self, loop, &acquire->co, true);
    return true;
}

static PyObject *lock_begin_acquire(pyac_coroutine *self)
{
    PyObject *answer;
    if (lock_is_ours(self->subject, LOCK_M_GET_LOOP | LOCK_M_WAKE_UP_FIRST) &&
        pyac_lock_begin(self, (pyac_lock *)self->subject, Py_True, &answer))
        return answer;
    return pyac_hand_coroutine_over(self, "locks", "Lock", "acquire");
}

static PyObject *lock_begin_aenter(pyac_coroutine *self)
{
    PyObject *answer;
    if (lock_is_ours(self->subject, LOCK_M_ACQUIRE | LOCK_M_GET_LOOP | LOCK_M_WAKE_UP_FIRST) &&
        pyac_lock_begin(self, (pyac_lock *)self->subject, Py_None, &answer))
        return answer;
    return pyac_hand_coroutine_over(self, "locks", "Lock", "__aenter__");
}

PyObject *pyac_finish_true(pyac_coroutine *self, PyObject *result)
{
    (void)self;
    Py_DECREF(result);
    Py_RETURN_TRUE;
}

static PyObject *lock_release_now(PyObject *self)
{
    pyac_lock *lock = (pyac_lock *)self;
    return pyac_bound_done(&lock->core.bound, ac_lock_release(&lock->core));
}

static PyObject *lock_begin_aexit(pyac_coroutine *self)
{
    if (lock_is_ours(self->subject, LOCK_M_RELEASE | LOCK_M_WAKE_UP_FIRST))
        return lock_release_now(self->subject);
    return pyac_hand_aexit_over(self, "locks", "Lock");
}

static const pyac_coroutine_kind lock_acquire_kind = {.name = "acquire",
                                                      .qualname = "Lock.acquire",
                                                      .begin = lock_begin_acquire,
                                                      .finish = pyac_finish_true,
                                                      .frame_size = sizeof(ac_lock_acquire)};

static const pyac_coroutine_kind lock_aenter_kind = {.name = "__aenter__",
                                                     .qualname = "_ContextManagerMixin.__aenter__",
                                                     .begin = lock_begin_aenter,
                                                     .frame_size = sizeof(ac_lock_acquire)};

static const pyac_coroutine_kind lock_aexit_kind = {
    .name = "__aexit__", .qualname = "_ContextManagerMixin.__aexit__", .begin = lock_begin_aexit};

static PyObject *lock_acquire(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&lock_acquire_kind, self, NULL)
                                    : lock_hand_over(self, "acquire", args, count, names);
}

static PyObject *lock_aenter(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&lock_aenter_kind, self, NULL)
                                    : lock_hand_over(self, "__aenter__", args, count, names);
}

static PyObject *lock_aexit(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return count == 3 && names == NULL ? pyac_coroutine_new(&lock_aexit_kind, self, NULL)
                                       : lock_hand_over(self, "__aexit__", args, count, names);
}

/* ---- Plain methods ---- */

static PyObject *lock_release(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) && lock_is_ours(self, LOCK_M_WAKE_UP_FIRST)
               ? lock_release_now(self)
               : lock_hand_over(self, "release", args, count, names);
}

static PyObject *lock_locked(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) && lock_is_there(self)
               ? PyBool_FromLong(ac_lock_locked(&((pyac_lock *)self)->core))
               : lock_hand_over(self, "locked", args, count, names);
}

/* ---- Attributes ---- */

static PyObject *lock_get_locked(PyObject *self, void *unused)
{
    (void)unused;
    return lock_is_there(self) ? PyBool_FromLong(ac_lock_locked(&((pyac_lock *)self)->core))
                               : pyac_no_attribute(self, "_locked");
}

static int lock_set_locked(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    return pyac_set_flag(&((pyac_lock *)self)->core.locked, value);
}

static PyObject *lock_repr(PyObject *self)
{
    const pyac_lock *lock = (pyac_lock *)self;
    if (!lock_is_there(self))
        return pyac_no_attribute(self, "_locked");
    return pyac_bound_repr(self, PyUnicode_FromString(ac_lock_locked(&lock->core) ? "locked" : "unlocked"),
                           ac_lock_waiter_count(&lock->core));
}

/* ---- The type ---- */

static void lock_abandon(PyObject *self)
{
    pyac_lock *lock = (pyac_lock *)self;
    if (!lock_is_there(self))
        return;
    pyac_waiters_drop(&lock->core.waiters);
    ac_lock_abandon(&lock->core);
}

/* A second one begins anew, on the same loop. */
static int lock_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    pyac_lock *lock = (pyac_lock *)self;
    if (pyac_init_argument(self, "locks", "Lock", args, kwargs, NULL, NULL) < 0)
        return -1;
    ac_loop *loop = lock->core.bound.loop;
    lock_abandon(self);
    ac_lock_init(&lock->core, pyac_lent(self));
    lock->core.bound.loop = loop;
    lock->head.waited = false;
    return 0;
}

static int lock_traverse(PyObject *self, visitproc visit, void *arg)
{
    pyac_lock *lock = (pyac_lock *)self;
    pyac_showing showing = pyac_show_to(visit, arg);
    int stop = pyac_bound_traverse(self, visit, arg);
    if (stop != 0 || !lock_is_there(self))
        return stop;
    stop = pyac_waiters_visit(&lock->core.waiters, visit, arg);
    return stop == 0 ? ac_lock_visit(&lock->core, &showing.visitor) : stop;
}

static int lock_clear(PyObject *self)
{
    lock_abandon(self);
    pyac_bound_clear(self);
    return 0;
}

static void lock_dealloc(PyObject *self)
{
    pyac_bound_begin_dealloc(self);
    (void)lock_clear(self);
    pyac_bound_end_dealloc(self);
}

static PyMethodDef lock_methods[] = {
    {"acquire", PYAC_VECTORCALL(lock_acquire), NULL}, {"release", PYAC_VECTORCALL(lock_release), NULL},
    {"locked", PYAC_VECTORCALL(lock_locked), NULL},   {"__aenter__", PYAC_VECTORCALL(lock_aenter), NULL},
    {"__aexit__", PYAC_VECTORCALL(lock_aexit), NULL}, {NULL, NULL, 0, NULL},
};

static PyGetSetDef lock_getset[] = {
    {"_locked", lock_get_locked, lock_set_locked, NULL, NULL},
    {"_waiters", pyac_waiters_get_if_any, pyac_waiters_set, NULL, (void *)offsetof(pyac_lock, core.waiters)},
    {"_loop", pyac_bound_get_loop, pyac_bound_set_loop, NULL, (void *)offsetof(pyac_lock, core.bound)},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyacLock_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.locks.Lock",
    .tp_doc = PyDoc_STR("Lock()\n--\n\nPrimitive lock objects."),
    .tp_basicsize = sizeof(pyac_lock),
    .tp_dictoffset = offsetof(pyac_bound, dict),
    .tp_weaklistoffset = offsetof(pyac_bound, weakrefs),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = lock_init,
    .tp_traverse = lock_traverse,
    .tp_clear = lock_clear,
    .tp_dealloc = lock_dealloc,
    .tp_repr = lock_repr,
    .tp_methods = lock_methods,
    .tp_getset = lock_getset,
};

int pyac_locks_ready(PyObject *module)
{
    return pyac_waiters_ready() < 0 ? -1 : PyModule_AddType(module, &PyacLock_Type);
}
