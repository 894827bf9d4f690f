/* registry.c - the current task of each loop, and all tasks.
 *
 * Mirrors    _enter_task, _leave_task, _swap_current_task, current_task, _register_task, all_tasks and the
 *            like.
 * Idea       Tasks of ours the core knows: which one is current, and all that are not done.  asyncio's
 *            functions take any object as a task and as a loop, so what is none of ours is kept here: as the
 *            current task with its loop, registered in a WeakSet.
 * Owns       What is made the current task without being one that runs is owned by its loop, which then
 *            holds itself: asyncio has both in a dictionary.
 * Versions   enter_task_checks_running_loop: only the running loop has a current task; other words.  Before
 *            it, a loop must be hashable, and what is registered can be seen (task_sets.c).
 * Differs    Before 3.14, a task of ours in its eager first step is among _scheduled_tasks, not
 *            _eager_tasks.
 * Re-enters  done() and get_loop() of tasks that are none of ours. */
#include "registry.h"

static PyObject *foreign_tasks; /* a WeakSet */
static PyObject *foreign_eager; /* a set, _eager_tasks before 3.14 */

/* ---- The current task ---- */

PyObject *pyac_current(const pyac_loop *loop)
{
    ac_task *task = ac_loop_current_task(&loop->core);
    return task != NULL ? pyac_task_object(task) : loop->other_task;
}

/* What the core takes for its current task. */
static ac_task *core_task(const pyac_loop *loop, PyObject *object)
{
    if (object == NULL || !pyac_is_task(object))
        return NULL;
    ac_task *task = &((pyac_task *)object)->core;
    return ac_future_get_loop(&task->future) == &loop->core ? task : NULL;
}

PyObject *pyac_current_swap(pyac_loop *loop, PyObject *object)
{
    PyObject *before = Py_XNewRef(pyac_current(loop)), *other = loop->other_task, *keeper = loop->keeper;
    ac_task *task = core_task(loop, object);
    bool owned = object != NULL && (task == NULL || ac_task_get_place(task) != AC_TASK_RUNNING);
    (void)ac_loop_swap_current_task(&loop->core, task);
    loop->other_task = owned ? Py_NewRef(object) : NULL;
    if (owned)
        Py_INCREF(keeper);
    if (other != NULL) {
        Py_DECREF(other);
        Py_DECREF(keeper);
    }
    return before;
}

/* What asyncio says of a loop before it looks at its task. */
static int check_loop(PyObject *loop)
{
    if (!pyac_has(AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP))
        return PyObject_Hash(loop) == -1 ? -1 : 0;
    if (loop == pyac_running_loop())
        return 0;
    PyErr_Format(PyExc_RuntimeError, "loop %R is not the running loop", loop);
    return -1;
}

static int enter_task(pyac_loop *loop, PyObject *task)
{
    PyObject *current = pyac_current(loop);
    if (current == NULL) {
        (void)pyac_current_swap(loop, task);
        return 0;
    }
    PyErr_Format(PyExc_RuntimeError, "Cannot enter into task %R while another task %R is being executed.",
                 task, current);
    return -1;
}

static int leave_task(pyac_loop *loop, PyObject *task)
{
    PyObject *current = pyac_current(loop);
    if (current == task) {
        Py_DECREF(pyac_current_swap(loop, NULL));
        return 0;
    }
    PyErr_Format(PyExc_RuntimeError,
                 pyac_has(AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP)
                     ? "Invalid attempt to leave task %R while task %R is entered."
                     : "Leaving task %R does not match the current task %R.",
                 task, current != NULL ? current : Py_None);
    return -1;
}

/* ---- All tasks ---- */

/* One of ours that the core knows. */
static bool is_known(PyObject *task)
{
    if (!pyac_is_task(task))
        return false;
    const ac_future *future = &((pyac_task *)task)->core.future;
    return ac_future_get_loop(future) != NULL && !ac_future_done(future);
}

static bool is_hidden(PyObject *task)
{
    return (((pyac_task *)task)->body.flags & PYAC_TASK_HIDDEN) != 0;
}

static int call_set(PyObject *set, PyObject *method, PyObject *task)
{
    PyObject *answer = PyObject_CallMethodOneArg(set, method, task);
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

int pyac_tasks_add(PyObject *task)
{
    if (!is_known(task))
        return call_set(foreign_tasks, pyac_n.add, task);
    ((pyac_task *)task)->body.flags &= (uint16_t)~PYAC_TASK_HIDDEN;
    return 0;
}

int pyac_tasks_discard(PyObject *task)
{
    if (!is_known(task))
        return call_set(foreign_tasks, pyac_n.discard, task);
    ((pyac_task *)task)->body.flags |= PYAC_TASK_HIDDEN;
    return 0;
}

int pyac_tasks_contain(PyObject *task)
{
    return is_known(task) ? !is_hidden(task) : PySequence_Contains(foreign_tasks, task);
}

/* One that is being destroyed cannot be held any more. */
static int list_tasks_of(const pyac_loop *loop, PyObject *list)
{
    for (ac_task *task = NULL; (task = ac_loop_next_task(&loop->core, task)) != NULL;) {
        PyObject *object = pyac_task_object(task);
        bool shown = Py_REFCNT(object) > 0 && !is_hidden(object);
        if (shown && PyList_Append(list, object) < 0)
            return -1;
    }
    return 0;
}

static int list_foreign(PyObject *set, PyObject *list)
{
    PyObject *extended = PySequence_InPlaceConcat(list, set);
    Py_XDECREF(extended);
    return extended != NULL ? 0 : -1;
}

PyObject *pyac_tasks_list(void)
{
    PyObject *list = PyList_New(0);
    int failed = list == NULL || list_foreign(foreign_tasks, list) < 0;
    for (pyac_loop *loop = NULL; !failed && (loop = pyac_loop_next(loop)) != NULL;)
        failed = list_tasks_of(loop, list) < 0;
    if (failed)
        Py_CLEAR(list);
    return list;
}

/* ---- all_tasks ---- */

/* asyncio.futures._get_loop of any object. */
static PyObject *loop_of(PyObject *task)
{
    PyObject *method = PyObject_GetAttr(task, pyac_n.get_loop);
    if (method == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        return PyObject_GetAttr(task, pyac_n._loop);
    }
    PyObject *loop = method != NULL ? PyObject_CallNoArgs(method) : NULL;
    Py_XDECREF(method);
    return loop;
}

/* 1: it is not done, and of this loop. */
static int is_of_loop(PyObject *task, PyObject *loop)
{
    if (pyac_is_exact(task)) {
        const ac_loop *core = ac_future_get_loop(&((pyac_task *)task)->core.future);
        return is_known(task) && pyac_loop_of(core)->object == loop;
    }
    PyObject *done = PyObject_CallMethodNoArgs(task, pyac_n.done);
    if (done == NULL)
        return -1;
    Py_DECREF(done);
    if (done == Py_True)
        return 0;
    PyObject *own = loop_of(task);
    Py_XDECREF(own);
    return own != NULL ? own == loop : -1;
}

static PyObject *tasks_of_loop(PyObject *list, PyObject *loop)
{
    PyObject *set = PySet_New(NULL);
    for (Py_ssize_t i = 0; set != NULL && i < PyList_GET_SIZE(list); i++) {
        PyObject *task = PyList_GET_ITEM(list, i);
        int wanted = is_of_loop(task, loop);
        if (wanted < 0 || (wanted > 0 && PySet_Add(set, task) < 0))
            Py_CLEAR(set);
    }
    return set;
}

static PyObject *all_tasks_of(PyObject *object)
{
    pyac_loop *loop = pyac_loop_known(object);
    PyObject *list = PyList_New(0), *set = NULL;
    if (list != NULL && list_foreign(foreign_eager, list) == 0 && list_foreign(foreign_tasks, list) == 0 &&
        (loop == NULL || list_tasks_of(loop, list) == 0))
        set = tasks_of_loop(list, object);
    Py_XDECREF(list);
    return set;
}

/* ---- The functions of _asyncio ---- */

/* What a function takes: all of it positional or by name. */
typedef struct parameters {
    const char *format; /* of pyac_parse: also says the function's name */
    const char *names[3];
    Py_ssize_t count;
} parameters;

static const parameters of_enter = {"OO:_enter_task", {"loop", "task", NULL}, 2};
static const parameters of_leave = {"OO:_leave_task", {"loop", "task", NULL}, 2};
static const parameters of_swap = {"OO:_swap_current_task", {"loop", "task", NULL}, 2};
static const parameters of_current = {"|O:current_task", {"loop", NULL, NULL}, 1};
static const parameters of_all = {"|O:all_tasks", {"loop", NULL, NULL}, 1};
static const parameters of_register = {"O:_register_task", {"task", NULL, NULL}, 1};
static const parameters of_unregister = {"O:_unregister_task", {"task", NULL, NULL}, 1};
static const parameters of_register_eager = {"O:_register_eager_task", {"task", NULL, NULL}, 1};
static const parameters of_unregister_eager = {"O:_unregister_eager_task", {"task", NULL, NULL}, 1};

/* Borrowed: whoever calls the function has them. */
static int read_parameters(const parameters *wanted, PyObject *const *values, Py_ssize_t count,
                           PyObject *names, PyObject **out)
{
    if (count != wanted->count || names != NULL)
        return pyac_parse(values, count, names, wanted->format, wanted->names, &out[0], &out[1]);
    for (Py_ssize_t i = 0; i < count; i++)
        out[i] = values[i];
    return 0;
}

static PyObject *none_if(int status)
{
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

/* Reads loop and task, and finds the runtime's part of the loop: a keeper. */
static pyac_loop *read_loop(const parameters *wanted, PyObject *const *values, Py_ssize_t count,
                            PyObject *names, PyObject **task)
{
    PyObject *read[2] = {NULL, NULL};
    if (read_parameters(wanted, values, count, names, read) < 0 || check_loop(read[0]) < 0)
        return NULL;
    *task = read[1];
    return pyac_loop_find(read[0]);
}

static PyObject *registry_enter(PyObject *module, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    PyObject *task;
    pyac_loop *loop = read_loop(&of_enter, values, count, names, &task);
    (void)module;
    int status = loop != NULL ? enter_task(loop, task) : -1;
    Py_XDECREF(loop != NULL ? loop->keeper : NULL);
    return none_if(status);
}

static PyObject *registry_leave(PyObject *module, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    PyObject *task;
    pyac_loop *loop = read_loop(&of_leave, values, count, names, &task);
    (void)module;
    int status = loop != NULL ? leave_task(loop, task) : -1;
    Py_XDECREF(loop != NULL ? loop->keeper : NULL);
    return none_if(status);
}

/* In 3.12 a task that is not there is looked for. */
static PyObject *registry_swap(PyObject *module, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    PyObject *task, *before = NULL;
    pyac_loop *loop = read_loop(&of_swap, values, count, names, &task);
    (void)module;
    if (loop == NULL)
        return NULL;
    if (PY_VERSION_HEX < 0x030d0000 && task == Py_None && pyac_current(loop) == NULL) {
        PyErr_SetObject(PyExc_KeyError, loop->object);
    } else {
        before = pyac_current_swap(loop, task != Py_None ? task : NULL);
        if (before == NULL)
            before = Py_NewRef(Py_None);
    }
    Py_DECREF(loop->keeper);
    return before;
}

/* The loop that was given, or the running one; borrowed. */
static PyObject *read_optional_loop(const parameters *wanted, PyObject *const *values, Py_ssize_t count,
                                    PyObject *names)
{
    PyObject *read[2] = {Py_None, NULL};
    if ((count > 0 || names != NULL) && read_parameters(wanted, values, count, names, read) < 0)
        return NULL;
    if (read[0] != Py_None)
        return read[0];
    PyObject *loop = pyac_running_loop();
    if (loop == NULL)
        PyErr_SetString(PyExc_RuntimeError, "no running event loop");
    return loop;
}

static PyObject *registry_current(PyObject *module, PyObject *const *values, Py_ssize_t count,
                                  PyObject *names)
{
    PyObject *object = read_optional_loop(&of_current, values, count, names);
    (void)module;
    if (object == NULL)
        return NULL;
    if (!pyac_has(AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP) && check_loop(object) < 0)
        return NULL;
    const pyac_loop *loop = pyac_loop_known(object);
    PyObject *task = loop != NULL ? pyac_current(loop) : NULL;
    return Py_NewRef(task != NULL ? task : Py_None);
}

static PyObject *registry_all(PyObject *module, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    PyObject *loop = read_optional_loop(&of_all, values, count, names);
    (void)module;
    if (loop == NULL)
        return NULL;
    Py_INCREF(loop);
    PyObject *tasks = all_tasks_of(loop);
    Py_DECREF(loop);
    return tasks;
}

static PyObject *registry_register(PyObject *module, PyObject *const *values, Py_ssize_t count,
                                   PyObject *names)
{
    PyObject *read[2];
    (void)module;
    return none_if(read_parameters(&of_register, values, count, names, read) < 0 ? -1
                                                                                 : pyac_tasks_add(read[0]));
}

static PyObject *registry_unregister(PyObject *module, PyObject *const *values, Py_ssize_t count,
                                     PyObject *names)
{
    PyObject *read[2];
    (void)module;
    return none_if(
        read_parameters(&of_unregister, values, count, names, read) < 0 ? -1 : pyac_tasks_discard(read[0]));
}

static PyObject *registry_register_eager(PyObject *module, PyObject *const *values, Py_ssize_t count,
                                         PyObject *names)
{
    PyObject *read[2];
    (void)module;
    if (read_parameters(&of_register_eager, values, count, names, read) < 0)
        return NULL;
    return none_if(is_known(read[0]) ? pyac_tasks_add(read[0]) : PySet_Add(foreign_eager, read[0]));
}

static PyObject *registry_unregister_eager(PyObject *module, PyObject *const *values, Py_ssize_t count,
                                           PyObject *names)
{
    PyObject *read[2];
    (void)module;
    if (read_parameters(&of_unregister_eager, values, count, names, read) < 0)
        return NULL;
    if (pyac_has(AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP) && is_known(read[0]))
        return none_if(pyac_tasks_discard(read[0]));
    return none_if(PySet_Discard(foreign_eager, read[0]));
}

#define REGISTRY_FUNCTION(name, function, signature, doc)                                                    \
    {                                                                                                        \
        name, PYAC_VECTORCALL(function), PyDoc_STR(name "($module, /, " signature ")\n--\n\n" doc)           \
    }

static PyMethodDef registry_functions[] = {
    REGISTRY_FUNCTION(
        "_enter_task", registry_enter, "loop, task",
        "Enter into task execution or resume suspended task.\n\nTask belongs to loop.\n\nReturns None."),
    REGISTRY_FUNCTION("_leave_task", registry_leave, "loop, task",
                      "Leave task execution or suspend a task.\n\nTask belongs to loop.\n\nReturns None."),
    REGISTRY_FUNCTION("_swap_current_task", registry_swap, "loop, task",
                      "Temporarily swap in the supplied task and return the original one (or None).\n\n"
                      "This is intended for use during eager coroutine execution."),
    REGISTRY_FUNCTION("current_task", registry_current, "loop=None", "Return a currently executed task."),
    REGISTRY_FUNCTION("_register_task", registry_register, "task",
                      "Register a new task in asyncio as executed by loop.\n\nReturns None."),
    REGISTRY_FUNCTION("_unregister_task", registry_unregister, "task", "Unregister a task.\n\nReturns None."),
    REGISTRY_FUNCTION("_register_eager_task", registry_register_eager, "task",
                      "Register a new task in asyncio as executed by loop.\n\nReturns None."),
    REGISTRY_FUNCTION("_unregister_eager_task", registry_unregister_eager, "task",
                      "Unregister a task.\n\nReturns None."),
    {NULL, NULL, 0, NULL},
};

static PyMethodDef registry_functions_of_3_14[] = {
    REGISTRY_FUNCTION("all_tasks", registry_all, "loop=None", "Return a set of all tasks for the loop."),
    {NULL, NULL, 0, NULL},
};

/* ---- Setting up ---- */

static int make_sets(void)
{
    PyObject *module = PyImport_ImportModule("weakref");
    PyObject *type = module != NULL ? PyObject_GetAttrString(module, "WeakSet") : NULL;
    Py_XDECREF(module);
    if (type == NULL)
        return -1;
    foreign_tasks = PyObject_CallNoArgs(type);
    Py_DECREF(type);
    foreign_eager = foreign_tasks != NULL ? PySet_New(NULL) : NULL;
    return foreign_eager != NULL ? 0 : -1;
}

int pyac_registry_ready(PyObject *module)
{
    if (make_sets() < 0 || PyModule_AddFunctions(module, registry_functions) < 0)
        return -1;
    if (pyac_has(AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP)) {
        if (PyModule_AddFunctions(module, registry_functions_of_3_14) < 0)
            return -1;
    } else if (PyModule_AddObjectRef(module, "_eager_tasks", foreign_eager) < 0 ||
               pyac_task_sets_ready(module) < 0)
        return -1;
    return pyac_awaited_by_ready(module);
}
