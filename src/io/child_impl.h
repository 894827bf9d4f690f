/* child_impl.h - what the files of child processes share. */
#ifndef AIOCORE_IO_CHILD_IMPL_H
#define AIOCORE_IO_CHILD_IMPL_H

#include <aiocore/process.h>

#include "io_impl.h"

/* How a child becomes another program: all that it needs between fork and exec, where it must not
 * allocate. */
typedef struct aci_exec {
    const ac_child_options *options;
    char *const *paths; /* candidates, with NULL at the end */
    char *const *environment;
    int streams[3]; /* what they become; -1: they stay */
    int report;     /* the pipe that tells of a failure; closed by exec */
    sigset_t mask;  /* the parent's */
} aci_exec;

/* What the pipe carries. */
typedef struct aci_exec_failure {
    int number; /* errno */
    int stage;
} aci_exec_failure;

enum { EXEC_PREPARES, EXEC_CHDIR, EXEC_RUNS };

/* Becomes the program, or ends (exec.c).  Does not return. */
void aci_exec_run(const aci_exec *plan);

/* Forks and waits until the child is another program (spawn.c).  The pipes' ends of this process are in
 * 'pipes', -1 where there is none. */
ac_status aci_spawn(ac_loop *loop, const ac_child_options *options, int pipes[3], pid_t *pid);

/* Waits for a child that has ended, or is about to; its return code. */
int aci_reap(pid_t pid);

/* ---- Waiting for an end (child_wait.c) ---- */

void aci_exit_init(ac_exit *end);
/* It is known: wakes who waits. */
ac_status aci_exit_wake(ac_exit *end);
/* Nobody is woken any more. */
void aci_exit_forget(ac_exit *end);
void aci_exit_wait_init(ac_child_wait *wait, ac_loop *loop, ac_exit *end);

#endif
