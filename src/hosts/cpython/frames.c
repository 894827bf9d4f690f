/* frames.c - the frames that asyncio's async functions would have where a coroutine is in C.
 *
 * Mirrors    cr_frame, cr_await and cr_code of coroutines; the traceback entries that an exception gets when
 *            it leaves a frame.
 * Idea       Where a coroutine is in asyncio's source is said here by the names of functions: its own, and
 *            those inside of it where there are several.  aiocore/frames.py makes coroutines and traceback
 *            entries of that.
 * Holds      shown is a tuple of where it was, and a coroutine of Python that is suspended there.
 * Left out   Frames of what runs now: nothing of Python's lies between what a coroutine in C awaits and what
 *            awaits that.  Functions that are no coroutines, as Queue.get_nowait.
 * Re-enters  Python runs, when somebody looks, and for the first exception on each way.
 * Cost       Nothing, unless somebody looks or something fails; then a traceback object for each entry.
 * Tests      tests/install/frames.py; difftests/scenarios/graph */
#include "coroutines.h"
#include "queues.h"

static PyObject *frames_module; /* aiocore/frames.py, which cannot be imported any more in the end */

/* A function of it; new reference. */
static PyObject *frames_function(const char *name)
{
    if (frames_module == NULL)
        frames_module = PyImport_ImportModule("aiocore.frames");
    return frames_module != NULL ? PyObject_GetAttrString(frames_module, name) : NULL;
}

/* Steals it.  When the interpreter takes its modules apart there is nothing to be seen, which is no error: a
 * task that is destroyed then has a repr. */
static PyObject *frames_seen(PyObject *found)
{
    PyObject *path = found == NULL ? PySys_GetObject("meta_path") : Py_None;
    if (found != NULL || (path != NULL && path != Py_None) || !PyErr_ExceptionMatches(PyExc_Exception))
        return found;
    PyErr_Clear();
    Py_RETURN_NONE;
}

/* ---- Where it is ---- */

static bool frames_is(const pyac_coroutine *self, const char *name)
{
    return strcmp(self->kind->qualname, name) == 0;
}

/* Writes what is not NULL. */
static void frames_inside_condition(const char **inner, const ac_condition_wait *wait)
{
    *inner = ac_condition_wait_method(wait);
}

static void frames_inside_barrier(const char **inner, const ac_barrier_wait *wait)
{
    const char *method = ac_barrier_wait_method(wait);
    *inner = method;
    if (method != NULL && strncmp(method, "Barrier.", 8) == 0)
        frames_inside_condition(inner + 1, &wait->block.wait);
}

static bool frames_has_no_time(const ac_wait_for *wait)
{
    return wait->has_timeout && wait->seconds <= 0;
}

/* Whether a put that fails has failed in put_nowait.  What is raised stays. */
static bool frames_has_room(PyObject *subject)
{
    queue *self = (queue *)subject;
    PyObject *raised = PyErr_GetRaisedException();
    Py_ssize_t length = queue_items_length(self);
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
    return self->limit <= 0 || length < self->limit;
}

/* What the body says, once there is one. */
static void frames_inside_body(const pyac_coroutine *self, const char **inner)
{
    const void *frame = self->frame;
    if (frames_is(self, "sleep") && self->loop == NULL)
        *inner = "__sleep0";
    else if (frames_is(self, "wait_for") && frames_has_no_time(frame))
        *inner = "_cancel_and_wait";
    else if (frames_is(self, "Barrier.wait") || frames_is(self, "Barrier.__aenter__"))
        frames_inside_barrier(inner, frame);
    else if (frames_is(self, "Condition.wait"))
        frames_inside_condition(inner, frame);
    else if (frames_is(self, "Condition.wait_for"))
        frames_inside_condition(inner, &((const ac_condition_wait_for *)frame)->wait);
    else if (frames_is(self, "_ContextManagerMixin.__aenter__") &&
             PyObject_TypeCheck(self->subject, &PyacSemaphore_Type))
        *inner = "Semaphore.acquire";
}

/* A wait_for without a body has looked at a future that is done. */
void pyac_way_of(const pyac_coroutine *self, pyac_way_how how, pyac_way *way)
{
    bool fails = how == PYAC_WAY_BEGUN || how == PYAC_WAY_OVER;
    *way = (pyac_way){.kind = self->kind, .how = how};
    if (fails && frames_is(self, "Queue.put") && frames_has_room(self->subject))
        way->inner[0] = "Queue.put_nowait";
    else if (self->co != NULL)
        frames_inside_body(self, way->inner);
    else if (fails && frames_is(self, "wait_for") && self->argument != Py_None)
        way->inner[0] = "_cancel_and_wait";
}

static PyObject *way_inner(const pyac_way *way)
{
    PyObject *list = PyList_New(0), *inner = NULL;
    bool good = list != NULL;
    for (int i = 0; good && i < PYAC_WAY_INNER && way->inner[i] != NULL; i++) {
        PyObject *name = PyUnicode_FromString(way->inner[i]);
        good = name != NULL && PyList_Append(list, name) == 0;
        Py_XDECREF(name);
    }
    if (good)
        inner = PyList_AsTuple(list);
    Py_XDECREF(list);
    return inner;
}

/* ---- For who looks at a coroutine ---- */

/* What it waits for, as nobody else has it; None: nothing to be seen. */
static PyObject *frames_awaited(const pyac_coroutine *self)
{
    if (self->loop == NULL)
        return Py_NewRef(Py_None);
    pyac_future *made = (pyac_future *)pyac_future_type->tp_alloc(pyac_future_type, 0);
    if (made == NULL)
        return NULL;
    Py_INCREF(pyac_loop_of(self->loop)->keeper);
    (void)ac_future_init(&made->core, self->loop); /* it is blank */
    return (PyObject *)made;
}

static PyObject *frames_show(const pyac_coroutine *self, PyObject *where)
{
    PyObject *function = frames_function("shown"), *awaited = frames_awaited(self), *shown = NULL;
    if (function != NULL && awaited != NULL)
        shown = PyObject_CallFunction(function, "sOOO", self->kind->qualname, PyTuple_GET_ITEM(where, 1),
                                      PyTuple_GET_ITEM(where, 0), awaited);
    Py_XDECREF(function);
    Py_XDECREF(awaited);
    return shown;
}

/* The coroutine of Python that is shown for this one, which has not ended; borrowed. */
static PyObject *frames_shown(pyac_coroutine *self)
{
    bool begun = self->co != NULL && self->co->at != 0;
    pyac_way way;
    pyac_way_of(self, PYAC_WAY_SUSPENDED, &way);
    PyObject *where = Py_BuildValue("(ON)", begun ? Py_True : Py_False, way_inner(&way));
    int same = where != NULL && self->shown != NULL
                   ? PyObject_RichCompareBool(where, PyTuple_GET_ITEM(self->shown, 0), Py_EQ)
                   : 0;
    if (where != NULL && same == 0) {
        PyObject *shown = frames_show(self, where);
        PyObject *pair = shown != NULL ? PyTuple_Pack(2, where, shown) : NULL;
        Py_XDECREF(shown);
        Py_XSETREF(self->shown, pair);
    }
    Py_XDECREF(where);
    return same >= 0 && self->shown != NULL ? PyTuple_GET_ITEM(self->shown, 1) : NULL;
}

PyObject *pyac_frames_get_frame(pyac_coroutine *self)
{
    PyObject *shown = frames_shown(self);
    return frames_seen(shown != NULL ? PyObject_GetAttrString(shown, "cr_frame") : NULL);
}

/* What a program has given wait_for is awaited as it is. */
PyObject *pyac_frames_get_await(pyac_coroutine *self)
{
    if (frames_is(self, "wait_for") && ((const ac_wait_for *)(const void *)self->frame)->body != NULL)
        return Py_NewRef(self->subject);
    PyObject *shown = frames_shown(self);
    return frames_seen(shown != NULL ? PyObject_GetAttrString(shown, "cr_await") : NULL);
}

PyObject *pyac_frames_get_code(const pyac_coroutine *self)
{
    PyObject *function = frames_function("code_of"), *code = NULL;
    if (function != NULL)
        code = PyObject_CallFunction(function, "s", self->kind->qualname);
    Py_XDECREF(function);
    return frames_seen(code);
}

/* ---- For tracebacks ---- */

/* What exceptions get that leave on a way: asked for once.  type is that of one which a statement raises,
 * owned; NULL: of any that goes on. */
static struct known_way {
    pyac_way way;
    PyTypeObject *type;
    PyObject *frames; /* a tuple, innermost first; or None: there is no such statement */
    struct known_way *next;
} * known_ways;

static bool known_way_is(const struct known_way *known, const pyac_way *way, const PyTypeObject *type)
{
    bool same = known->way.kind == way->kind && known->way.how == way->how && known->type == type;
    for (int i = 0; same && i < PYAC_WAY_INNER; i++)
        same = known->way.inner[i] == way->inner[i];
    return same;
}

/* Borrowed; the one that was asked for last is the first. */
static PyObject *known_way_frames(const pyac_way *way, const PyTypeObject *type)
{
    struct known_way **slot = &known_ways, *known;
    while (*slot != NULL && !known_way_is(*slot, way, type))
        slot = &(*slot)->next;
    known = *slot;
    if (known == NULL)
        return NULL;
    *slot = known->next;
    known->next = known_ways;
    known_ways = known;
    return known->frames;
}

static void known_way_add(const pyac_way *way, PyTypeObject *type, PyObject *frames)
{
    struct known_way *known = PyMem_New(struct known_way, 1);
    if (known == NULL)
        return;
    *known = (struct known_way){*way, (PyTypeObject *)Py_XNewRef((PyObject *)type), Py_NewRef(frames),
                                known_ways};
    known_ways = known;
}

static PyObject *way_ask(const pyac_way *way, PyObject *exception)
{
    static const char *const words[] = {"unbegun", "begun", "suspended", "inside", "over", "asking"};
    PyObject *function = frames_function(exception != NULL ? "raised" : "passed"), *inner = way_inner(way),
             *how = exception != NULL ? Py_NewRef(exception) : PyUnicode_FromString(words[way->how]),
             *frames = NULL;
    if (function != NULL && inner != NULL && how != NULL)
        frames = PyObject_CallFunction(function, "sOO", way->kind->qualname, inner, how);
    Py_XDECREF(function);
    Py_XDECREF(inner);
    Py_XDECREF(how);
    return frames;
}

/* Types that last: a program may have classes without number, which are nobody's to keep. */
static bool way_keeps(const PyTypeObject *type)
{
    bool lasts = (type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0 || (PyObject *)type == pyac_py.cancelled_error ||
                 type->tp_base == (PyTypeObject *)PyExc_BaseExceptionGroup;
    return lasts && !PyType_IsSubtype((PyTypeObject *)type, (PyTypeObject *)PyExc_RuntimeError);
}

/* exception: as a statement raises it, which may depend on its words; NULL: it goes on.  New reference. */
static PyObject *way_frames(const pyac_way *way, PyObject *exception)
{
    PyTypeObject *type = exception != NULL ? Py_TYPE(exception) : NULL;
    bool keeps = type == NULL || way_keeps(type);
    PyObject *frames = keeps ? known_way_frames(way, type) : NULL;
    if (frames != NULL)
        return Py_NewRef(frames);
    frames = way_ask(way, exception);
    if (frames != NULL && keeps)
        known_way_add(way, type, frames);
    return frames;
}

/* Entries for these frames (stolen; NULL with an exception: -1), before those that the exception has. */
static int frames_push(PyObject *exception, PyObject *frames)
{
    int failed = frames != NULL ? 0 : -1;
    for (Py_ssize_t i = 0; failed == 0 && i < PyTuple_GET_SIZE(frames); i++) {
        PyErr_SetRaisedException(Py_NewRef(exception));
        failed = PyTraceBack_Here((PyFrameObject *)PyTuple_GET_ITEM(frames, i));
        if (failed == 0)
            Py_XDECREF(PyErr_GetRaisedException());
    }
    Py_XDECREF(frames);
    return failed;
}

/* The TimeoutError of a wait_for: its cause has left the await. */
static int frames_push_cause(const pyac_way *way, PyObject *exception)
{
    PyObject *cause = PyException_GetCause(exception);
    pyac_way inside = *way;
    bool suspended = way->how == PYAC_WAY_SUSPENDED || way->how == PYAC_WAY_OVER;
    int failed = 0;
    if (suspended && cause != NULL && PyErr_GivenExceptionMatches(cause, pyac_py.cancelled_error)) {
        inside.how = way->inner[0] != NULL ? PYAC_WAY_OVER : PYAC_WAY_SUSPENDED;
        failed = frames_push(cause, way_frames(&inside, NULL));
    }
    Py_XDECREF(cause);
    return failed;
}

/* After a wait the predicate is asked again. */
static bool frames_fail_asking(const pyac_way *way, PyObject *exception)
{
    return way->how == PYAC_WAY_OVER && strcmp(way->kind->qualname, "Condition.wait_for") == 0 &&
           !PyErr_GivenExceptionMatches(exception, pyac_py.cancelled_error);
}

/* Whether asyncio has a statement that raises this, which is no exception that just goes on. */
static bool frames_may_be_raised(const pyac_way *way, PyObject *exception, PyObject *thrown)
{
    PyObject *traceback = PyException_GetTraceback(exception);
    bool is_new = traceback == NULL && exception != thrown;
    Py_XDECREF(traceback);
    return way->how != PYAC_WAY_UNBEGUN && (is_new || (way->kind->raises && !way->kind->passes));
}

static int frames_leave(const pyac_way *way, PyObject *exception, PyObject *thrown)
{
    if (PyErr_GivenExceptionMatches(exception, PyExc_GeneratorExit))
        return 0;
    if (frames_may_be_raised(way, exception, thrown)) {
        PyObject *frames = way_frames(way, exception);
        if (frames != Py_None)
            return frames_push(exception, frames) < 0 ? -1 : frames_push_cause(way, exception);
        Py_DECREF(frames);
    }
    pyac_way last = *way;
    last.how = frames_fail_asking(way, exception) ? PYAC_WAY_ASKING : way->how;
    return frames_push(exception, way_frames(&last, NULL));
}

/* An exception without entries is better than another one, as of memory; but what interrupts the program goes
 * on instead. */
static void frames_give_up(PyObject *exception)
{
    PyObject *error = PyErr_GetRaisedException();
    if (error != NULL && !PyErr_GivenExceptionMatches(error, PyExc_Exception)) {
        PyException_SetContext(error, exception);
        PyErr_SetRaisedException(error);
        return;
    }
    Py_XDECREF(error);
    PyErr_SetRaisedException(exception);
}

void pyac_frames_leave(const pyac_way *way, PyObject *thrown)
{
    PyObject *exception = PyErr_GetRaisedException();
    if (exception == NULL || frames_leave(way, exception, thrown) == 0)
        PyErr_SetRaisedException(exception);
    else
        frames_give_up(exception);
}

void pyac_frames_enter(const pyac_way *way, PyObject *thrown)
{
    pyac_way inside = *way;
    inside.how = PYAC_WAY_INSIDE;
    if (way->kind->raises && !way->kind->passes &&
        !PyErr_GivenExceptionMatches(thrown, PyExc_GeneratorExit) &&
        frames_push(thrown, way_frames(&inside, NULL)) < 0)
        PyErr_Clear();
}

/* _keep_frames(module): aiocore/frames.py. */
static PyObject *frames_keep(PyObject *core, PyObject *module)
{
    (void)core;
    Py_XSETREF(frames_module, Py_NewRef(module));
    Py_RETURN_NONE;
}

static PyMethodDef frames_functions[] = {
    {"_keep_frames", frames_keep, METH_O,
     PyDoc_STR("_keep_frames(module)\n--\n\nKeeps the module that makes frames.")},
    {NULL, NULL, 0, NULL},
};

int pyac_frames_ready(PyObject *module)
{
    return PyModule_AddFunctions(module, frames_functions);
}
