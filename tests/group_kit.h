/* group_kit.h - what the tests of TaskGroup share: scripts of children, a main task, what scripts call.
 *
 * Idea       Scripts of the test host (host.h) with groups in them. */
#ifndef TESTS_GROUP_KIT_H
#define TESTS_GROUP_KIT_H

#include "host.h"

#define GK_UNHANDLED "unhandled errors in a TaskGroup"

/* A wait that only a cancellation ends. */
#define GK_LONG_WAIT TH_SLEEP, .number = 1000

/* Children: ValueError('x'); till they are cancelled (they end if that has made no exception); the same, and
 * then ValueError('late'). */
extern const th_op gk_fails[], gk_waits[], gk_waits_and_fails[];

/* Runs the script as the task "main" in slot 0; how many turns it took after its first. */
int gk_run_main(const th_op *script);
/* How often main was asked to cancel. */
uint32_t gk_requests(void);

/* ---- For TH_CALL ---- */

/* The same of the current task, "requests 1". */
void gk_log_requests(ac_loop *loop, th_coro *self);
/* As the repr says it. */
void gk_log_group(ac_loop *loop, th_coro *self);
/* The group of the main script, for others. */
extern ac_group *gk_the_group;
void gk_keep_group(ac_loop *loop, th_coro *self);
/* The group refuses a child with these words; because it is shutting down. */
void gk_spawn_into(ac_group *group, const char *words);
void gk_spawn_aborting(ac_loop *loop, th_coro *self);

#endif
