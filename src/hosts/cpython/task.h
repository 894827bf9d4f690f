/* task.h - what the files of Task share: task.c (the type), task_making.c (__init__), task_step.c (steps). */
#ifndef AIOCORE_PY_TASK_H
#define AIOCORE_PY_TASK_H

#include "pyhost.h"

/* Task.__new__ and __init__ (task_making.c). */
PyObject *pyac_task_new_blank(PyTypeObject *type, PyObject *args, PyObject *kwargs);
int pyac_task_init(PyObject *self, PyObject *args, PyObject *kwargs);
/* Tasks that were freed (task_making.c). */
extern pyac_spare pyac_spare_tasks;
/* A loose task whose last reference has gone: true: there is nothing left of it; false: it is kept
 * (task_fold.c). */
bool pyac_task_goes(pyac_task *task);
/* What a program gave for a name, as a str. */
PyObject *pyac_task_name_of(PyObject *value);

/* Resumes the task's coroutine (task_step.c). */
extern const ac_coro_ops pyac_body_ops;

#endif
