/* arenas.c - memory that tasks have left is kept for the next ones.
 *
 * Mirrors    Nothing of asyncio.  CPython's allocator of small objects takes memory from the system in arenas
 *            of 1 MiB, and gives back each one that is empty.
 * Idea       A program that makes thousands of tasks, awaits them and makes thousands more takes and returns
 *            the same tens of megabytes each time, and each time the system clears every page of them; that
 *            can cost more than to make and run the tasks that live there.  So empty arenas are kept, up to a
 *            limit, as C's own malloc keeps what is free at the end of its heap.
 * Holds      An arena came from the allocator that was there before, and goes back to it.
 * Threads    Interpreters with a lock of their own share arenas.  Whoever finds the list in use does not wait
 *            for it but asks the system: a fork at any time leaves nothing locked that somebody needs. */
#include <stdatomic.h>

#include "pyhost.h"

enum { MOST_ARENAS = 4096 };

static struct {
    PyObjectArenaAllocator before;
    size_t limit; /* bytes */
    size_t kept;  /* bytes */
    size_t size;  /* bytes of each in the list; a release of CPython has one size */
    int count;
    atomic_flag busy;
    void *list[MOST_ARENAS];
} arenas = {.busy = ATOMIC_FLAG_INIT};

static bool arenas_enter(void)
{
    return !atomic_flag_test_and_set_explicit(&arenas.busy, memory_order_acquire);
}

static void arenas_leave(void)
{
    atomic_flag_clear_explicit(&arenas.busy, memory_order_release);
}

/* ---- With the list to oneself ---- */

static void *arena_take(size_t size)
{
    if (arenas.count == 0 || arenas.size != size)
        return NULL;
    arenas.kept -= size;
    return arenas.list[--arenas.count];
}

static bool arena_keep(void *arena, size_t size)
{
    if (arenas.count == MOST_ARENAS || (arenas.count > 0 && arenas.size != size))
        return false;
    if (size > arenas.limit || arenas.kept > arenas.limit - size)
        return false;
    arenas.size = size;
    arenas.kept += size;
    arenas.list[arenas.count++] = arena;
    return true;
}

static void arenas_give_back(size_t limit)
{
    while (arenas.kept > limit)
        arenas.before.free(arenas.before.ctx, arena_take(arenas.size), arenas.size);
}

/* ---- What CPython calls ---- */

static void *arena_alloc(void *unused, size_t size)
{
    void *arena = NULL;
    (void)unused;
    if (arenas_enter()) {
        arena = arena_take(size);
        arenas_leave();
    }
    return arena != NULL ? arena : arenas.before.alloc(arenas.before.ctx, size);
}

static void arena_free(void *unused, void *arena, size_t size)
{
    bool kept = false;
    (void)unused;
    if (arenas_enter()) {
        kept = arena_keep(arena, size);
        arenas_leave();
    }
    if (!kept)
        arenas.before.free(arenas.before.ctx, arena, size);
}

/* ---- What the package calls ---- */

/* Once, and for good: arenas that are in use go back to whoever is in place by then. */
static void arenas_put_in_place(void)
{
    static bool done;
    PyObjectArenaAllocator ours = {NULL, arena_alloc, arena_free};
    if (done)
        return;
    done = true;
    PyObject_GetArenaAllocator(&arenas.before);
    PyObject_SetArenaAllocator(&ours);
}

static PyObject *keep_arenas(PyObject *self, PyObject *argument)
{
    size_t limit = PyLong_AsSize_t(argument);
    (void)self;
    if (limit == (size_t)-1 && PyErr_Occurred())
        return NULL;
    arenas_put_in_place();
    if (!arenas_enter()) {
        PyErr_SetString(PyExc_RuntimeError, "the kept arenas are in use by another interpreter");
        return NULL;
    }
    arenas.limit = limit;
    arenas_give_back(limit);
    arenas_leave();
    Py_RETURN_NONE;
}

static PyObject *kept_arenas(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return PyLong_FromSize_t(arenas.kept);
}

static PyMethodDef arena_functions[] = {
    {"keep_arenas", keep_arenas, METH_O,
     PyDoc_STR("keep_arenas(size, /)\n--\n\nKeeps so many bytes of empty arenas.")},
    {"kept_arenas", kept_arenas, METH_NOARGS,
     PyDoc_STR("kept_arenas()\n--\n\nBytes of empty arenas that are kept.")},
    {NULL, NULL, 0, NULL},
};

int pyac_arenas_ready(PyObject *module)
{
    return PyModule_AddFunctions(module, arena_functions);
}
