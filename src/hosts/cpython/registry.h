/* registry.h - the tasks that are there: what registry.c gives to task_sets.c. */
#ifndef AIOCORE_PYREGISTRY_H
#define AIOCORE_PYREGISTRY_H

#include "pyhost.h"

/* Registers any object as a task, and forgets it.  A task of ours need not be registered: as long as it is
 * not done the core knows it; but it can be hidden. */
int pyac_tasks_add(PyObject *task);
int pyac_tasks_discard(PyObject *task);
/* 1, 0, or -1 with an exception. */
int pyac_tasks_contain(PyObject *task);
/* A new list of them all. */
PyObject *pyac_tasks_list(void);

/* Adds _scheduled_tasks and _current_tasks to the module (task_sets.c). */
int pyac_task_sets_ready(PyObject *module);

#endif
