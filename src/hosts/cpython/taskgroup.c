/* taskgroup.c - TaskGroup: the core's group as an object with __aenter__ and __aexit__.
 *
 * Mirrors    taskgroups.TaskGroup of the release that runs.
 * Idea       Both ends are coroutines in C: nothing happens until they are awaited.  The class that programs
 *            see derives from this one and then from asyncio's own (drop_in.py): so a group can go on as
 *            asyncio's own, with all its attributes in its dictionary.
 * Elsewhere  It does so (hand_over) when it is entered in debug mode, or by no task of ours, or if a subclass
 *            has private methods of its own; when a child comes that the core can have no callback on; and
 *            when a program asks for _tasks or sets an attribute, which asyncio keeps in the group itself.
 *            From then on every method is asyncio's.
 * Holds      The group is bound to the loop that runs when it is entered; before that there is only the
 *            object, and what was asked of it (cancel) is remembered.  by_asyncio => loop is NULL.
 * Left out   Once its exit waits a group stays what it is: a child that is none of ours is a TypeError then,
 *            and attributes cannot be set.  _on_completed_fut is always None: the exit's future is no object.
 * Differs    A group that is handed over in its block tells its children's ends after callbacks that a
 *            program has added to them.
 * Re-enters  The exit and cancel run what children and callbacks run. */
#include "coroutines.h"
#include "event_loop.h"
#include "sync.h"

static pyac_task_group *group_of(PyObject *self)
{
    return (pyac_task_group *)self;
}

PyObject *pyac_group_object(ac_group *group)
{
    return (PyObject *)AC_CONTAINER_OF(group, pyac_task_group, core);
}

static PyObject *group_fail(pyac_task_group *group, ac_status status)
{
    PyObject *exception = pyac_taken(ac_group_status_exception(&group->core, status));
    if (exception == NULL)
        return PyErr_NoMemory();
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
    return NULL;
}

/* ---- As asyncio's own ---- */

/* TaskGroup.name(self, *values) of asyncio's class; values has room for self before it. */
static PyObject *group_ask_asyncio(PyObject *self, const char *name, PyObject **values, Py_ssize_t count,
                                   PyObject *names)
{
    PyObject *type = pyac_original("taskgroups", "TaskGroup"), *made = NULL;
    PyObject *method = type != NULL ? PyObject_GetAttrString(type, name) : NULL;
    values[-1] = self;
    if (method != NULL)
        made = PyObject_Vectorcall(method, values - 1, (size_t)count + 1, names);
    Py_XDECREF(type);
    Py_XDECREF(method);
    return made;
}

static PyObject *group_ask_plain(PyObject *self, const char *name)
{
    PyObject *place[1];
    return group_ask_asyncio(self, name, place + 1, 0, NULL);
}

static int group_keep(pyac_task_group *group, const char *name, PyObject *value)
{
    int kept = value != NULL ? PyObject_SetAttrString((PyObject *)group, name, value) : -1;
    Py_XDECREF(value);
    return kept;
}

/* What the core has of it, as asyncio has it.  The tasks are told to tell the group itself. */
static PyObject *group_list_children(const pyac_task_group *group)
{
    PyObject *list = PyList_New(0);
    ac_task *child = NULL;
    while (list != NULL && (child = ac_group_next_child(&group->core, child)) != NULL)
        if (pyac_unfold(child) < 0 || PyList_Append(list, pyac_task_object(child)) < 0)
            Py_CLEAR(list);
    return list;
}

static PyObject *group_list_errors(const pyac_task_group *group)
{
    PyObject *list = PyList_New(0);
    ac_task *child = NULL;
    while (list != NULL && (child = ac_group_next_failed(&group->core, child)) != NULL) {
        ac_how how;
        ac_value out;
        (void)ac_future_result(&child->future, &how, &out);
        PyObject *error = out.bits != 0 ? pyac_taken(out) : PyErr_NoMemory();
        if (error == NULL || PyList_Append(list, error) < 0)
            Py_CLEAR(list);
        Py_XDECREF(error);
    }
    return list;
}

/* Since gh-124958 a group that has ended knows none. */
static PyObject *group_show_errors(const pyac_task_group *group)
{
    bool over = ac_group_is_exiting(&group->core) && group->core.parent == NULL;
    return over && pyac_has(AC_S_TASKGROUP_FORGETS_AT_EXIT) ? Py_NewRef(Py_None) : group_list_errors(group);
}

static bool group_is_over(const pyac_task_group *group)
{
    return ac_group_is_exiting(&group->core) && group->core.parent == NULL &&
           ac_group_next_child(&group->core, NULL) == NULL;
}

static PyObject *group_parent(const pyac_task_group *group)
{
    return group->core.parent != NULL ? pyac_task_object(group->core.parent) : Py_None;
}

static void group_unbind(pyac_task_group *group)
{
    pyac_loop *loop = group->loop;
    group->loop = NULL;
    if (loop == NULL)
        return;
    ac_group_clear(&group->core);
    Py_DECREF(loop->keeper);
}

static int group_adopt(PyObject *self, PyObject *task)
{
    PyObject *tasks = PyObject_GetAttrString(self, "_tasks"), *done = NULL, *answer = NULL;
    if (tasks != NULL && PySet_Add(tasks, task) == 0)
        done = PyObject_GetAttrString(self, "_on_task_done");
    if (done != NULL)
        answer = PyObject_CallMethodOneArg(task, pyac_n.add_done_callback, done);
    Py_XDECREF(tasks);
    Py_XDECREF(done);
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

/* Since there are graphs a child of asyncio's own groups says who waits for it. */
static int group_adopt_all(PyObject *self, PyObject *parent, PyObject *children)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(children); i++) {
        PyObject *child = PyList_GET_ITEM(children, i);
        if (pyac_has(AC_S_CALL_GRAPH_API) && pyac_is_task(parent) && pyac_told_add(child, parent) < 0)
            return -1;
        if (group_adopt(self, child) < 0)
            return -1;
    }
    return 0;
}

/* What it was when it was the core's. */
typedef struct group_past {
    PyObject *loop, *parent, *children, *errors; /* owned; loop NULL: it was not entered */
    bool exiting, aborting, cancelled_parent;
} group_past;

static int group_look_back(const pyac_task_group *group, group_past *past)
{
    const ac_group *core = &group->core;
    *past = (group_past){NULL, NULL, NULL, NULL, false, false, false};
    if (group->loop == NULL || !ac_group_is_entered(core))
        return 0;
    past->loop = Py_NewRef(group->loop->object);
    past->parent = Py_NewRef(group_parent(group));
    past->children = group_list_children(group);
    past->errors = group_show_errors(group);
    past->exiting = ac_group_is_exiting(core);
    past->aborting = ac_group_is_aborting(core);
    past->cancelled_parent = ac_group_has_cancelled_parent(core);
    return past->children != NULL && past->errors != NULL ? 0 : -1;
}

static int group_go_on(pyac_task_group *group, const group_past *past)
{
    if (group_keep(group, "_loop", Py_NewRef(past->loop)) < 0 ||
        group_keep(group, "_parent_task", Py_NewRef(past->parent)) < 0 ||
        group_keep(group, "_errors", Py_NewRef(past->errors)) < 0 ||
        group_keep(group, "_entered", Py_NewRef(Py_True)) < 0 ||
        group_keep(group, "_exiting", PyBool_FromLong(past->exiting)) < 0 ||
        group_keep(group, "_aborting", PyBool_FromLong(past->aborting)) < 0 ||
        group_keep(group, "_parent_cancel_requested", PyBool_FromLong(past->cancelled_parent)) < 0)
        return -1;
    return group_adopt_all((PyObject *)group, past->parent, past->children);
}

static int group_begin_again(pyac_task_group *group)
{
    PyObject *made = group_ask_plain((PyObject *)group, "__init__");
    Py_XDECREF(made);
    if (made != NULL && group->cancelled_before)
        return group_keep(group, "_cancel_on_enter", Py_NewRef(Py_True));
    return made != NULL ? 0 : -1;
}

/* From now on it is asyncio's own. */
static int group_hand_over(pyac_task_group *group)
{
    group_past past;
    int failed = group_look_back(group, &past);
    if (failed == 0) {
        group_unbind(group);
        group->by_asyncio = true;
        failed = group_begin_again(group);
    }
    if (failed == 0 && past.loop != NULL)
        failed = group_go_on(group, &past);
    Py_XDECREF(past.loop);
    Py_XDECREF(past.parent);
    Py_XDECREF(past.children);
    Py_XDECREF(past.errors);
    return failed;
}

/* Once the exit waits it waits for a future of the core's; when it has ended there is nothing left but the
 * object. */
static bool group_can_hand_over(const pyac_task_group *group)
{
    return group->loop == NULL || !ac_group_is_exiting(&group->core) || group_is_over(group);
}

/* ---- Entering ---- */

static int group_has_any(PyObject *dict, const char *const *names)
{
    for (; *names != NULL; names++)
        if (PyDict_GetItemString(dict, *names) != NULL)
            return 1;
    return 0;
}

/* A class that has one of asyncio's private methods: they are called by asyncio's own code alone.  The class
 * of drop_in.py stands right before ours, and has an _abort. */
static bool group_is_programs(PyTypeObject *type)
{
    static const char *const all[] = {"_on_task_done", "_is_base_error", "_aexit", "_abort", NULL};
    static const char *const but_abort[] = {"_on_task_done", "_is_base_error", "_aexit", NULL};
    PyObject *line = type->tp_mro;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(line); i++) {
        PyObject *next = i + 1 < PyTuple_GET_SIZE(line) ? PyTuple_GET_ITEM(line, i + 1) : NULL;
        PyTypeObject *each = (PyTypeObject *)PyTuple_GET_ITEM(line, i);
        if (each == &PyacTaskGroup_Type)
            return false;
        bool last = next == (PyObject *)&PyacTaskGroup_Type;
        if (each->tp_dict != NULL && group_has_any(each->tp_dict, last ? but_abort : all) != 0)
            return true;
    }
    return false;
}

/* The same, remembered for the class that was looked at last. */
static bool group_is_programs_own(PyTypeObject *type)
{
    static PyTypeObject *known;
    static unsigned version;
    static bool answer;
    if (version == 0 || type != known || type->tp_version_tag != version) {
        answer = group_is_programs(type);
        known = type;
        version = type->tp_version_tag;
    }
    return answer;
}

/* The loop whose current task may be the group's parent; NULL without an exception: asyncio's own is to be
 * it. */
static pyac_loop *group_loop_to_enter(const pyac_task_group *group)
{
    pyac_loop *loop = group_is_programs_own(Py_TYPE(group)) ? NULL : pyac_stepping();
    if (loop == NULL || !pyac_is_plain(pyac_task_object(ac_loop_current_task(&loop->core))))
        return NULL;
    pyac_loop *own = pyac_event_loop(loop->object);
    if (own != NULL && !event_loop_is_own(event_loop_of(own), LOOP_CREATE_FUTURE))
        return NULL;
    int debug = pyac_loop_debugs(loop->object);
    return debug == 0 ? loop : NULL;
}

static int group_bind(pyac_task_group *group)
{
    if (group->loop != NULL)
        return 0;
    pyac_loop *loop = group_loop_to_enter(group);
    if (loop == NULL)
        return PyErr_Occurred() != NULL ? -1 : group_hand_over(group);
    group->loop = loop;
    Py_INCREF(loop->keeper);
    ac_group_init(&group->core, &loop->core);
    if (group->cancelled_before)
        (void)ac_group_cancel(&group->core); /* it is not entered: that is only noted */
    return 0;
}

static PyObject *group_begin_enter(pyac_coroutine *self)
{
    pyac_task_group *group = (pyac_task_group *)self->subject;
    if (!group->by_asyncio && group_bind(group) < 0)
        return NULL;
    if (group->by_asyncio)
        return pyac_coroutine_delegate(self, group_ask_plain((PyObject *)group, "__aenter__"));
    ac_status status = ac_group_enter(&group->core);
    return status == AC_OK ? Py_NewRef(group) : group_fail(group, status);
}

static const pyac_coroutine_kind group_enter_kind = {
    .name = "__aenter__", .qualname = "TaskGroup.__aenter__", .begin = group_begin_enter};

static PyObject *group_aenter(PyObject *self, PyObject *unused)
{
    (void)unused;
    return pyac_coroutine_new(&group_enter_kind, self, NULL);
}

/* ---- Leaving ---- */

static PyObject *group_refuse(PyObject *group, const char *words)
{
    PyErr_Format(PyExc_RuntimeError, "TaskGroup %R %s", group, words);
    return NULL;
}

/* One that was not entered, or has been left already, does what asyncio's does then. */
static bool group_is_to_exit_again(const pyac_task_group *group)
{
    return group->loop == NULL || !ac_group_is_entered(&group->core) || group_is_over(group);
}

static PyObject *group_exit_again(pyac_coroutine *self, pyac_task_group *group)
{
    PyObject *exception = self->argument, *none = Py_None;
    PyObject *type = exception != Py_None ? (PyObject *)Py_TYPE(exception) : none;
    PyObject *places[] = {NULL, type, exception, none};
    if (!group->by_asyncio && group_hand_over(group) < 0)
        return NULL;
    return pyac_coroutine_delegate(self,
                                   group_ask_asyncio((PyObject *)group, "__aexit__", places + 1, 3, NULL));
}

/* argument is the exception that left the block. */
static PyObject *group_begin_exit(pyac_coroutine *self)
{
    pyac_task_group *group = (pyac_task_group *)self->subject;
    PyObject *exception = self->argument == Py_None ? NULL : self->argument;
    if (group_is_to_exit_again(group))
        return group_exit_again(self, group);
    ac_status status = ac_group_exit(&group->core, pyac_lent(exception));
    if (status != AC_OK)
        return group_fail(group, status);
    pyac_coroutine_bind(self, group->loop, &group->core.exit, false);
    return NULL;
}

/* What is not raised is swallowed, which 3.15 says by its result. */
static PyObject *group_finish_exit(pyac_coroutine *self, PyObject *result)
{
    if (self->inner != NULL)
        return result;
    Py_DECREF(result);
    return Py_NewRef(pyac_has(AC_S_TASKGROUP_CANCEL) ? Py_True : Py_None);
}

static const pyac_coroutine_kind group_exit_kind = {.name = "__aexit__",
                                                    .qualname = "TaskGroup.__aexit__",
                                                    .begin = group_begin_exit,
                                                    .finish = group_finish_exit,
                                                    .raises = true};

static PyObject *group_aexit(PyObject *self, PyObject *const *values, Py_ssize_t count)
{
    if (count != 3) {
        PyErr_Format(PyExc_TypeError, "TaskGroup.__aexit__() takes 4 positional arguments but %zd were given",
                     count + 1);
        return NULL;
    }
    if (group_of(self)->by_asyncio) {
        PyObject *places[] = {NULL, values[0], values[1], values[2]};
        return group_ask_asyncio(self, "__aexit__", places + 1, 3, NULL);
    }
    return pyac_coroutine_new(&group_exit_kind, self, values[1]);
}

/* ---- Children ---- */

/* Closes a coroutine that the group refuses; what was raised before is raised still. */
static void group_close(PyObject *coro)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *closed = pyac_has(AC_S_TASKGROUP_CLOSES_REFUSED_CORO) && coro != NULL
                           ? PyObject_CallMethodNoArgs(coro, pyac_n.close)
                           : Py_NewRef(Py_None);
    if (closed == NULL)
        Py_XDECREF(raised);
    else
        PyErr_SetRaisedException(raised);
    Py_XDECREF(closed);
}

static int group_admit(pyac_task_group *group)
{
    if (group->loop == NULL) {
        (void)group_refuse((PyObject *)group, "has not been entered");
        return -1;
    }
    ac_status status = ac_group_admit(&group->core);
    if (status != AC_OK)
        (void)group_fail(group, status);
    return status == AC_OK ? 0 : -1;
}

/* What create_task was told.  Before 3.14 it takes two keywords, and tells the loop what that release
 * does. */
typedef struct group_making {
    PyObject *coro, *name;             /* borrowed; name NULL: nobody sets it afterwards */
    PyObject *values[3], *const *told; /* the coroutine, and values */
    PyObject *names;                   /* of the values; borrowed, NULL: none */
} group_making;

/* The names of what is told to the loop: 1 name, 2 context. */
static PyObject *group_names[4];

static int group_names_ready(void)
{
    group_names[1] = PyTuple_Pack(1, pyac_n.name);
    group_names[2] = PyTuple_Pack(1, pyac_n.context);
    group_names[3] = PyTuple_Pack(2, pyac_n.name, pyac_n.context);
    return group_names[1] != NULL && group_names[2] != NULL && group_names[3] != NULL ? 0 : -1;
}

static void group_tell(group_making *made, PyObject *name, PyObject *context)
{
    bool passes = pyac_has(AC_S_CREATE_TASK_PASSES_NAME);
    Py_ssize_t count = 1;
    made->values[0] = made->coro;
    if (passes)
        made->values[count++] = name;
    else if (name != Py_None)
        made->name = name;
    if (context != Py_None)
        made->values[count++] = context;
    made->told = made->values;
    made->names = group_names[(passes ? 1 : 0) + (context != Py_None ? 2 : 0)];
}

/* False: asyncio's own function has something to say about them, or a coroutine that is given by name. */
static bool group_read(group_making *made, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    PyObject *name = Py_None, *context = Py_None;
    Py_ssize_t named = names != NULL ? PyTuple_GET_SIZE(names) : 0;
    *made = (group_making){.coro = count == 1 ? values[0] : NULL, .names = names};
    if (pyac_has(AC_S_CREATE_TASK_FUNCTIONS_TAKE_KWARGS)) {
        made->told = values;
        return made->coro != NULL;
    }
    for (Py_ssize_t i = 0; i < named; i++) {
        if (PyTuple_GET_ITEM(names, i) == pyac_n.name)
            name = values[count + i];
        else if (PyTuple_GET_ITEM(names, i) == pyac_n.context)
            context = values[count + i];
        else
            return false;
    }
    group_tell(made, name, context);
    return made->coro != NULL;
}

/* tasks._set_task_name(task, name), before gh-112622. */
static PyObject *group_name(PyObject *task, PyObject *name)
{
    if (task == NULL || name == NULL)
        return task;
    PyObject *function = pyac_asyncio("tasks", "_set_task_name"), *answer = NULL;
    if (function != NULL)
        answer = PyObject_CallFunctionObjArgs(function, task, name, NULL);
    Py_XDECREF(function);
    if (answer == NULL)
        Py_CLEAR(task);
    Py_XDECREF(answer);
    return task;
}

/* A child that is none of the core's, or one whose making has handed the group over (an eager first step that
 * looks at the group): its callback is asyncio's own.  Steals the task. */
static PyObject *group_take_foreign(pyac_task_group *group, PyObject *task)
{
    if (!group->by_asyncio && !group_can_hand_over(group)) {
        PyErr_Format(PyExc_TypeError,
                     "a group of aiocore has aiocore's tasks once it is being left, and the loop has made %R",
                     task);
        Py_DECREF(task);
        return NULL;
    }
    PyObject *list = NULL, *parent = group->by_asyncio
                                         ? PyObject_GetAttrString((PyObject *)group, "_parent_task")
                                         : Py_NewRef(group_parent(group));
    bool over = parent != NULL && (group->by_asyncio || group_hand_over(group) == 0);
    if (over && (list = PyList_New(1)) != NULL)
        PyList_SET_ITEM(list, 0, Py_NewRef(task));
    bool told = pyac_is_task(task);
    int taken = list == NULL ? -1
                : told       ? group_adopt_all((PyObject *)group, parent, list)
                             : group_adopt((PyObject *)group, task);
    Py_XDECREF(parent);
    Py_XDECREF(list);
    if (taken < 0)
        Py_CLEAR(task);
    return task;
}

/* task.c sees when the last reference of such a one goes; but not if it is reached from its own result. */
static bool group_may_be_loose(PyObject *task)
{
    PyObject *result = pyac_seen(ac_lend(((pyac_task *)task)->core.future.result));
    return Py_IS_TYPE(task, pyac_task_type) && (result == NULL || !PyObject_IS_GC(result));
}

/* Steals the task. */
static PyObject *group_take(pyac_task_group *group, PyObject *task)
{
    ac_task *core = pyac_is_task(task) ? &((pyac_task *)task)->core : NULL;
    bool ours = group->loop != NULL && core != NULL && core->future.loop == &group->loop->core &&
                core->group == NULL;
    if (!ours || !pyac_is_plain(task))
        return group_take_foreign(group, task);
    ac_status status = group_may_be_loose(task) ? ac_group_add_loosely(&group->core, core)
                                                : ac_group_add(&group->core, core);
    if (status == AC_OK)
        return task;
    Py_DECREF(task);
    return group_fail(group, status);
}

static PyObject *group_create_task(PyObject *self, PyObject *const *values, Py_ssize_t count,
                                   PyObject *names);

/* create_task(..., coro=coro): the same with coro in its place. */
static PyObject *group_create_named(PyObject *self, PyObject **values, PyObject *names, Py_ssize_t place)
{
    PyObject *coro = values[place];
    PyObject *before = PyTuple_GetSlice(names, 0, place), *rest = NULL, *made = NULL;
    PyObject *after = PyTuple_GetSlice(names, place + 1, PyTuple_GET_SIZE(names));
    memmove(values + 1, values, (size_t)place * sizeof *values);
    values[0] = coro;
    if (before != NULL && after != NULL && (rest = PySequence_Concat(before, after)) != NULL)
        made = group_create_task(self, values, 1, rest);
    Py_XDECREF(before);
    Py_XDECREF(after);
    Py_XDECREF(rest);
    return made;
}

static Py_ssize_t group_find_coro(PyObject *names)
{
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++)
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), "coro") == 0)
            return i;
    return -1;
}

/* With arguments as they came: coro= by its name, or what asyncio has words for. */
static PyObject *group_create_slowly(PyObject *self, PyObject *const *values, Py_ssize_t count,
                                     PyObject *names)
{
    Py_ssize_t total = count + (names != NULL ? PyTuple_GET_SIZE(names) : 0);
    Py_ssize_t place = count == 0 && !group_of(self)->by_asyncio ? group_find_coro(names) : -1;
    PyObject **all = PyMem_New(PyObject *, (size_t)total + 1), *made;
    if (all == NULL)
        return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < total; i++)
        all[1 + i] = values[i];
    made = place >= 0 ? group_create_named(self, all + 1, names, place)
                      : group_ask_asyncio(self, "create_task", all + 1, count, names);
    PyMem_Free(all);
    return made;
}

static PyObject *group_create_task(PyObject *self, PyObject *const *values, Py_ssize_t count, PyObject *names)
{
    pyac_task_group *group = group_of(self);
    group_making made;
    if (group->by_asyncio || !group_read(&made, values, count, names))
        return group_create_slowly(self, values, count, names);
    if (group_admit(group) < 0) {
        group_close(made.coro);
        return NULL;
    }
    PyObject *task = pyac_create_task_of(group->loop, made.told, made.names);
    task = group_name(task, made.name);
    return task != NULL ? group_take(group, task) : NULL;
}

/* ---- Cancelling ---- */

static PyObject *group_done(pyac_task_group *group, ac_status status)
{
    return status == AC_OK ? Py_NewRef(Py_None) : group_fail(group, status);
}

static PyObject *group_cancel(PyObject *object, PyObject *unused)
{
    pyac_task_group *group = group_of(object);
    (void)unused;
    if (group->by_asyncio)
        return group_ask_plain(object, "cancel");
    if (group->loop != NULL)
        return group_done(group, ac_group_cancel(&group->core));
    group->cancelled_before = true;
    return Py_NewRef(Py_None);
}

static PyObject *group_abort(PyObject *object, PyObject *unused)
{
    pyac_task_group *group = group_of(object);
    (void)unused;
    if (!group->by_asyncio && group->loop == NULL && group_hand_over(group) < 0)
        return NULL;
    return group->by_asyncio ? group_ask_plain(object, "_abort")
                             : group_done(group, ac_group_abort(&group->core));
}

/* ---- What asyncio keeps in a group ---- */

enum group_field {
    GROUP_TASKS,
    GROUP_ERRORS,
    GROUP_BASE_ERROR,
    GROUP_LOOP,
    GROUP_PARENT,
    GROUP_ENTERED,
    GROUP_EXITING,
    GROUP_ABORTING,
    GROUP_PARENT_CANCELLED,
    GROUP_CANCEL_ON_ENTER,
    GROUP_WAITER
};

static const char *const group_fields[] = {"_tasks",
                                           "_errors",
                                           "_base_error",
                                           "_loop",
                                           "_parent_task",
                                           "_entered",
                                           "_exiting",
                                           "_aborting",
                                           "_parent_cancel_requested",
                                           "_cancel_on_enter",
                                           "_on_completed_fut"};

/* Of a group that was not entered. */
static PyObject *group_blank(const pyac_task_group *group, enum group_field field)
{
    switch (field) {
    case GROUP_ERRORS:
        return PyList_New(0);
    case GROUP_BASE_ERROR:
    case GROUP_LOOP:
    case GROUP_PARENT:
    case GROUP_WAITER:
        return Py_NewRef(Py_None);
    case GROUP_CANCEL_ON_ENTER:
        return PyBool_FromLong(group->cancelled_before);
    default:
        return PyBool_FromLong(0);
    }
}

static PyObject *group_show_tasks(const pyac_task_group *group)
{
    PyObject *list = group_list_children(group), *set = list != NULL ? PySet_New(list) : NULL;
    Py_XDECREF(list);
    return set;
}

static PyObject *group_show(const pyac_task_group *group, enum group_field field)
{
    PyObject *error;
    switch (field) {
    case GROUP_TASKS:
        return group_show_tasks(group);
    case GROUP_ERRORS:
        return group_show_errors(group);
    case GROUP_BASE_ERROR:
        error = pyac_seen(ac_lend(group->core.base_error));
        return Py_NewRef(error != NULL ? error : Py_None);
    case GROUP_LOOP:
        return Py_NewRef(group->loop->object);
    case GROUP_PARENT:
        return Py_NewRef(group_parent(group));
    case GROUP_ENTERED:
        return PyBool_FromLong(ac_group_is_entered(&group->core));
    case GROUP_EXITING:
        return PyBool_FromLong(ac_group_is_exiting(&group->core));
    case GROUP_ABORTING:
        return PyBool_FromLong(ac_group_is_aborting(&group->core));
    case GROUP_PARENT_CANCELLED:
        return PyBool_FromLong(ac_group_has_cancelled_parent(&group->core));
    case GROUP_CANCEL_ON_ENTER:
        return PyBool_FromLong(group->cancelled_before);
    case GROUP_WAITER:
        break;
    }
    return Py_NewRef(Py_None);
}

/* In the dictionary, once it is asyncio's own. */
static PyObject *group_field_kept(PyObject *self, const char *name)
{
    PyObject *dict = PyObject_GenericGetDict(self, NULL);
    PyObject *value = dict != NULL ? PyDict_GetItemString(dict, name) : NULL;
    Py_XINCREF(value);
    Py_XDECREF(dict);
    if (value == NULL && !PyErr_Occurred())
        PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute '%s'", Py_TYPE(self)->tp_name, name);
    return value;
}

/* A program that asks for the tasks may add one: it gets the very set. */
static PyObject *group_get_field(PyObject *self, void *closure)
{
    pyac_task_group *group = group_of(self);
    enum group_field field = (enum group_field)((const char *const *)closure - group_fields);
    if (!group->by_asyncio && field == GROUP_TASKS && group_can_hand_over(group) &&
        group_hand_over(group) < 0)
        return NULL;
    if (group->by_asyncio)
        return group_field_kept(self, group_fields[field]);
    return group->loop != NULL ? group_show(group, field) : group_blank(group, field);
}

static int group_set_field(PyObject *self, PyObject *value, void *closure)
{
    pyac_task_group *group = group_of(self);
    const char *name = *(const char *const *)closure;
    if (!group->by_asyncio && !group_can_hand_over(group)) {
        PyErr_Format(PyExc_AttributeError, "%s of a group of aiocore cannot be set once it is being left",
                     name);
        return -1;
    }
    if (!group->by_asyncio && group_hand_over(group) < 0)
        return -1;
    PyObject *dict = PyObject_GenericGetDict(self, NULL);
    int set = dict == NULL    ? -1
              : value != NULL ? PyDict_SetItemString(dict, name, value)
                              : PyDict_DelItemString(dict, name);
    Py_XDECREF(dict);
    return set;
}

/* ---- The type ---- */

static PyObject *group_repr(PyObject *self)
{
    const pyac_task_group *group = group_of(self);
    if (group->by_asyncio)
        return group_ask_plain(self, "__repr__");
    char tasks[32] = "", errors[32] = "";
    const char *state = "";
    if (group->loop != NULL) {
        size_t task_count = ac_group_task_count(&group->core),
               error_count = ac_group_error_count(&group->core);
        if (task_count > 0)
            PyOS_snprintf(tasks, sizeof tasks, " tasks=%zu", task_count);
        if (error_count > 0)
            PyOS_snprintf(errors, sizeof errors, " errors=%zu", error_count);
        if (ac_group_is_aborting(&group->core))
            state = " cancelling";
        else if (ac_group_is_entered(&group->core))
            state = " entered";
    }
    return PyUnicode_FromFormat("<TaskGroup%s%s%s>", tasks, errors, state);
}

/* asyncio's own words for arguments, which it does not take. */
static int group_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) == 0 && (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0))
        return 0;
    return pyac_refuse_init(self, "taskgroups", "TaskGroup", args, kwargs);
}

static int group_traverse(PyObject *self, visitproc visit, void *arg)
{
    pyac_task_group *group = (pyac_task_group *)self;
    pyac_showing showing = pyac_show_to(visit, arg);
    Py_VISIT(group->dict);
    if (group->loop == NULL)
        return 0;
    Py_VISIT(group->loop->keeper);
    return ac_group_visit(&group->core, &showing.visitor);
}

static int group_clear(PyObject *self)
{
    group_unbind(group_of(self));
    Py_CLEAR(group_of(self)->dict);
    return 0;
}

static void group_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (((pyac_task_group *)self)->weakrefs != NULL)
        PyObject_ClearWeakRefs(self);
    (void)group_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static PyMethodDef group_methods[] = {
    {"__aenter__", group_aenter, METH_NOARGS, NULL},
    {"__aexit__", (PyCFunction)(void (*)(void))group_aexit, METH_FASTCALL, NULL},
    {"create_task", PYAC_VECTORCALL(group_create_task),
     PyDoc_STR("create_task($self, coro, **kwargs)\n--\n\nCreate a new task in this group and return it.")},
    {"_abort", group_abort, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

/* Since 3.15. */
static PyMethodDef group_cancel_method = {"cancel", group_cancel, METH_NOARGS,
                                          PyDoc_STR("cancel($self, /)\n--\n\nCancel the task group.")};

#define GROUP_FIELD(field)                                                                                   \
    {                                                                                                        \
        NULL, group_get_field, group_set_field, NULL, (void *)(uintptr_t)&group_fields[field]                \
    }

static PyGetSetDef group_getset[] = {
    GROUP_FIELD(GROUP_TASKS),   GROUP_FIELD(GROUP_ERRORS),          GROUP_FIELD(GROUP_BASE_ERROR),
    GROUP_FIELD(GROUP_LOOP),    GROUP_FIELD(GROUP_PARENT),          GROUP_FIELD(GROUP_ENTERED),
    GROUP_FIELD(GROUP_EXITING), GROUP_FIELD(GROUP_ABORTING),        GROUP_FIELD(GROUP_PARENT_CANCELLED),
    GROUP_FIELD(GROUP_WAITER),  GROUP_FIELD(GROUP_CANCEL_ON_ENTER), {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject PyacTaskGroup_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "asyncio.taskgroups.TaskGroup",
    .tp_doc = PyDoc_STR("TaskGroup()\n--\n\nAsynchronous context manager for managing groups of tasks."),
    .tp_basicsize = sizeof(pyac_task_group),
    .tp_dictoffset = offsetof(pyac_task_group, dict),
    .tp_weaklistoffset = offsetof(pyac_task_group, weakrefs),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew,
    .tp_init = group_init,
    .tp_traverse = group_traverse,
    .tp_clear = group_clear,
    .tp_dealloc = group_dealloc,
    .tp_repr = group_repr,
    .tp_methods = group_methods,
    .tp_getset = group_getset,
};

/* The last attribute came with cancel(). */
static void group_fields_ready(void)
{
    for (size_t i = 0; i < sizeof group_getset / sizeof group_getset[0] - 1; i++)
        group_getset[i].name = *(const char *const *)group_getset[i].closure;
    if (!pyac_has(AC_S_TASKGROUP_CANCEL))
        group_getset[sizeof group_getset / sizeof group_getset[0] - 2].name = NULL;
}

int pyac_taskgroup_ready(PyObject *module)
{
    group_fields_ready();
    if (group_names_ready() < 0 || PyModule_AddType(module, &PyacTaskGroup_Type) < 0)
        return -1;
    if (!pyac_has(AC_S_TASKGROUP_CANCEL))
        return 0;
    PyObject *cancel = PyDescr_NewMethod(&PyacTaskGroup_Type, &group_cancel_method);
    int failed = cancel != NULL ? PyDict_SetItemString(PyacTaskGroup_Type.tp_dict, "cancel", cancel) : -1;
    Py_XDECREF(cancel);
    PyType_Modified(&PyacTaskGroup_Type);
    return failed;
}
