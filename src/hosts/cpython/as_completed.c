/* as_completed.c - asyncio.as_completed: the core's as_completed as an iterator of both kinds.
 *
 * Mirrors    tasks._AsCompletedIterator and tasks.as_completed since 3.13; before, what the generator
 *            as_completed does at its first step (aiocore/generators.py has the generator).
 * Idea       What is waited for becomes a set, each of it a future, and they a set and a list.  A step is a
 *            coroutine in C whose frame is the core's.
 * Elsewhere  Other loops, tasks and futures, and arguments that asyncio refuses: asyncio's own, which is
 *            given the futures if they are made by then.
 * Holds      The core has a reference to the iterator for each callback on a future, and for the timer.
 * Limits     A step that was made in a task of ours is not awaited in one that is none.
 * Re-enters  Making tasks runs the program. */
#include "coroutines.h"

typedef struct completed {
    PyObject_HEAD pyac_loop *loop; /* its keeper is held */
    ac_as_completed core;
} completed;

static PyTypeObject completed_type;

/* ---- Steps ---- */

static PyObject *step_begin(pyac_coroutine *self)
{
    ac_as_completed_step *step = (ac_as_completed_step *)(void *)self->frame;
    pyac_coroutine_bind(self, ((completed *)self->subject)->loop, &step->co, true);
    return NULL;
}

/* The reference that the core has retained is ours. */
static PyObject *step_finish_anext(pyac_coroutine *self, PyObject *result)
{
    Py_DECREF(result);
    return pyac_object_of(ac_as_completed_found((ac_as_completed_step *)(void *)self->frame));
}

#define STEP_KIND(NAME, QUALNAME, FINISH)                                                                    \
    {                                                                                                        \
        .name = (NAME), .qualname = (QUALNAME), .begin = step_begin, .finish = (FINISH),                     \
        .frame_size = sizeof(ac_as_completed_step), .raises = true, .passes = true                           \
    }

static const pyac_coroutine_kind step_kind = STEP_KIND("_wait_for_one", "_AsCompletedIterator._wait_for_one",
                                                       NULL);
static const pyac_coroutine_kind step_old_kind = STEP_KIND("_wait_for_one",
                                                           "as_completed.<locals>._wait_for_one", NULL);
static const pyac_coroutine_kind anext_kind = STEP_KIND("__anext__", "_AsCompletedIterator.__anext__",
                                                        step_finish_anext);

/* The step is taken whether it is awaited or not.  NULL without an exception at the end. */
static PyObject *completed_next(PyObject *object)
{
    completed *self = (completed *)object;
    if (self->core.left == 0)
        return NULL;
    bool is_new = pyac_has(AC_S_AS_COMPLETED_ASYNC_ITERATOR);
    PyObject *step = pyac_coroutine_new(is_new ? &step_kind : &step_old_kind, object, NULL);
    if (step != NULL)
        (void)ac_as_completed_next(&self->core,
                                   (ac_as_completed_step *)(void *)((pyac_coroutine *)step)->frame);
    return step;
}

static PyObject *completed_anext(PyObject *object)
{
    completed *self = (completed *)object;
    PyObject *step = pyac_coroutine_new(&anext_kind, object, NULL);
    if (step != NULL)
        ac_as_completed_anext(&self->core, (ac_as_completed_step *)(void *)((pyac_coroutine *)step)->frame);
    return step;
}

/* ---- The type ---- */

static int completed_traverse(PyObject *object, visitproc visit, void *arg)
{
    completed *self = (completed *)object;
    pyac_showing showing = pyac_show_to(visit, arg);
    Py_VISIT(self->loop->keeper);
    return ac_as_completed_visit(&self->core, &showing.visitor);
}

/* The loop stays: a step may be awaited still. */
static int completed_clear(PyObject *object)
{
    ac_as_completed_clear(&((completed *)object)->core);
    return 0;
}

static void completed_dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    (void)completed_clear(object);
    Py_DECREF(((completed *)object)->loop->keeper);
    PyObject_GC_Del(object);
}

static PyAsyncMethods completed_async = {.am_aiter = PyObject_SelfIter, .am_anext = completed_anext};

static PyTypeObject completed_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.tasks._AsCompletedIterator",
    .tp_doc = PyDoc_STR("Iterator of awaitables representing tasks of asyncio.as_completed."),
    .tp_basicsize = sizeof(completed),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = completed_traverse,
    .tp_clear = completed_clear,
    .tp_dealloc = completed_dealloc,
    .tp_as_async = &completed_async,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = completed_next,
};

/* ---- Making one: futures of what is waited for ---- */

static PyObject *completed_original(PyObject *fs, PyObject *timeout)
{
    PyObject *values[] = {fs, timeout}, *names = Py_BuildValue("(s)", "timeout"), *made = NULL;
    if (names != NULL)
        made = pyac_call_original("tasks", "as_completed", values, 1, names);
    Py_XDECREF(names);
    return made;
}

/* asyncio.ensure_future(awaitable, loop=loop) */
static PyObject *completed_ask_asyncio(const pyac_loop *loop, PyObject *awaitable)
{
    PyObject *function = pyac_asyncio("tasks", "ensure_future"), *names = Py_BuildValue("(s)", "loop");
    PyObject *values[] = {awaitable, loop->object}, *future = NULL;
    if (function != NULL && names != NULL)
        future = PyObject_Vectorcall(function, values, 1, names);
    Py_XDECREF(names);
    Py_XDECREF(function);
    return future;
}

static PyObject *completed_future(pyac_loop *loop, PyObject *awaitable)
{
    if (pyac_ours_future(loop, awaitable) != NULL)
        return Py_NewRef(awaitable);
    return PyCoro_CheckExact(awaitable) ? pyac_create_task_or_close(loop, awaitable)
                                        : completed_ask_asyncio(loop, awaitable);
}

/* [ensure_future(item) for item in set(fs)], each once. */
static PyObject *completed_futures(pyac_loop *loop, PyObject *fs)
{
    PyObject *items = pyac_set_new(fs), *walk = items != NULL ? PyObject_GetIter(items) : NULL;
    PyObject *todo = walk != NULL ? pyac_set_new(NULL) : NULL, *item, *list = NULL;
    bool good = todo != NULL;
    while (good && (item = PyIter_Next(walk)) != NULL) {
        PyObject *future = completed_future(loop, item);
        good = future != NULL && pyac_set_add(todo, future) == 0;
        Py_XDECREF(future);
        Py_DECREF(item);
    }
    if (good && !PyErr_Occurred())
        list = PySequence_List(todo);
    Py_XDECREF(todo);
    Py_XDECREF(walk);
    Py_XDECREF(items);
    return list;
}

/* ---- Making one ---- */

/* One that the core has not prepared is no object yet. */
static completed *completed_prepare(pyac_loop *loop, ac_future **futures, size_t count)
{
    completed *self = PyObject_GC_New(completed, &completed_type);
    if (self == NULL)
        return NULL;
    ac_status status = ac_as_completed_init(&self->core, &loop->core, futures, count,
                                            pyac_lent((PyObject *)self));
    if (status != AC_OK) {
        PyObject_GC_Del(self);
        return (completed *)(void *)pyac_fail(&loop->core, status, NULL);
    }
    self->loop = loop;
    Py_INCREF(loop->keeper);
    PyObject_GC_Track(self);
    return self;
}

/* Without an exception if they are not all ours. */
static completed *completed_new(pyac_loop *loop, PyObject *list)
{
    ac_future **futures = pyac_ours_futures(loop, list);
    completed *self = NULL;
    if (futures != NULL)
        self = completed_prepare(loop, futures, (size_t)PyList_GET_SIZE(list));
    PyMem_Free(futures);
    return self;
}

static PyObject *completed_make(pyac_loop *loop, PyObject *list, PyObject *timeout, const double *seconds)
{
    completed *self = completed_new(loop, list);
    if (self == NULL)
        return PyErr_Occurred() ? NULL : completed_original(list, timeout);
    ac_status status = ac_as_completed_start(&self->core, seconds);
    if (status == AC_OK)
        return (PyObject *)self;
    Py_DECREF(self);
    return pyac_fail(&loop->core, status, NULL);
}

static PyObject *completed_call(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"fs", "timeout", NULL};
    PyObject *fs, *timeout = Py_None;
    double number = 0;
    (void)module;
    if (count == 1 && names == NULL)
        fs = args[0];
    else if (pyac_parse(args, count, names, "O|$O:as_completed", keywords, &fs, &timeout) < 0)
        return pyac_ours_not("tasks", "as_completed", args, count, names);
    pyac_loop *loop = pyac_ours();
    const double *seconds = timeout != Py_None ? &number : NULL;
    if (loop == NULL || !pyac_ours_items(fs) || (seconds != NULL && !pyac_ours_seconds(timeout, &number)))
        return completed_original(fs, timeout);
    Py_INCREF(loop->keeper);
    PyObject *keeper = loop->keeper, *list = completed_futures(loop, fs);
    PyObject *made = list != NULL ? completed_make(loop, list, timeout, seconds) : NULL;
    Py_XDECREF(list);
    Py_DECREF(keeper);
    return made;
}

static PyMethodDef completed_functions[] = {
    {"as_completed", PYAC_VECTORCALL(completed_call),
     PyDoc_STR(
         "as_completed(fs, *, timeout=None)\n--\n\nCreate an iterator of awaitables or their results in "
         "completion order.")},
    {NULL, NULL, 0, NULL},
};

int pyac_as_completed_ready(PyObject *module)
{
    return PyType_Ready(&completed_type) < 0 ? -1 : PyModule_AddFunctions(module, completed_functions);
}
