/* aiocore.h - the core of asyncio for any language, in C11.
 *
 * Words are asyncio's words: ac_future_set_result is Future.set_result, ac_task_uncancel is Task.uncancel.
 *
 *   base.h       values, ownership, statuses
 *   semantics.h  which CPython a loop behaves like
 *   host.h       what a language must provide: the table of hooks
 *   coro.h       the resumable; how to write one in C
 *   loop.h       handles, timers, turns
 *   future.h     a result that is not there yet
 *   task.h       a future that runs a body
 *   flow.h       sleep, timeout, wait_for, TaskGroup
 *   gather.h     gather, shield
 *   queue.h      Queue, LifoQueue, PriorityQueue
 *   wait.h       wait, as_completed
 *   sync.h       Lock, Event, Condition, Semaphore, Barrier
 *   staggered.h  staggered_race
 *   graph.h      who waits for whom
 *   runner.h     run, Runner, futures of other threads
 *
 * Beside these, and not included here: trace.h, what a loop does as events and what its tasks are at;
 * chost.h, the host for plain C.
 *
 * Threads: a loop, and all that belongs to it, is used by one thread at a time; what may be called from any
 * other says FROM ANY THREAD.  Two loops on two threads share nothing.
 *
 * Start with docs/TOUR.md (one await through the files) or docs/EMBEDDING.md (a host step by step). */
#ifndef AIOCORE_H
#define AIOCORE_H

#include <aiocore/base.h>
#include <aiocore/coro.h>
#include <aiocore/flow.h>
#include <aiocore/future.h>
#include <aiocore/gather.h>
#include <aiocore/graph.h>
#include <aiocore/host.h>
#include <aiocore/loop.h>
#include <aiocore/queue.h>
#include <aiocore/runner.h>
#include <aiocore/semantics.h>
#include <aiocore/staggered.h>
#include <aiocore/sync.h>
#include <aiocore/task.h>
#include <aiocore/wait.h>

#define AC_VERSION "0.1.0"

#endif
