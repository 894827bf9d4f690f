/* future.c - the type Future: an ac_future in an object of Python.
 *
 * Mirrors    Future of Modules/_asynciomodule.c.
 * Idea       The core keeps state, result and callbacks.  Here are the checks of arguments, the life of the
 *            object, and what only CPython has: tracebacks.
 * Holds      core.loop is set <=> it is initialised <=> the object holds the keeper of that loop.  A blank
 *            object (the __init__ of a subclass has not called ours, or the collector has cleared it) says
 *            so.  A task begins like a future: all of this is for both.
 * Owns       The keeper is held over whatever finishes a future: call_soon of a loop of the program's may
 *            make the future blank.
 * Re-enters  Finishing calls call_soon; the finalizer calls the exception handler. */
#include "pyhost.h"

_Static_assert(offsetof(pyac_future, core) == offsetof(pyac_task, core), "a task begins like a future");
_Static_assert(offsetof(pyac_future, rare) == offsetof(pyac_task, rare), "a task begins like a future");

static pyac_future *future_of(PyObject *self)
{
    return (pyac_future *)self;
}

ac_future *pyac_future_core(PyObject *self)
{
    ac_future *core = &future_of(self)->core;
    if (ac_future_get_loop(core) != NULL)
        return core;
    PyErr_SetString(PyExc_RuntimeError, "Future object is not initialized.");
    return NULL;
}

/* result() and exception() call that a wrong state. */
static ac_future *future_outcome_core(PyObject *self)
{
    ac_future *core = &future_of(self)->core;
    if (ac_future_get_loop(core) != NULL)
        return core;
    if (pyac_import() == 0)
        PyErr_SetString(pyac_py.invalid_state_error, "Future object is not initialized.");
    return NULL;
}

static PyObject *future_hold_keeper(const ac_future *core)
{
    return Py_NewRef(pyac_loop_of(ac_future_get_loop(core))->keeper);
}

/* ---- Making ---- */

/* What every future has that leaves its exception the traceback that it has, and nothing else that is
 * rare. */
static pyac_rare future_leaving = {.traceback = Py_None};

/* What it has, but not with others. */
static pyac_rare *future_own_rare(pyac_future *self)
{
    if (self->rare == &future_leaving)
        self->rare = NULL;
    return self->rare;
}

pyac_rare *pyac_rare_of(PyObject *self)
{
    pyac_future *own = future_of(self);
    bool leaving = own->rare == &future_leaving;
    if (future_own_rare(own) == NULL)
        own->rare = PyMem_Calloc(1, sizeof *own->rare);
    if (leaving && own->rare != NULL)
        own->rare->traceback = Py_NewRef(Py_None);
    return own->rare;
}

void pyac_rare_free(PyObject *self)
{
    pyac_rare *rare = future_own_rare(future_of(self));
    if (rare == NULL || rare->source_traceback != NULL || rare->traceback != NULL || rare->refused != NULL ||
        rare->thrown != NULL)
        return;
    future_of(self)->rare = NULL;
    PyMem_Free(rare);
}

/* Both are moved out first: what runs when they go may look at the future. */
static void future_forget_tracebacks(pyac_rare *rare)
{
    PyObject *source = rare->source_traceback, *traceback = rare->traceback;
    rare->source_traceback = rare->traceback = NULL;
    Py_XDECREF(source);
    Py_XDECREF(traceback);
}

/* All but the attributes of the program's. */
static void future_forget(pyac_future *self)
{
    ac_loop *loop = ac_future_get_loop(&self->core);
    if (future_own_rare(self) != NULL)
        future_forget_tracebacks(self->rare);
    Py_CLEAR(self->told);
    if (loop == NULL)
        return;
    PyObject *keeper = pyac_loop_of(loop)->keeper;
    ac_future_clear(&self->core);
    if (ac_future_get_loop(&self->core) == NULL)
        Py_DECREF(keeper); /* else it is a task in the middle of a step, and stays as it is */
}

static int future_refuse_anew(pyac_future *self)
{
#if PY_VERSION_HEX >= 0x030D0000
    PyErr_Format(PyExc_RuntimeError, "%T object is already initialized", self);
#else
    PyErr_Format(PyExc_RuntimeError, "%s object is already initialized", Py_TYPE(self)->tp_name);
#endif
    return -1;
}

int pyac_future_anew(pyac_future *self)
{
    if (ac_future_get_loop(&self->core) == NULL)
        return 0;
    if (pyac_has(AC_S_FUTURE_INIT_ONCE))
        return future_refuse_anew(self);
    future_forget(self);
    return ac_future_get_loop(&self->core) == NULL ? 0 : future_refuse_anew(self);
}

pyac_loop *pyac_future_loop(PyObject *loop)
{
    if (loop != NULL && loop != Py_None)
        return pyac_loop_find(loop);
    PyObject *current = pyac_get_event_loop();
    pyac_loop *found = current != NULL ? pyac_loop_find(current) : NULL;
    Py_XDECREF(current);
    return found;
}

/* The interpreter ends: modules of Python may be gone. */
static bool is_finalizing(void)
{
#if PY_VERSION_HEX >= 0x030D0000
    return Py_IsFinalizing() != 0;
#else
    return _Py_IsFinalizing() != 0;
#endif
}

/* A future that is made when the interpreter ends has no module traceback any more. */
int pyac_future_ask_debug(pyac_future *self, PyObject *loop)
{
    int debug = pyac_loop_debugs(loop);
    if (debug <= 0 || is_finalizing())
        return debug < 0 ? -1 : 0;
    PyObject *stack = PyObject_CallNoArgs(pyac_py.extract_stack);
    pyac_rare *rare = stack != NULL ? pyac_rare_of((PyObject *)self) : NULL;
    if (rare != NULL) {
        Py_XSETREF(rare->source_traceback, stack);
        return 0;
    }
    if (stack != NULL)
        PyErr_NoMemory();
    Py_XDECREF(stack);
    return -1;
}

/* Cancel of Future and of Task, as their dicts have it. */
static bool future_is_own_cancel(PyObject *cancel)
{
    return cancel == PyDict_GetItemWithError(pyac_future_type->tp_dict, pyac_n.cancel) ||
           cancel == PyDict_GetItemWithError(pyac_task_type->tp_dict, pyac_n.cancel);
}

void pyac_future_mark(pyac_future *self)
{
    if (pyac_is_exact((PyObject *)self))
        return;
    PyObject *cancel = PyObject_GetAttr((PyObject *)Py_TYPE(self), pyac_n.cancel);
    if (cancel == NULL)
        PyErr_Clear();
    ac_future_set_overridden(&self->core, !future_is_own_cancel(cancel));
    Py_XDECREF(cancel);
}

/* What is looked at, of a class that is none of ours; what is remembered is the class that was looked at
 * last. */
static bool future_class_is_plain(PyTypeObject *type)
{
    static const char *const asked[] = {"__eq__",
                                        "__hash__",
                                        "_make_cancelled_error",
                                        "add_done_callback",
                                        "cancelled",
                                        "cancelling",
                                        "done",
                                        "exception",
                                        "get_loop",
                                        "remove_done_callback",
                                        "result",
                                        "uncancel"};
    PyTypeObject *ours = PyType_IsSubtype(type, pyac_task_type) ? pyac_task_type : pyac_future_type;
    bool plain = true;
    for (size_t i = 0; plain && i < sizeof asked / sizeof asked[0]; i++) {
        PyObject *its = PyObject_GetAttrString((PyObject *)type, asked[i]);
        PyObject *own = PyObject_GetAttrString((PyObject *)ours, asked[i]);
        plain = its == own;
        Py_XDECREF(its);
        Py_XDECREF(own);
        PyErr_Clear();
    }
    return plain;
}

bool pyac_is_plain(PyObject *object)
{
    static PyTypeObject *known;
    static unsigned version;
    static bool answer;
    PyTypeObject *type = Py_TYPE(object);
    if (pyac_is_exact(object) || !pyac_is_future(object))
        return pyac_is_exact(object);
    if (type != known || type->tp_version_tag != version || version == 0) {
        answer = future_class_is_plain(type);
        known = type;
        version = type->tp_version_tag;
    }
    return answer;
}

static int future_begin(pyac_future *self, PyObject *loop_argument)
{
    pyac_loop *loop = pyac_future_loop(loop_argument);
    if (loop == NULL)
        return -1;
    ac_status status = ac_future_get_loop(&self->core) == NULL ? ac_future_init(&self->core, &loop->core)
                                                               : AC_E_RUNTIME;
    if (status != AC_OK) { /* get_event_loop has initialised it */
        Py_DECREF(loop->keeper);
        return future_refuse_anew(self);
    }
    pyac_future_mark(self);
    return pyac_future_ask_debug(self, loop->object);
}

static int future_make(PyObject *self, PyObject *loop)
{
    if (pyac_import() < 0 || pyac_future_anew(future_of(self)) < 0)
        return -1;
    return future_begin(future_of(self), loop);
}

static int future_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const keywords[] = {"loop", NULL};
    PyObject *loop = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$O:Future", (char **)(uintptr_t)keywords, &loop))
        return -1;
    return future_make(self, loop);
}

enum { SPARE = 256 };

/* An object that was finalized would not be again. */
void pyac_spare_give(pyac_spare *spare, PyObject *object, PyTypeObject *type)
{
    if (!Py_IS_TYPE(object, type) || spare->count >= SPARE || PyObject_GC_IsFinalized(object)) {
        PyTypeObject *its = Py_TYPE(object);
        its->tp_free(object);
        Py_DECREF(its);
        return;
    }
    future_of(object)->told = spare->first;
    spare->first = object;
    spare->count++;
    Py_DECREF(type);
}

PyObject *pyac_spare_take(pyac_spare *spare, PyTypeObject *type)
{
    PyObject *object = spare->first;
    if (object == NULL)
        return type->tp_alloc(type, 0);
    spare->first = future_of(object)->told;
    spare->count--;
    memset((char *)object + sizeof(PyObject), 0, (size_t)type->tp_basicsize - sizeof(PyObject));
    (void)PyObject_Init(object, type);
    PyObject_GC_Track(object);
    return object;
}

static pyac_spare spare_futures;

static PyObject *future_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    (void)args;
    (void)kwargs;
    return type == pyac_future_type ? pyac_spare_take(&spare_futures, type) : type->tp_alloc(type, 0);
}

/* Future() and Future(loop=loop) of loops: no tuple, and no dict.  A subclass is called as any other
 * class. */
static PyObject *future_call(PyObject *type, PyObject *const *args, size_t flags, PyObject *names)
{
    Py_ssize_t count = PyVectorcall_NARGS(flags), named = names != NULL ? PyTuple_GET_SIZE(names) : 0;
    bool by_loop = named == 1 && PyTuple_GET_ITEM(names, 0) == pyac_n.loop;
    if (count != 0 || (named != 0 && !by_loop))
        return pyac_call_type(type, args, count, names);
    PyObject *made = pyac_spare_take(&spare_futures, pyac_future_type);
    if (made != NULL && future_make(made, by_loop ? args[0] : Py_None) < 0)
        Py_CLEAR(made);
    return made;
}

PyObject *pyac_future_new(pyac_loop *loop)
{
    PyObject *made = pyac_spare_take(&spare_futures, pyac_future_type);
    if (made == NULL)
        return NULL;
    Py_INCREF(loop->keeper);
    (void)ac_future_init(&future_of(made)->core, &loop->core); /* it is blank */
    return made;
}

/* ---- Tracebacks ---- */

/* Steals it.  Without memory the exception will be without, too. */
static void future_set_traceback(pyac_future *self, PyObject *traceback)
{
    pyac_rare *rare = traceback != NULL ? pyac_rare_of((PyObject *)self) : future_own_rare(self);
    if (rare != NULL)
        Py_XSETREF(rare->traceback, traceback);
    else
        Py_XDECREF(traceback);
}

void pyac_future_leave_traceback(PyObject *self)
{
    if (future_of(self)->rare == NULL)
        future_of(self)->rare = &future_leaving;
    else
        future_set_traceback(future_of(self), Py_NewRef(Py_None));
}

/* What becomes of a StopIteration is a new exception, which has none. */
void pyac_future_keep_traceback(pyac_future *self, PyObject *exception)
{
    bool replaced = PyErr_GivenExceptionMatches(exception, PyExc_StopIteration) &&
                    pyac_has(AC_S_FUTURE_STOPITERATION_TO_RUNTIMEERROR);
    future_set_traceback(self, replaced ? NULL : PyException_GetTraceback(exception));
}

/* The exception of a future that failed, borrowed; it does not count as asked for. */
static PyObject *future_peek_exception(ac_future *core)
{
    bool log = ac_future_get_log_traceback(core);
    ac_how how;
    ac_value out;
    if (ac_future_get_loop(core) == NULL || ac_future_get_state(core) != AC_FAILED)
        return NULL;
    (void)ac_future_result(core, &how, &out);
    ac_future_set_log_traceback(core, log);
    PyObject *exception = pyac_taken(out);
    Py_XDECREF(exception); /* the future keeps it */
    return exception;
}

void pyac_future_give_traceback(pyac_future *self)
{
    PyObject *exception = future_peek_exception(&self->core), *traceback = PYAC_RARE(self, traceback);
    if (traceback != NULL && future_own_rare(self) != NULL)
        self->rare->traceback = NULL;
    if (exception != NULL && traceback != Py_None)
        (void)PyException_SetTraceback(exception, traceback != NULL ? traceback : Py_None);
    Py_XDECREF(traceback);
}

/* ---- Outcomes ---- */

/* As a raise statement: what is being handled becomes its context. */
static PyObject *future_raise_outcome(ac_value out)
{
    PyObject *exception = pyac_taken(out);
    if (exception == NULL)
        return PyErr_NoMemory();
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
    return NULL;
}

PyObject *pyac_future_outcome(pyac_future *self)
{
    ac_how how;
    ac_value out;
    ac_future *core = future_outcome_core((PyObject *)self);
    if (core == NULL)
        return NULL;
    pyac_future_give_traceback(self);
    ac_status status = ac_future_result(core, &how, &out);
    if (status != AC_OK)
        return pyac_fail(ac_future_get_loop(core), status, core);
    if (how == AC_THROW)
        return future_raise_outcome(out);
    PyObject *result = pyac_taken(out);
    return result != NULL ? result : Py_NewRef(Py_None);
}

static PyObject *future_result(PyObject *self, PyObject *unused)
{
    (void)unused;
    return pyac_future_outcome(future_of(self));
}

/* METH_NOARGS would word it otherwise; 3.12 does not look at keywords. */
static int future_no_arguments(const char *name, Py_ssize_t count, PyObject *names)
{
#if PY_VERSION_HEX >= 0x030D0000
    bool some = count > 0 || (names != NULL && PyTuple_GET_SIZE(names) > 0);
#else
    bool some = count > 0;
    (void)names;
#endif
    if (some)
        PyErr_Format(PyExc_TypeError, "%s() takes no arguments", name);
    return some ? -1 : 0;
}

static PyObject *future_exception(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    ac_how how;
    ac_value out;
    (void)args;
    ac_future *core = future_no_arguments("exception", count, names) == 0 ? future_outcome_core(self) : NULL;
    if (core == NULL)
        return NULL;
    if (ac_future_get_state(core) != AC_CANCELLED) {
        ac_status status = ac_future_exception(core, &out);
        if (status != AC_OK)
            return pyac_fail(ac_future_get_loop(core), status, core);
        PyObject *exception = pyac_taken(out);
        return exception != NULL ? exception : Py_NewRef(Py_None);
    }
    (void)ac_future_result(core, &how, &out);
    return future_raise_outcome(out);
}

/* The error that the cancelled one gives now; of any other, what it would be. */
static PyObject *future_make_cancelled_error(PyObject *self, PyObject *unused)
{
    ac_future *core = &future_of(self)->core;
    ac_how how;
    ac_value out;
    (void)unused;
    if (pyac_import() < 0)
        return NULL;
    if (ac_future_get_loop(core) == NULL || !ac_future_cancelled(core)) {
        PyObject *message = pyac_seen(ac_future_cancel_message(core));
        return message != NULL ? PyObject_CallOneArg(pyac_py.cancelled_error, message)
                               : PyObject_CallNoArgs(pyac_py.cancelled_error);
    }
    (void)ac_future_result(core, &how, &out);
    PyObject *error = pyac_taken(out);
    return error != NULL ? error : PyErr_NoMemory();
}

/* ---- Finishing ---- */

/* What finishing answers: where a loop is closed, or has not taken a callback, the future is done all the
 * same. */
static PyObject *future_finished(ac_loop *loop, ac_status status, ac_value value)
{
    if (status == AC_OK)
        return Py_NewRef(Py_None);
    if (status != AC_E_CLOSED && status != AC_E_RAISED)
        Py_XDECREF(pyac_taken(value));
    return pyac_fail(loop, status, NULL);
}

/* The argument of the two that take one. */
static int future_one_argument(PyObject *const *args, Py_ssize_t count, PyObject *names, const char *format,
                               PyObject **out)
{
    static const char *const keywords[] = {"", NULL};
    *out = count == 1 && names == NULL ? args[0] : NULL;
    return *out != NULL ? 0 : pyac_parse(args, count, names, format, keywords, out);
}

/* Of a task, past the methods of Task, which refuse or do otherwise. */
static ac_status future_finish(ac_future *core, ac_how how, ac_value value)
{
    ac_task *task = ac_future_task(core);
    if (task != NULL)
        return ac_task_set_outcome(task, how, value);
    return how == AC_SEND ? ac_future_set_result(core, value) : ac_future_set_exception(core, value);
}

static PyObject *future_set_result(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *result;
    if (future_one_argument(args, count, names, "O:set_result", &result) < 0)
        return NULL;
    ac_future *core = pyac_future_core(self);
    if (core == NULL)
        return NULL;
    ac_loop *loop = ac_future_get_loop(core);
    PyObject *keeper = future_hold_keeper(core);
    ac_value value = pyac_owned(Py_NewRef(result));
    PyObject *answer = future_finished(loop, future_finish(core, AC_SEND, value), value);
    Py_DECREF(keeper);
    return answer;
}

static PyObject *future_invalid_state(void)
{
    PyErr_SetString(pyac_py.invalid_state_error, "invalid state");
    return NULL;
}

/* An exception as it is, an instance of a class of exceptions, or TypeError. */
static PyObject *future_exception_of(PyObject *given)
{
    PyObject *exception = PyExceptionClass_Check(given) ? PyObject_CallNoArgs(given) : Py_NewRef(given);
    if (exception == NULL || PyExceptionInstance_Check(exception))
        return exception;
    Py_DECREF(exception);
    PyErr_SetString(PyExc_TypeError, "invalid exception object");
    return NULL;
}

/* Steals the exception.  Whether somebody has to ask for it is settled when all callbacks are with the loop:
 * one that runs them at once has asked too early, and with one that refuses them the setter knows of the
 * trouble. */
static PyObject *future_fail_with(pyac_future *self, PyObject *exception)
{
    ac_future *core = &self->core;
    ac_loop *loop = ac_future_get_loop(core);
    PyObject *keeper = future_hold_keeper(core);
    ac_value value = pyac_owned(exception);
    pyac_future_keep_traceback(self, exception);
    ac_status status = future_finish(core, AC_THROW, value);
    if (ac_future_get_loop(core) != NULL && ac_future_get_state(core) == AC_FAILED)
        ac_future_set_log_traceback(core, status == AC_OK);
    PyObject *answer = future_finished(loop, status, value);
    Py_DECREF(keeper);
    return answer;
}

static PyObject *future_set_exception(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                      PyObject *names)
{
    PyObject *given;
    if (future_one_argument(args, count, names, "O:set_exception", &given) < 0)
        return NULL;
    const ac_future *core = pyac_future_core(self);
    if (core == NULL || ac_future_done(core))
        return core == NULL ? NULL : future_invalid_state();
    PyObject *exception = future_exception_of(given);
    if (exception == NULL)
        return NULL;
    if (pyac_future_core(self) != NULL && !ac_future_done(core)) /* making it has run code */
        return future_fail_with(future_of(self), exception);
    Py_DECREF(exception);
    return PyErr_Occurred() ? NULL : future_invalid_state();
}

/* Of a task: the state alone, not what its body waits for. */
static ac_status future_cancel_core(ac_future *core, PyObject *message, bool *did)
{
    ac_task *task = ac_future_task(core);
    if (task == NULL || ac_future_done(core))
        return ac_future_cancel_base(core, pyac_lent(message), did);
    ac_status status = ac_task_set_outcome(task, AC_CLOSE, pyac_owned(Py_XNewRef(message)));
    *did = status == AC_OK;
    if (status != AC_OK && status != AC_E_CLOSED && status != AC_E_RAISED)
        Py_XDECREF(message);
    return status;
}

PyObject *pyac_future_cancel(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const keywords[] = {"msg", NULL};
    PyObject *message = Py_None;
    bool did = false;
    if ((count > 0 || names != NULL) && pyac_parse(args, count, names, "|O:cancel", keywords, &message) < 0)
        return NULL;
    ac_future *core = pyac_future_core(self);
    if (core == NULL)
        return NULL;
    ac_loop *loop = ac_future_get_loop(core);
    PyObject *keeper = future_hold_keeper(core);
    ac_status status = future_cancel_core(core, message != Py_None ? message : NULL, &did);
    PyObject *answer = status == AC_OK ? PyBool_FromLong(did) : pyac_fail(loop, status, NULL);
    Py_DECREF(keeper);
    return answer;
}

/* ---- Questions ---- */

static PyObject *future_cancelled(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(ac_future_cancelled(&future_of(self)->core));
}

static PyObject *future_done(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(ac_future_done(&future_of(self)->core));
}

static PyObject *future_get_loop(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    (void)args;
    const ac_future *core = future_no_arguments("get_loop", count, names) == 0 ? pyac_future_core(self)
                                                                               : NULL;
    return core != NULL ? Py_NewRef(pyac_loop_of(ac_future_get_loop(core))->object) : NULL;
}

/* ---- Life ---- */

int pyac_future_traverse(PyObject *self, visitproc visit, void *arg)
{
    pyac_future *own = future_of(self);
    const ac_loop *loop = ac_future_get_loop(&own->core);
    pyac_showing showing = pyac_show_to(visit, arg);
    int stop = PyObject_VisitManagedDict(self, visit, arg);
    if (stop != 0)
        return stop;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(PYAC_RARE(own, source_traceback));
    Py_VISIT(PYAC_RARE(own, traceback));
    Py_VISIT(own->told);
    if (loop != NULL)
        Py_VISIT(pyac_loop_of(loop)->keeper);
    return ac_future_visit(&own->core, &showing.visitor);
}

int pyac_future_clear(PyObject *self)
{
    future_forget(future_of(self));
    PyObject_ClearManagedDict(self);
    pyac_rare_free(self);
    return 0;
}

void pyac_future_finalize(PyObject *self)
{
    const ac_future *core = &future_of(self)->core;
    if (ac_future_get_loop(core) == NULL)
        return;
    PyObject *keeper = future_hold_keeper(core);
    ac_future_finalize(&future_of(self)->core);
    Py_DECREF(keeper);
}

/* Whether the finalizer has something to do: a failure that nobody has asked for, or a task that is not
 * done. */
static bool future_to_finalize(PyObject *self)
{
    const ac_future *core = &future_of(self)->core;
    return ac_future_get_log_traceback(core) || (!ac_future_done(core) && Py_IS_TYPE(self, pyac_task_type));
}

/* Of a subclass the finalizer is called by its own dealloc, which then calls ours. */
int pyac_future_begin_dealloc(PyObject *self)
{
    if (pyac_is_exact(self) && future_to_finalize(self) && PyObject_CallFinalizerFromDealloc(self) < 0)
        return -1;
    PyObject_GC_UnTrack(self);
    PyObject_ClearWeakRefs(self);
    return 0;
}

static void future_dealloc(PyObject *self)
{
    if (pyac_future_begin_dealloc(self) < 0)
        return;
    (void)pyac_future_clear(self);
    pyac_spare_give(&spare_futures, self, pyac_future_type);
}

/* ---- The type ---- */

PyDoc_STRVAR(future_doc, "Future(*, loop=None)\n--\n\n"
                         "This class is *almost* compatible with concurrent.futures.Future.\n\n"
                         "    Differences:\n\n"
                         "    - result() and exception() do not take a timeout argument and\n"
                         "      raise an exception when the future isn't done yet.\n\n"
                         "    - Callbacks registered with add_done_callback() are always called\n"
                         "      via the event loop's call_soon_threadsafe().\n\n"
                         "    - This class is not compatible with the wait() and as_completed()\n"
                         "      methods in the concurrent.futures package.");
PyDoc_STRVAR(future_result_doc, "result($self, /)\n--\n\n"
                                "Return the result this future represents.\n\n"
                                "If the future has been cancelled, raises CancelledError.  If the\n"
                                "future's result isn't yet available, raises InvalidStateError.  If\n"
                                "the future is done and has an exception set, this exception is\nraised.");
PyDoc_STRVAR(future_exception_doc,
             "exception($self, /)\n--\n\n"
             "Return the exception that was set on this future.\n\n"
             "The exception (or None if no exception was set) is returned only if\n"
             "the future is done.  If the future has been cancelled, raises\n"
             "CancelledError.  If the future isn't done yet, raises\nInvalidStateError.");
PyDoc_STRVAR(future_set_result_doc,
             "set_result($self, result, /)\n--\n\n"
             "Mark the future done and set its result.\n\n"
             "If the future is already done when this method is called, raises\nInvalidStateError.");
PyDoc_STRVAR(future_set_exception_doc,
             "set_exception($self, exception, /)\n--\n\n"
             "Mark the future done and set an exception.\n\n"
             "If the future is already done when this method is called, raises\nInvalidStateError.");
PyDoc_STRVAR(future_add_doc,
             "add_done_callback($self, fn, /, *, context=<unrepresentable>)\n--\n\n"
             "Add a callback to be run when the future becomes done.\n\n"
             "The callback is called with a single argument - the future object.\n"
             "If the future is already done when this is called, the callback is\nscheduled with call_soon.");
PyDoc_STRVAR(future_remove_doc, "remove_done_callback($self, fn, /)\n--\n\n"
                                "Remove all instances of a callback from the \"call when done\" list.\n\n"
                                "Returns the number of callbacks removed.");
PyDoc_STRVAR(future_cancel_doc,
             "cancel($self, /, msg=None)\n--\n\n"
             "Cancel the future and schedule callbacks.\n\n"
             "If the future is already done or cancelled, return False.\n"
             "Otherwise, change the future's state to cancelled, schedule the\ncallbacks and return True.");
PyDoc_STRVAR(future_cancelled_doc, "cancelled($self, /)\n--\n\nReturn True if the future was cancelled.");
PyDoc_STRVAR(future_done_doc,
             "done($self, /)\n--\n\n"
             "Return True if the future is done.\n\n"
             "Done means either that a result / exception are available, or that\nthe future was cancelled.");
PyDoc_STRVAR(future_get_loop_doc, "get_loop($self, /)\n--\n\nReturn the event loop the Future is bound to.");
PyDoc_STRVAR(future_make_doc, "_make_cancelled_error($self, /)\n--\n\n"
                              "Create the CancelledError to raise if the Future is cancelled.\n\n"
                              "This should only be called once when handling a cancellation since\n"
                              "it erases the context exception value.");

PyMethodDef pyac_future_methods[] = {
    {"result", future_result, METH_NOARGS, future_result_doc},
    {"exception", PYAC_VECTORCALL(future_exception), future_exception_doc},
    {"set_result", PYAC_VECTORCALL(future_set_result), future_set_result_doc},
    {"set_exception", PYAC_VECTORCALL(future_set_exception), future_set_exception_doc},
    {"add_done_callback", PYAC_VECTORCALL(pyac_future_add_done_callback), future_add_doc},
    {"remove_done_callback", PYAC_VECTORCALL(pyac_future_remove_done_callback), future_remove_doc},
    {"cancel", PYAC_VECTORCALL(pyac_future_cancel), future_cancel_doc},
    {"cancelled", future_cancelled, METH_NOARGS, future_cancelled_doc},
    {"done", future_done, METH_NOARGS, future_done_doc},
    {"get_loop", PYAC_VECTORCALL(future_get_loop), future_get_loop_doc},
    {"_make_cancelled_error", future_make_cancelled_error, METH_NOARGS, future_make_doc},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     PyDoc_STR("Futures are generic over the type of their results")},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot future_slots[] = {
    {Py_tp_doc, (void *)(uintptr_t)future_doc},
    {Py_tp_new, (void *)future_new},
    {Py_tp_init, (void *)future_init},
    {Py_tp_traverse, (void *)pyac_future_traverse},
    {Py_tp_clear, (void *)pyac_future_clear},
    {Py_tp_finalize, (void *)pyac_future_finalize},
    {Py_tp_dealloc, (void *)future_dealloc},
    {Py_tp_repr, (void *)pyac_future_repr},
    {Py_tp_iter, (void *)pyac_future_iter},
    {Py_am_await, (void *)pyac_future_iter},
    {Py_tp_methods, pyac_future_methods},
    {Py_tp_getset, pyac_future_getset},
    {0, NULL},
};

/* Programs derive classes from futures, asyncio that of a gather: that their attributes lie in the object,
 * and in no dictionary that is made and walked for each, takes a type that is made like theirs. */
static PyType_Spec future_spec = {
    .name = "_asyncio.Future",
    .basicsize = sizeof(pyac_future),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_MANAGED_DICT | Py_TPFLAGS_MANAGED_WEAKREF,
    .slots = future_slots,
};

PyTypeObject *pyac_future_type;

void pyac_future_type_made(PyTypeObject *type)
{
#ifdef Py_TPFLAGS_INLINE_VALUES
    type->tp_flags &= ~(unsigned long)Py_TPFLAGS_INLINE_VALUES;
#else
    (void)type;
#endif
}

int pyac_future_ready(PyObject *module)
{
    pyac_future_getset_ready();
    if (pyac_future_iterator_ready() < 0)
        return -1;
    if (pyac_future_type == NULL &&
        (pyac_future_type = (PyTypeObject *)PyType_FromSpec(&future_spec)) == NULL)
        return -1;
    pyac_future_type_made(pyac_future_type);
    pyac_future_type->tp_vectorcall = future_call;
    return PyModule_AddType(module, pyac_future_type);
}
