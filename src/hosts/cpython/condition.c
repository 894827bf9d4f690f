/* condition.c - asyncio.Condition.
 *
 * Mirrors    locks.Condition.
 * Idea       bound.c.  As in asyncio the methods locked, acquire and release of its lock, and the lock,
 *            become attributes of the object.  The core's condition is used as long as the lock is a Lock of
 *            which nothing is replaced, and those three are still what they were.
 * Holds      core.lock lies in 'lock', or lock is NULL and core.lock is not looked at.
 * Re-enters  A predicate runs anything. */
#include "sync.h"

enum { EXPORTED = 3 };

typedef struct condition {
    pyac_bound head;
    PyObject *lock;               /* owned: a Lock, or NULL: something else */
    PyObject *exported[EXPORTED]; /* owned: its methods as they stand in dict */
    ac_condition core;
} condition;

enum { CONDITION_M_WAIT = 1, CONDITION_M_NOTIFY = 2, CONDITION_M_NOTIFY_NOW = 4, CONDITION_M_GET_LOOP = 8 };

static pyac_methods condition_asked = {
    .module = "locks", .type = "Condition", .names = {"wait", "notify", "_notify", "_get_loop"}};

static const char *const exported_names[EXPORTED] = {"locked", "acquire", "release"};
static PyObject *exported_keys[EXPORTED], *lock_key; /* interned */

static bool condition_is_there(PyObject *self)
{
    return ((condition *)self)->core.waiters.next != NULL;
}

/* The three attributes are those that __init__ has set. */
static bool condition_exports(const condition *own)
{
    for (int i = 0; i < EXPORTED; i++)
        if (own->head.dict == NULL ||
            PyDict_GetItemWithError(own->head.dict, exported_keys[i]) != own->exported[i])
            return false;
    return true;
}

/* In a dict that has nothing but what __init__ has put there, nothing more is looked up. */
static uint32_t condition_replaced(PyObject *self)
{
    PyObject *dict = ((condition *)self)->head.dict;
    bool usual = PyDict_GET_SIZE(dict) == EXPORTED + 1 && PyDict_GetItemWithError(dict, lock_key) != NULL;
    return usual ? pyac_methods_seen(self, &condition_asked)->replaced
                 : pyac_replaced(self, &condition_asked);
}

static bool condition_is_ours(PyObject *self, uint32_t methods)
{
    const condition *own = (condition *)self;
    return condition_is_there(self) && own->lock != NULL && own->head.strangers == 0 &&
           condition_exports(own) && pyac_lock_is_plain(own->lock) &&
           (methods == 0 || (condition_replaced(self) & methods) == 0);
}

ac_condition *pyac_condition_core(PyObject *self)
{
    bool plain = PyObject_TypeCheck(self, &PyacCondition_Type) &&
                 condition_is_ours(self, CONDITION_M_WAIT | CONDITION_M_NOTIFY | CONDITION_M_NOTIFY_NOW |
                                             CONDITION_M_GET_LOOP);
    return plain ? &((condition *)self)->core : NULL;
}

static PyObject *condition_hand_over(PyObject *self, const char *method, PyObject *const *args,
                                     Py_ssize_t count, PyObject *names)
{
    return pyac_hand_over("locks", "Condition", self, method, args, count, names);
}

/* ---- wait ---- */

static PyObject *condition_begin_wait(pyac_coroutine *self)
{
    pyac_loop *loop = pyac_waits_on();
    if (loop == NULL || !condition_is_ours(self->subject, CONDITION_M_NOTIFY_NOW | CONDITION_M_GET_LOOP))
        return pyac_hand_coroutine_over(self, "locks", "Condition", "wait");
    condition *own = (condition *)self->subject;
    ac_condition_wait *wait = (ac_condition_wait *)(void *)self->frame;
    ((pyac_lock *)own->lock)->head.waited = true;
    ac_condition_wait_init(wait, &own->core);
    pyac_coroutine_bind(self, loop, &wait->co, true);
    return NULL;
}

static const pyac_coroutine_kind condition_wait_kind = {.name = "wait",
                                                        .qualname = "Condition.wait",
                                                        .begin = condition_begin_wait,
                                                        .finish = pyac_finish_true,
                                                        .frame_size = sizeof(ac_condition_wait)};

static PyObject *condition_wait(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&condition_wait_kind, self, NULL)
                                    : condition_hand_over(self, "wait", args, count, names);
}

/* ---- wait_for ---- */

static ac_status condition_predicate(ac_loop *loop, void *data, ac_value *result, bool *holds)
{
    const pyac_coroutine *self = data;
    PyObject *answer = PyObject_CallNoArgs(self->argument);
    int truth = answer != NULL ? PyObject_IsTrue(answer) : -1;
    if (truth < 0) {
        Py_XDECREF(answer);
        return pyac_raised(loop);
    }
    *holds = truth > 0;
    *result = pyac_owned(answer);
    return AC_OK;
}

static PyObject *condition_begin_wait_for(pyac_coroutine *self)
{
    pyac_loop *loop = pyac_waits_on();
    if (loop == NULL ||
        !condition_is_ours(self->subject, CONDITION_M_WAIT | CONDITION_M_NOTIFY_NOW | CONDITION_M_GET_LOOP))
        return pyac_hand_coroutine_over(self, "locks", "Condition", "wait_for");
    condition *own = (condition *)self->subject;
    ac_condition_wait_for *wait = (ac_condition_wait_for *)(void *)self->frame;
    ((pyac_lock *)own->lock)->head.waited = true;
    ac_condition_wait_for_init(wait, &own->core, condition_predicate, self);
    pyac_coroutine_bind(self, loop, &wait->co, true);
    return NULL;
}

static const pyac_coroutine_kind condition_wait_for_kind = {.name = "wait_for",
                                                            .qualname = "Condition.wait_for",
                                                            .begin = condition_begin_wait_for,
                                                            .frame_size = sizeof(ac_condition_wait_for)};

static PyObject *condition_wait_for(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_single(count, names) ? pyac_coroutine_new(&condition_wait_for_kind, self, args[0])
                                     : condition_hand_over(self, "wait_for", args, count, names);
}

/* ---- notify ---- */

static PyObject *condition_notify(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    int64_t n = 1;
    condition *own = (condition *)self;
    bool simple = pyac_alone(count, names) || (pyac_single(count, names) && pyac_small_int(args[0], &n));
    if (!simple || !condition_is_ours(self, CONDITION_M_NOTIFY_NOW))
        return condition_hand_over(self, "notify", args, count, names);
    return pyac_bound_done(&own->core.bound, ac_condition_notify(&own->core, n > 0 ? (size_t)n : 0));
}

static PyObject *condition_notify_all(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                      PyObject *names)
{
    condition *own = (condition *)self;
    if (!pyac_alone(count, names) || !condition_is_ours(self, CONDITION_M_NOTIFY | CONDITION_M_NOTIFY_NOW))
        return condition_hand_over(self, "notify_all", args, count, names);
    return pyac_bound_done(&own->core.bound, ac_condition_notify_all(&own->core));
}

/* ---- async with: what its lock does ---- */

static PyObject *condition_begin_aenter(pyac_coroutine *self)
{
    PyObject *answer;
    if (condition_is_ours(self->subject, 0) &&
        pyac_lock_begin(self, (pyac_lock *)((condition *)self->subject)->lock, Py_None, &answer))
        return answer;
    return pyac_hand_coroutine_over(self, "locks", "Condition", "__aenter__");
}

static PyObject *condition_begin_aexit(pyac_coroutine *self)
{
    const condition *own = (condition *)self->subject;
    if (!condition_is_ours(self->subject, 0))
        return pyac_hand_aexit_over(self, "locks", "Condition");
    ac_lock *lock = &((pyac_lock *)own->lock)->core;
    return pyac_bound_done(&lock->bound, ac_lock_release(lock));
}

static const pyac_coroutine_kind condition_aenter_kind = {.name = "__aenter__",
                                                          .qualname = "_ContextManagerMixin.__aenter__",
                                                          .begin = condition_begin_aenter,
                                                          .frame_size = sizeof(ac_lock_acquire)};

static const pyac_coroutine_kind condition_aexit_kind = {
    .name = "__aexit__", .qualname = "_ContextManagerMixin.__aexit__", .begin = condition_begin_aexit};

static PyObject *condition_aenter(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&condition_aenter_kind, self, NULL)
                                    : condition_hand_over(self, "__aenter__", args, count, names);
}

static PyObject *condition_aexit(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return count == 3 && names == NULL ? pyac_coroutine_new(&condition_aexit_kind, self, NULL)
                                       : condition_hand_over(self, "__aexit__", args, count, names);
}

static PyObject *condition_repr(PyObject *self)
{
    PyObject *locked = PyObject_CallMethod(self, "locked", NULL);
    int truth = locked != NULL ? PyObject_IsTrue(locked) : -1;
    Py_XDECREF(locked);
    if (truth < 0)
        return NULL;
    if (!condition_is_there(self))
        return pyac_no_attribute(self, "_waiters");
    return pyac_bound_repr(self, PyUnicode_FromString(truth > 0 ? "locked" : "unlocked"),
                           ac_condition_waiter_count(&((condition *)self)->core));
}

/* ---- Making ---- */

static int condition_export(condition *own, PyObject *lock)
{
    if (PyObject_SetAttr((PyObject *)own, lock_key, lock) < 0)
        return -1;
    for (int i = 0; i < EXPORTED; i++) {
        PyObject *method = PyObject_GetAttr(lock, exported_keys[i]);
        Py_XSETREF(own->exported[i], method);
        if (method == NULL || PyObject_SetAttr((PyObject *)own, exported_keys[i], method) < 0)
            return -1;
    }
    return 0;
}

static void condition_abandon(PyObject *self)
{
    condition *own = (condition *)self;
    if (!condition_is_there(self))
        return;
    pyac_waiters_drop(&own->core.waiters);
    ac_condition_abandon(&own->core);
}

static int condition_begin_life(PyObject *self, PyObject *lock)
{
    condition *own = (condition *)self;
    ac_loop *loop = own->core.bound.loop;
    bool ours = PyObject_TypeCheck(lock, &PyacLock_Type);
    if (condition_export(own, lock) < 0 || pyac_bound_keep(self, own->lock) < 0)
        return -1;
    condition_abandon(self);
    ac_condition_init(&own->core, pyac_lent(self), ours ? &((pyac_lock *)lock)->core : NULL);
    own->core.bound.loop = loop;
    Py_XSETREF(own->lock, ours ? Py_NewRef(lock) : NULL);
    return 0;
}

static int condition_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *lock;
    if (pyac_init_argument(self, "locks", "Condition", args, kwargs, "lock", &lock) < 0)
        return -1;
    if (lock != NULL && lock != Py_None)
        return condition_begin_life(self, lock);
    PyObject *type = pyac_asyncio("locks", "Lock");
    lock = type != NULL ? PyObject_CallNoArgs(type) : NULL;
    int failed = lock != NULL ? condition_begin_life(self, lock) : -1;
    Py_XDECREF(type);
    Py_XDECREF(lock);
    return failed;
}

/* ---- The type ---- */

static int condition_traverse(PyObject *self, visitproc visit, void *arg)
{
    condition *own = (condition *)self;
    pyac_showing showing = pyac_show_to(visit, arg);
    int stop = pyac_bound_traverse(self, visit, arg);
    Py_VISIT(own->lock);
    for (int i = 0; i < EXPORTED; i++)
        Py_VISIT(own->exported[i]);
    if (stop != 0 || !condition_is_there(self))
        return stop;
    stop = pyac_waiters_visit(&own->core.waiters, visit, arg);
    return stop == 0 ? ac_condition_visit(&own->core, &showing.visitor) : stop;
}

/* The lock stays as long as the object: who waits may have to take it. */
static int condition_clear(PyObject *self)
{
    condition_abandon(self);
    for (int i = 0; i < EXPORTED; i++)
        Py_CLEAR(((condition *)self)->exported[i]);
    pyac_bound_clear(self);
    return 0;
}

static void condition_dealloc(PyObject *self)
{
    PyObject *lock = ((condition *)self)->lock;
    pyac_bound_begin_dealloc(self);
    (void)condition_clear(self);
    pyac_bound_end_dealloc(self);
    Py_XDECREF(lock);
}

static PyMethodDef condition_methods[] = {
    {"wait", PYAC_VECTORCALL(condition_wait), NULL},
    {"wait_for", PYAC_VECTORCALL(condition_wait_for), NULL},
    {"notify", PYAC_VECTORCALL(condition_notify), NULL},
    {"notify_all", PYAC_VECTORCALL(condition_notify_all), NULL},
    {"__aenter__", PYAC_VECTORCALL(condition_aenter), NULL},
    {"__aexit__", PYAC_VECTORCALL(condition_aexit), NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef condition_getset[] = {
    {"_waiters", pyac_waiters_get, pyac_waiters_set, NULL, (void *)offsetof(condition, core.waiters)},
    {"_loop", pyac_bound_get_loop, pyac_bound_set_loop, NULL, (void *)offsetof(condition, core.bound)},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyacCondition_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.locks.Condition",
    .tp_doc = PyDoc_STR("Condition(lock=None)\n--\n\nAsynchronous equivalent to threading.Condition."),
    .tp_basicsize = sizeof(condition),
    .tp_dictoffset = offsetof(pyac_bound, dict),
    .tp_weaklistoffset = offsetof(pyac_bound, weakrefs),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = condition_init,
    .tp_traverse = condition_traverse,
    .tp_clear = condition_clear,
    .tp_dealloc = condition_dealloc,
    .tp_repr = condition_repr,
    .tp_methods = condition_methods,
    .tp_getset = condition_getset,
};

int pyac_condition_ready(PyObject *module)
{
    for (int i = 0; i < EXPORTED; i++)
        if ((exported_keys[i] = PyUnicode_InternFromString(exported_names[i])) == NULL)
            return -1;
    if ((lock_key = PyUnicode_InternFromString("_lock")) == NULL)
        return -1;
    return PyModule_AddType(module, &PyacCondition_Type);
}
