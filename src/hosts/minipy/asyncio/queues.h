/* queues.h - queues in minipy: what their three files share.
 *
 *   queues.c       what a queue does: the core's operations, and what a class of the program replaces
 *   queue_items.c  _queue, as a program sees it
 *   queue_type.c   making, reprs, attributes, the types */
#ifndef MP_QUEUES_H
#define MP_QUEUES_H

#include "asyncio/locks.h"

typedef enum mp_queue_kind { MP_QUEUE_FIFO, MP_QUEUE_LIFO, MP_QUEUE_HEAP } mp_queue_kind;

/* Holds: core.home is NULL until __init__ has run.  The items are the core's unless the program has put
 * something of its own in the place of _queue. */
typedef struct mp_queue {
    mp_bound bound;
    mp_value maxsize;  /* owned; as it was given */
    mp_value finished; /* owned; an Event, which join waits for */
    mp_value store;    /* owned; the program's _queue; NULL: the core's */
    bool has_items;    /* there is a _queue */
    uint8_t kind;      /* mp_queue_kind */
    ac_queue core;
} mp_queue;

static inline mp_queue *mp_queue_of(ac_queue *core)
{
    return AC_CONTAINER_OF(core, mp_queue, core);
}

/* ---- queues.c ---- */

extern const ac_queue_ops mp_queue_ops;
extern const mp_method mp_queue_methods[];
/* Whether the object has that attribute; else AttributeError, as of one whose __init__ has not run. */
bool mp_queue_ready(mp_vm *vm, mp_queue *queue, const char *attribute);
/* Whether the program has replaced a method, in the class or in the object. */
bool mp_queue_replaces(mp_vm *vm, mp_queue *queue, mp_name name);

/* ---- queue_items.c ---- */

/* list(self._queue); there is one. */
mp_list *mp_queue_list(mp_vm *vm, mp_queue *queue);
/* The attribute _queue. */
mp_value mp_queue_get_items(mp_vm *vm, mp_value self);
bool mp_queue_set_items(mp_vm *vm, mp_value self, mp_value value);
/* len(self._queue), -1 raised; bool(self._queue), -1 raised. */
int64_t mp_queue_length(mp_vm *vm, mp_queue *queue);
int mp_queue_truth(mp_vm *vm, mp_queue *queue);
/* What _put and _get do. */
bool mp_queue_put_item(mp_vm *vm, mp_queue *queue, mp_value item);
mp_value mp_queue_get_item(mp_vm *vm, mp_queue *queue);

#endif
