/* gather_impl.h - a gather that lies in a frame of the core.
 *
 * No object of the host is around it: what keeps it is the frame.  Children that are pending keep the task
 * whose frame it is (the current one at the init), so that a collector sees who hangs on them.  When the
 * frame ends it clears the gather (ac_future_clear of its future), which may be before its children are
 * done. */
#ifndef AIOCORE_GATHER_IMPL_H
#define AIOCORE_GATHER_IMPL_H

#include <aiocore/gather.h>

typedef struct ac_gathered ac_gathered;

/* As ac_gather_init, for memory in a frame, which need not be zeroed; then ac_gather_add, ac_gather_start,
 * and AC_AWAIT of &gather->outer.  AC_E_MEMORY, after which it may be cleared, too. */
ac_status aci_gather_init_embedded(ac_gather *gather, ac_loop *loop, size_t room, bool return_exceptions);

#endif
