/* task_fold.c - tasks that nobody looks at any more, though asyncio would keep them.
 *
 * Mirrors    Nothing of CPython.
 * Idea       A child that ended well in its eager first step would wait, whole, for its group's callback
 *            (ac_group_add_loosely).  When a program's last reference of it goes it is folded into its
 *            neighbour, if that changes nothing that a program could find out: nobody has a weak reference
 *            or has left an attribute, and what its context keeps alive the neighbour's keeps, too.  Who
 *            asks for what is ready, or for the tasks of a group, has it made again.
 * Contexts   Two that have the same values keep the same alive (contexts.c).
 * Holds      What others are folded into is held by the core alone, and so is its context: no program can
 *            reach them before pyac_unfold has been asked.
 * Re-enters  Never. */
#include "aside.h"
#include "task.h"

/* ---- Do two contexts keep the same alive? ---- */

static bool fold_has_weakrefs(const PyObject *object)
{
    return *(PyObject *const *)(const void *)((const char *)object + Py_TYPE(object)->tp_weaklistoffset) !=
           NULL;
}

/* The values of a context that only its task has; NULL: it is none, or others know it.  One that is entered
 * is the thread's, too. */
static PyObject *fold_values(PyObject *context)
{
    if (context == NULL || !PyContext_CheckExact(context) || Py_REFCNT(context) != 1 ||
        fold_has_weakrefs(context))
        return NULL;
    return pyac_context_values(context);
}

static PyObject *fold_context(const pyac_task *task)
{
    return pyac_seen(ac_task_get_context(&task->core));
}

static bool fold_keeps_same(const pyac_task *task, const pyac_task *place)
{
    PyObject *values = fold_values(fold_context(task));
    return values != NULL && values == fold_values(fold_context(place));
}

/* ---- Folding ---- */

static int fold_see(PyObject *object, void *arg)
{
    (void)object;
    *(bool *)arg = true;
    return 0;
}

static bool fold_has_attributes(const pyac_task *task)
{
    bool seen = false;
    (void)PyObject_VisitManagedDict((PyObject *)(uintptr_t)task, fold_see, &seen);
    return seen;
}

/* Nothing but what the core knows, and exactly ours. */
static bool fold_is_bare(const pyac_task *task)
{
    return Py_IS_TYPE((PyObject *)(uintptr_t)task, pyac_task_type) && task->rare == NULL &&
           task->told == NULL && task->coro == NULL && task->foreign == NULL && !fold_has_attributes(task) &&
           !fold_has_weakrefs((const PyObject *)task);
}

PyObject *pyac_task_values(pyac_task *task)
{
    bool alone = Py_REFCNT(task) == 1 && fold_is_bare(task);
    return alone ? fold_values(fold_context(task)) : NULL;
}

/* The references of a neighbour that nobody but the core has: for its callback, and as the group's child. */
enum { FOLD_CORES = 2 };

static pyac_task *fold_place(const pyac_task *task)
{
    ac_task *core = fold_is_bare(task) ? ac_task_fold_place(&task->core) : NULL;
    pyac_task *place = core != NULL ? (pyac_task *)pyac_task_object(core) : NULL;
    bool fits = place != NULL && Py_REFCNT(place) == FOLD_CORES && !ac_task_is_loose(core) &&
                fold_is_bare(place) && fold_keeps_same(task, place);
    return fits ? place : NULL;
}

/* It has no reference left.  Kept, it has the core's. */
bool pyac_task_goes(pyac_task *task)
{
    pyac_task *place = fold_place(task);
    if (place != NULL) {
        ac_task_fold(&task->core, &place->core);
        return true;
    }
    Py_SET_REFCNT((PyObject *)task, 1);
    ac_task_keep(&task->core);
    Py_SET_REFCNT((PyObject *)task, Py_REFCNT(task) - 1);
    pyac_task_over_aside(task);
    return false;
}

/* ---- Making them again ---- */

pyac_task *pyac_task_again(pyac_loop *loop, PyObject *like, PyObject **context)
{
    pyac_task *again = (pyac_task *)pyac_spare_take(&pyac_spare_tasks, pyac_task_type);
    *context = again != NULL ? PyContext_Copy(like) : NULL;
    if (*context == NULL)
        Py_CLEAR(again);
    else
        Py_INCREF(loop->keeper);
    return again;
}

static int unfold_one(pyac_task *task)
{
    PyObject *context;
    pyac_task *again = pyac_task_again(pyac_loop_of(task->core.future.loop), fold_context(task), &context);
    if (again == NULL)
        return -1;
    ac_task_unfold(&task->core, &again->core, pyac_owned(context));
    Py_DECREF(again); /* the core has it */
    return 0;
}

int pyac_unfold(ac_task *task)
{
    while (ac_task_folded(task) > 0)
        if (unfold_one((pyac_task *)pyac_task_object(task)) < 0)
            return -1;
    return 0;
}
