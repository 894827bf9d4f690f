/* queues.h - asyncio's queues, what their two files share: queues.c (what a queue does), queue_items.c
 * (_queue and what is done with it). */
#ifndef AIOCORE_PY_QUEUES_H
#define AIOCORE_PY_QUEUES_H

#include "sync.h"

/* Holds: core.home is NULL until __init__ has run. */
typedef struct queue {
    pyac_bound head;
    PyObject *items;    /* owned: _queue, or NULL: there is none */
    PyObject *maxsize;  /* owned: as it was given */
    PyObject *finished; /* owned: _finished; core.finished lies in it, if it is an Event of ours */
    int64_t limit;      /* maxsize, if that is an int of 64 bits */
    bool limited_oddly; /* it is none */
    ac_queue core;
} queue;

static inline queue *queue_of(ac_queue *core)
{
    return AC_CONTAINER_OF(core, queue, core);
}

/* The methods that are looked up, in the order of their bits. */
enum {
    QUEUE_PUT_ITEM,
    QUEUE_GET_ITEM,
    QUEUE_INIT_ITEMS,
    QUEUE_QSIZE,
    QUEUE_EMPTY,
    QUEUE_FULL,
    QUEUE_PUT_NOWAIT,
    QUEUE_GET_NOWAIT,
    QUEUE_GET_LOOP,
    QUEUE_WAKEUP_NEXT
};

extern pyac_methods queue_asked;

static inline bool queue_replaces(const queue *self, unsigned method)
{
    return (pyac_replaced((PyObject *)self, &queue_asked) >> method & 1) != 0;
}

/* What _init, _put and _get do that are ours, as this type has them (queue_items.c). */
int queue_items_init(queue *self, const PyTypeObject *of);
int queue_items_put(queue *self, const PyTypeObject *of, PyObject *item);
PyObject *queue_items_get(queue *self, const PyTypeObject *of);
/* len(self._queue) and bool(self._queue); -1: an exception is set. */
Py_ssize_t queue_items_length(queue *self);
int queue_items_truth(queue *self);
/* The attribute. */
PyObject *queue_get_items(PyObject *self, void *unused);
int queue_set_items(PyObject *self, PyObject *value, void *unused);
int queue_items_ready(void);

#endif
