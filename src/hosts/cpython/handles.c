/* handles.c - Handle and TimerHandle: what call_soon and call_at of our own loop give.
 *
 * Mirrors    asyncio.events.Handle, TimerHandle.
 * Idea       The types are subclasses of asyncio's, with the core's timer behind asyncio's slots, which are
 *            filled as asyncio's __init__ fills them.  So whatever a program may ask of a handle (its repr,
 *            its context, isinstance) is asyncio's own; only cancel is ours.
 * Contexts   A handle runs its callback in its context itself, as asyncio's does; the core knows of none.
 *            The copy of the current one is made when it is asked for or entered first.
 * Owns       While the loop has it, a handle holds itself; the loop shows that to the collector.
 * Threads    What call_soon_threadsafe gives has a lock in CPython 3.14 and later, and is run under it.
 * Re-enters  A callback runs a program, and cancel in debug mode makes a repr.
 * Cost       One object a call; what was freed is used again. */
#include "aside.h"
#include "event_loop.h"

typedef struct handle {
    ac_timer timer; /* 'when' is used by a TimerHandle alone */
    PyObject *object;
    PyObject *values; /* while it has no context: what that is a copy of (contexts.c) */
    bool aside;       /* the object is (aside.c) */
} handle;

enum { SLOTS_MOST = 12, HANDLES_FREE = 256 };

/* Where asyncio's slots lie in an object, and where our part does. */
typedef struct layout {
    PyTypeObject *type;
    Py_ssize_t slots[SLOTS_MOST]; /* all of them, if there is no other */
    unsigned slot_count, free_count;
    bool known;     /* there is no other: we free and show them */
    PyObject *free; /* of such objects; the next one is in its callback */
    Py_ssize_t own, callback, args, cancelled, loop, source_traceback, repr, context;
    Py_ssize_t scheduled, when; /* of a TimerHandle */
    Py_ssize_t lock;            /* of a _ThreadSafeHandle */
} layout;

/* Before CPython 3.14 what call_soon_threadsafe gives is a plain handle, and 'safe' has no type. */
static layout plain, timed, safe;
static PyObject *new_lock;          /* threading.RLock */
static PyMemberDef *context_member; /* asyncio.Handle._context */

static PyObject **slot(PyObject *object, Py_ssize_t offset)
{
    return (PyObject **)(void *)((char *)object + offset);
}

static const layout *layout_of(PyObject *object)
{
    if (safe.type != NULL && PyObject_TypeCheck(object, safe.type))
        return &safe;
    return PyObject_TypeCheck(object, timed.type) ? &timed : &plain;
}

static handle *handle_in(PyObject *object)
{
    return (handle *)(void *)((char *)object + layout_of(object)->own);
}

static const ac_handle_ops handle_ops;

static handle *handle_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, handle, timer.callback);
}

/* Its context, borrowed, which is made now if there is none yet; NULL, perhaps with an exception. */
static PyObject *handle_context(const layout *at, PyObject *object)
{
    handle *own = (handle *)(void *)((char *)object + at->own);
    if (own->values != NULL) {
        *slot(object, at->context) = pyac_context_of(own->values);
        if (*slot(object, at->context) != NULL)
            Py_CLEAR(own->values);
    }
    return *slot(object, at->context);
}

/* ---- What the loop does with it ---- */

/* Keeps the exception that is set. */
static void handle_unlock(PyObject *lock)
{
    PyObject *saved = PyErr_GetRaisedException();
    PyObject *answer = PyObject_CallMethodNoArgs(lock, pyac_n.release);
    if (answer == NULL)
        PyErr_WriteUnraisable(lock);
    Py_XDECREF(answer);
    PyErr_SetRaisedException(saved);
}

/* function(*args). */
static PyObject *handle_apply(PyObject *function, PyObject *args)
{
    if (PyTuple_CheckExact(args))
        return PyObject_Vectorcall(function, &PyTuple_GET_ITEM(args, 0), (size_t)PyTuple_GET_SIZE(args),
                                   NULL);
    return PyObject_Call(function, args, NULL); /* a program has put something there */
}

/* context.run(function, *args): of a context that is none it is asked for. */
static PyObject *handle_ask_to_run(PyObject *context, PyObject *function, PyObject *args)
{
    PyObject *run = PyObject_GetAttrString(context, "run"), *first = NULL, *all = NULL, *answer = NULL;
    if (run != NULL)
        first = PyTuple_Pack(1, function);
    if (first != NULL)
        all = PySequence_Concat(first, args);
    if (all != NULL)
        answer = PyObject_Call(run, all, NULL);
    Py_XDECREF(run);
    Py_XDECREF(first);
    Py_XDECREF(all);
    return answer;
}

static PyObject *handle_run_in(PyObject *context, PyObject *function, PyObject *args)
{
    if (!PyContext_CheckExact(context))
        return handle_ask_to_run(context, function, args);
    if (PyContext_Enter(context) < 0)
        return NULL;
    PyObject *answer = handle_apply(function, args);
    if (PyContext_Exit(context) < 0)
        Py_CLEAR(answer);
    return answer;
}

/* The callback may cancel its own handle, which forgets all of this. */
static PyObject *handle_call(const layout *at, PyObject *object)
{
    PyObject *function = Py_XNewRef(*slot(object, at->callback)), *args = Py_XNewRef(*slot(object, at->args));
    PyObject *context = Py_XNewRef(handle_context(at, object)), *answer = NULL;
    if (at->scheduled != 0)
        Py_XSETREF(*slot(object, at->scheduled), Py_NewRef(Py_False));
    if (function != NULL && args != NULL && context != NULL)
        answer = handle_run_in(context, function, args);
    else if (!PyErr_Occurred())
        PyErr_SetString(PyExc_AttributeError, "the handle has lost its callback");
    Py_XDECREF(function);
    Py_XDECREF(args);
    Py_XDECREF(context);
    return answer;
}

/* Its lock is held meanwhile: a cancel of another thread waits.  It may have been cancelled before that. */
static PyObject *handle_call_locked(PyObject *object)
{
    PyObject *lock = Py_NewRef(*slot(object, safe.lock)), *answer = NULL;
    PyObject *taken = PyObject_CallMethodNoArgs(lock, pyac_n.acquire);
    if (taken != NULL) {
        bool cancelled = *slot(object, safe.cancelled) == Py_True;
        answer = cancelled ? Py_NewRef(Py_None) : handle_call(&safe, object);
        handle_unlock(lock);
    }
    Py_XDECREF(taken);
    Py_DECREF(lock);
    return answer;
}

static ac_status handle_run(ac_loop *loop, ac_callback *callback)
{
    PyObject *object = handle_of(callback)->object;
    const layout *at = layout_of(object);
    PyObject *answer = at == &safe ? handle_call_locked(object) : handle_call(at, object);
    Py_XDECREF(answer);
    return answer != NULL ? AC_OK : pyac_raised(loop);
}

static int handle_visit(ac_callback *callback, ac_visitor *visitor)
{
    return visitor->value(visitor, pyac_lent(handle_of(callback)->object));
}

/* In the order of their times timers lie anywhere in memory.  So what the next two have is asked for early:
 * of the second one the object, wherever it would begin if it were one of these, of the first one its
 * time. */
static void handle_look_ahead(ac_loop *loop)
{
    enum { LINE = 64, HEAD = 2 * LINE };
    ac_handle *next = ac_loop_next_ready(loop, NULL);
    ac_handle *second = next != NULL ? ac_loop_next_ready(loop, next) : NULL;
    if (second == NULL)
        return;
    for (unsigned at = 0; at <= HEAD; at += LINE)
        __builtin_prefetch((void *)((uintptr_t)second - at), 1);
    ac_callback *callback = ac_handle_callback(next);
    if (callback != NULL && callback->ops == &handle_ops && handle_of(callback)->aside)
        __builtin_prefetch(*slot(handle_of(callback)->object, timed.when), 1);
}

/* The loop gives it up.  If nobody else has it, it goes as it is. */
static void handle_done(ac_loop *loop, ac_callback *callback)
{
    handle *own = handle_of(callback);
    if (own->aside)
        handle_look_ahead(loop);
    if (own->aside && Py_REFCNT(own->object) == 1) {
        own->aside = false;
        pyac_loop_of(loop)->timers_aside--;
    }
    pyac_handle_bring_back(loop, callback);
    Py_DECREF(own->object);
}

static const ac_handle_ops handle_ops = {.run = handle_run, .visit = handle_visit, .done = handle_done};

/* ---- Aside, while a running loop has the timer ---- */

static void handle_set_aside(pyac_loop *loop, PyObject *object)
{
    handle *own = (handle *)(void *)((char *)object + timed.own);
    own->aside = true;
    PyObject_GC_UnTrack(object);
    loop->timers_aside++;
}

void pyac_handle_bring_back(ac_loop *loop, ac_callback *callback)
{
    if (callback == NULL || callback->ops != &handle_ops || !handle_of(callback)->aside)
        return;
    handle *own = handle_of(callback);
    own->aside = false;
    pyac_loop_of(loop)->timers_aside--;
    PyObject_GC_Track(own->object);
}

/* ---- Making ---- */

static PyObject *handle_take(layout *at)
{
    PyObject *object = at->free;
    if (object == NULL)
        return at->type->tp_alloc(at->type, 0);
    at->free = *slot(object, at->callback);
    at->free_count--;
    *slot(object, at->callback) = NULL;
    memset((char *)object + at->own, 0, sizeof(handle));
    (void)PyObject_Init(object, at->type);
    PyObject_GC_Track(object);
    return object;
}

static layout *layout_of_own(PyObject *object)
{
    const PyTypeObject *type = Py_TYPE(object);
    return type == plain.type ? &plain : type == timed.type ? &timed : &safe;
}

/* As what a class of Python does for its slots.  There may be a million timers. */
static int handle_traverse(PyObject *object, visitproc visit, void *arg)
{
    const layout *at = layout_of_own(object);
    for (unsigned i = 0; i < at->slot_count; i++) {
        PyObject *held = *slot(object, at->slots[i]);
        if (held != Py_None && held != Py_False)
            Py_VISIT(held);
    }
    Py_VISIT(((handle *)(void *)((char *)object + at->own))->values);
    Py_VISIT(Py_TYPE(object));
    return 0;
}

static void handle_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    layout *at = layout_of_own(object);
    PyObject_GC_UnTrack(object);
    Py_TRASHCAN_BEGIN(object, handle_dealloc) if (*slot(object, type->tp_weaklistoffset) != NULL)
        PyObject_ClearWeakRefs(object);
    for (unsigned i = 0; i < at->slot_count; i++)
        Py_CLEAR(*slot(object, at->slots[i]));
    Py_CLEAR(((handle *)(void *)((char *)object + at->own))->values);
    if (at->free_count < HANDLES_FREE) {
        *slot(object, at->callback) = at->free;
        at->free = object;
        at->free_count++;
    } else {
        PyObject_GC_Del(object);
    }
    Py_DECREF(type);
    Py_TRASHCAN_END
}

/* Gives it the context, or what it will be a copy of. */
static bool handle_take_context(const layout *at, PyObject *object, PyObject *context)
{
    PyObject *values = context == NULL && at->known ? pyac_current_values() : NULL;
    if (values != NULL) {
        ((handle *)(void *)((char *)object + at->own))->values = Py_NewRef(values);
        return true;
    }
    *slot(object, at->context) = context != NULL ? Py_NewRef(context) : PyContext_CopyCurrent();
    return *slot(object, at->context) != NULL;
}

/* As asyncio's __init__ when the loop is not in debug mode.  args is stolen. */
static PyObject *handle_new(layout *at, PyObject *loop, PyObject *function, PyObject *args, PyObject *context)
{
    PyObject *object = args != NULL ? handle_take(at) : NULL;
    if (object == NULL) {
        Py_XDECREF(args);
        return NULL;
    }
    *slot(object, at->args) = args;
    *slot(object, at->callback) = Py_NewRef(function);
    *slot(object, at->loop) = Py_NewRef(loop);
    *slot(object, at->cancelled) = Py_NewRef(Py_False);
    *slot(object, at->repr) = Py_NewRef(Py_None);
    *slot(object, at->source_traceback) = Py_NewRef(Py_None);
    bool whole = handle_take_context(at, object, context);
    if (whole && at->lock != 0)
        whole = (*slot(object, at->lock) = PyObject_CallNoArgs(new_lock)) != NULL;
    if (!whole)
        Py_CLEAR(object);
    return object;
}

/* What was called last is the __init__ of _ThreadSafeHandle, which a program does not care for. */
static int forget_last_call(PyObject *object)
{
    PyObject *calls = *slot(object, safe.source_traceback);
    if (calls == NULL || !PyList_Check(calls) || PyList_GET_SIZE(calls) == 0)
        return 0;
    return PySequence_DelItem(calls, PyList_GET_SIZE(calls) - 1);
}

/* asyncio's own __init__ does it, with its tracebacks. */
static PyObject *handle_new_debug(const layout *at, PyObject *loop, PyObject *when, PyObject *function,
                                  PyObject *args, PyObject *context)
{
    PyObject *made = NULL, *given = context != NULL ? context : Py_None;
    if (args != NULL && when != NULL)
        made = PyObject_CallFunctionObjArgs((PyObject *)at->type, when, function, args, loop, given, NULL);
    else if (args != NULL)
        made = PyObject_CallFunctionObjArgs((PyObject *)at->type, function, args, loop, given, NULL);
    if (made != NULL && at == &safe && forget_last_call(made) < 0)
        Py_CLEAR(made);
    Py_XDECREF(args);
    return made;
}

/* Debug mode, or a get_debug() of the program's: asyncio's __init__ asks that. */
static bool handle_may_debug(pyac_loop *loop)
{
    return !event_loop_is_own(event_loop_of(loop), LOOP_GET_DEBUG) || ac_loop_get_debug(&loop->core);
}

/* Prepares the core's part: the handle holds itself from now on. */
static ac_callback *handle_prepare(const layout *at, PyObject *object)
{
    handle *own = (handle *)(void *)((char *)object + at->own);
    own->object = Py_NewRef(object);
    ac_callback_init(&own->timer.callback, &handle_ops, ac_none());
    return &own->timer.callback;
}

/* Ends a scheduling. */
static PyObject *handle_scheduled(pyac_loop *loop, ac_status status, PyObject *object)
{
    if (status == AC_OK)
        return object;
    ac_callback_clear(&loop->core, &handle_in(object)->timer.callback);
    Py_DECREF(object); /* its own */
    Py_DECREF(object);
    return pyac_fail(&loop->core, status, NULL);
}

PyObject *pyac_handle_soon(pyac_loop *loop, PyObject *function, PyObject *args, PyObject *context,
                           bool from_any_thread)
{
    layout *at = from_any_thread && safe.type != NULL ? &safe : &plain;
    PyObject *object = handle_may_debug(loop)
                           ? handle_new_debug(at, loop->object, NULL, function, args, context)
                           : handle_new(at, loop->object, function, args, context);
    if (object == NULL)
        return NULL;
    ac_callback *callback = handle_prepare(at, object);
    /* Whatever thread this is has the GIL; but in debug mode the core looks which one it is. */
    ac_status status = ac_loop_call_soon(&loop->core, callback);
    if (status == AC_E_RUNTIME && from_any_thread)
        status = ac_loop_call_soon_threadsafe(&loop->core, callback);
    return handle_scheduled(loop, status, object);
}

PyObject *pyac_handle_at(pyac_loop *loop, PyObject *when, PyObject *function, PyObject *args,
                         PyObject *context)
{
    double seconds = PyFloat_AsDouble(when);
    PyObject *object = NULL;
    if (seconds == -1.0 && PyErr_Occurred())
        Py_XDECREF(args);
    else if (handle_may_debug(loop))
        object = handle_new_debug(&timed, loop->object, when, function, args, context);
    else
        object = handle_new(&timed, loop->object, function, args, context);
    if (object == NULL)
        return NULL;
    Py_XSETREF(*slot(object, timed.when), Py_NewRef(when));
    Py_XSETREF(*slot(object, timed.scheduled), Py_NewRef(Py_True));
    ac_callback *callback = handle_prepare(&timed, object);
    ac_timer *timer = AC_CONTAINER_OF(callback, ac_timer, callback);
    object = handle_scheduled(loop, ac_loop_call_at(&loop->core, seconds, timer), object);
    if (object != NULL && loop->holds && context == NULL)
        handle_set_aside(loop, object);
    return object;
}

/* ---- A handle that is not ours: asyncio's own, of a reader or writer ---- */

typedef struct other_handle {
    ac_timer timer; /* 'when' is used by a TimerHandle alone */
    PyObject *object;
    bool is_timer;
} other_handle;

static other_handle *other_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, other_handle, timer.callback);
}

int pyac_handle_is_cancelled(PyObject *object)
{
    PyObject *cancelled = PyObject_GetAttr(object, pyac_n._cancelled);
    int truth = cancelled != NULL ? PyObject_IsTrue(cancelled) : -1;
    Py_XDECREF(cancelled);
    return truth;
}

/* It enters its context, and reports, itself. */
static ac_status other_run(ac_loop *loop, ac_callback *callback)
{
    PyObject *object = other_of(callback)->object, *answer = NULL;
    if (other_of(callback)->is_timer && PyObject_SetAttrString(object, "_scheduled", Py_False) < 0)
        return pyac_raised(loop);
    int skip = pyac_handle_is_cancelled(object);
    if (skip == 0)
        answer = PyObject_CallMethod(object, "_run", NULL);
    Py_XDECREF(answer);
    return skip > 0 || answer != NULL ? AC_OK : pyac_raised(loop);
}

static int other_visit(ac_callback *callback, ac_visitor *visitor)
{
    return visitor->value(visitor, pyac_lent(other_of(callback)->object));
}

static void other_done(ac_loop *loop, ac_callback *callback)
{
    other_handle *own = other_of(callback);
    (void)loop;
    Py_DECREF(own->object);
    PyMem_Free(own);
}

static const ac_handle_ops other_ops = {.run = other_run, .visit = other_visit, .done = other_done};

static other_handle *other_new(PyObject *object, bool is_timer)
{
    other_handle *own = PyMem_Calloc(1, sizeof *own);
    if (own == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    own->object = Py_NewRef(object);
    own->is_timer = is_timer;
    ac_callback_init(&own->timer.callback, &other_ops, ac_none());
    return own;
}

static int other_scheduled(pyac_loop *loop, ac_status status, other_handle *own)
{
    if (status == AC_OK)
        return 0;
    other_done(&loop->core, &own->timer.callback);
    (void)pyac_fail(&loop->core, status, NULL);
    return -1;
}

int pyac_handle_add(pyac_loop *loop, PyObject *object)
{
    int cancelled = pyac_handle_is_cancelled(object);
    if (cancelled != 0)
        return cancelled > 0 ? 0 : -1;
    other_handle *own = other_new(object, false);
    if (own == NULL)
        return -1;
    return other_scheduled(loop, ac_loop_call_soon(&loop->core, &own->timer.callback), own);
}

int pyac_handle_add_timer(pyac_loop *loop, PyObject *object)
{
    PyObject *when = PyObject_GetAttrString(object, "_when");
    double seconds = when != NULL ? PyFloat_AsDouble(when) : -1.0;
    Py_XDECREF(when);
    if (seconds == -1.0 && PyErr_Occurred())
        return -1;
    int cancelled = pyac_handle_is_cancelled(object);
    if (cancelled < 0)
        return -1;
    other_handle *own = other_new(object, true);
    if (own == NULL || other_scheduled(loop, ac_loop_call_at(&loop->core, seconds, &own->timer), own) < 0)
        return -1;
    if (cancelled > 0)
        ac_handle_cancel(&loop->core, &own->timer.callback.handle);
    return 0;
}

void pyac_handle_timer_cancelled(pyac_loop *loop, PyObject *object)
{
    ac_timer *timer;
    for (size_t i = 0; (timer = ac_loop_timer_at(&loop->core, i)) != NULL; i++)
        if (timer->callback.ops == &other_ops && other_of(&timer->callback)->object == object)
            ac_handle_cancel(&loop->core, &timer->callback.handle);
}

/* ---- What a report shows ---- */

/* The handle object behind a handle of the core, new reference; NULL without an exception: there is none. */
PyObject *pyac_handle_shown(ac_handle *core)
{
    ac_callback *callback = ac_handle_callback(core);
    if (callback != NULL && callback->ops == &handle_ops)
        return Py_NewRef(handle_of(callback)->object);
    if (callback != NULL && callback->ops == &other_ops)
        return Py_NewRef(other_of(callback)->object);
    return NULL;
}

PyObject *pyac_handle_function(ac_handle *core)
{
    PyObject *object = pyac_handle_shown(core);
    bool known = object != NULL && PyObject_TypeCheck(object, plain.type->tp_base);
    Py_XDECREF(object); /* the loop has it */
    return known ? *slot(object, plain.callback) : NULL;
}

PyObject *pyac_handle_context(ac_handle *core)
{
    PyObject *object = pyac_handle_shown(core), *context = NULL;
    if (object != NULL && ac_handle_callback(core)->ops == &handle_ops)
        context = handle_context(layout_of(object), object);
    else if (object != NULL && PyObject_TypeCheck(object, plain.type->tp_base))
        context = *slot(object, plain.context);
    Py_XDECREF(object); /* the loop has it */
    PyErr_Clear();
    return context;
}

/* handle._context, behind which asyncio's own functions find the context: asyncio's slot, once it is
 * filled. */
static PyObject *handle_get_context(PyObject *object, void *unused)
{
    (void)unused;
    if (handle_context(layout_of(object), object) == NULL && PyErr_Occurred())
        return NULL;
    return PyMember_GetOne((char *)object, context_member);
}

static int handle_set_context(PyObject *object, PyObject *value, void *unused)
{
    (void)unused;
    if (handle_context(layout_of(object), object) == NULL && PyErr_Occurred())
        return -1;
    return PyMember_SetOne((char *)object, context_member, value);
}

/* ---- cancel ---- */

static PyObject *handle_cancel(PyObject *object, PyObject *unused)
{
    const layout *at = layout_of(object);
    handle *own = handle_in(object);
    (void)unused;
    if (*slot(object, at->cancelled) == Py_True)
        Py_RETURN_NONE;
    Py_XSETREF(*slot(object, at->cancelled), Py_NewRef(Py_True));
    PyObject *loop = *slot(object, at->loop);
    pyac_loop *known = loop != NULL && event_loop_at(loop) != NULL ? &event_loop_at(loop)->loop : NULL;
    int debugs = known != NULL ? pyac_loop_debugs(loop) : 0;
    if (debugs < 0)
        return NULL;
    if (debugs > 0) {
        PyObject *repr = PyObject_Repr(object);
        if (repr == NULL)
            return NULL;
        Py_XSETREF(*slot(object, at->repr), repr);
    }
    if (own->object != NULL && known != NULL) /* while it has a name: it may be recorded */
        ac_handle_cancel(&known->core, &own->timer.callback.handle);
    Py_XSETREF(*slot(object, at->callback), Py_NewRef(Py_None));
    Py_XSETREF(*slot(object, at->args), Py_NewRef(Py_None));
    Py_RETURN_NONE;
}

static PyObject *handle_cancel_locked(PyObject *object, PyObject *unused)
{
    PyObject *lock = Py_NewRef(*slot(object, safe.lock)), *answer = NULL;
    PyObject *taken = PyObject_CallMethodNoArgs(lock, pyac_n.acquire);
    if (taken != NULL) {
        answer = handle_cancel(object, unused);
        handle_unlock(lock);
    }
    Py_XDECREF(taken);
    Py_DECREF(lock);
    return answer;
}

/* ---- The types ---- */

static PyMethodDef handle_methods[] = {
    {"cancel", handle_cancel, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef handle_getset[] = {
    {"_context", handle_get_context, handle_set_context, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot handle_slots[] = {
    {Py_tp_methods, handle_methods},
    {Py_tp_getset, handle_getset},
    {0, NULL},
};

static PyType_Spec plain_spec = {
    .name = "aiocore.Handle",
    .basicsize = -(int)sizeof(handle),
    .flags = Py_TPFLAGS_DEFAULT, /* the collector's part is the base's */
    .slots = handle_slots,
};

static PyType_Spec timed_spec = {
    .name = "aiocore.TimerHandle",
    .basicsize = -(int)sizeof(handle),
    .flags = Py_TPFLAGS_DEFAULT, /* the collector's part is the base's */
    .slots = handle_slots,
};

static PyMethodDef safe_methods[] = {
    {"cancel", handle_cancel_locked, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot safe_slots[] = {
    {Py_tp_methods, safe_methods},
    {Py_tp_getset, handle_getset},
    {0, NULL},
};

static PyType_Spec safe_spec = {
    .name = "aiocore._ThreadSafeHandle",
    .basicsize = -(int)sizeof(handle),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = safe_slots,
};

/* A __slots__ entry of asyncio's class; NULL: it has none. */
static PyMemberDef *member_of(PyObject *type, const char *name)
{
    PyObject *descriptor = PyObject_GetAttrString(type, name);
    PyMemberDef *member = NULL;
    if (descriptor != NULL && Py_IS_TYPE(descriptor, &PyMemberDescr_Type))
        member = ((PyMemberDescrObject *)descriptor)->d_member; /* its class has it */
    Py_XDECREF(descriptor);
    PyErr_Clear();
    return member;
}

/* Where it lies; 0: there is none. */
static Py_ssize_t offset_of(PyObject *type, const char *name)
{
    const PyMemberDef *member = member_of(type, name);
    return member != NULL ? member->offset : 0;
}

/* How many slots a class and its bases say they have; __weakref__ is none. */
static Py_ssize_t count_slots(PyObject *type)
{
    PyObject *bases = ((PyTypeObject *)type)->tp_mro;
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyObject *dict = PyType_GetDict((PyTypeObject *)PyTuple_GET_ITEM(bases, i));
        PyObject *slots = dict != NULL ? PyDict_GetItemString(dict, "__slots__") : NULL;
        Py_ssize_t some = slots != NULL ? PySequence_Size(slots) : 0;
        count += slots != NULL && PySequence_Contains(slots, pyac_n.__weakref__) > 0 ? some - 1 : some;
        Py_XDECREF(dict);
    }
    PyErr_Clear();
    return count;
}

/* Where all slots are known an object is freed without asking the class for them. */
static void layout_take_over(layout *at, PyObject *base)
{
    const Py_ssize_t known[] = {at->callback, at->args,    at->cancelled, at->loop, at->source_traceback,
                                at->repr,     at->context, at->scheduled, at->when, at->lock};
    at->slot_count = 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i] != 0)
            at->slots[at->slot_count++] = known[i];
    at->known = count_slots(base) == (Py_ssize_t)at->slot_count && at->type->tp_weaklistoffset != 0 &&
                at->type->tp_finalize == NULL;
    if (at->known) {
        at->type->tp_dealloc = handle_dealloc;
        at->type->tp_traverse = handle_traverse;
    }
}

static int layout_find(layout *at, PyObject *base, PyType_Spec *spec)
{
    PyTypeObject *type = base != NULL ? (PyTypeObject *)PyType_FromSpecWithBases(spec, base) : NULL;
    if (type == NULL)
        return -1;
    at->own = type->tp_basicsize - PyType_GetTypeDataSize(type); /* it comes last */
    at->callback = offset_of(base, "_callback");
    at->args = offset_of(base, "_args");
    at->cancelled = offset_of(base, "_cancelled");
    at->loop = offset_of(base, "_loop");
    at->source_traceback = offset_of(base, "_source_traceback");
    at->repr = offset_of(base, "_repr");
    at->context = offset_of(base, "_context");
    at->scheduled = offset_of(base, "_scheduled");
    at->when = offset_of(base, "_when");
    at->lock = offset_of(base, "_lock");
    if (at->callback != 0 && at->args != 0 && at->cancelled != 0 && at->loop != 0 &&
        at->source_traceback != 0 && at->repr != 0 && at->context != 0) {
        at->type = type;
        context_member = member_of(base, "_context"); /* Handle's, of all of them */
        layout_take_over(at, base);
        return 0;
    }
    Py_DECREF(type);
    PyErr_SetString(PyExc_ImportError, "aiocore does not know the handles of this asyncio");
    return -1;
}

static int safe_ready(void)
{
    PyObject *base = pyac_asyncio("events", "_ThreadSafeHandle");
    if (base == NULL) {
        PyErr_Clear(); /* before CPython 3.14 */
        return 0;
    }
    PyObject *module = PyImport_ImportModule("threading");
    new_lock = module != NULL ? PyObject_GetAttrString(module, "RLock") : NULL;
    Py_XDECREF(module);
    int failed = new_lock != NULL ? layout_find(&safe, base, &safe_spec) : -1;
    Py_DECREF(base);
    return failed;
}

/* The last of them says that all are there. */
int pyac_handles_ready(void)
{
    if (timed.type != NULL)
        return 0;
    PyObject *plain_base = pyac_asyncio("events", "Handle");
    PyObject *timed_base = plain_base != NULL ? pyac_asyncio("events", "TimerHandle") : NULL;
    int failed = plain.type == NULL ? layout_find(&plain, plain_base, &plain_spec) : 0;
    if (failed == 0 && safe.type == NULL)
        failed = safe_ready();
    if (failed == 0)
        failed = layout_find(&timed, timed_base, &timed_spec);
    Py_XDECREF(plain_base);
    Py_XDECREF(timed_base);
    return failed;
}
