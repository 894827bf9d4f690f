/* loops.c - the runtime's part of each loop object: inside our own, in a shadow beside any other.
 *
 * Idea       A program may use any object as a loop: asyncio's, uvloop's, a mock of a test.  A future needs
 *            an ac_loop; so each such object gets a shadow as soon as a future is made for it, which posts
 *            whatever becomes ready to the object's call_soon.  The shadow holds the object, futures hold the
 *            shadow, and it goes with the last of them; the thread in which the loop runs holds it as long
 *            (running.c).
 * Holds      A loop is on the list of loops as long as it lives.  No two shadows are of one object.
 * Cost       The list is walked, and what is found comes to its front: programs have few loops. */
#include "pyhost.h"

typedef struct shadow {
    PyObject_HEAD pyac_loop loop;
} shadow;

static pyac_loop *all_loops; /* all of them, the shadow that was looked for last first */

/* ---- What both kinds have ---- */

int pyac_loop_init(pyac_loop *loop, PyObject *keeper, PyObject *object, const ac_host *table)
{
    /* Python's own recursion limit comes first: whatever nests here calls Python in between. */
    ac_loop_options options = {.semantics = pyac_profile, .max_depth = UINT32_MAX};
    if (table == &pyac_host)
        options.clock = pyac_record_clock();
    ac_status status = ac_loop_init(&loop->core, table, &options);
    if (status != AC_OK) {
        PyErr_Format(PyExc_ImportError, "aiocore does not know CPython %s", pyac_release);
        return -1;
    }
    loop->keeper = keeper;
    loop->object = object;
    loop->sleepers = (ac_link){&loop->sleepers, &loop->sleepers};
    loop->next = all_loops;
    all_loops = loop;
    return 0;
}

int pyac_loop_visit(pyac_loop *loop, visitproc visit, void *arg)
{
    pyac_showing showing = pyac_show_to(visit, arg);
    Py_VISIT(loop->other_task);
    return loop->keeper != NULL ? ac_loop_visit(&loop->core, &showing.visitor) : 0;
}

void pyac_loop_clear(pyac_loop *loop)
{
    Py_CLEAR(loop->other_task);
}

void pyac_loop_unlink(const pyac_loop *loop)
{
    pyac_loop **at = &all_loops;
    while (*at != NULL && *at != loop)
        at = &(*at)->next;
    if (*at != NULL)
        *at = loop->next;
}

pyac_loop *pyac_loop_next(pyac_loop *after)
{
    return after != NULL ? after->next : all_loops;
}

/* ---- Shadows ---- */

static int shadow_traverse(PyObject *self, visitproc visit, void *arg)
{
    pyac_loop *loop = &((shadow *)self)->loop;
    Py_VISIT(loop->object);
    return pyac_loop_visit(loop, visit, arg);
}

/* Futures use the loop of a shadow for as long as they hold it: cycles are broken in them. */
static int shadow_clear(PyObject *self)
{
    pyac_loop_clear(&((shadow *)self)->loop);
    return 0;
}

static void shadow_dealloc(PyObject *self)
{
    pyac_loop *loop = &((shadow *)self)->loop;
    PyObject_GC_UnTrack(self);
    pyac_loop_unlink(loop);
    if (loop->keeper != NULL)
        (void)ac_loop_close(&loop->core);
    pyac_loop_clear(loop);
    Py_XDECREF(loop->object);
    PyObject_GC_Del(self);
}

static PyTypeObject shadow_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "aiocore._Shadow",
    .tp_doc = PyDoc_STR("What the runtime keeps for a loop that is not its own."),
    .tp_basicsize = sizeof(shadow),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = shadow_traverse,
    .tp_clear = shadow_clear,
    .tp_dealloc = shadow_dealloc,
};

static pyac_loop *shadow_new(PyObject *object)
{
    shadow *made = PyObject_GC_New(shadow, &shadow_type);
    if (made == NULL)
        return NULL;
    memset(&made->loop, 0, sizeof made->loop);
    if (pyac_loop_init(&made->loop, (PyObject *)made, Py_NewRef(object), &pyac_foreign_host) < 0) {
        Py_DECREF(object);
        made->loop.object = NULL;
        Py_DECREF(made);
        return NULL;
    }
    PyObject_GC_Track(made);
    return &made->loop;
}

pyac_loop *pyac_loop_known(PyObject *object)
{
    pyac_loop **at = &all_loops, *own = pyac_event_loop(object);
    if (own != NULL)
        return own;
    if (all_loops != NULL && all_loops->object == object)
        return all_loops;
    while (*at != NULL && (*at)->object != object)
        at = &(*at)->next;
    pyac_loop *found = *at;
    if (found != NULL) {
        *at = found->next;
        found->next = all_loops;
        all_loops = found;
    }
    return found;
}

pyac_loop *pyac_loop_find(PyObject *object)
{
    pyac_loop *found = pyac_loop_known(object);
    if (found == NULL)
        return shadow_new(object);
    Py_INCREF(found->keeper);
    return found;
}

int pyac_loops_ready(void)
{
    return PyType_Ready(&shadow_type);
}
