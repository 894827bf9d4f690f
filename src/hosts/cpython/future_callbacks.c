/* future_callbacks.c - add_done_callback and remove_done_callback.
 *
 * Mirrors    future_add_done_callback, future_schedule_callbacks and remove_done_callback of _asyncio.
 * Idea       A callback is a handle of the core on the future's ring.  On a loop that is not ours it is given
 *            to call_soon when its turn comes to become ready, and nothing of it is left.
 * Holds      A callback points weakly at its future until that is done, so that the two are no cycle; from
 *            hold on it owns a reference.
 * Owns       The core has a callback's memory until done; whoever compares it pins it, and then the last of
 *            the two frees it.
 * Re-enters  call_soon, and comparing: either may change the ring that is walked. */
#include "pyhost.h"

/* With 64 bytes it would lie among contexts, which have as many, and the collector would walk past it from
 * one to the next, time and again. */
typedef struct done_callback {
    ac_callback core;
    PyObject *function;
    pyac_future *future;
    unsigned pins;
    bool held; /* it owns the future */
    bool over; /* the core has given it up; a pin keeps the memory */
    char apart[16];
} done_callback;

static done_callback *done_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, done_callback, core);
}

/* ---- Life ---- */

static done_callback *done_new(pyac_future *future, PyObject *function, PyObject *context)
{
    done_callback *made = PyMem_Malloc(sizeof *made);
    if (made == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    *made = (done_callback){.function = Py_NewRef(function), .future = future};
    ac_callback_init(&made->core, &pyac_done_ops, pyac_owned(Py_NewRef(context)));
    return made;
}

static void done_free(done_callback *own)
{
    PyObject *function = own->function;
    pyac_future *future = own->held ? own->future : NULL;
    PyMem_Free(own);
    Py_DECREF(function);
    Py_XDECREF(future);
}

static void done_unpin(done_callback *own)
{
    if (--own->pins == 0 && own->over)
        done_free(own);
}

/* ---- What the core asks ---- */

static ac_status done_run(ac_loop *loop, ac_callback *callback)
{
    const done_callback *own = done_of(callback);
    PyObject *answer = PyObject_CallOneArg(own->function, (PyObject *)own->future);
    Py_XDECREF(answer);
    return answer != NULL ? AC_OK : pyac_raised(loop);
}

static int done_visit(ac_callback *callback, ac_visitor *visitor)
{
    const done_callback *own = done_of(callback);
    int stop = visitor->value(visitor, pyac_lent(own->function));
    return stop == 0 && own->held ? visitor->future(visitor, &own->future->core) : stop;
}

static void done_done(ac_loop *loop, ac_callback *callback)
{
    done_callback *own = done_of(callback);
    (void)loop;
    own->over = true;
    if (own->pins == 0)
        done_free(own);
}

/* context=None is a copy of what is current when the callback is given to the loop; one that is not ours
 * makes it itself. */
static void done_copy_context(done_callback *own)
{
    PyObject *raised = PyErr_GetRaisedException(), *copy = PyContext_CopyCurrent();
    if (copy != NULL) {
        own->core.handle.context = pyac_owned(copy);
        Py_DECREF(Py_None);
    } else {
        PyErr_WriteUnraisable(own->function);
    }
    PyErr_SetRaisedException(raised);
}

static void done_hold(ac_callback *callback)
{
    done_callback *own = done_of(callback);
    const ac_loop *loop = ac_future_get_loop(&own->future->core);
    own->held = true;
    Py_INCREF(own->future);
    if (pyac_seen(ac_handle_context(&callback->handle)) == Py_None &&
        pyac_event_loop(pyac_loop_of(loop)->object) != NULL)
        done_copy_context(own);
}

const ac_handle_ops pyac_done_ops = {
    .run = done_run, .visit = done_visit, .done = done_done, .hold = done_hold};

void pyac_done_shown(ac_callback *callback, PyObject **function, PyObject **future)
{
    const done_callback *own = done_of(callback);
    *function = own->function;
    *future = (PyObject *)own->future;
}

/* What was posted is the program's own function: the handle has no part in it any more. */
ac_status pyac_done_post(ac_loop *loop, ac_callback *callback)
{
    const done_callback *own = done_of(callback);
    PyObject *context = pyac_seen(ac_handle_context(&callback->handle));
    if (pyac_call_soon(pyac_loop_of(loop)->object, own->function, (PyObject *)own->future, context) < 0)
        return pyac_raised(loop);
    ac_handle_cancel(loop, &callback->handle);
    (void)ac_handle_run(loop, &callback->handle);
    return AC_OK;
}

/* ---- add_done_callback ---- */

static PyObject *done_add(PyObject *self, PyObject *function, PyObject *context)
{
    pyac_future *future = (pyac_future *)self;
    ac_loop *loop = ac_future_get_loop(&future->core);
    if (loop == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "uninitialized Future object");
        return NULL;
    }
    done_callback *made = done_new(future, function, context);
    if (made == NULL)
        return NULL;
    PyObject *keeper = Py_NewRef(pyac_loop_of(loop)->keeper), *answer = Py_None;
    ac_status status = ac_future_add_done_callback(&future->core, &made->core);
    if (status != AC_OK) {
        ac_callback_clear(loop, &made->core);
        done_free(made);
        answer = pyac_fail(loop, status, &future->core);
    }
    Py_DECREF(keeper);
    return Py_XNewRef(answer);
}

PyObject *pyac_future_add_done_callback(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                        PyObject *names)
{
    static const char *const keywords[] = {"", "context", NULL};
    PyObject *function, *context = NULL;
    bool with_context = names != NULL && PyTuple_GET_SIZE(names) == 1 &&
                        PyTuple_GET_ITEM(names, 0) == pyac_n.context;
    if (count == 1 && (names == NULL || with_context)) {
        function = args[0];
        context = with_context ? args[1] : NULL;
    } else if (pyac_parse(args, count, names, "O|$O:add_done_callback", keywords, &function, &context) < 0) {
        return NULL;
    }
    if (context != NULL)
        return done_add(self, function, context);
    if ((context = PyContext_CopyCurrent()) == NULL)
        return NULL;
    PyObject *answer = done_add(self, function, context);
    Py_DECREF(context);
    return answer;
}

/* ---- _callbacks ---- */

/* What programs see of a handle on a future: for a waiting task the method that wakes it. */
static PyObject *done_function_of(ac_handle *handle)
{
    ac_task *task = ac_handle_task(handle);
    if (task != NULL)
        return pyac_wakeup_of((pyac_task *)pyac_task_object(task));
    ac_callback *callback = ac_handle_callback(handle);
    if (callback != NULL && callback->ops == &pyac_done_ops)
        return Py_NewRef(done_of(callback)->function);
    return pyac_shown_function(callback != NULL && callback->ops->name != NULL ? callback->ops->name : "?");
}

static int done_append(PyObject *list, ac_handle *handle)
{
    PyObject *function = done_function_of(handle), *context = pyac_seen(ac_handle_context(handle));
    PyObject *pair = function != NULL ? PyTuple_Pack(2, function, context != NULL ? context : Py_None) : NULL;
    int status = pair != NULL ? PyList_Append(list, pair) : -1;
    Py_XDECREF(pair);
    Py_XDECREF(function);
    return status;
}

/* A child's task group is told by no handle of its own. */
static int done_append_group(PyObject *list, ac_group *group)
{
    PyObject *function = PyObject_GetAttrString(pyac_group_object(group), "_on_task_done");
    PyObject *pair = function != NULL ? PyTuple_Pack(2, function, Py_None) : NULL;
    int status = pair != NULL ? PyList_Append(list, pair) : -1;
    Py_XDECREF(function);
    Py_XDECREF(pair);
    return status;
}

/* The group, if it is one of its children and not done, and how many callbacks come before the group's. */
static ac_group *done_group_of(ac_future *core, uint32_t *before)
{
    const ac_task *task = ac_future_task(core);
    return task != NULL && !ac_future_done(core) ? ac_task_get_group(task, before) : NULL;
}

PyObject *pyac_future_callbacks(PyObject *self, void *unused)
{
    ac_future *core = pyac_future_core(self);
    uint32_t before = 0;
    (void)unused;
    if (core == NULL)
        return NULL;
    ac_handle *handle = ac_future_next_callback(core, NULL);
    ac_group *group = done_group_of(core, &before);
    if (handle == NULL && group == NULL)
        return Py_NewRef(Py_None);
    PyObject *list = PyList_New(0);
    for (uint32_t place = 0; list != NULL && (handle != NULL || group != NULL); place++) {
        bool tells_group = group != NULL && (place == before || handle == NULL);
        if ((tells_group ? done_append_group(list, group) : done_append(list, handle)) < 0)
            Py_CLEAR(list);
        if (tells_group)
            group = NULL;
        else
            handle = ac_future_next_callback(core, handle);
    }
    return list;
}

/* ---- remove_done_callback ---- */

/* A handle that is looked at, kept alive while the program compares. */
typedef struct done_pinned {
    ac_handle *handle;
    done_callback *own; /* NULL: it is the step of this task */
    pyac_task *task;
} done_pinned;

/* False for a handle that programs cannot name: a callback of the core's own. */
static bool done_pin(done_pinned *at, ac_handle *handle)
{
    ac_task *task = ac_handle_task(handle);
    ac_callback *callback = ac_handle_callback(handle);
    *at = (done_pinned){.handle = handle};
    if (task != NULL)
        at->task = (pyac_task *)Py_NewRef(pyac_task_object(task));
    else if (callback != NULL && callback->ops == &pyac_done_ops)
        (at->own = done_of(callback))->pins++;
    else
        return false;
    return true;
}

static void done_let_go(const done_pinned *at)
{
    Py_XDECREF(at->task);
    if (at->own != NULL)
        done_unpin(at->own);
}

/* What is linked may be linked somewhere else by now, but then not while the future is pending. */
static bool done_is_on(const ac_future *core, const done_pinned *at)
{
    if (ac_future_get_loop(core) == NULL || ac_future_done(core))
        return false;
    if (at->own != NULL)
        return !at->own->over;
    return ac_task_waiting_for(&at->task->core) == core && ac_handle_scheduled(at->handle);
}

static ac_handle *done_handle_at(const ac_future *core, size_t place)
{
    ac_handle *handle = ac_future_next_callback(core, NULL);
    while (handle != NULL && place-- > 0)
        handle = ac_future_next_callback(core, handle);
    return handle;
}

/* Whether it equals: 1, 0, or -1 with an exception. */
static int done_equals(const done_pinned *at, PyObject *function)
{
    PyObject *compared = done_function_of(at->handle);
    int equal = compared != NULL ? PyObject_RichCompareBool(compared, function, Py_EQ) : -1;
    Py_XDECREF(compared);
    return equal;
}

typedef struct done_unwanted {
    done_pinned *items;
    size_t count, room;
} done_unwanted;

static int done_unwanted_add(done_unwanted *list, const done_pinned *item)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 4 : 2 * list->room;
        done_pinned *items = PyMem_Realloc(list->items, room * sizeof *items);
        if (items == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = *item;
    return 0;
}

/* Finds all that are equal, in order.  A comparison may change the ring: then the same place is looked at
 * again. */
static int done_find_equal(const ac_future *core, PyObject *function, done_unwanted *list)
{
    ac_handle *handle = done_handle_at(core, 0);
    for (size_t place = 0; handle != NULL;) {
        done_pinned at;
        int equal = done_pin(&at, handle) ? done_equals(&at, function) : 0;
        bool stays = (at.own == NULL && at.task == NULL) || done_is_on(core, &at);
        if (equal > 0 && done_unwanted_add(list, &at) < 0)
            equal = -1;
        place += stays;
        handle = stays ? ac_future_next_callback(core, handle) : done_handle_at(core, place);
        if (equal <= 0)
            done_let_go(&at);
        if (equal < 0)
            return -1;
    }
    return 0;
}

/* Gives the list up, after what is on it was taken off the ring: or not, if comparing has failed. */
static void done_unwanted_end(done_unwanted *list, ac_future *core, bool remove)
{
    for (size_t i = 0; i < list->count; i++) {
        const done_pinned *at = &list->items[i];
        if (remove && done_is_on(core, at))
            (void)ac_future_remove_handle(core, at->handle);
        done_let_go(at);
    }
    PyMem_Free(list->items);
}

/* What a comparison has removed itself counts, if it was equal. */
PyObject *pyac_future_remove_done_callback(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                           PyObject *names)
{
    static const char *const keywords[] = {"", NULL};
    PyObject *function;
    if (count == 1 && names == NULL)
        function = args[0];
    else if (pyac_parse(args, count, names, "O:remove_done_callback", keywords, &function) < 0)
        return NULL;
    ac_future *core = pyac_future_core(self);
    if (core == NULL)
        return NULL;
    PyObject *keeper = Py_NewRef(pyac_loop_of(ac_future_get_loop(core))->keeper);
    done_unwanted list = {NULL, 0, 0};
    int found = done_find_equal(core, function, &list);
    done_unwanted_end(&list, core, found == 0);
    Py_DECREF(keeper);
    return found == 0 ? PyLong_FromSize_t(list.count) : NULL;
}
