/* imports.c - what is taken from Python: exceptions and helpers of asyncio, interned names, the release.
 *
 * Idea       This host may be imported before asyncio, whose modules import it in turn.  So nothing of
 *            asyncio is looked up before the first future is made. */
#include "pyhost.h"

pyac_imports pyac_py;
pyac_names pyac_n;
ac_semantics pyac_semantics;
const char *pyac_release, *pyac_profile;

PyObject *pyac_import_from(const char *module, const char *name)
{
    PyObject *imported = PyImport_ImportModule(module);
    PyObject *found = imported != NULL ? PyObject_GetAttrString(imported, name) : NULL;
    Py_XDECREF(imported);
    return found;
}

PyObject *pyac_asyncio(const char *module, const char *name)
{
    char path[64];
    PyOS_snprintf(path, sizeof path, "asyncio.%s", module);
    return pyac_import_from(path, name);
}

/* The last one says that all are there. */
int pyac_import_slowly(void)
{
    const struct {
        PyObject **slot;
        const char *module, *name;
    } wanted[] = {
        {&pyac_py.cancelled_error, "asyncio.exceptions", "CancelledError"},
        {&pyac_py.invalid_state_error, "asyncio.exceptions", "InvalidStateError"},
        {&pyac_py.get_event_loop_policy, "asyncio.events",
         pyac_has(AC_S_GET_EVENT_LOOP_RAISES) ? "_get_event_loop_policy" : "get_event_loop_policy"},
        {&pyac_py.future_repr, "asyncio.base_futures", "_future_repr"},
        {&pyac_py.task_repr, "asyncio.base_tasks", "_task_repr"},
        {&pyac_py.task_get_stack, "asyncio.base_tasks", "_task_get_stack"},
        {&pyac_py.task_print_stack, "asyncio.base_tasks", "_task_print_stack"},
        {&pyac_py.iscoroutine, "asyncio.coroutines", "iscoroutine"},
        {&pyac_py.extract_stack, "traceback", "extract_stack"},
        {&pyac_py.tasks, "asyncio.tasks", "__dict__"},
        {&pyac_py.futures, "asyncio.futures", "__dict__"},
        {&pyac_py.eager_task_factory, "asyncio.tasks", "eager_task_factory"},
        {&pyac_py.weak_set, "weakref", "WeakSet"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (*wanted[i].slot == NULL)
            *wanted[i].slot = pyac_import_from(wanted[i].module, wanted[i].name);
        if (*wanted[i].slot == NULL)
            return -1;
    }
    return 0;
}

int pyac_names_init(void)
{
#define PYAC_NAME(name)                                                                                      \
    if (pyac_n.name == NULL && (pyac_n.name = PyUnicode_InternFromString(#name)) == NULL)                    \
        return -1;
    PYAC_NAMES(PYAC_NAME)
#undef PYAC_NAME
    return 0;
}

/* A micro that is newer than this host knows behaves like the newest that it knows. */
void pyac_release_init(void)
{
    static char name[16];
    static const char *const forms[] = {"%lu.%lu.%lu", "%lu.%lu"};
    unsigned long major = Py_Version >> 24, minor = Py_Version >> 16 & 0xff, micro = Py_Version >> 8 & 0xff;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        PyOS_snprintf(name, sizeof name, forms[i], major, minor, micro);
        pyac_release = name;
        if (ac_semantics_parse(name, &pyac_semantics, NULL) == AC_OK) {
            pyac_profile = name;
            return;
        }
    }
    pyac_release = NULL;
    pyac_semantics = ac_semantics_newest();
}

void pyac_add_fast_groups(void)
{
    static char profile[40];
    pyac_semantics |= (ac_semantics)1 << AC_S_FAST_GROUPS;
    (void)ac_semantics_format(pyac_semantics, profile, sizeof profile);
    pyac_profile = profile;
}
