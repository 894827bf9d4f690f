/* host.c - the table of hooks: what aiocore needs of a language, said in CPython's words.
 *
 * Mirrors    docs/EMBEDDING.md, section 9.
 * Idea       A value is a reference, so are the objects around futures.  An exception that comes out of a
 *            hook waits with the loop (ac_loop_raise), never in the thread's error indicator: hooks save what
 *            is set there, and leave nothing.
 * Contexts   A loop that is not ours enters the context of a handle itself.  The enter that the core does
 *            then for the same handle is left out, and the leave that belongs to it: pyac_loop counts.
 * Re-enters  drop and release run finalizers. */
#include "aside.h"

#include <time.h>

/* ---- Values and objects ---- */

static ac_value host_dup(ac_loop *loop, ac_ref value)
{
    (void)loop;
    return pyac_owned(Py_XNewRef(pyac_seen(value)));
}

static void host_drop(ac_loop *loop, ac_value value)
{
    (void)loop;
    Py_XDECREF(pyac_taken(value));
}

static void host_retain(ac_loop *loop, ac_future *future)
{
    (void)loop;
    Py_INCREF(pyac_object_of(future));
}

static void host_release(ac_loop *loop, ac_future *future)
{
    PyObject *object = pyac_object_of(future);
    (void)loop;
    pyac_task_released(object);
    Py_DECREF(object);
}

static void host_retain_group(ac_loop *loop, ac_group *group)
{
    (void)loop;
    Py_INCREF(pyac_group_object(group));
}

static void host_release_group(ac_loop *loop, ac_group *group)
{
    (void)loop;
    Py_DECREF(pyac_group_object(group));
}

/* ---- Exceptions: from Python to the core ---- */

ac_value pyac_take_raised(void)
{
    return pyac_owned(PyErr_GetRaisedException());
}

ac_status pyac_raised(ac_loop *loop)
{
    return ac_loop_raise(loop, pyac_take_raised());
}

static bool host_is(PyObject *exception, PyObject *type)
{
    return type != NULL && PyErr_GivenExceptionMatches(exception, type);
}

static unsigned host_classify(ac_loop *loop, ac_ref exception)
{
    PyObject *seen = pyac_seen(exception), *cancelled = pyac_py.cancelled_error;
    (void)loop;
    if ((PyObject *)Py_TYPE(seen) == cancelled)
        return AC_IS_CANCELLED | AC_IS_CANCELLED_EXACT;
    if (host_is(seen, cancelled))
        return AC_IS_CANCELLED;
    if ((PyObject *)Py_TYPE(seen) == PyExc_StopIteration)
        return AC_IS_STOP | AC_IS_STOP_EXACT;
    if (host_is(seen, PyExc_StopIteration))
        return AC_IS_STOP;
    if (host_is(seen, PyExc_SystemExit) || host_is(seen, PyExc_KeyboardInterrupt))
        return AC_IS_EXIT;
    if (host_is(seen, PyExc_GeneratorExit))
        return AC_IS_GENEXIT;
    if (host_is(seen, PyExc_TimeoutError))
        return AC_IS_TIMEOUT | AC_IS_OS;
    if (host_is(seen, PyExc_BrokenPipeError) || host_is(seen, PyExc_ConnectionResetError))
        return AC_IS_HANGUP | AC_IS_OS;
    return host_is(seen, PyExc_OSError) ? AC_IS_OS : 0;
}

/* ---- Exceptions: from the core to Python ---- */

void pyac_restore(ac_value exception)
{
    if (exception.bits == 0)
        PyErr_NoMemory();
    else
        PyErr_SetRaisedException(pyac_taken(exception));
}

void pyac_raise_new(ac_value exception)
{
    PyObject *object = pyac_taken(exception);
    if (object == NULL) {
        PyErr_NoMemory();
        return;
    }
    PyErr_SetObject((PyObject *)Py_TYPE(object), object);
    Py_DECREF(object);
}

PyObject *pyac_fail(ac_loop *loop, ac_status status, ac_future *about)
{
    ac_value exception = ac_loop_status_exception(loop, status, about);
    if (status == AC_E_RAISED)
        pyac_restore(exception);
    else
        pyac_raise_new(exception);
    return NULL;
}

/* The class of a kind, new reference. */
static PyObject *host_class(ac_xkind kind)
{
    switch (kind) {
    case AC_X_CANCELLED:
    case AC_X_CANCELLED_EMPTY:
        return Py_NewRef(pyac_py.cancelled_error);
    case AC_X_STATE:
        return Py_NewRef(pyac_py.invalid_state_error);
    case AC_X_TYPE:
        return Py_NewRef(PyExc_TypeError);
    case AC_X_VALUE:
        return Py_NewRef(PyExc_ValueError);
    case AC_X_RECURSION:
        return Py_NewRef(PyExc_RecursionError);
    case AC_X_ATTRIBUTE:
        return Py_NewRef(PyExc_AttributeError);
    case AC_X_TIMEOUT:
        return Py_NewRef(PyExc_TimeoutError);
    case AC_X_INTERRUPT:
        return Py_NewRef(PyExc_KeyboardInterrupt);
    case AC_X_STOP_ASYNC:
        return Py_NewRef(PyExc_StopAsyncIteration);
    case AC_X_ASSERTION:
        return Py_NewRef(PyExc_AssertionError);
    case AC_X_NAME:
        return Py_NewRef(PyExc_NameError);
    case AC_X_QUEUE_EMPTY:
        return pyac_asyncio("queues", "QueueEmpty");
    case AC_X_QUEUE_FULL:
        return pyac_asyncio("queues", "QueueFull");
    case AC_X_QUEUE_SHUTDOWN:
        return pyac_asyncio("queues", "QueueShutDown");
    case AC_X_BROKEN_BARRIER:
        return pyac_asyncio("exceptions", "BrokenBarrierError");
    case AC_X_OS:
        return Py_NewRef(PyExc_OSError);
    case AC_X_GAI:
        return pyac_import_from("socket", "gaierror");
    case AC_X_INCOMPLETE_READ:
        return pyac_asyncio("exceptions", "IncompleteReadError");
    case AC_X_LIMIT_OVERRUN:
        return pyac_asyncio("exceptions", "LimitOverrunError");
    case AC_X_CONNECTION_RESET:
        return Py_NewRef(PyExc_ConnectionResetError);
    case AC_X_RUNTIME:
    case AC_X_GROUP:
    case AC_X_EXCEPTION_GROUP:
        break;
    }
    return Py_NewRef(PyExc_RuntimeError);
}

static PyObject *host_group(const ac_error *error)
{
    PyObject *items = PyList_New((Py_ssize_t)error->item_count), *made = NULL;
    for (size_t i = 0; items != NULL && i < error->item_count; i++) {
        PyObject *item = pyac_seen(error->items[i]);
        item = item != NULL ? Py_NewRef(item) : PyObject_CallNoArgs(PyExc_MemoryError);
        if (item == NULL)
            Py_CLEAR(items);
        else
            PyList_SET_ITEM(items, (Py_ssize_t)i, item);
    }
    PyObject *type = PyExc_BaseExceptionGroup;
    if (error->kind == AC_X_EXCEPTION_GROUP)
        type = PyDict_GetItemString(PyEval_GetBuiltins(), "ExceptionGroup"); /* borrowed */
    if (items != NULL && type != NULL)
        made = PyObject_CallFunction(type, "sO", error->text, items);
    Py_XDECREF(items);
    if (made != NULL && error->kind == AC_X_GROUP)
        PyException_SetCause(made, NULL); /* from None */
    return made;
}

/* OSError chooses the subclass when it is called with an errno; the name of a file is none of its args. */
static PyObject *host_os_error(PyObject *type, const ac_error *error)
{
    PyObject *made = error->file != NULL
                         ? PyObject_CallFunction(type, "iss", error->number, error->text, error->file)
                         : PyObject_CallFunction(type, "is", error->number, error->text);
    if (made == NULL || error->text[0] != '\0')
        return made;
    PyObject *bare = PyObject_CallNoArgs((PyObject *)Py_TYPE(made));
    Py_DECREF(made);
    return bare;
}

static PyObject *host_exception(ac_loop *loop, const ac_error *error)
{
    PyObject *message = pyac_seen(error->value);
    if (error->kind == AC_X_GROUP || error->kind == AC_X_EXCEPTION_GROUP)
        return host_group(error);
    PyObject *type = host_class(error->kind), *made = NULL, *text = NULL;
    if (type == NULL)
        return NULL;
    if ((error->kind == AC_X_OS && (error->number != 0 || error->text[0] == '\0')) ||
        error->kind == AC_X_GAI) {
        made = host_os_error(type, error);
    } else if (error->kind == AC_X_INCOMPLETE_READ && error->count == SIZE_MAX) {
        made = PyObject_CallFunction(type, "y#O", (const char *)error->bytes, (Py_ssize_t)error->byte_count,
                                     Py_None);
    } else if (error->kind == AC_X_INCOMPLETE_READ) {
        made = PyObject_CallFunction(type, "y#n", (const char *)error->bytes, (Py_ssize_t)error->byte_count,
                                     (Py_ssize_t)error->count);
    } else if (error->kind == AC_X_LIMIT_OVERRUN) {
        made = PyObject_CallFunction(type, "sn", error->text, (Py_ssize_t)error->count);
    } else if (error->kind == AC_X_CANCELLED) {
        made = message != NULL ? PyObject_CallOneArg(type, message) : PyObject_CallNoArgs(type);
    } else if (error->text[0] == '\0' && error->kind != AC_X_CANCELLED_EMPTY) {
        made = PyObject_CallNoArgs(type);
    } else {
        pyac_subjects subjects = {loop, error->task, error->parent, error->future, error->group, message};
        text = pyac_words(error->text, &subjects);
        made = text != NULL ? PyObject_CallOneArg(type, text) : NULL;
    }
    Py_XDECREF(text);
    Py_DECREF(type);
    return made;
}

static void host_chain(PyObject *exception, const ac_error *error)
{
    PyObject *cause = pyac_seen(error->cause), *context = pyac_seen(error->context);
    if (cause != NULL)
        PyException_SetCause(exception, Py_NewRef(cause));
    if (context == NULL)
        context = cause;
    if (context != NULL)
        PyException_SetContext(exception, Py_NewRef(context));
}

/* Whatever goes wrong here takes the place of what should have been made. */
static ac_value host_error(ac_loop *loop, const ac_error *error)
{
    PyObject *saved = PyErr_GetRaisedException();
    PyObject *made = pyac_import() == 0 ? host_exception(loop, error) : NULL;
    if (made != NULL && PyExceptionInstance_Check(made))
        host_chain(made, error);
    else
        Py_XSETREF(made, PyErr_GetRaisedException());
    PyErr_SetRaisedException(saved);
    return pyac_owned(made);
}

/* ---- Chains of exceptions ---- */

static ac_ref host_exception_context(ac_loop *loop, ac_ref exception)
{
    (void)loop;
    PyObject *context = PyException_GetContext(pyac_seen(exception));
    Py_XDECREF(context); /* the exception keeps it */
    return pyac_lent(context);
}

static void host_set_exception_context(ac_loop *loop, ac_ref exception, ac_value context)
{
    (void)loop;
    PyException_SetContext(pyac_seen(exception), pyac_taken(context));
}

static bool host_exception_member(ac_loop *loop, ac_ref exception, size_t index, ac_ref *out)
{
    PyObject *group = pyac_seen(exception), *saved = PyErr_GetRaisedException();
    PyObject *type = PyDict_GetItemString(PyEval_GetBuiltins(), "ExceptionGroup"); /* borrowed */
    PyObject *members = NULL;
    bool there = false;
    (void)loop;
    if (host_is(group, type))
        members = PyObject_GetAttrString(group, "exceptions");
    if (members != NULL && PyTuple_Check(members) && index < (size_t)PyTuple_GET_SIZE(members)) {
        *out = pyac_lent(PyTuple_GET_ITEM(members, (Py_ssize_t)index)); /* the group keeps the tuple */
        there = true;
    }
    Py_XDECREF(members);
    PyErr_SetRaisedException(saved);
    return there;
}

/* What a raise statement does to __context__; rings are opened as CPython opens them. */
static void host_raising(ac_loop *loop, ac_ref exception, ac_ref context)
{
    PyObject *raised = pyac_seen(exception);
    PyObject *handled = ac_is_none(context) ? PyErr_GetHandledException() : Py_NewRef(pyac_seen(context));
    (void)loop;
    if (handled == NULL || handled == Py_None || handled == raised) {
        Py_XDECREF(handled);
        return;
    }
    PyObject *at = Py_NewRef(handled), *before;
    while ((before = PyException_GetContext(at)) != NULL && before != raised)
        Py_SETREF(at, before);
    if (before != NULL) {
        Py_DECREF(before);
        PyException_SetContext(at, NULL);
    }
    Py_DECREF(at);
    PyException_SetContext(raised, handled);
}

/* ---- Contexts ---- */

static ac_status host_copy_context(ac_loop *loop, ac_value *out)
{
    PyObject *copy = PyContext_CopyCurrent();
    if (copy == NULL)
        return pyac_raised(loop);
    *out = pyac_owned(copy);
    return AC_OK;
}

static ac_status host_enter(ac_loop *loop, ac_ref context)
{
    pyac_loop *self = pyac_loop_of(loop);
    PyObject *object = pyac_seen(context);
    if (self->entered) {
        self->entered = false;
        self->skipped = ++self->depth;
        return AC_OK;
    }
    if (!PyContext_CheckExact(object)) { /* asyncio calls its method run */
        PyObject *run = PyObject_GetAttrString(object, "run");
        if (run != NULL)
            PyErr_Format(PyExc_TypeError, "a contextvars.Context was expected, got %R", object);
        Py_XDECREF(run);
        (void)pyac_raised(loop);
        return AC_E_TYPE;
    }
    if (PyContext_Enter(object) < 0)
        return pyac_raised(loop);
    self->depth++;
    return AC_OK;
}

static void host_leave(ac_loop *loop, ac_ref context)
{
    pyac_loop *self = pyac_loop_of(loop);
    if (self->depth-- == self->skipped) {
        self->skipped = 0;
        return;
    }
    PyObject *saved = PyErr_Occurred() != NULL ? PyErr_GetRaisedException() : NULL;
    if (PyContext_Exit(pyac_seen(context)) < 0)
        PyErr_WriteUnraisable(pyac_seen(context));
    if (saved != NULL)
        PyErr_SetRaisedException(saved);
}

/* ---- Tasks ---- */

static uint64_t host_serial; /* one counter for all loops: Task-1, Task-2 */

static uint64_t host_next_serial(ac_loop *loop)
{
    (void)loop;
    return ++host_serial;
}

void pyac_host_count_anew(void)
{
    host_serial = 0;
}

/* The program has replaced cancel in the class of this future. */
static ac_status host_cancel(ac_loop *loop, ac_future *future, ac_ref message, ac_cancel_call call, bool *did)
{
    PyObject *arguments[] = {pyac_object_of(future), ac_is_none(message) ? Py_None : pyac_seen(message)};
    size_t count = call == AC_CANCEL_BY_POSITION ? 2 : 1;
    PyObject *names = call == AC_CANCEL_BY_NAME ? PyTuple_Pack(1, pyac_n.msg) : NULL, *answer = NULL;
    if (names != NULL || call != AC_CANCEL_BY_NAME)
        answer = PyObject_VectorcallMethod(pyac_n.cancel, arguments, count, names);
    Py_XDECREF(names);
    int truth = answer != NULL ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    if (truth < 0)
        return pyac_raised(loop);
    *did = truth > 0;
    return AC_OK;
}

/* ---- The loop ---- */

double pyac_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double host_now(ac_loop *loop)
{
    (void)loop;
    return pyac_clock();
}

static uint64_t host_thread(ac_loop *loop)
{
    (void)loop;
    return (uint64_t)PyThread_get_thread_ident();
}

static void *host_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    (void)loop;
    (void)old;
    if (now == 0) {
        PyMem_Free(memory);
        return NULL;
    }
    return PyMem_Realloc(memory, now);
}

static ac_status host_make_list(ac_loop *loop, const ac_ref *items, size_t count, ac_value *out)
{
    PyObject *list = PyList_New((Py_ssize_t)count);
    (void)loop;
    if (list == NULL) {
        PyErr_Clear();
        return AC_E_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        PyObject *item = pyac_seen(items[i]);
        PyList_SET_ITEM(list, (Py_ssize_t)i, Py_NewRef(item != NULL ? item : Py_None));
    }
    *out = pyac_owned(list);
    return AC_OK;
}

/* ---- Looking inside ---- */

/* Whom future_add_to_awaited_by has told us of; nobody changes them meanwhile. */
static ac_future *host_waiter(ac_loop *loop, const ac_future *future, size_t index)
{
    PyObject *waiter = NULL;
    Py_ssize_t at = 0;
    (void)loop;
    if (ac_future_is_embedded(future))
        return NULL;
    const pyac_future *own = AC_CONTAINER_OF(future, const pyac_future, core);
    for (size_t i = 0; (waiter = pyac_told_next(own, &at)) != NULL && i < index; i++) {
    }
    return waiter != NULL ? &((pyac_future *)waiter)->core : NULL;
}

ac_host pyac_host, pyac_foreign_host;

void pyac_host_init(void)
{
    pyac_host = (ac_host){
        .abi = AC_ABI,
        .size = sizeof(ac_host),
        .dup = host_dup,
        .drop = host_drop,
        .retain = host_retain,
        .release = host_release,
        .retain_group = host_retain_group,
        .release_group = host_release_group,
        .error = host_error,
        .classify = host_classify,
        .copy_context = host_copy_context,
        .enter = host_enter,
        .leave = host_leave,
        .next_serial = host_next_serial,
        .cancel = host_cancel,
        .report = pyac_report,
        .slow = pyac_report_slow,
        .now = pyac_event_loop_now,
        .thread = host_thread,
        .realloc = host_realloc,
        .make_list = host_make_list,
        .bound = pyac_bound_to,
        .raising = host_raising,
        .waiter = host_waiter,
        .exception_context = host_exception_context,
        .set_exception_context = host_set_exception_context,
        .exception_member = host_exception_member,
    };
    pyac_foreign_host = pyac_host;
    pyac_foreign_host.post = pyac_post;
    pyac_foreign_host.now = host_now;
}

/* ---- Showing to the collector ---- */

static int show_value(ac_visitor *visitor, ac_ref value)
{
    const pyac_showing *showing = AC_CONTAINER_OF(visitor, pyac_showing, visitor);
    return showing->visit(pyac_seen(value), showing->arg);
}

static int show_future(ac_visitor *visitor, ac_future *future)
{
    const pyac_showing *showing = AC_CONTAINER_OF(visitor, pyac_showing, visitor);
    return showing->visit(pyac_object_of(future), showing->arg);
}

static int show_group(ac_visitor *visitor, ac_group *group)
{
    const pyac_showing *showing = AC_CONTAINER_OF(visitor, pyac_showing, visitor);
    return showing->visit(pyac_group_object(group), showing->arg);
}

pyac_showing pyac_show_to(visitproc visit, void *arg)
{
    pyac_showing showing = {{show_value, show_future, show_group}, visit, arg};
    return showing;
}
