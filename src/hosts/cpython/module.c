/* module.c - the extension aiocore._core, and the module that stands for _asyncio.
 *
 * Idea       The extension's own module has what the package needs; its function _asyncio() makes a module
 *            with the names that asyncio takes from _asyncio in this release of CPython (replace.py puts it
 *            in place).
 * Refuses    A second interpreter: types and the imports are static.  A free-threaded CPython turns its GIL
 *            on. */
#include "sync.h"

static int ready_all(PyObject *module)
{
    if (pyac_loops_ready() < 0 || pyac_post_ready() < 0)
        return -1;
    if (pyac_future_ready(module) < 0 || pyac_task_ready(module) < 0)
        return -1;
    return pyac_running_ready(module) < 0 || pyac_registry_ready(module) < 0 ? -1 : 0;
}

static struct PyModuleDef stand_in_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_asyncio",
    .m_doc = PyDoc_STR("Accelerator module for asyncio, by aiocore"),
    .m_size = -1,
};

/* One module: asyncio keeps what it has taken from it. */
static PyObject *core_asyncio(PyObject *self, PyObject *unused)
{
    static PyObject *made;
    (void)self;
    (void)unused;
    if (made == NULL) {
        made = PyModule_Create(&stand_in_def);
        if (made != NULL && ready_all(made) < 0)
            Py_CLEAR(made);
    }
    return Py_XNewRef(made);
}

static PyObject *core_fast_groups(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    pyac_add_fast_groups();
    Py_RETURN_NONE;
}

static PyMethodDef core_methods[] = {
    {"_asyncio", core_asyncio, METH_NOARGS,
     PyDoc_STR("_asyncio()\n--\n\nThe module that stands for _asyncio.")},
    {"_fast_groups", core_fast_groups, METH_NOARGS,
     PyDoc_STR("_fast_groups()\n--\n\nGroups take eager children that ended well at once.")},
    {NULL, NULL, 0, NULL},
};

static int core_exec(PyObject *module)
{
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError,
                        "aiocore is for the main interpreter of a process, and this is another");
        return -1;
    }
    pyac_release_init();
    if (pyac_release == NULL) {
        PyErr_SetString(PyExc_ImportError, "aiocore is for CPython 3.12 to 3.15");
        return -1;
    }
    pyac_host_init();
    if (pyac_names_init() < 0 || pyac_contexts_ready() < 0)
        return -1;
    if (pyac_arenas_ready(module) < 0 || pyac_event_loop_ready(module) < 0 ||
        pyac_create_task_ready(module) < 0 || pyac_functions_ready(module) < 0 ||
        pyac_coroutines_ready() < 0 || pyac_sleep_ready(module) < 0 || pyac_gather_ready(module) < 0 ||
        pyac_shield_ready(module) < 0 || pyac_taskgroup_ready(module) < 0 || pyac_record_ready(module) < 0)
        return -1;
    if (pyac_wait_ready(module) < 0 || pyac_wait_for_ready(module) < 0 || pyac_timeouts_ready(module) < 0 ||
        pyac_as_completed_ready(module) < 0 || pyac_frames_ready(module) < 0)
        return -1;
    if (pyac_locks_ready(module) < 0 || pyac_event_ready(module) < 0 || pyac_condition_ready(module) < 0 ||
        pyac_semaphore_ready(module) < 0 || pyac_barrier_ready(module) < 0 || pyac_queues_ready(module) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "semantics", pyac_release);
}

static PyModuleDef_Slot core_slots[] = {
    {Py_mod_exec, (void *)core_exec},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {0, NULL},
};

static struct PyModuleDef core_def = {
    PyModuleDef_HEAD_INIT,     .m_name = "aiocore._core", .m_doc = PyDoc_STR("The runtime of asyncio, in C."),
    .m_methods = core_methods, .m_slots = core_slots,
};

PyMODINIT_FUNC PyInit__core(void);
PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&core_def);
}
