/* gather.c - asyncio.gather: the core's gather as an object, a kind of asyncio's own _GatheringFuture.
 *
 * Mirrors    tasks.gather, tasks._GatheringFuture, tasks.ensure_future of what is a future or a coroutine.
 * Idea       All arguments are looked at before anything is done: if each is a coroutine or a future that the
 *            core can have a callback on, and the loop that runs is ours, coroutines become tasks by the
 *            loop's own function in C, and the children lie in the gather.  Anything else is for asyncio's
 *            own function.
 * Elsewhere  A factory may make tasks that are none of ours: then asyncio's function goes on, with the tasks
 *            that are made already in the place of their coroutines.
 * Holds      The type is made when it is first wanted, for asyncio's own is its base.
 * Owns       As a future; the children belong to the core's gather.
 * Re-enters  Eager tasks run the program, which may do anything but reach the gather.
 * Cost       One object and the core's one allocation; a table of the arguments if they are many. */
#include "coroutines.h"
#include "event_loop.h"

/* Begins like a pyac_future. */
typedef struct gathering {
    PyObject_HEAD pyac_rare *rare;
    PyObject *told;
    ac_gather core;
    PyObject *context; /* of a folded child, and as good as that of each; NULL: there is none */
    PyObject *values;  /* what that has; borrowed */
} gathering;

_Static_assert(offsetof(pyac_future, core) == offsetof(gathering, core), "a gather begins like a future");
_Static_assert(offsetof(pyac_future, rare) == offsetof(gathering, rare), "a gather begins like a future");

PyTypeObject *pyac_gathering_type;
static pyac_spare gathering_spare;

/* ---- _GatheringFuture ---- */

/* A new reference. */
static PyObject *gathering_child(gathering *self, size_t index)
{
    if (!ac_gather_is_folded(&self->core, index))
        return Py_NewRef(pyac_object_of(ac_gather_child(&self->core, index)));
    PyObject *context = NULL;
    pyac_task *again = pyac_task_again(pyac_loop_of(self->core.outer.loop), self->context, &context);
    if (again != NULL)
        ac_gather_unfold(&self->core, index, &again->core, pyac_owned(context));
    return (PyObject *)again;
}

static PyObject *gathering_get_children(PyObject *self, void *unused)
{
    gathering *own = (gathering *)self;
    size_t count = ac_gather_count(&own->core);
    PyObject *list = PyList_New((Py_ssize_t)count);
    (void)unused;
    for (size_t i = 0; list != NULL && i < count; i++) {
        PyObject *child = gathering_child(own, i);
        if (child != NULL)
            PyList_SET_ITEM(list, (Py_ssize_t)i, child);
        else
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *gathering_get_cancel_requested(PyObject *self, void *unused)
{
    (void)unused;
    return PyBool_FromLong(ac_gather_cancel_requested(&((gathering *)self)->core));
}

static int gathering_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((gathering *)self)->context);
    return pyac_future_traverse(self, visit, arg);
}

static int gathering_clear(PyObject *self)
{
    (void)pyac_future_clear(self);
    Py_CLEAR(((gathering *)self)->context);
    return 0;
}

static void gathering_dealloc(PyObject *self)
{
    if (pyac_future_begin_dealloc(self) < 0)
        return;
    (void)gathering_clear(self);
    pyac_spare_give(&gathering_spare, self, pyac_gathering_type);
}

static PyMethodDef gathering_methods[] = {
    {"cancel", PYAC_VECTORCALL(pyac_future_cancel), PyDoc_STR("cancel($self, /, msg=None)\n--\n\n")},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef gathering_getset[] = {
    {"_children", gathering_get_children, NULL, NULL, NULL},
    {"_cancel_requested", gathering_get_cancel_requested, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot gathering_slots[] = {
    {Py_tp_doc, (void *)(uintptr_t) "Helper for gather()."},
    {Py_tp_traverse, (void *)gathering_traverse},
    {Py_tp_clear, (void *)gathering_clear},
    {Py_tp_finalize, (void *)pyac_future_finalize},
    {Py_tp_dealloc, (void *)gathering_dealloc},
    {Py_tp_methods, gathering_methods},
    {Py_tp_getset, gathering_getset},
    {0, NULL},
};

static PyType_Spec gathering_spec = {
    .name = "asyncio.tasks._GatheringFuture",
    .basicsize = sizeof(gathering),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = gathering_slots,
};

static int gathering_ready(void)
{
    if (pyac_gathering_type != NULL)
        return 0;
    PyObject *base = pyac_asyncio("tasks", "_GatheringFuture");
    if (base == NULL)
        return -1;
    pyac_gathering_type = (PyTypeObject *)PyType_FromSpecWithBases(&gathering_spec, base);
    Py_DECREF(base);
    if (pyac_gathering_type == NULL)
        return -1;
    pyac_future_type_made(pyac_gathering_type);
    return 0;
}

/* Its exception comes from a child, with whatever traceback it has there. */
static gathering *gathering_new(pyac_loop *loop, Py_ssize_t room, bool return_exceptions)
{
    gathering *self = (gathering *)pyac_spare_take(&gathering_spare, pyac_gathering_type);
    if (self == NULL)
        return NULL;
    ac_status status = ac_gather_init(&self->core, &loop->core, (size_t)room, return_exceptions);
    if (status != AC_OK) {
        Py_DECREF(self);
        (void)pyac_fail(&loop->core, status, NULL);
        return NULL;
    }
    Py_INCREF(loop->keeper);
    pyac_future_leave_traceback((PyObject *)self);
    return self;
}

/* ---- Arguments that are there twice ---- */

/* Of each argument the first place where it stands. */
typedef struct seen_table {
    uint32_t *slots; /* places + 1; 0: empty; NULL: so few that they are compared one by one */
    size_t mask;
} seen_table;

enum { FEW = 8 };

static int seen_init(seen_table *seen, Py_ssize_t count)
{
    size_t size = (size_t)2 * FEW;
    *seen = (seen_table){NULL, 0};
    if (count <= FEW)
        return 0;
    while (size < 2 * (size_t)count)
        size *= 2;
    seen->slots = PyMem_Calloc(size, sizeof *seen->slots);
    seen->mask = size - 1;
    if (seen->slots == NULL)
        PyErr_NoMemory();
    return seen->slots != NULL ? 0 : -1;
}

/* The earlier place of the argument at 'place', or 'place'. */
static Py_ssize_t seen_place(const seen_table *seen, PyObject *const *arguments, Py_ssize_t place)
{
    Py_ssize_t other = 0;
    if (seen->slots == NULL) {
        while (arguments[other] != arguments[place])
            other++;
        return other;
    }
    /* By the address itself: what was made one after the other lies so here, too. */
    for (size_t i = (size_t)((uintptr_t)arguments[place] >> 4);; i++) {
        uint32_t *slot = &seen->slots[i & seen->mask];
        if (*slot == 0)
            *slot = (uint32_t)place + 1;
        if (arguments[*slot - 1] == arguments[place])
            return (Py_ssize_t)*slot - 1;
    }
}

/* ---- gather ---- */

typedef struct gather_work {
    PyObject *const *arguments;
    Py_ssize_t count, next; /* how many have a future */
    pyac_loop *loop;
    gathering *outer; /* owned */
    PyObject *folded; /* owned: the last task, if nobody else has it; NULL: it is not to be used again */
    seen_table seen;
    bool return_exceptions;
} gather_work;

/* New references of those that are there. */
static int gather_take_children(const gather_work *work, PyObject **all)
{
    for (Py_ssize_t i = 0; i < work->next; i++) {
        if ((all[i] = gathering_child(work->outer, (size_t)i)) != NULL)
            continue;
        while (i-- > 0)
            Py_DECREF(all[i]);
        return -1;
    }
    return 0;
}

/* asyncio's own goes on with the tasks that are there; the last may be of any kind. */
static PyObject *gather_by_asyncio(const gather_work *work, PyObject *last)
{
    static PyObject *keyword;
    PyObject **all = PyMem_New(PyObject *, (size_t)work->count + 1), *made = NULL;
    if (keyword == NULL)
        keyword = Py_BuildValue("(s)", "return_exceptions");
    if (all == NULL || keyword == NULL) {
        PyMem_Free(all);
        return PyErr_NoMemory();
    }
    if (gather_take_children(work, all) < 0) {
        PyMem_Free(all);
        return NULL;
    }
    for (Py_ssize_t i = work->next; i < work->count; i++) {
        Py_ssize_t earlier = i;
        for (Py_ssize_t k = 0; k < work->next; k++)
            if (work->arguments[k] == work->arguments[i])
                earlier = k;
        bool is_last = work->arguments[i] == work->arguments[work->next];
        all[i] = earlier < work->next ? all[earlier] : is_last ? last : work->arguments[i];
    }
    all[work->count] = work->return_exceptions ? Py_True : Py_False;
    (void)pyac_future_clear((PyObject *)work->outer);
    made = pyac_call_original("tasks", "gather", all, work->count, keyword);
    for (Py_ssize_t i = 0; i < work->next; i++)
        Py_DECREF(all[i]);
    PyMem_Free(all);
    return made;
}

/* Nobody but the gather has a task that was made for it: nobody is told if it is lost. */
static int gather_mark_made(PyObject *task)
{
    if (!Py_IS_TYPE(task, pyac_task_type))
        return PyObject_SetAttrString(task, "_log_destroy_pending", Py_False);
    ac_task_set_log_destroy_pending(&((pyac_task *)task)->core, false);
    return 0;
}

static int gather_fail(const gather_work *work, ac_status status)
{
    (void)pyac_fail(&work->loop->core, status, NULL);
    return -1;
}

/* The future of the next argument: 1, 0 if the core can have no callback on it, or -1. */
static int gather_take(gather_work *work, PyObject *future)
{
    if (!pyac_is_plain(future) || ((pyac_future *)future)->core.loop != &work->loop->core)
        return 0;
    ac_status status = ac_gather_add(&work->outer->core, &((pyac_future *)future)->core);
    work->next++;
    return status == AC_OK ? 1 : gather_fail(work, status);
}

static int gather_again(gather_work *work, Py_ssize_t place)
{
    ac_status status = ac_gather_add_again(&work->outer->core, (size_t)place);
    work->next++;
    return status == AC_OK ? 1 : gather_fail(work, status);
}

/* Whether a task that was made for the gather has ended well, and nobody else has it: then no more is kept of
 * it than that.  The first one leaves its context, for what that keeps alive. */
static bool gather_fold(gathering *outer, PyObject *task)
{
    PyObject *values = pyac_task_values((pyac_task *)task);
    if (values == NULL || (outer->context != NULL && outer->values != values) ||
        !ac_gather_fold(&outer->core, &((pyac_task *)task)->core))
        return false;
    if (outer->context == NULL) {
        outer->context = Py_NewRef(pyac_seen(ac_task_get_context(&((pyac_task *)task)->core)));
        outer->values = values;
    }
    return true;
}

/* A task that is folded is left to the next one. */
static int gather_take_made(gather_work *work, PyObject **made)
{
    if (!gather_fold(work->outer, *made))
        return gather_take(work, *made);
    work->folded = *made;
    *made = NULL;
    work->next++;
    return 1;
}

/* Whether a new task would get a copy of the context that a folded one had.  What the gather keeps is to stay
 * as it is: the new task may change its own. */
static bool gather_may_renew(gathering *outer, PyObject *folded)
{
    if (pyac_current_values() != outer->values)
        return false;
    if (outer->context != pyac_seen(ac_task_get_context(&((pyac_task *)folded)->core)))
        return true;
    PyObject *copy = PyContext_CopyCurrent();
    if (copy != NULL)
        Py_SETREF(outer->context, copy);
    else
        PyErr_Clear();
    return copy != NULL;
}

/* The task of a coroutine.  An eager one is made in the object of the last one that was folded, if it would
 * get a copy of the same context. */
static PyObject *gather_make(gather_work *work, PyObject *coro)
{
    PyObject *folded = work->folded, *made = NULL;
    work->folded = NULL;
    if (folded != NULL && PyCoro_CheckExact(coro) && gather_may_renew(work->outer, folded))
        made = pyac_create_task_again(work->loop, coro, folded);
    else
        Py_XDECREF(folded);
    return made != NULL || PyErr_Occurred() != NULL ? made : pyac_create_task_or_close(work->loop, coro);
}

/* The next argument.  A coroutine's task that the core can have no callback on is given by *made. */
static int gather_next(gather_work *work, PyObject **made)
{
    PyObject *argument = work->arguments[work->next];
    Py_ssize_t place = seen_place(&work->seen, work->arguments, work->next);
    if (place != work->next)
        return gather_again(work, place);
    if (!PyCoro_CheckExact(argument) && pyac_is_future(argument)) {
        *made = Py_NewRef(argument);
        return gather_take(work, argument);
    }
    *made = gather_make(work, argument);
    return *made == NULL || gather_mark_made(*made) < 0 ? -1 : gather_take_made(work, made);
}

static PyObject *gather_all(gather_work *work)
{
    PyObject *answer = NULL;
    int taken = 1;
    while (taken > 0 && work->next < work->count) {
        PyObject *made = NULL;
        taken = gather_next(work, &made);
        if (taken == 0)
            answer = gather_by_asyncio(work, made);
        Py_XDECREF(made);
    }
    if (taken <= 0)
        return answer;
    ac_status status = ac_gather_start(&work->outer->core);
    return status == AC_OK ? Py_NewRef(work->outer) : pyac_fail(&work->loop->core, status, NULL);
}

/* What asyncio would make a task of without asking what it is, or a future that needs none. */
static bool gather_knows(const pyac_loop *loop, PyObject *argument)
{
    if (pyac_is_own_coroutine(argument))
        return true;
    return pyac_is_plain(argument) && ((pyac_future *)argument)->core.loop == &loop->core;
}

static bool gather_knows_all(const pyac_loop *loop, PyObject *const *arguments, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++)
        if (!gather_knows(loop, arguments[i]))
            return false;
    return true;
}

static PyObject *gather_here(pyac_loop *loop, PyObject *const *arguments, Py_ssize_t count,
                             bool return_exceptions)
{
    gather_work work = {.arguments = arguments, .count = count, .loop = loop};
    PyObject *answer = NULL;
    work.return_exceptions = return_exceptions;
    if (gathering_ready() < 0 || seen_init(&work.seen, count) < 0)
        return NULL;
    work.outer = gathering_new(loop, count, return_exceptions);
    if (work.outer != NULL)
        answer = gather_all(&work);
    PyMem_Free(work.seen.slots);
    Py_XDECREF(work.folded);
    Py_XDECREF(work.outer);
    return answer;
}

/* return_exceptions= is the only keyword: 1, 0, or -1 if asyncio's own has to say something. */
static int gather_read(PyObject *const *values, PyObject *names)
{
    if (names == NULL)
        return 0;
    if (PyTuple_GET_SIZE(names) != 1 ||
        PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "return_exceptions") != 0 ||
        !PyBool_Check(values[0]))
        return -1;
    return values[0] == Py_True;
}

static PyObject *gather_call(PyObject *module, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    pyac_loop *loop = pyac_making();
    int return_exceptions = gather_read(values + count, names);
    (void)module;
    if (loop == NULL || return_exceptions < 0 || count == 0 || count > INT32_MAX ||
        !gather_knows_all(loop, values, count))
        return PyErr_Occurred() != NULL ? NULL : pyac_call_original("tasks", "gather", values, count, names);
    return gather_here(loop, values, count, return_exceptions > 0);
}

static PyMethodDef gather_functions[] = {
    {"gather", PYAC_VECTORCALL(gather_call),
     PyDoc_STR("gather(*coros_or_futures, return_exceptions=False)\n--\n\n"
               "Return a future aggregating results from the given coroutines/futures.")},
    {NULL, NULL, 0, NULL},
};

int pyac_gather_ready(PyObject *module)
{
    return PyModule_AddFunctions(module, gather_functions);
}
