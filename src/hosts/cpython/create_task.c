/* create_task.c - loop.create_task and create_future of our own loop, asyncio.create_task.
 *
 * Mirrors    BaseEventLoop.create_task, create_future; tasks.create_task, _set_task_name; the factory that
 *            asyncio.eager_task_factory is.
 * Idea       What nearly every program does is done here: no factory, or asyncio's own eager one.  All else
 *            (a factory of the program's, debug mode, arguments that may be wrong) goes to asyncio's own
 *            function, so that it is what that release does.
 * Versions   What is told to a factory and who sets the name after it: src/task/factory.c.
 * Re-enters  An eager task takes its first step; a name is made a str. */
#include "event_loop.h"

/* What create_task was told; borrowed, NULL: not given. */
typedef struct making {
    PyObject *coro, *name, *context, *eager_start;
} making;

/* False: asyncio's own function is to look at them. */
static bool making_read(making *out, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    Py_ssize_t named = names != NULL ? PyTuple_GET_SIZE(names) : 0;
    *out = (making){.coro = count == 1 ? values[0] : NULL};
    for (Py_ssize_t i = 0; i < named; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i), *value = values[count + i];
        if (name == pyac_n.name)
            out->name = value;
        else if (name == pyac_n.context)
            out->context = value;
        else if (name == pyac_n.eager_start && pyac_has(AC_S_EAGER_FACTORY_EAGER_START_KW))
            out->eager_start = value;
        else
            return false;
    }
    return out->coro != NULL;
}

/* ---- Are the classes still ours? ---- */

/* Whether asyncio's modules still have our classes: there are programs that change that, and loops of ours in
 * a process where asyncio has its own.  The modules' dictionaries tell of each change before it is made. */
static struct {
    bool known, task, future;
} own_classes;

static int own_classes_may_change(PyDict_WatchEvent event, PyObject *module, PyObject *name, PyObject *value)
{
    (void)event, (void)module, (void)name, (void)value;
    own_classes.known = false;
    return 0;
}

/* False: CPython has no more room for somebody who watches. */
static bool own_classes_watch(void)
{
    static enum { NOT_YET, WATCHED, NEVER } state;
    if (state == NOT_YET) {
        int watcher = PyDict_AddWatcher(own_classes_may_change);
        bool watched = watcher >= 0 && PyDict_Watch(watcher, pyac_py.tasks) == 0 &&
                       PyDict_Watch(watcher, pyac_py.futures) == 0;
        state = watched ? WATCHED : NEVER;
        PyErr_Clear();
    }
    return state == WATCHED;
}

static void own_classes_look(void)
{
    own_classes.known = own_classes_watch();
    own_classes.task = PyDict_GetItemWithError(pyac_py.tasks, pyac_n.Task) == (PyObject *)pyac_task_type;
    own_classes.future = PyDict_GetItemWithError(pyac_py.futures, pyac_n.Future) ==
                         (PyObject *)pyac_future_type;
}

static bool has_own_task(void)
{
    if (!own_classes.known)
        own_classes_look();
    return own_classes.task;
}

static bool has_own_future(void)
{
    if (!own_classes.known)
        own_classes_look();
    return own_classes.future;
}

/* ---- What a loop of ours makes ---- */

static bool has_factory(const event_loop *self)
{
    return self->factory != NULL && self->factory != Py_None;
}

static bool may_make(const event_loop *self)
{
    const ac_loop *core = &self->loop.core;
    return (!has_factory(self) || self->factory == pyac_py.eager_task_factory) && !ac_loop_is_closed(core) &&
           !ac_loop_get_debug(core) && has_own_task();
}

static PyObject *set_name(PyObject *task, PyObject *name)
{
    PyObject *answer = task != NULL && name != NULL ? PyObject_CallMethodOneArg(task, pyac_n.set_name, name)
                                                    : NULL;
    Py_XDECREF(answer);
    if (name != NULL && answer == NULL)
        Py_CLEAR(task);
    return task;
}

/* As asyncio's eager factory; before gh-128308 it is not told of the name, which is set afterwards. */
static PyObject *make_eagerly(event_loop *self, const making *made)
{
    int eager = made->eager_start != NULL ? PyObject_IsTrue(made->eager_start) : 1;
    PyObject *name = made->name;
    if (eager < 0)
        return NULL;
    if (pyac_has(AC_S_CREATE_TASK_FORWARDS_KWARGS))
        return pyac_task_new(&self->loop, made->coro, name, made->context, eager > 0);
    if (pyac_has(AC_S_FACTORY_ALWAYS_SET_NAME))
        name = name != NULL ? name : Py_None;
    else if (name == Py_None)
        name = NULL;
    return set_name(pyac_task_new(&self->loop, made->coro, NULL, made->context, true), name);
}

static PyObject *make_here(event_loop *self, const making *made)
{
    if (has_factory(self))
        return make_eagerly(self, made);
    int eager = made->eager_start != NULL ? PyObject_IsTrue(made->eager_start) : 0;
    return eager < 0 ? NULL : pyac_task_new(&self->loop, made->coro, made->name, made->context, eager > 0);
}

/* ---- Methods of LoopCore ---- */

PyObject *event_loop_create_task(PyObject *self, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    event_loop *own = (event_loop *)self;
    making made;
    if (!own->posts && may_make(own) && event_loop_is_own(own, LOOP_GET_DEBUG) &&
        making_read(&made, values, count, names))
        return make_here(own, &made);
    return event_loop_of_asyncio(self, pyac_n.create_task, values, count, names);
}

PyObject *event_loop_create_future(PyObject *self, PyObject *unused)
{
    event_loop *own = (event_loop *)self;
    (void)unused;
    if (own->posts || !event_loop_is_own(own, LOOP_GET_DEBUG) || ac_loop_get_debug(&own->loop.core) ||
        !has_own_future())
        return event_loop_of_asyncio(self, pyac_n.create_future, NULL, 0, NULL);
    return pyac_future_new(&own->loop);
}

/* ---- For the other files: methods of any loop ---- */

PyObject *pyac_create_future(PyObject *loop)
{
    pyac_loop *own = pyac_event_loop(loop);
    if (own != NULL && event_loop_is_own(event_loop_of(own), LOOP_CREATE_FUTURE))
        return event_loop_create_future(loop, NULL);
    return PyObject_CallMethodNoArgs(loop, pyac_n.create_future);
}

PyObject *pyac_create_task(PyObject *loop, PyObject *coro, PyObject *const *values, PyObject *names)
{
    enum { USUAL = 6 };
    Py_ssize_t named = names != NULL ? PyTuple_GET_SIZE(names) : 0;
    PyObject *usual[2 + USUAL], **args = usual, *made;
    pyac_loop *own = pyac_event_loop(loop);
    if (named > USUAL && (args = PyMem_New(PyObject *, (size_t)named + 2)) == NULL)
        return PyErr_NoMemory();
    args[0] = loop;
    args[1] = coro;
    for (Py_ssize_t i = 0; i < named; i++)
        args[2 + i] = values[i];
    if (own != NULL && event_loop_is_own(event_loop_of(own), LOOP_CREATE_TASK))
        made = event_loop_create_task(loop, args + 1, 1, names);
    else
        made = PyObject_VectorcallMethod(pyac_n.create_task, args, 2, names);
    if (args != usual)
        PyMem_Free(args);
    return made;
}

PyObject *pyac_create_task_of(pyac_loop *loop, PyObject *const *values, PyObject *names)
{
    bool own = ac_loop_host(&loop->core) == &pyac_host;
    if (own && event_loop_is_own(event_loop_of(loop), LOOP_CREATE_TASK))
        return event_loop_create_task(loop->object, values, 1, names);
    return pyac_create_task(loop->object, values[0], values + 1, names);
}

static PyObject *close_refused(PyObject *coro)
{
    if (!PyErr_ExceptionMatches(PyExc_RuntimeError))
        return NULL;
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *closed = PyObject_CallMethodNoArgs(coro, pyac_n.close);
    if (closed == NULL)
        Py_DECREF(raised);
    else
        PyErr_SetRaisedException(raised);
    Py_XDECREF(closed);
    return NULL;
}

PyObject *pyac_create_task_or_close(pyac_loop *loop, PyObject *coro)
{
    PyObject *task = pyac_create_task_of(loop, &coro, NULL);
    return task != NULL ? task : close_refused(coro);
}

/* Whether create_task(coro) makes a task here, and that starts at once. */
static bool makes_eagerly(event_loop *self)
{
    enum { ASKED = LOOP_CREATE_TASK | LOOP_GET_DEBUG | LOOP_IS_RUNNING };
    return !self->posts && self->factory == pyac_py.eager_task_factory && has_factory(self) &&
           event_loop_is_own(self, ASKED) && may_make(self) && event_loop_runs(self) &&
           pyac_running() == &self->loop;
}

PyObject *pyac_create_task_again(pyac_loop *loop, PyObject *coro, PyObject *folded)
{
    bool may = ac_loop_host(&loop->core) == &pyac_host && makes_eagerly(event_loop_of(loop));
    if (!may) {
        Py_DECREF(folded);
        return NULL;
    }
    PyObject *task = pyac_task_renew((pyac_task *)folded, coro);
    return task != NULL ? task : close_refused(coro);
}

pyac_loop *pyac_making(void)
{
    pyac_loop *running = pyac_running();
    pyac_loop *loop = running != NULL && running->other_task == NULL ? pyac_event_loop(running->object)
                                                                     : NULL;
    return loop != NULL && pyac_loop_debugs(loop->object) == 0 ? loop : NULL;
}

/* ---- asyncio.create_task ---- */

/* Before gh-112622 the name is set after the task was made. */
static PyObject *create_on(event_loop *loop, making *made)
{
    PyObject *name = made->name == Py_None ? NULL : made->name;
    if (pyac_has(AC_S_CREATE_TASK_PASSES_NAME))
        return make_here(loop, made);
    made->name = NULL;
    return set_name(make_here(loop, made), name);
}

static PyObject *create_task(PyObject *module, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    pyac_loop *loop = pyac_running();
    event_loop *own = loop != NULL && pyac_event_loop(loop->object) != NULL ? event_loop_of(loop) : NULL;
    making made;
    (void)module;
    if (own != NULL && event_loop_is_own(own, LOOP_CREATE_TASK | LOOP_GET_DEBUG) && may_make(own) &&
        making_read(&made, values, count, names))
        return create_on(own, &made);
    return pyac_call_original("tasks", "create_task", values, count, names);
}

static PyMethodDef create_task_functions[] = {
    {"create_task", PYAC_VECTORCALL(create_task),
     PyDoc_STR("create_task(coro, **kwargs)\n--\n\n"
               "Schedule the execution of a coroutine object in a spawn task.\n\nReturn a Task object.")},
    {NULL, NULL, 0, NULL},
};

int pyac_create_task_ready(PyObject *module)
{
    return PyModule_AddFunctions(module, create_task_functions);
}
