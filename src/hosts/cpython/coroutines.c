/* coroutines.c - coroutines in C: what "async def sleep" and the two ends of a task group give.
 *
 * Mirrors    Objects/genobject.c, as far as a program sees it of a coroutine object.
 * Idea       The core's own async functions are bodies (ac_coro).  This object makes one of them an awaitable
 *            of Python, with send, throw and close.  The kind's 'begin' does what stands before the first
 *            wait.
 * Views      A body of the core waits for a future in its own frame, which is no object.  What is yielded
 *            then is the coroutine itself, and a task of ours asks it for that future (pyac_view_future).
 * Elsewhere  On a loop that is not ours, or in a task that is none of ours (asyncio's own in Python, or no
 *            task at all: somebody who calls send by hand, also within a task), which could not make
 *            anything of a view, begin hands over to asyncio's own function (pyac_coroutine_delegate):
 *            whatever that yields goes through.
 * Holds      co or inner is set from a begin that has found its body to the end.
 * Re-enters  Bodies drop values; begin may run anything.
 * Cost       One object; what was freed is used again, by sizes. */
#include "coroutines.h"

#include "aside.h"

/* What happens where something fails stays out of what happens all the time. */
#if defined(__GNUC__)
#define PYCO_COLD __attribute__((noinline, cold))
#else
#define PYCO_COLD
#endif

/* ---- Life ---- */

enum { PYCO_UNIT = 64, PYCO_SIZES = 10, PYCO_FREE = 64 };

/* Of one size of frames, in units.  The next free one is in subject. */
static struct pyco_free {
    pyac_coroutine *first;
    unsigned count;
} pyco_free[PYCO_SIZES];

static pyac_coroutine *pyco_take(Py_ssize_t frame_size)
{
    size_t size = ((size_t)frame_size + PYCO_UNIT - 1) / PYCO_UNIT;
    struct pyco_free *list = size < PYCO_SIZES ? &pyco_free[size] : NULL;
    if (list == NULL || list->first == NULL)
        return PyObject_GC_NewVar(pyac_coroutine, &PyacCoroutine_Type, (Py_ssize_t)size * PYCO_UNIT);
    pyac_coroutine *self = list->first;
    list->first = (pyac_coroutine *)self->subject;
    list->count--;
    (void)PyObject_InitVar((PyVarObject *)self, &PyacCoroutine_Type, (Py_ssize_t)size * PYCO_UNIT);
    return self;
}

/* One that has been finalized would not be again. */
static void pyco_give(pyac_coroutine *self)
{
    size_t size = (size_t)Py_SIZE(self) / PYCO_UNIT;
    struct pyco_free *list = size < PYCO_SIZES ? &pyco_free[size] : NULL;
    if (list == NULL || list->count >= PYCO_FREE || PyObject_GC_IsFinalized((PyObject *)self)) {
        PyObject_GC_Del(self);
        return;
    }
    self->subject = (PyObject *)list->first;
    list->first = self;
    list->count++;
}

/* sys.set_coroutine_origin_tracking_depth: who has called, as (file, line, name), the innermost frame
 * first. */
static int pyco_remember_origin(pyac_coroutine *self)
{
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
    PyObject *list = PyList_New(0);
    int left = PyThreadState_Get()->coroutine_origin_tracking_depth, failed = list != NULL ? 0 : -1;
    for (; frame != NULL && failed == 0 && left > 0; left--) {
        PyCodeObject *code = PyFrame_GetCode(frame);
        PyObject *entry = Py_BuildValue("(OiO)", code->co_filename, PyFrame_GetLineNumber(frame),
                                        code->co_name);
        failed = entry != NULL ? PyList_Append(list, entry) : -1;
        Py_XDECREF(entry);
        Py_DECREF(code);
        Py_SETREF(frame, PyFrame_GetBack(frame));
    }
    Py_XDECREF(frame);
    self->origin = failed == 0 ? PyList_AsTuple(list) : NULL;
    Py_XDECREF(list);
    return self->origin != NULL ? 0 : -1;
}

PyObject *pyac_coroutine_new(const pyac_coroutine_kind *kind, PyObject *subject, PyObject *argument)
{
    pyac_coroutine *self = pyco_take(kind->frame_size);
    if (self == NULL)
        return NULL;
    self->kind = kind;
    self->subject = Py_XNewRef(subject);
    self->argument = Py_XNewRef(argument);
    self->keeper = self->inner = NULL;
    self->loop = NULL;
    self->co = NULL;
    self->waiting = NULL;
    self->origin = self->shown = NULL;
    self->state = PYCO_CREATED;
    self->owns_body = self->by_hand = self->aside = false;
    PyObject_GC_Track(self);
    if (PyThreadState_Get()->coroutine_origin_tracking_depth > 0 && pyco_remember_origin(self) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

void pyac_coroutine_bind(pyac_coroutine *self, pyac_loop *loop, ac_coro *co, bool owns_body)
{
    self->keeper = loop != NULL ? Py_NewRef(loop->keeper) : NULL;
    self->loop = loop != NULL ? &loop->core : NULL;
    self->co = co;
    self->owns_body = owns_body;
}

PyObject *pyac_coroutine_delegate(pyac_coroutine *self, PyObject *coroutine)
{
    self->inner = coroutine;
    return NULL;
}

PyObject *pyac_coroutine_hand_over(pyac_coroutine *self, const char *name)
{
    PyObject *values[] = {self->subject, self->argument};
    return pyac_coroutine_delegate(self, pyac_call_original("tasks", name, values, 2, NULL));
}

ac_future *pyac_view_future(PyObject *view)
{
    return ((pyac_coroutine *)view)->waiting;
}

static bool pyco_by_hand; /* one of ours is resumed now that is not awaited */

pyac_loop *pyac_stepping(void)
{
    pyac_loop *loop = pyac_running();
    return loop != NULL && !pyco_by_hand && ac_loop_current_task(&loop->core) != NULL ? loop : NULL;
}

pyac_loop *pyac_stepping_own(void)
{
    pyac_loop *loop = pyac_stepping();
    return loop != NULL && pyac_event_loop(loop->object) != NULL ? loop : NULL;
}

bool pyac_is_own_coroutine(PyObject *object)
{
    return PyCoro_CheckExact(object) || Py_IS_TYPE(object, &PyacCoroutine_Type);
}

/* ---- Steps ---- */

static void pyco_forget(pyac_coroutine *self)
{
    ac_coro *co = self->co;
    self->state = PYCO_ENDED;
    self->co = NULL;
    self->waiting = NULL;
    if (co != NULL && self->owns_body)
        ac_coro_clear(self->loop, co);
    Py_CLEAR(self->inner);
    Py_CLEAR(self->subject);
    Py_CLEAR(self->argument);
    Py_CLEAR(self->keeper);
    Py_CLEAR(self->shown);
}

static PySendResult pyco_failed(pyac_coroutine *self)
{
    PyObject *raised = PyErr_GetRaisedException();
    pyco_forget(self);
    PyErr_SetRaisedException(raised);
    return PYGEN_ERROR;
}

/* Steals the result. */
static PySendResult pyco_returned(pyac_coroutine *self, PyObject *result, PyObject **out)
{
    *out = self->kind->finish != NULL ? self->kind->finish(self, result) : result;
    if (*out == NULL)
        return pyco_failed(self);
    pyco_forget(self);
    return PYGEN_RETURN;
}

/* A future that has an object comes with a reference of it. */
static PySendResult pyco_waits(pyac_coroutine *self, ac_future *future, PyObject **out)
{
    self->state = PYCO_SUSPENDED;
    self->waiting = future;
    *out = ac_future_is_embedded(future) ? Py_NewRef(self) : pyac_object_of(future);
    return PYGEN_NEXT;
}

/* What a body raises by a statement of asyncio's gets what is handled around it as its context; what was
 * thrown in and is no cancellation just goes on. */
PYCO_COLD static void pyco_raise_out(const pyac_coroutine *self, ac_value exception, PyObject *thrown)
{
    PyObject *raised = pyac_seen(ac_lend(exception));
    bool goes_on = raised != NULL && raised == thrown &&
                   (self->kind->passes || !PyErr_GivenExceptionMatches(thrown, pyac_py.cancelled_error));
    if (!self->kind->raises || goes_on || raised == NULL) {
        pyac_restore(exception);
        return;
    }
    PyErr_SetObject((PyObject *)Py_TYPE(raised), raised);
    Py_DECREF(raised);
}

/* An exception that is set leaves it, and no coroutine of asyncio's does it all. */
PYCO_COLD static PySendResult pyco_left(pyac_coroutine *self, pyac_way_how how)
{
    pyac_way way;
    pyac_way_of(self, how, &way);
    pyac_frames_leave(&way, NULL);
    return pyco_failed(self);
}

static inline PySendResult pyco_turned(pyac_coroutine *self, ac_turn turn, ac_value result, PyObject **out)
{
    if (turn == AC_YIELDED || turn == AC_STRANGE) {
        self->state = PYCO_SUSPENDED;
        *out = turn == AC_STRANGE ? pyac_taken(result) : Py_NewRef(Py_None);
        return PYGEN_NEXT;
    }
    return pyco_returned(self, result.bits != 0 ? pyac_taken(result) : Py_NewRef(Py_None), out);
}

PYCO_COLD static PySendResult pyco_throw_into_body(pyac_coroutine *self, PyObject *exception, PyObject **out)
{
    ac_out given = {.value = ac_none()};
    pyac_way way;
    pyac_way_of(self, PYAC_WAY_SUSPENDED, &way);
    pyac_frames_enter(&way, exception);
    self->state = PYCO_RUNNING;
    self->waiting = NULL;
    ac_turn turn = ac_coro_resume(self->loop, self->co, AC_THROW, pyac_lent(exception), &given);
    if (turn == AC_AWAITING)
        return pyco_waits(self, given.future, out);
    if (turn != AC_RAISED)
        return pyco_turned(self, turn, given.value, out);
    pyco_raise_out(self, given.value, exception);
    pyac_frames_leave(&way, exception);
    return pyco_failed(self);
}

static PySendResult pyco_send_to_body(pyac_coroutine *self, PyObject *value, PyObject **out)
{
    ac_out given = {.value = ac_none()};
    bool suspended = self->state == PYCO_SUSPENDED;
    self->state = PYCO_RUNNING;
    self->waiting = NULL;
    PyObject *in = value == Py_None ? NULL : value;
    ac_turn turn = ac_coro_resume(self->loop, self->co, AC_SEND, pyac_lent(in), &given);
    if (turn == AC_AWAITING)
        return pyco_waits(self, given.future, out);
    if (turn != AC_RAISED)
        return pyco_turned(self, turn, given.value, out);
    pyco_raise_out(self, given.value, NULL);
    return pyco_left(self, suspended ? PYAC_WAY_OVER : PYAC_WAY_BEGUN);
}

PySendResult pyac_coroutine_throw(PyObject *coroutine, PyObject *exception, PyObject **out)
{
    *out = PyObject_CallMethodOneArg(coroutine, pyac_n.throw, exception);
    if (*out != NULL)
        return PYGEN_NEXT;
    PyObject *raised = PyErr_Occurred() ? PyErr_GetRaisedException() : NULL;
    if (raised != NULL && PyErr_GivenExceptionMatches(raised, PyExc_StopIteration)) {
        *out = Py_XNewRef(((PyStopIterationObject *)raised)->value);
        Py_DECREF(raised);
        return PYGEN_RETURN;
    }
    PyErr_SetRaisedException(raised);
    return PYGEN_ERROR;
}

static PySendResult pyco_resume_inner(pyac_coroutine *self, ac_how how, PyObject *value, PyObject **out)
{
    self->state = PYCO_RUNNING;
    PySendResult sent = how == AC_SEND ? PyIter_Send(self->inner, value, out)
                                       : pyac_coroutine_throw(self->inner, value, out);
    if (sent == PYGEN_RETURN)
        return pyco_returned(self, *out, out);
    if (sent == PYGEN_ERROR)
        return pyco_failed(self);
    self->state = PYCO_SUSPENDED;
    return PYGEN_NEXT;
}

static PySendResult pyco_resume(pyac_coroutine *self, ac_how how, PyObject *value, PyObject **out)
{
    if (self->inner != NULL)
        return pyco_resume_inner(self, how, value, out);
    return how == AC_THROW ? pyco_throw_into_body(self, value, out) : pyco_send_to_body(self, value, out);
}

static PySendResult pyco_begin(pyac_coroutine *self, PyObject **out)
{
    self->state = PYCO_RUNNING;
    PyObject *answer = self->kind->begin(self);
    if (self->co != NULL || self->inner != NULL)
        return pyco_resume(self, AC_SEND, Py_None, out);
    if (answer == NULL)
        return pyco_left(self, PYAC_WAY_BEGUN);
    *out = answer;
    pyco_forget(self);
    return PYGEN_RETURN;
}

/* As FutureIter: what waits for a future that is not done waits on if a task has taken that already, for
 * another one may await the same; else it gets an error thrown. */
static PySendResult pyco_sent(pyac_coroutine *self, PyObject *value, PyObject **out)
{
    ac_future *waiting = self->waiting;
    if (waiting == NULL || ac_future_done(waiting))
        return pyco_resume(self, AC_SEND, value, out);
    if (!ac_future_is_blocking(waiting)) {
        ac_future_set_blocking(waiting, true);
        if (!ac_future_is_embedded(waiting))
            Py_INCREF(pyac_object_of(waiting));
        return pyco_waits(self, waiting, out);
    }
    PyErr_SetString(PyExc_RuntimeError, "await wasn't used with future");
    PyObject *error = PyErr_GetRaisedException();
    PySendResult result = pyco_resume(self, AC_THROW, error, out);
    Py_DECREF(error);
    return result;
}

static PySendResult pyco_start(pyac_coroutine *self, ac_how how, PyObject *value, PyObject **out)
{
    if (how == AC_SEND && value != Py_None) {
        PyErr_SetString(PyExc_TypeError, "can't send non-None value to a just-started coroutine");
        return PYGEN_ERROR;
    }
    if (how == AC_SEND)
        return pyco_begin(self, out);
    PyErr_SetRaisedException(Py_NewRef(value));
    return pyco_left(self, PYAC_WAY_UNBEGUN);
}

/* It is held: it may be dropped by what it runs. */
static PySendResult pyco_go(PyObject *object, ac_how how, PyObject *value, PyObject **out)
{
    pyac_coroutine *self = (pyac_coroutine *)Py_NewRef(object);
    PySendResult result = PYGEN_ERROR;
    bool by_hand = pyco_by_hand;
    pyco_by_hand = by_hand || self->by_hand;
    *out = NULL;
    if (self->aside)
        pyac_sleep_bring_back(self); /* who resumes it is not its task */
    if (self->state == PYCO_RUNNING)
        PyErr_SetString(PyExc_ValueError, "coroutine already executing");
    else if (self->state == PYCO_ENDED)
        PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
    else if (self->state == PYCO_CREATED)
        result = pyco_start(self, how, value, out);
    else
        result = how == AC_SEND ? pyco_sent(self, value, out) : pyco_resume(self, how, value, out);
    pyco_by_hand = by_hand;
    Py_DECREF(self);
    return result;
}

static PySendResult coroutine_am_send(PyObject *self, PyObject *value, PyObject **out)
{
    return pyco_go(self, AC_SEND, value, out);
}

/* ---- Methods ---- */

/* StopIteration(value), without the call of a class; for None StopIteration(). */
static PyObject *stop_new(PyObject *value)
{
    PyTypeObject *type = (PyTypeObject *)PyExc_StopIteration;
    if (value == Py_None)
        return PyObject_CallNoArgs(PyExc_StopIteration);
    PyObject *args = PyTuple_Pack(1, value), *stop = args != NULL ? type->tp_new(type, args, NULL) : NULL;
    Py_XDECREF(args);
    if (stop != NULL)
        Py_XSETREF(((PyStopIterationObject *)stop)->value, Py_NewRef(value));
    return stop;
}

/* Nobody has it, and nobody has changed it. */
static bool stop_is_as_new(const PyStopIterationObject *stop)
{
    return Py_REFCNT(stop) == 1 && Py_REFCNT(stop->args) == 1 && stop->value == Py_True &&
           stop->dict == NULL && stop->notes == NULL && stop->traceback == NULL && stop->context == NULL &&
           stop->cause == NULL && !stop->suppress_context;
}

/* That is how almost every wait ends, and no program sees it: one serves for all. */
static PyObject *stop_true(void)
{
    static PyObject *kept;
    if (kept == NULL || !stop_is_as_new((PyStopIterationObject *)kept))
        Py_XSETREF(kept, stop_new(Py_True));
    return Py_XNewRef(kept);
}

static PyObject *pyco_answer_of(PySendResult result, PyObject *value)
{
    if (result == PYGEN_NEXT)
        return value;
    if (result == PYGEN_RETURN) {
        PyObject *stop = value == Py_True ? stop_true() : stop_new(value);
        Py_DECREF(value);
        if (stop != NULL)
            PyErr_SetRaisedException(stop);
    }
    return NULL;
}

/* An await does not come this way: it is a program's own call. */
static PyObject *coroutine_send(PyObject *self, PyObject *value)
{
    PyObject *out;
    ((pyac_coroutine *)self)->by_hand |= ((pyac_coroutine *)self)->state == PYCO_CREATED;
    PySendResult result = pyco_go(self, AC_SEND, value, &out);
    return pyco_answer_of(result, out);
}

/* throw(exception), or the older throw(type, value, traceback). */
static PyObject *coroutine_throw(PyObject *self, PyObject *args)
{
    PyObject *type, *value = NULL, *traceback = NULL, *out;
    if (!PyArg_UnpackTuple(args, "throw", 1, 3, &type, &value, &traceback))
        return NULL;
    PyObject *exception = PyExceptionInstance_Check(type) ? Py_NewRef(type) : NULL;
    if (exception == NULL && value != NULL && PyExceptionInstance_Check(value))
        exception = Py_NewRef(value);
    else if (exception == NULL)
        exception = value != NULL && value != Py_None ? PyObject_CallOneArg(type, value)
                                                      : PyObject_CallNoArgs(type);
    if (exception == NULL)
        return NULL;
    if (!PyExceptionInstance_Check(exception)) {
        Py_DECREF(exception);
        PyErr_SetString(PyExc_TypeError,
                        "exceptions must be classes or instances deriving from BaseException");
        return NULL;
    }
    if (traceback != NULL && PyTraceBack_Check(traceback))
        (void)PyException_SetTraceback(exception, traceback);
    PySendResult result = pyco_go(self, AC_THROW, exception, &out);
    Py_DECREF(exception);
    return pyco_answer_of(result, out);
}

/* GeneratorExit is thrown in; a condition's wait may answer that by waiting again, for the lock. */
static PyObject *coroutine_close(PyObject *object, PyObject *unused)
{
    pyac_coroutine *self = (pyac_coroutine *)object;
    PyObject *out;
    (void)unused;
    if (self->state == PYCO_CREATED)
        pyco_forget(self);
    if (self->state == PYCO_ENDED)
        Py_RETURN_NONE;
    PyObject *exit = PyObject_CallNoArgs(PyExc_GeneratorExit);
    if (exit == NULL)
        return NULL;
    PySendResult result = pyco_go(object, AC_THROW, exit, &out);
    Py_DECREF(exit);
    Py_XDECREF(out);
    if (result == PYGEN_NEXT) {
        PyErr_SetString(PyExc_RuntimeError, "coroutine ignored GeneratorExit");
        return NULL;
    }
    if (result == PYGEN_ERROR && !PyErr_ExceptionMatches(PyExc_GeneratorExit) &&
        !PyErr_ExceptionMatches(PyExc_StopIteration))
        return NULL;
    PyErr_Clear();
    Py_RETURN_NONE;
}

/* For an await, which steps the coroutine itself. */
static PyObject *coroutine_await(PyObject *object)
{
    const pyac_coroutine *self = (pyac_coroutine *)object;
    if (self->state == PYCO_CREATED || self->state == PYCO_ENDED)
        return Py_NewRef(object);
    PyErr_SetString(PyExc_RuntimeError, "coroutine is being awaited already");
    return NULL;
}

/* The end without an exception is the end with None. */
static PyObject *coroutine_next(PyObject *self)
{
    PyObject *out;
    PySendResult result = pyco_go(self, AC_SEND, Py_None, &out);
    if (result != PYGEN_RETURN || out != Py_None)
        return pyco_answer_of(result, out);
    Py_DECREF(out);
    return NULL;
}

/* ---- What __await__() gives: an iterator, which a coroutine is not ---- */

typedef struct pyac_wrapper {
    PyObject_HEAD PyObject *coroutine;
} pyac_wrapper;

static PyObject *wrapped(PyObject *self)
{
    return ((pyac_wrapper *)self)->coroutine;
}

static PyObject *wrapper_send(PyObject *self, PyObject *value)
{
    return coroutine_send(wrapped(self), value);
}

static PyObject *wrapper_throw(PyObject *self, PyObject *args)
{
    return coroutine_throw(wrapped(self), args);
}

static PyObject *wrapper_close(PyObject *self, PyObject *unused)
{
    return coroutine_close(wrapped(self), unused);
}

static PyObject *wrapper_next(PyObject *self)
{
    return coroutine_next(wrapped(self));
}

static int wrapper_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(wrapped(self));
    return 0;
}

static void wrapper_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_DECREF(wrapped(self));
    PyObject_GC_Del(self);
}

static PyMethodDef wrapper_methods[] = {
    {"send", wrapper_send, METH_O, NULL},
    {"throw", wrapper_throw, METH_VARARGS, NULL},
    {"close", wrapper_close, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject wrapper_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore.coroutine_wrapper",
    .tp_doc = PyDoc_STR("What __await__() of a coroutine gives."),
    .tp_basicsize = sizeof(pyac_wrapper),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = wrapper_traverse,
    .tp_dealloc = wrapper_dealloc,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = wrapper_next,
    .tp_methods = wrapper_methods,
};

static PyObject *coroutine_wrap(PyObject *self, PyObject *unused)
{
    (void)unused;
    pyac_wrapper *made = PyObject_GC_New(pyac_wrapper, &wrapper_type);
    if (made == NULL)
        return NULL;
    made->coroutine = Py_NewRef(self);
    PyObject_GC_Track(made);
    return (PyObject *)made;
}

/* ---- The type ---- */

static PyObject *coroutine_repr(PyObject *self)
{
    return PyUnicode_FromFormat("<coroutine object %s at %p>", ((pyac_coroutine *)self)->kind->qualname,
                                self);
}

static PyObject *pyco_get_name(PyObject *self, void *unused)
{
    (void)unused;
    return PyUnicode_FromString(((pyac_coroutine *)self)->kind->name);
}

static PyObject *pyco_get_qualname(PyObject *self, void *unused)
{
    (void)unused;
    return PyUnicode_FromString(((pyac_coroutine *)self)->kind->qualname);
}

static PyObject *pyco_get_running(PyObject *self, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((pyac_coroutine *)self)->state == PYCO_RUNNING);
}

static PyObject *pyco_get_suspended(PyObject *self, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((pyac_coroutine *)self)->state == PYCO_SUSPENDED);
}

#if PY_VERSION_HEX >= 0x030f0000
static PyObject *pyco_get_state(PyObject *self, void *unused)
{
    static const char *const words[] = {
        [PYCO_CREATED] = "CORO_CREATED",
        [PYCO_SUSPENDED] = "CORO_SUSPENDED",
        [PYCO_RUNNING] = "CORO_RUNNING",
        [PYCO_ENDED] = "CORO_CLOSED",
    };
    (void)unused;
    return PyUnicode_InternFromString(words[((pyac_coroutine *)self)->state]);
}
#endif

static PyObject *pyco_get_frame(PyObject *object, void *unused)
{
    pyac_coroutine *self = (pyac_coroutine *)object;
    (void)unused;
    if (self->inner != NULL)
        return PyObject_GetAttrString(self->inner, "cr_frame");
    return self->state != PYCO_ENDED ? pyac_frames_get_frame(self) : Py_NewRef(Py_None);
}

static PyObject *pyco_get_await(PyObject *object, void *unused)
{
    pyac_coroutine *self = (pyac_coroutine *)object;
    (void)unused;
    if (self->inner != NULL)
        return PyObject_GetAttrString(self->inner, "cr_await");
    return self->state == PYCO_SUSPENDED ? pyac_frames_get_await(self) : Py_NewRef(Py_None);
}

static PyObject *pyco_get_code(PyObject *self, void *unused)
{
    (void)unused;
    return pyac_frames_get_code((pyac_coroutine *)self);
}

static PyObject *pyco_get_origin(PyObject *self, void *unused)
{
    PyObject *origin = ((pyac_coroutine *)self)->origin;
    (void)unused;
    return Py_NewRef(origin != NULL ? origin : Py_None);
}

static int coroutine_traverse(PyObject *object, visitproc visit, void *arg)
{
    pyac_coroutine *self = (pyac_coroutine *)object;
    pyac_showing showing = pyac_show_to(visit, arg);
    Py_VISIT(self->subject);
    Py_VISIT(self->argument);
    Py_VISIT(self->keeper);
    Py_VISIT(self->inner);
    Py_VISIT(self->shown);
    bool shows = self->co != NULL && self->owns_body && self->co->ops->visit != NULL &&
                 self->state != PYCO_RUNNING;
    return shows ? self->co->ops->visit(self->co, &showing.visitor) : 0;
}

static int coroutine_clear(PyObject *object)
{
    if (((pyac_coroutine *)object)->state != PYCO_RUNNING)
        pyco_forget((pyac_coroutine *)object);
    return 0;
}

/* The module warnings words it, with the origin. */
static int pyco_warn(PyObject *object)
{
    const pyac_coroutine *self = (pyac_coroutine *)object;
    PyObject *warnings = self->origin != NULL ? PyImport_ImportModule("warnings") : NULL, *answer;
    if (self->origin == NULL)
        return PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "coroutine '%s' was never awaited",
                                self->kind->qualname);
    answer = warnings != NULL ? PyObject_CallMethod(warnings, "_warn_unawaited_coroutine", "O", object)
                              : NULL;
    Py_XDECREF(warnings);
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

static void coroutine_finalize(PyObject *object)
{
    const pyac_coroutine *self = (pyac_coroutine *)object;
    PyObject *raised = PyErr_GetRaisedException(), *closed;
    if (self->state == PYCO_CREATED) {
        if (pyco_warn(object) < 0)
            PyErr_WriteUnraisable(object);
    } else if (self->state == PYCO_SUSPENDED) {
        closed = coroutine_close(object, NULL);
        if (closed == NULL)
            PyErr_WriteUnraisable(object);
        Py_XDECREF(closed);
    }
    PyErr_SetRaisedException(raised);
}

static void coroutine_dealloc(PyObject *object)
{
    pyac_coroutine *self = (pyac_coroutine *)object;
    if (self->state != PYCO_ENDED && PyObject_CallFinalizerFromDealloc(object) < 0)
        return;
    PyObject_GC_UnTrack(object);
    if (self->state != PYCO_ENDED)
        pyco_forget(self);
    Py_CLEAR(self->origin);
    pyco_give(self);
}

static PyMethodDef coroutine_methods[] = {
    {"send", coroutine_send, METH_O, NULL},
    {"throw", coroutine_throw, METH_VARARGS, NULL},
    {"close", coroutine_close, METH_NOARGS, NULL},
    {"__await__", coroutine_wrap, METH_NOARGS | METH_COEXIST, PyDoc_STR("Return self.__await__().")},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef coroutine_getset[] = {
    {"__name__", pyco_get_name, NULL, NULL, NULL},
    {"__qualname__", pyco_get_qualname, NULL, NULL, NULL},
    {"cr_running", pyco_get_running, NULL, NULL, NULL},
    {"cr_suspended", pyco_get_suspended, NULL, NULL, NULL},
#if PY_VERSION_HEX >= 0x030f0000
    {"cr_state", pyco_get_state, NULL, NULL, NULL},
#endif
    {"cr_frame", pyco_get_frame, NULL, NULL, NULL},
    {"cr_code", pyco_get_code, NULL, NULL, NULL},
    {"cr_await", pyco_get_await, NULL, NULL, NULL},
    {"cr_origin", pyco_get_origin, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyAsyncMethods coroutine_async = {.am_await = coroutine_await, .am_send = coroutine_am_send};

PyTypeObject PyacCoroutine_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore.coroutine",
    .tp_doc = PyDoc_STR("A coroutine of asyncio's own, in C."),
    .tp_basicsize = offsetof(pyac_coroutine, frame),
    .tp_itemsize = 1,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = coroutine_traverse,
    .tp_clear = coroutine_clear,
    .tp_finalize = coroutine_finalize,
    .tp_dealloc = coroutine_dealloc,
    .tp_repr = coroutine_repr,
    .tp_as_async = &coroutine_async,
    .tp_iter = NULL,
    .tp_iternext = coroutine_next,
    .tp_methods = coroutine_methods,
    .tp_getset = coroutine_getset,
};

int pyac_coroutines_ready(void)
{
    return PyType_Ready(&wrapper_type) < 0 ? -1 : PyType_Ready(&PyacCoroutine_Type);
}
