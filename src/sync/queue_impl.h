/* queue_impl.h - what queue.c and queue_order.c know of each other. */
#ifndef AIOCORE_SYNC_QUEUE_IMPL_H
#define AIOCORE_SYNC_QUEUE_IMPL_H

#include <aiocore/queue.h>

#include "future/future_impl.h"

/* Drops a value between a failure and its report: what the drop runs may leave another exception with the
 * home, so the one of *status is set aside.  HOST. */
void aci_queue_drop_kept(ac_queue *queue, ac_status *status, ac_value value);

/* queue_order.c: the store of the items.  HOST: the first. */
void aci_queue_drop_items(ac_queue *queue);
int aci_queue_visit_items(ac_queue *queue, ac_visitor *visitor);

#endif
