/* task_making.c - Task.__init__: what makes an object a task, and an eager start.
 *
 * Mirrors    _asyncio_Task___init___impl, is_coroutine, task_eager_start.
 * Idea       What CPython checks and asks before the first step is done here, in its order; the task itself
 *            is made by the core, which steps an eager one at once.
 * Refused    A loop that does not take the first step raises, and so does __init__; but by then CPython has a
 *            task, which says "Task was destroyed but it is pending!" when it goes.  So post.c takes such a
 *            step all the same, as one that will never be run, and leaves why in 'refused'.
 * Versions   eager_start without a loop: task_eager_start_default_loop.  Contexts that are none, or cannot be
 *            entered: eager_start_failure_is_clean.  Whose loop runs: enter_task_checks_running_loop.
 * Re-enters  Loops are any code; so is the coroutine of an eager task. */
#include "aside.h"
#include "task.h"

/* ---- What may be given ---- */

/* Asks asyncio, and remembers types that it says yes to: at most as many as CPython does. */
static int is_coroutine_of_any_kind(PyObject *object)
{
    static PyObject *known;
    enum { MOST = 100 };
    if (known == NULL && (known = PySet_New(NULL)) == NULL)
        return -1;
    int found = PySet_Contains(known, (PyObject *)Py_TYPE(object));
    if (found != 0)
        return found;
    PyObject *answer = PyObject_CallOneArg(pyac_py.iscoroutine, object);
    found = answer != NULL ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    if (found > 0 && PySet_GET_SIZE(known) < MOST && PySet_Add(known, (PyObject *)Py_TYPE(object)) < 0)
        return -1;
    return found;
}

static int check_coroutine(PyObject *object)
{
    int is = PyCoro_CheckExact(object) ? 1 : is_coroutine_of_any_kind(object);
    if (is == 0)
        PyErr_Format(PyExc_TypeError, "a coroutine was expected, got %R", object);
    return is > 0 ? 0 : -1;
}

static int check_context(PyObject *context)
{
    if (context == Py_None || PyContext_CheckExact(context) || !pyac_has(AC_S_EAGER_START_FAILURE_IS_CLEAN))
        return 0;
    PyErr_Format(PyExc_TypeError, "a contextvars.Context was expected, got %.200s",
                 Py_TYPE(context)->tp_name);
    return -1;
}

PyObject *pyac_task_name_of(PyObject *value)
{
    return PyUnicode_CheckExact(value) ? Py_NewRef(value) : PyObject_Str(value);
}

/* ---- The start ---- */

/* The task cannot start, but is there (Refused). */
static int refuse(pyac_task *task)
{
    pyac_rare *rare = pyac_rare_of((PyObject *)task);
    if (rare == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    Py_XSETREF(rare->refused, PyErr_GetRaisedException());
    return 0;
}

/* loop.is_running(), of the loop that was given; only True itself counts. */
static int wants_eager_start(pyac_task *task, PyObject *given, const pyac_loop *loop)
{
    PyObject *asked = given == Py_None && pyac_has(AC_S_TASK_EAGER_START_DEFAULT_LOOP) ? loop->object : given;
    int runs = pyac_loop_runs(asked);
    if (runs < 0)
        return refuse(task);
    if (runs > 0 && pyac_has(AC_S_ENTER_TASK_CHECKS_RUNNING_LOOP) && pyac_running_loop() != loop->object) {
        PyErr_Format(PyExc_RuntimeError, "loop %R is not the running loop", loop->object);
        return refuse(task);
    }
    return runs;
}

static int start_failed(pyac_task *task, pyac_loop *loop, ac_status status)
{
    (void)pyac_fail(&loop->core, status, &task->core.future);
    return -1;
}

static int raise_refused(pyac_task *task)
{
    PyObject *refused = task->rare->refused;
    task->rare->refused = NULL;
    PyErr_SetRaisedException(refused);
    return -1;
}

static int start_lazily(pyac_task *task, pyac_loop *loop, const ac_task_spec *spec)
{
    if (PYAC_RARE(task, refused) != NULL && ac_loop_host(&loop->core)->post == NULL) {
        if (!spec->has_name)                          /* our own loop would run it, so it is none; */
            (void)pyac_host.next_serial(&loop->core); /* its number is used up */
        return raise_refused(task);
    }
    task->body.flags |= PYAC_TASK_MAKING;
    ac_status status = ac_task_init(&task->core, &loop->core, spec);
    task->body.flags &= (uint16_t)~PYAC_TASK_MAKING;
    if (status != AC_OK)
        return start_failed(task, loop, status);
    if (loop->holds)
        pyac_task_set_aside(task, ac_is_none(spec->context));
    return PYAC_RARE(task, refused) != NULL ? raise_refused(task) : 0;
}

/* The core could not enter the context, and says so in the words of a handle. */
static int eager_context_failed(const ac_task_spec *spec)
{
    if (!PyContext_CheckExact(pyac_seen(spec->context))) {
        PyErr_Clear();
        PyErr_SetString(PyExc_TypeError, "an instance of Context was expected");
    }
    return -1;
}

static void give_up(const pyac_loop *loop, PyObject *other)
{
    if (other == NULL)
        return;
    Py_DECREF(other);
    Py_DECREF(loop->keeper);
}

/* The step may have left another. */
static void give_back(pyac_loop *loop, PyObject *other)
{
    PyObject *left = loop->other_task;
    loop->other_task = other;
    give_up(loop, left);
}

/* Its class may have a cancel of its own, which is wanted in its first step already. */
static ac_status init_eagerly(pyac_task *task, ac_loop *loop, const ac_task_spec *spec)
{
    ac_task *previous;
    ac_how how;
    ac_ref in;
    bool starts = true;
    ac_out out = {.value = ac_none()};
    ac_status status = spec != NULL
                           ? ac_task_init_eager(&task->core, loop, spec, &previous, &starts, &how, &in)
                           : ac_task_init_eager_again(&task->core, &task->body, &previous, &how, &in);
    if (status != AC_OK || !starts)
        return status;
    pyac_future_mark((pyac_future *)task);
    ac_turn turn = task->body.ops->resume(loop, &task->body, how, in, &out);
    return ac_task_leave_eager(&task->core, previous, turn, &out);
}

/* The current task gives way, also one that the core does not know.  It comes back, unless the new task was
 * left behind in its place (ac_task_init_eager).  spec NULL: the task has been one, of which nothing is left
 * but its context. */
static int start_eagerly(pyac_task *task, pyac_loop *loop, const ac_task_spec *spec)
{
    PyObject *other = loop->other_task; /* and the keeper's reference that goes with it */
    bool before = ac_loop_set_running(&loop->core, true);
    loop->other_task = NULL;
    ac_status status = init_eagerly(task, &loop->core, spec);
    (void)ac_loop_set_running(&loop->core, before);
    bool stranded = status != AC_OK && ac_loop_current_task(&loop->core) == &task->core;
    give_back(loop, stranded ? NULL : other);
    if (stranded)
        give_up(loop, other);
    bool done = task->core.future.loop != NULL && ac_future_done(&task->core.future);
    if (done)
        Py_CLEAR(task->coro);
    if (status == AC_OK)
        return 0;
    (void)start_failed(task, loop, status);
    return done || spec == NULL || ac_is_none(spec->context) ? -1 : eager_context_failed(spec);
}

static int start(pyac_task *task, pyac_loop *loop, ac_task_spec *spec, PyObject *given, bool eager)
{
    int eagerly = eager ? wants_eager_start(task, given, loop) : 0;
    if (eagerly < 0)
        return -1;
    spec->eager = eagerly > 0 ? AC_EAGER_YES : AC_EAGER_NO;
    return eagerly > 0 ? start_eagerly(task, loop, spec) : start_lazily(task, loop, spec);
}

/* ---- __init__ ---- */

typedef struct task_arguments {
    PyObject *coro, *loop, *name, *context; /* borrowed; None: not given */
    int eager;
} task_arguments;

/* One argument by its name, where there is no more to it than taking it. */
static bool take_argument(task_arguments *read, PyObject *name, PyObject *value)
{
    if (name == pyac_n.loop)
        read->loop = value;
    else if (name == pyac_n.name)
        read->name = value;
    else if (name == pyac_n.context)
        read->context = value;
    else if (name == pyac_n.eager_start && (PyBool_Check(value) || value == Py_None)) /* uvloop gives None */
        read->eager = value == Py_True;
    else
        return false;
    return true;
}

/* The calls of loops and factories: a coroutine, and names that the compiler has interned. */
static bool read_quickly(PyObject *args, PyObject *kwargs, task_arguments *read)
{
    PyObject *name, *value;
    Py_ssize_t at = 0;
    if (PyTuple_GET_SIZE(args) != 1)
        return false;
    read->coro = PyTuple_GET_ITEM(args, 0);
    while (kwargs != NULL && PyDict_Next(kwargs, &at, &name, &value))
        if (!take_argument(read, name, value))
            return false;
    return true;
}

static const task_arguments nothing_given = {NULL, Py_None, Py_None, Py_None, 0};

static int read_arguments(PyObject *args, PyObject *kwargs, task_arguments *read)
{
    static const char *const keywords[] = {"coro", "loop", "name", "context", "eager_start", NULL};
    *read = nothing_given;
    if (read_quickly(args, kwargs, read))
        return 0;
    *read = nothing_given;
    if (PyTuple_GET_SIZE(args) > 1) {
        PyErr_Format(PyExc_TypeError, "Task() takes exactly 1 positional argument (%zd given)",
                     PyTuple_GET_SIZE(args));
        return -1;
    }
    return PyArg_ParseTupleAndKeywords(args, kwargs, "O|$OOOp:Task", (char **)(uintptr_t)keywords,
                                       &read->coro, &read->loop, &read->name, &read->context, &read->eager)
               ? 0
               : -1;
}

/* The object becomes a task; name NULL: the next number. */
static int make(pyac_task *task, pyac_loop *loop, const task_arguments *read, PyObject *name)
{
    ac_task_spec spec = {
        .body = &task->body,
        .context = read->context != Py_None ? pyac_lent(read->context) : ac_none_ref(),
        .name = pyac_lent(name),
        .has_name = name != NULL,
    };
    Py_XSETREF(task->coro, Py_NewRef(read->coro));
    if (task->body.ops == NULL)
        ac_coro_init(&task->body, &pyac_body_ops);
    int made = start(task, loop, &spec, read->loop, read->eager != 0);
    if (made == 0)
        pyac_future_mark((pyac_future *)task);
    return made;
}

/* The checks that stand between a task and its start. */
static int make_checked(pyac_task *task, pyac_loop *loop, const task_arguments *read)
{
    PyObject *name = NULL;
    if (check_coroutine(read->coro) < 0 || check_context(read->context) < 0)
        return -1;
    if (read->name != Py_None && (name = pyac_task_name_of(read->name)) == NULL)
        return -1;
    int made = make(task, loop, read, name);
    Py_XDECREF(name);
    return made;
}

/* The keeper stays with the task, if there is one then. */
int pyac_task_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    pyac_task *task = (pyac_task *)self;
    task_arguments read;
    pyac_task_bring_back(task);
    if (read_arguments(args, kwargs, &read) < 0 || pyac_import() < 0 ||
        pyac_future_anew((pyac_future *)task) < 0)
        return -1;
    task->body.flags &= (uint16_t)~PYAC_TASK_HIDDEN;
    pyac_loop *loop = pyac_future_loop(read.loop);
    if (loop == NULL)
        return -1;
    int made = pyac_future_ask_debug((pyac_future *)task, loop->object);
    if (made == 0)
        made = make_checked(task, loop, &read);
    if (task->core.future.loop == NULL)
        Py_DECREF(loop->keeper);
    return made;
}

pyac_spare pyac_spare_tasks;

PyObject *pyac_task_new_blank(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    (void)args;
    (void)kwargs;
    return type == pyac_task_type ? pyac_spare_take(&pyac_spare_tasks, type) : type->tp_alloc(type, 0);
}

PyObject *pyac_task_renew(pyac_task *task, PyObject *coro)
{
    task->coro = Py_NewRef(coro);
    task->body.flags = 0;
    if (start_eagerly(task, pyac_loop_of(task->core.future.loop), NULL) < 0)
        Py_CLEAR(task);
    return (PyObject *)task;
}

PyObject *pyac_task_new(pyac_loop *loop, PyObject *coro, PyObject *name, PyObject *context, bool eager)
{
    const task_arguments read = {coro, loop->object, name != NULL ? name : Py_None,
                                 context != NULL ? context : Py_None, eager};
    pyac_task *task = (pyac_task *)pyac_spare_take(&pyac_spare_tasks, pyac_task_type);
    if (task == NULL)
        return NULL;
    Py_INCREF(loop->keeper);
    int made = make_checked(task, loop, &read);
    if (task->core.future.loop == NULL)
        Py_DECREF(loop->keeper);
    if (made < 0)
        Py_CLEAR(task);
    return (PyObject *)task;
}
