/* barrier.c - asyncio.Barrier.
 *
 * Mirrors    locks.Barrier.
 * Idea       bound.c.  The core's barrier, around an asyncio.Condition.  If that is none of ours, or
 *            something of it is replaced, or parties is no int, asyncio's own methods do it all.
 * Holds      core is there once 'parties' is set; core.condition lies in 'own', which is an object of ours or
 *            NULL.
 * Re-enters  What the condition's does. */
#include "sync.h"

typedef struct barrier {
    pyac_bound head;     /* never bound: its condition and lock are */
    PyObject *condition; /* owned: _cond */
    PyObject *own;       /* owned: the one that it was made with */
    PyObject *parties;   /* owned: as it was given */
    bool odd;            /* parties is no number of the core's */
    ac_barrier core;
} barrier;

enum { BARRIER_M_WAIT = 1, BARRIER_M_INSIDE = 2 | 4 | 8 | 16 };

static pyac_methods barrier_asked = {
    .module = "locks", .type = "Barrier", .names = {"wait", "_block", "_release", "_wait", "_exit"}};

static bool barrier_is_ours(PyObject *self, uint32_t methods)
{
    const barrier *own = (barrier *)self;
    return own->parties != NULL && !own->odd && own->condition == own->own &&
           own->core.condition == pyac_condition_core(own->own) &&
           (pyac_replaced(self, &barrier_asked) & methods) == 0;
}

/* The loop for a wait; NULL: it is to be asyncio's own coroutine. */
static pyac_loop *barrier_waits_on(PyObject *self, uint32_t methods)
{
    pyac_loop *loop = pyac_waits_on();
    return loop != NULL && barrier_is_ours(self, methods) ? loop : NULL;
}

static PyObject *barrier_hand_over(PyObject *self, const char *method, PyObject *const *args,
                                   Py_ssize_t count, PyObject *names)
{
    return pyac_hand_over("locks", "Barrier", self, method, args, count, names);
}

/* ---- wait ---- */

static PyObject *barrier_begin_wait_of(pyac_coroutine *self, uint32_t methods)
{
    pyac_loop *loop = barrier_waits_on(self->subject, methods);
    if (loop == NULL)
        return pyac_hand_coroutine_over(self, "locks", "Barrier", self->kind->name);
    ac_barrier_wait *wait = (ac_barrier_wait *)(void *)self->frame;
    ac_barrier_wait_init(wait, &((barrier *)self->subject)->core);
    pyac_coroutine_bind(self, loop, &wait->co, true);
    return NULL;
}

static PyObject *barrier_begin_wait(pyac_coroutine *self)
{
    return barrier_begin_wait_of(self, BARRIER_M_INSIDE);
}

static PyObject *barrier_begin_aenter(pyac_coroutine *self)
{
    return barrier_begin_wait_of(self, BARRIER_M_INSIDE | BARRIER_M_WAIT);
}

static PyObject *barrier_finish_wait(pyac_coroutine *self, PyObject *result)
{
    if (self->inner != NULL)
        return result;
    Py_DECREF(result);
    return PyLong_FromLongLong(((ac_barrier_wait *)(void *)self->frame)->index);
}

static const pyac_coroutine_kind barrier_wait_kind = {.name = "wait",
                                                      .qualname = "Barrier.wait",
                                                      .begin = barrier_begin_wait,
                                                      .finish = barrier_finish_wait,
                                                      .frame_size = sizeof(ac_barrier_wait)};

static const pyac_coroutine_kind barrier_aenter_kind = {.name = "__aenter__",
                                                        .qualname = "Barrier.__aenter__",
                                                        .begin = barrier_begin_aenter,
                                                        .finish = barrier_finish_wait,
                                                        .frame_size = sizeof(ac_barrier_wait)};

static PyObject *barrier_wait(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&barrier_wait_kind, self, NULL)
                                    : barrier_hand_over(self, "wait", args, count, names);
}

static PyObject *barrier_aenter(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&barrier_aenter_kind, self, NULL)
                                    : barrier_hand_over(self, "__aenter__", args, count, names);
}

/* async def __aexit__(self, *args): pass */
static PyObject *barrier_begin_aexit(pyac_coroutine *self)
{
    (void)self;
    Py_RETURN_NONE;
}

static const pyac_coroutine_kind barrier_aexit_kind = {
    .name = "__aexit__", .qualname = "Barrier.__aexit__", .begin = barrier_begin_aexit};

static PyObject *barrier_aexit(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(0, names) ? pyac_coroutine_new(&barrier_aexit_kind, self, NULL)
                                : barrier_hand_over(self, "__aexit__", args, count, names);
}

/* ---- reset and abort ---- */

static PyObject *barrier_begin_change(pyac_coroutine *self,
                                      void prepare(ac_barrier_change *change, ac_barrier *core))
{
    pyac_loop *loop = barrier_waits_on(self->subject, 0);
    if (loop == NULL)
        return pyac_hand_coroutine_over(self, "locks", "Barrier", self->kind->name);
    ac_barrier_change *change = (ac_barrier_change *)(void *)self->frame;
    barrier *own = (barrier *)self->subject;
    prepare(change, &own->core);
    pyac_coroutine_bind(self, loop, &change->co, true);
    return NULL;
}

static PyObject *barrier_begin_reset(pyac_coroutine *self)
{
    return barrier_begin_change(self, ac_barrier_reset_init);
}

static PyObject *barrier_begin_abort(pyac_coroutine *self)
{
    return barrier_begin_change(self, ac_barrier_abort_init);
}

static const pyac_coroutine_kind barrier_reset_kind = {.name = "reset",
                                                       .qualname = "Barrier.reset",
                                                       .begin = barrier_begin_reset,
                                                       .frame_size = sizeof(ac_barrier_change)};

static const pyac_coroutine_kind barrier_abort_kind = {.name = "abort",
                                                       .qualname = "Barrier.abort",
                                                       .begin = barrier_begin_abort,
                                                       .frame_size = sizeof(ac_barrier_change)};

static PyObject *barrier_reset(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&barrier_reset_kind, self, NULL)
                                    : barrier_hand_over(self, "reset", args, count, names);
}

static PyObject *barrier_abort(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return pyac_alone(count, names) ? pyac_coroutine_new(&barrier_abort_kind, self, NULL)
                                    : barrier_hand_over(self, "abort", args, count, names);
}

/* ---- Attributes: parties, n_waiting and broken are asyncio's properties, of these ---- */

static const char *const state_names[] = {"FILLING", "DRAINING", "RESETTING",
                                          "BROKEN"}; /* ac_barrier_state */
enum { STATES = sizeof state_names / sizeof *state_names };

static PyObject *state_member(int state)
{
    PyObject *type = pyac_asyncio("locks", "_BarrierState");
    PyObject *member = type != NULL ? PyObject_GetAttrString(type, state_names[state]) : NULL;
    Py_XDECREF(type);
    return member;
}

static PyObject *barrier_get_state(PyObject *self, void *unused)
{
    const barrier *own = (barrier *)self;
    (void)unused;
    return own->parties != NULL ? state_member((int)own->core.state) : pyac_no_attribute(self, "_state");
}

static int barrier_set_state(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    for (int i = 0; i < STATES; i++) {
        PyObject *member = state_member(i);
        if (member == NULL)
            return -1;
        Py_DECREF(member); /* the class has it */
        if (member == value) {
            ((barrier *)self)->core.state = (ac_barrier_state)i;
            return 0;
        }
    }
    PyErr_Format(PyExc_TypeError, "_state is a _BarrierState, not %R", value != NULL ? value : Py_None);
    return -1;
}

static PyObject *barrier_get_count(PyObject *self, void *unused)
{
    const barrier *own = (barrier *)self;
    (void)unused;
    return own->parties != NULL ? PyLong_FromLongLong(own->core.count) : pyac_no_attribute(self, "_count");
}

static int barrier_set_count(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    if (value != NULL && pyac_small_int(value, &((barrier *)self)->core.count))
        return 0;
    PyErr_SetString(PyExc_TypeError, "_count is an int");
    return -1;
}

static PyObject *barrier_get_parties(PyObject *self, void *unused)
{
    const barrier *own = (barrier *)self;
    (void)unused;
    return own->parties != NULL ? Py_NewRef(own->parties) : pyac_no_attribute(self, "_parties");
}

static int barrier_set_parties(PyObject *self, PyObject *value, void *unused)
{
    barrier *own = (barrier *)self;
    (void)unused;
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "_parties of a barrier of aiocore's cannot be deleted");
        return -1;
    }
    own->odd = !pyac_small_int(value, &own->core.parties);
    Py_XSETREF(own->parties, Py_NewRef(value));
    return 0;
}

static PyObject *barrier_get_condition(PyObject *self, void *unused)
{
    const barrier *own = (barrier *)self;
    (void)unused;
    return own->condition != NULL ? Py_NewRef(own->condition) : pyac_no_attribute(self, "_cond");
}

static int barrier_set_condition(PyObject *self, PyObject *value, void *unused)
{
    (void)unused;
    Py_XSETREF(((barrier *)self)->condition, Py_XNewRef(value));
    return 0;
}

/* f"{self._state.value}", with self.n_waiting and self.parties unless it is broken. */
static PyObject *barrier_repr(PyObject *self)
{
    const barrier *own = (barrier *)self;
    if (own->parties == NULL)
        return pyac_no_attribute(self, "_state");
    const char *state = ac_barrier_state_name(own->core.state);
    PyObject *extra = ac_barrier_broken(&own->core)
                          ? PyUnicode_FromString(state)
                          : PyUnicode_FromFormat("%s, waiters:%lld/%S", state,
                                                 (long long)ac_barrier_n_waiting(&own->core), own->parties);
    return pyac_bound_repr(self, extra, 0);
}

/* ---- Making ---- */

static int barrier_check(PyObject *parties)
{
    PyObject *one = PyLong_FromLong(1);
    int few = one != NULL ? PyObject_RichCompareBool(parties, one, Py_LT) : -1;
    Py_XDECREF(one);
    if (few > 0)
        PyErr_SetString(PyExc_ValueError, ac_barrier_parties_words(pyac_semantics));
    return few == 0 ? 0 : -1;
}

static int barrier_begin_life(barrier *own, PyObject *parties)
{
    PyObject *type = pyac_asyncio("locks", "Condition");
    PyObject *made = type != NULL ? PyObject_CallNoArgs(type) : NULL;
    Py_XDECREF(type);
    if (made == NULL || pyac_bound_keep((PyObject *)own, own->own) < 0) {
        Py_XDECREF(made);
        return -1;
    }
    int64_t number = 1;
    own->odd = !pyac_small_int(parties, &number);
    (void)ac_barrier_init(&own->core, pyac_condition_core(made), number);
    Py_XSETREF(own->parties, Py_NewRef(parties));
    Py_XSETREF(own->condition, Py_NewRef(made));
    Py_XSETREF(own->own, made);
    own->odd |= own->core.condition == NULL;
    return 0;
}

static int barrier_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *parties;
    if (pyac_init_argument(self, "locks", "Barrier", args, kwargs, "parties", &parties) < 0)
        return -1;
    if (parties == NULL)
        return pyac_refuse_init(self, "locks", "Barrier", args, kwargs);
    return barrier_check(parties) < 0 ? -1 : barrier_begin_life((barrier *)self, parties);
}

/* ---- The type ---- */

static int barrier_traverse(PyObject *self, visitproc visit, void *arg)
{
    const barrier *own = (barrier *)self;
    Py_VISIT(own->condition);
    Py_VISIT(own->own);
    Py_VISIT(own->parties);
    return pyac_bound_traverse(self, visit, arg);
}

/* The condition that the core uses stays as long as the object. */
static int barrier_clear(PyObject *self)
{
    Py_CLEAR(((barrier *)self)->condition);
    pyac_bound_clear(self);
    return 0;
}

static void barrier_dealloc(PyObject *self)
{
    PyObject *own = ((barrier *)self)->own;
    pyac_bound_begin_dealloc(self);
    (void)barrier_clear(self);
    Py_CLEAR(((barrier *)self)->parties);
    pyac_bound_end_dealloc(self);
    Py_XDECREF(own);
}

static PyMethodDef barrier_methods[] = {
    {"wait", PYAC_VECTORCALL(barrier_wait), NULL},
    {"reset", PYAC_VECTORCALL(barrier_reset), NULL},
    {"abort", PYAC_VECTORCALL(barrier_abort), NULL},
    {"__aenter__", PYAC_VECTORCALL(barrier_aenter), NULL},
    {"__aexit__", PYAC_VECTORCALL(barrier_aexit), NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef barrier_getset[] = {
    {"_cond", barrier_get_condition, barrier_set_condition, NULL, NULL},
    {"_count", barrier_get_count, barrier_set_count, NULL, NULL},
    {"_parties", barrier_get_parties, barrier_set_parties, NULL, NULL},
    {"_state", barrier_get_state, barrier_set_state, NULL, NULL},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyacBarrier_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.locks.Barrier",
    .tp_doc = PyDoc_STR("Barrier(parties)\n--\n\nAsyncio equivalent to threading.Barrier."),
    .tp_basicsize = sizeof(barrier),
    .tp_dictoffset = offsetof(pyac_bound, dict),
    .tp_weaklistoffset = offsetof(pyac_bound, weakrefs),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = barrier_init,
    .tp_traverse = barrier_traverse,
    .tp_clear = barrier_clear,
    .tp_dealloc = barrier_dealloc,
    .tp_repr = barrier_repr,
    .tp_methods = barrier_methods,
    .tp_getset = barrier_getset,
};

int pyac_barrier_ready(PyObject *module)
{
    return PyModule_AddType(module, &PyacBarrier_Type);
}
