/* deadline.h - a timer of the library's own that may outlive whoever has set it.
 *
 * A cancelled timer stays in the loop's heap until it comes up, as in asyncio, while the frame that has set
 * it may be gone by then.  So the timer is a piece of its own, and whoever sets one has a slot that points at
 * it. */
#ifndef AIOCORE_DEADLINE_H
#define AIOCORE_DEADLINE_H

#include <aiocore/loop.h>

/* Holds: slot != NULL <=> *slot points back here; whoever goes first cuts the other's pointer. */
struct ac_deadline {
    ac_timer timer;
    ac_deadline **slot; /* NULL: it was given up, and is cancelled */
};

/* Sets a timer (call_at) that runs ops->run; *slot points at it until it has run or is cut.  ops->done is
 * aci_deadline_done, or calls it.  Steals the context
 * that it runs in, also if it fails; none where no code of a program can see it.  AC_E_MEMORY; what call_at
 * fails with. */
ac_status aci_deadline_set(ac_loop *loop, ac_deadline **slot, double when, const ac_handle_ops *ops,
                           ac_value context);
/* The same in the next turn (call_soon). */
ac_status aci_deadline_soon(ac_loop *loop, ac_deadline **slot, const ac_handle_ops *ops, ac_value context);
/* Lets go of the timer, which is cancelled if it has not run; nothing for NULL. */
void aci_deadline_cut(ac_loop *loop, ac_deadline **slot);

/* In ops->run and ops->visit: where the owner has its pointer; NULL only for ops->visit, if it was cut. */
ac_deadline **aci_deadline_slot(ac_callback *callback);
void aci_deadline_done(ac_loop *loop, ac_callback *callback);

#endif
