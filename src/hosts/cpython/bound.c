/* bound.c - what the locks and queues of asyncio share: the loop they belong to, and who does the work.
 *
 * Mirrors    mixins._LoopBoundMixin.
 * Idea       What these objects do is the core's (sync.h, queue.h), as long as nothing of a program's takes
 *            part.  asyncio's own methods are never far: they run with our objects, too, which have all the
 *            private attributes that those use.  So whatever would be called there and is replaced by a
 *            program (in a class, in the object), whoever waits without being a task of ours, and loops whose
 *            create_future is their own: there asyncio's method does it (pyac_hand_over), exactly.
 * Holds      keeper is that of ac_bound.loop, if that is set: a loop is told apart by its address.
 * Limits     A create_future that is set in the object of a loop that is not ours is not seen.
 * Cost       Whether something is replaced is known for each class until that changes (tp_version_tag). */
#include "event_loop.h"
#include "sync.h"

/* ---- Slots ---- */

int pyac_bound_traverse(PyObject *self, visitproc visit, void *arg)
{
    const pyac_bound *own = (pyac_bound *)self;
    Py_VISIT(own->dict);
    Py_VISIT(own->keeper);
    Py_VISIT(own->older);
    return 0;
}

/* The rest stays: who waits may still look at it. */
void pyac_bound_clear(PyObject *self)
{
    Py_CLEAR(((pyac_bound *)self)->dict);
}

void pyac_bound_begin_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    if (((pyac_bound *)self)->weakrefs != NULL)
        PyObject_ClearWeakRefs(self);
}

void pyac_bound_end_dealloc(PyObject *self)
{
    PyObject *keeper = ((pyac_bound *)self)->keeper, *older = ((pyac_bound *)self)->older;
    Py_TYPE(self)->tp_free(self);
    Py_XDECREF(keeper);
    Py_XDECREF(older);
}

int pyac_bound_keep(PyObject *self, PyObject *part)
{
    pyac_bound *own = (pyac_bound *)self;
    if (part == NULL)
        return 0;
    PyObject *both = own->older != NULL ? PyTuple_Pack(2, own->older, part) : Py_NewRef(part);
    if (both == NULL)
        return -1;
    Py_XSETREF(own->older, both);
    return 0;
}

/* ---- Loops ---- */

static ac_bound *bound_at(PyObject *self, void *place)
{
    return (ac_bound *)(void *)((char *)self + (uintptr_t)place);
}

PyObject *pyac_bound_get_loop(PyObject *self, void *place)
{
    const ac_bound *bound = bound_at(self, place);
    return Py_NewRef(bound->loop != NULL ? pyac_loop_of(bound->loop)->object : Py_None);
}

int pyac_bound_set_loop(PyObject *self, PyObject *value, void *place)
{
    pyac_loop *loop = value != NULL && value != Py_None ? pyac_loop_find(value) : NULL;
    if (loop == NULL && PyErr_Occurred())
        return -1;
    bound_at(self, place)->loop = loop != NULL ? &loop->core : NULL;
    Py_XSETREF(((pyac_bound *)self)->keeper, loop != NULL ? loop->keeper : NULL);
    return 0;
}

void pyac_bound_to(ac_loop *loop, ac_ref object)
{
    pyac_bound *self = (pyac_bound *)pyac_seen(object);
    Py_XSETREF(self->keeper, Py_NewRef(pyac_loop_of(loop)->keeper));
}

pyac_loop *pyac_outside(void)
{
    static pyac_loop outside;
    if (outside.keeper == NULL && pyac_loop_init(&outside, Py_None, Py_None, &pyac_host) == 0)
        pyac_loop_unlink(&outside);
    return outside.keeper != NULL ? &outside : NULL;
}

/* The class of a loop that is not ours makes its futures as asyncio does. */
static bool loop_class_makes_our_futures(PyTypeObject *type)
{
    static PyObject *usual;
    if (usual == NULL) {
        PyObject *base = pyac_asyncio("base_events", "BaseEventLoop");
        usual = base != NULL ? PyObject_GetAttr(base, pyac_n.create_future) : NULL;
        Py_XDECREF(base);
    }
    PyObject *found = usual != NULL ? PyObject_GetAttr((PyObject *)type, pyac_n.create_future) : NULL;
    PyErr_Clear();
    Py_XDECREF(found);
    return found != NULL && found == usual;
}

static bool loop_makes_our_futures(pyac_loop *loop)
{
    static PyTypeObject *known;
    static unsigned version;
    static bool answer;
    if (loop->object == loop->keeper)
        return event_loop_is_own(event_loop_of(loop), LOOP_CREATE_FUTURE);
    PyTypeObject *type = Py_TYPE(loop->object);
    if (type != known || type->tp_version_tag != version || version == 0) {
        answer = loop_class_makes_our_futures(type);
        known = type;
        version = type->tp_version_tag;
    }
    return answer;
}

pyac_loop *pyac_waits_on(void)
{
    pyac_loop *loop = pyac_stepping();
    return loop != NULL && loop_makes_our_futures(loop) ? loop : NULL;
}

/* ---- What a program has replaced ---- */

static bool bound_is_our_type(const PyTypeObject *type)
{
    static PyTypeObject *const ours[] = {&PyacLock_Type,
                                         &PyacEvent_Type,
                                         &PyacCondition_Type,
                                         &PyacSemaphore_Type,
                                         &PyacBoundedSemaphore_Type,
                                         &PyacBarrier_Type,
                                         &PyacQueue_Type,
                                         &PyacPriorityQueue_Type,
                                         &PyacLifoQueue_Type};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (type == ours[i])
            return true;
    return false;
}

/* Of a method that is ours, also if it is dressed as asyncio's: the type that has it, borrowed. */
static PyTypeObject *method_owner(PyObject *method)
{
    PyObject *inner = pyac_function_inner(method);
    if (inner == NULL || !Py_IS_TYPE(inner, &PyMethodDescr_Type))
        return NULL;
    PyTypeObject *type = PyDescr_TYPE(inner);
    return bound_is_our_type(type) ? type : NULL;
}

/* A private method that has no counterpart in C is asyncio's own function (drop_in.py), and a release may
 * have none. */
static bool method_is_asyncios(const pyac_methods *methods, PyObject *key, PyObject *found)
{
    PyObject *type = pyac_original(methods->module, methods->type);
    PyObject *own = type != NULL ? PyObject_GetAttr(type, key) : NULL;
    bool same = own == found;
    PyErr_Clear();
    Py_XDECREF(type);
    Py_XDECREF(own);
    return same;
}

static void methods_look_up(struct pyac_methods_of *out, PyTypeObject *type, pyac_methods *methods)
{
    out->type = type;
    out->replaced = type->tp_getattro == PyObject_GenericGetAttr ? 0 : UINT32_MAX;
    for (size_t i = 0; methods->names[i] != NULL; i++) {
        if (methods->keys[i] == NULL)
            methods->keys[i] = PyUnicode_InternFromString(methods->names[i]);
        PyObject *key = methods->keys[i],
                 *found = key != NULL ? PyObject_GetAttr((PyObject *)type, key) : NULL;
        PyErr_Clear();
        out->owner[i] = found != NULL ? method_owner(found) : NULL;
        if (out->owner[i] == NULL && !method_is_asyncios(methods, key, found))
            out->replaced |= (uint32_t)1 << i;
        Py_XDECREF(found);
    }
    out->version = type->tp_version_tag;
}

const struct pyac_methods_of *pyac_methods_look_up(PyObject *self, pyac_methods *methods)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *raised = PyErr_GetRaisedException();
    if (type->tp_version_tag == 0)
        (void)PyUnstable_Type_AssignVersionTag(type);
    struct pyac_methods_of *known = &methods->known[type->tp_version_tag & 3];
    methods_look_up(known, type, methods);
    PyErr_SetRaisedException(raised);
    return known;
}

uint32_t pyac_replaced_in(PyObject *dict, pyac_methods *methods)
{
    uint32_t replaced = 0;
    for (size_t i = 0; methods->names[i] != NULL; i++)
        if (methods->keys[i] != NULL && PyDict_GetItemWithError(dict, methods->keys[i]) != NULL)
            replaced |= (uint32_t)1 << i;
    return replaced;
}

/* ---- asyncio's own ---- */

PyObject *pyac_hand_over(const char *module, const char *type, PyObject *self, const char *method,
                         PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    enum { USUAL = 8 };
    PyObject *usual[USUAL], **all = usual, *answer = NULL;
    Py_ssize_t total = count + (names != NULL ? PyTuple_GET_SIZE(names) : 0);
    PyObject *original = pyac_original(module, type);
    PyObject *function = original != NULL ? PyObject_GetAttrString(original, method) : NULL;
    if (total >= USUAL)
        all = PyMem_New(PyObject *, (size_t)total + 1);
    if (all == NULL)
        PyErr_NoMemory();
    if (function != NULL && all != NULL) {
        all[0] = self;
        for (Py_ssize_t i = 0; i < total; i++)
            all[i + 1] = args[i];
        answer = PyObject_Vectorcall(function, all, (size_t)count + 1, names);
    }
    if (all != usual)
        PyMem_Free(all);
    Py_XDECREF(function);
    Py_XDECREF(original);
    return answer;
}

/* Wrong ones are refused before the first line of asyncio's __init__. */
int pyac_refuse_init(PyObject *self, const char *module, const char *type, PyObject *args, PyObject *kwargs)
{
    PyObject *original = pyac_original(module, type), *answer = NULL;
    PyObject *method = original != NULL ? PyObject_GetAttrString(original, "__init__") : NULL;
    PyObject *bound = method != NULL ? PyMethod_New(method, self) : NULL;
    if (bound != NULL)
        answer = PyObject_Call(bound, args, kwargs);
    Py_XDECREF(original);
    Py_XDECREF(method);
    Py_XDECREF(bound);
    Py_XDECREF(answer);
    return answer != NULL ? 0 : -1;
}

int pyac_init_argument(PyObject *self, const char *module, const char *type, PyObject *args, PyObject *kwargs,
                       const char *keyword, PyObject **value)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args), named = kwargs != NULL ? PyDict_GET_SIZE(kwargs) : 0;
    if (keyword == NULL)
        return count + named == 0 ? 0 : pyac_refuse_init(self, module, type, args, kwargs);
    *value = count == 1 ? PyTuple_GET_ITEM(args, 0) : NULL;
    if (count + named == 0 || (count == 1 && named == 0))
        return 0;
    if (count == 0 && named == 1 && (*value = PyDict_GetItemString(kwargs, keyword)) != NULL)
        return 0;
    return pyac_refuse_init(self, module, type, args, kwargs);
}

/* asyncio's looks at none of the three. */
PyObject *pyac_hand_aexit_over(pyac_coroutine *self, const char *module, const char *type)
{
    PyObject *nones[] = {Py_None, Py_None, Py_None};
    return pyac_coroutine_delegate(self,
                                   pyac_hand_over(module, type, self->subject, "__aexit__", nones, 3, NULL));
}

/* The argument of the coroutine, if it has one, is that of the method. */
PyObject *pyac_hand_coroutine_over(pyac_coroutine *self, const char *module, const char *type,
                                   const char *method)
{
    return pyac_coroutine_delegate(self, pyac_hand_over(module, type, self->subject, method, &self->argument,
                                                        self->argument != NULL, NULL));
}

/* ---- Looks and failures ---- */

PyObject *pyac_no_attribute(PyObject *self, const char *name)
{
    return PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%s'", Py_TYPE(self)->tp_name,
                        name);
}

PyObject *pyac_bound_repr(PyObject *self, PyObject *extra, size_t waiters)
{
    PyObject *plain = extra != NULL ? PyBaseObject_Type.tp_repr(self) : NULL, *text = NULL;
    PyObject *inside = plain != NULL ? PyUnicode_Substring(plain, 1, PyUnicode_GET_LENGTH(plain) - 1) : NULL;
    if (inside != NULL && waiters > 0)
        text = PyUnicode_FromFormat("<%U [%U, waiters:%zu]>", inside, extra, waiters);
    else if (inside != NULL)
        text = PyUnicode_FromFormat("<%U [%U]>", inside, extra);
    Py_XDECREF(plain);
    Py_XDECREF(inside);
    Py_XDECREF(extra);
    return text;
}

PyObject *pyac_bound_done(ac_bound *bound, ac_status status)
{
    if (status == AC_OK)
        Py_RETURN_NONE;
    ac_value exception = ac_bound_exception(bound, &pyac_outside()->core, status);
    if (status == AC_E_RAISED)
        pyac_restore(exception);
    else
        pyac_raise_new(exception);
    return NULL;
}

bool pyac_small_int(PyObject *object, int64_t *value)
{
    int overflow = 0;
    if (!PyLong_CheckExact(object))
        return false;
    *value = PyLong_AsLongLongAndOverflow(object, &overflow);
    return overflow == 0;
}
