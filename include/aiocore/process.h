/* process.h - child processes: starting a program, awaiting its end, sending it signals.
 *
 * Library libaiocore-io, for POSIX.
 *
 *     const char *const words[] = {"sort", "-n", NULL};
 *     ac_child_options options = {.arguments = words, .streams[1] = {AC_STDIO_PIPE, 0}};
 *     status = ac_child_start(io, &options, &self->child);
 *     ac_child_wait_init(&self->wait, self->child);
 *     AC_AWAIT_CORO(ENDED, &self->wait.co, turn);
 *     if (turn == AC_RAISED)
 *         return AC_RAISED;
 *     self->wait.returncode is its exit status, or the negative number of the signal that has ended it
 *     ac_child_free(self->child);                                 before the memory of the loop is freed
 *
 * A child whose ac_child is freed, or whose io is, is killed if it still runs, and waited for in any case: no
 * zombie is left.  Until it has ended a virtual clock stands still while there is nothing to run.
 *
 * Errors: what the system refuses is raised as the host's OSError; what the child could not do as another
 * program yet, with the name of the file that it is about: FileNotFoundError(2, ..., 'sort').
 * Threads: as the core.  A start blocks its loop until the child is another program, as subprocess.Popen.
 * The program must not wait for children that it did not start: one that is taken away has the return code
 * 255, as in asyncio. */
#ifndef AIOCORE_PROCESS_H
#define AIOCORE_PROCESS_H

#include <aiocore/future.h>
#include <aiocore/gather.h>
#include <aiocore/io.h>
#include <aiocore/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Starting -------------------------------------------------------------------------------------- */

/* What one of the child's first three descriptors is. */
typedef enum ac_stdio_kind {
    AC_STDIO_INHERIT,    /* the one that this process has */
    AC_STDIO_PIPE,       /* a pipe whose other end is for this process; asyncio: PIPE */
    AC_STDIO_NULL,       /* /dev/null; asyncio: DEVNULL */
    AC_STDIO_DESCRIPTOR, /* one of yours, which stays yours */
    AC_STDIO_STDOUT      /* of stderr alone: what stdout is; asyncio: STDOUT */
} ac_stdio_kind;

typedef struct ac_stdio {
    ac_stdio_kind kind;
    int descriptor; /* of AC_STDIO_DESCRIPTOR */
} ac_stdio;

typedef struct ac_child ac_child;

/* Zero-initialise, set what matters; all is borrowed for the start.  subprocess.Popen's arguments, with its
 * defaults: the child has no other descriptors of this process, and SIGPIPE and SIGXFSZ do what they usually
 * do. */
typedef struct ac_child_options {
    const char *const *arguments; /* the child's argv, with NULL at its end; at least one */
    /* The file to run; NULL: the first argument.  Without a slash it is looked for in the PATH of the child's
     * environment. */
    const char *program;
    const char *const *environment; /* "NAME=value", with NULL at its end; NULL: this process's */
    const char *directory;          /* where it begins; NULL: where this process is */
    ac_stdio streams[3];            /* stdin, stdout, stderr */
    const int *pass;                /* further descriptors that it has, under the same numbers: pass_fds */
    size_t pass_count;
    bool keep_open;         /* it has all that exec does not close: close_fds=False */
    bool start_new_session; /* it leads a session of its own */
    bool set_group;         /* it is in this group of processes; 0: one of its own */
    int process_group;
    /* Called once when it has ended, in a turn of the loop, before who waits is woken.  RUNS USER CODE, MAY
     * CALL BACK (also ac_child_free), MAY FAIL.  May be NULL. */
    ac_status (*exited)(ac_child *child, void *data);
    /* Called in its place if the io went first: the loop is closed.  May be NULL. */
    void (*abandoned)(ac_child *child, void *data);
    void *data;
} ac_child_options;

/* Starts a program; *out is yours to ac_child_free.  AC_E_VALUE: no arguments, or AC_STDIO_STDOUT where it
 * cannot be; AC_E_CLOSED; AC_E_MEMORY; AC_E_RAISED: OSError, or RuntimeError "can't start new thread", where
 * the system has no pidfd and a thread must wait.  asyncio: the part of subprocess_exec that is Popen and
 * the child watcher. */
AC_API ac_status ac_child_start(ac_io *io, const ac_child_options *options, ac_child **out);
/* Gives it up: one that still runs is killed; its pipes are closed unless they were taken.  Who waits for it
 * is not woken any more.  NULL is nothing. */
AC_API void ac_child_free(ac_child *child);

/* ---- While it runs --------------------------------------------------------------------------------- */

AC_API int ac_child_pid(const ac_child *child);
/* This process's end of the pipe to stdin (0), or from stdout (1) or stderr (2): it does not block, and is
 * closed by exec.  Borrowed, or with take yours from now on; -1: there is none (any more). */
AC_API int ac_child_pipe(const ac_child *child, int stream);
AC_API int ac_child_take_pipe(ac_child *child, int stream);
/* Sends it a signal.  AC_E_RAISED: ProcessLookupError after its end, and OSError.  asyncio: send_signal. */
AC_API ac_status ac_child_send_signal(ac_child *child, int number);
/* SIGTERM, and SIGKILL. */
AC_API ac_status ac_child_terminate(ac_child *child);
AC_API ac_status ac_child_kill(ac_child *child);

/* ---- Its end --------------------------------------------------------------------------------------- */

/* True once it has ended and the loop knows; *returncode, unless NULL, is as in ac_child_wait. */
AC_API bool ac_child_ended(const ac_child *child, int *returncode);

/* Who waits for the end, in a list; woken in the order in which they came.  Private. */
typedef struct ac_exit {
    ac_link waiters;
    int returncode;
    bool known;
} ac_exit;

/* await process.wait().  Read returncode when it is over; the rest is private. */
typedef struct ac_child_wait {
    ac_coro co;
    ac_future future;
    ac_link listed; /* among the waiters */
    ac_exit *end;
    int returncode; /* the exit status, or minus the number of the signal that has ended it */
} ac_child_wait;

/* Does not suspend if the end is known.  Clear it before the child is freed.  asyncio: wait. */
AC_API void ac_child_wait_init(ac_child_wait *wait, ac_child *child);

/* ---- Processes with streams ------------------------------------------------------------------------ */

/* A child whose pipes are streams: asyncio.subprocess.Process, with its transport and its protocol.  Counted;
 * one that nobody has any more runs on, as in asyncio.  The order of callbacks is that of CPython 3.14.10 and
 * 3.15.2 under every profile: before, the loop hears of the end a turn later, and 3.13.0 and before wake who
 * waits for it only when all pipes are closed. */
typedef struct ac_process ac_process;

/* await create_subprocess_exec(...). */
typedef struct ac_create_subprocess {
    ac_coro co;
    ac_future waiter;
    ac_child_wait wait;
    ac_child_options options;
    const char *words[4]; /* of a shell */
    ac_io *io;
    ac_process *process; /* retained; NULL: none, or taken */
    ac_value exception;  /* owned: raised when the child has ended */
    size_t limit;
} ac_create_subprocess;

/* What options names is borrowed until it has begun; of these, exited, abandoned and data are not used.
 * limit: of its readers, 0 is AC_STREAM_LIMIT.  Raises what ac_child_start fails with.  A cancel kills the
 * child and waits for its end. */
AC_API void ac_create_subprocess_exec_init(ac_create_subprocess *create, ac_io *io,
                                           const ac_child_options *options, size_t limit);
/* /bin/sh -c command; the arguments in options (which may be NULL) are not used. */
AC_API void ac_create_subprocess_shell_init(ac_create_subprocess *create, ac_io *io, const char *command,
                                            const ac_child_options *options, size_t limit);
/* The process, yours from now on; NULL: there is none. */
AC_API ac_process *ac_create_subprocess_take(ac_create_subprocess *create);

AC_API void ac_process_retain(ac_process *process);
AC_API void ac_process_release(ac_process *process);
AC_API int ac_process_pid(const ac_process *process);
/* False: it runs, as far as the loop knows. */
AC_API bool ac_process_returncode(const ac_process *process, int *returncode);
/* Of stdout (1) and stderr (2); borrowed; NULL: that is no pipe. */
AC_API ac_stream_reader *ac_process_reader(ac_process *process, int stream);
/* The transport of stdin (0), stdout or stderr; borrowed; NULL: that is no pipe. */
AC_API ac_transport *ac_process_transport(const ac_process *process, int stream);
/* process.stdin.write and drain; AC_E_TYPE: stdin is no pipe. */
AC_API ac_status ac_process_write(ac_process *process, const void *data, size_t size);
AC_API void ac_process_drain_init(ac_stream_drain *drain, ac_process *process);
/* await process.stdin.wait_closed(): until the pipe is lost; raises what it was lost by, TypeError if stdin
 * is no pipe.  All who wait share a future: a cancel of one cancels the others, as in asyncio. */
AC_API void ac_process_wait_closed_init(ac_stream_wait *wait, ac_process *process);
/* After the end nothing happens; once its pipes are closed, too, ProcessLookupError. */
AC_API ac_status ac_process_send_signal(ac_process *process, int number);
AC_API ac_status ac_process_terminate(ac_process *process);
AC_API ac_status ac_process_kill(ac_process *process);
/* Closes its pipes, and kills it if it still runs.  asyncio: the transport's close. */
AC_API ac_status ac_process_close(ac_process *process);
/* await process.wait().  The process is kept by who awaits. */
AC_API void ac_process_wait_init(ac_child_wait *wait, ac_process *process);

/* await process.communicate().  Read out and err when it has returned; the rest is private. */
typedef struct ac_communicate {
    ac_coro co;
    ac_gather gather;
    ac_child_wait wait;
    ac_process *process;   /* retained until it is cleared */
    struct aci_talk *talk; /* what its three tasks share */
    ac_bytes input;        /* borrowed until it has begun; data NULL: nothing is written */
    ac_bytes out, err;     /* all of stdout and stderr, until it is cleared; data NULL: that is no pipe */
} ac_communicate;

/* Writes the input (which may be NULL: None) to stdin and closes that, reads stdout and stderr to their end,
 * all at once, then waits for the end of the process.  As asyncio it makes three tasks, whatever there is to
 * do, and gathers them; a child that does not read all of its input is no error.  The input is copied when it
 * begins; without a pipe to stdin it is not used.  Raises what reading fails with; the other tasks run on
 * then, as they do when it is given up; a cancel cancels them.  asyncio: communicate. */
AC_API void ac_process_communicate_init(ac_communicate *communicate, ac_process *process, const void *input,
                                        size_t size);

#ifdef __cplusplus
}
#endif
#endif
