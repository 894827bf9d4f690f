/* chost.h - the C host: values, exceptions, contexts and tasks for programs in plain C.
 *
 * The reference host: it uses nothing but the public headers of the core, as any host must.  Library
 * libaiocore-chost.  A task is a struct of yours that begins with ac_c_task; its body is a function in the
 * style of coro.h.  One allocation a task, none a step.
 *
 *     struct hello { ac_c_task head; ac_sleep nap; int count; };
 *
 *     static ac_turn hello(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
 *     {
 *         struct hello *self = AC_C_SELF(co, struct hello);
 *         ...
 *     }
 *     static const ac_coro_ops hello_ops = {.resume = hello};
 *
 *     ac_loop *loop = ac_c_loop_new(NULL, NULL);
 *     struct hello *h = ac_c_task_new(loop, sizeof *h, &hello_ops);
 *     h->count = 3;
 *     ac_c_run(loop, &h->head, &result);              asyncio.run, as far as C needs it
 *     ac_c_loop_free(loop);
 *
 * What belongs to the frame of a body is given up by its clear, which is called when the body has ended, and
 * before that if the task is taken apart (ac_future_clear, a loop that is closed before the task's next
 * step): ac_coro_clear of each coroutine in the frame, ac_group_clear, ac_timeout_clear and their like, a
 * drop of each value, a release of each task.  A body that keeps nothing to its end, and whose task is never
 * taken apart, needs none, as hello.
 *
 * Threads: as the core.  Values belong to the loop's thread; what another thread may call says so. */
#ifndef AIOCORE_CHOST_H
#define AIOCORE_CHOST_H

#include <aiocore/aiocore.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The loop -------------------------------------------------------------------------------------- */

/* A loop on the monotonic clock, whose poll waits for the next timer or another thread's
 * call_soon_threadsafe; with options->clock, on virtual time, which is never waited for.  NULL: no memory, or
 * an unknown profile (then *why, if not NULL, says so).  options may be NULL; options->user is yours. */
AC_API ac_loop *ac_c_loop_new(const ac_loop_options *options, const char **why);
/* Closes the loop if need be and frees it with its pools.  Returns how many objects (tasks, futures, values)
 * were still alive: 0 in a program that dropped all it owned.  Those are gone afterwards, without a report;
 * what ac_c_pointer holds is freed.  SIZE_MAX, and nothing happened, if the loop is running. */
AC_API size_t ac_c_loop_free(ac_loop *loop);
/* How many objects of this loop are alive. */
AC_API size_t ac_c_loop_live(ac_loop *loop);
/* The hook table of the C host, for programs (tests) that wrap it: copy it, change hooks, hand it to
 * ac_c_loop_new_with.  Whatever this host allocates it allocates by the table's realloc; with a loop of NULL
 * for the loop itself and, ON ANY THREAD, for call_soon_threadsafe. */
AC_API const ac_host *ac_c_host(void);
AC_API ac_loop *ac_c_loop_new_with(const ac_host *host, const ac_loop_options *options, const char **why);

/* Where reports of this loop go (the default exception handler); NULL: standard error.  A text is the message
 * and, on lines of their own, "exception: " and its repr, "while handling: " and another report.  No newline
 * at its end. */
AC_API void ac_c_set_report(ac_loop *loop, void (*report)(void *data, const char *text), void *data);

/* ---- Values ---------------------------------------------------------------------------------------- */

/* A value is none, a small integer, a string, an exception, a list of values, a context, or a pointer of
 * yours.  All but integers and none are counted: ac_dup and ac_drop.  Constructors give an owned value, none
 * if memory is short. */
typedef enum ac_c_kind {
    AC_C_NONE,
    AC_C_INT,
    AC_C_STR,
    AC_C_EXC,
    AC_C_LIST,
    AC_C_CONTEXT,
    AC_C_POINTER
} ac_c_kind;

AC_API ac_c_kind ac_c_kind_of(ac_ref value);
AC_API ac_value ac_c_int(int64_t number);                  /* 61 bits; what is beyond is cut off */
AC_API int64_t ac_c_as_int(ac_ref value);                  /* 0 if it is none */
AC_API ac_value ac_c_str(ac_loop *loop, const char *text); /* a copy */
AC_API ac_value ac_c_strf(ac_loop *loop, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;
AC_API const char *ac_c_as_str(ac_ref value); /* borrowed; "" if it is no string */
AC_API ac_value ac_c_list(ac_loop *loop, const ac_ref *items, size_t count); /* new references of the items */
AC_API size_t ac_c_list_size(ac_ref list);
AC_API ac_ref ac_c_list_item(ac_ref list, size_t index); /* borrowed; none beyond the end */
/* A pointer of yours; free_it, if not NULL, is called when the last reference goes. */
AC_API ac_value ac_c_pointer(ac_loop *loop, void *pointer, void (*free_it)(void *pointer));
AC_API void *ac_c_as_pointer(ac_ref value);
/* Writes repr(value) as Python would into buffer (always terminated) and returns the full length, like
 * snprintf:  None  7  'text'  ValueError('x')  ExceptionGroup('m', [...])  [1, 2]. */
AC_API size_t ac_c_repr(ac_ref value, char *buffer, size_t size);

/* ---- Exceptions ------------------------------------------------------------------------------------ */

/* A class of exceptions: a static struct.  A program adds its own with a base among these. */
typedef struct ac_c_class {
    const char *name;
    const struct ac_c_class *base; /* NULL: BaseException itself */
} ac_c_class;

extern AC_API const ac_c_class ac_c_BaseException, ac_c_Exception, ac_c_CancelledError, ac_c_SystemExit,
    ac_c_KeyboardInterrupt, ac_c_GeneratorExit, ac_c_StopIteration, ac_c_RuntimeError, ac_c_RecursionError,
    ac_c_AttributeError, ac_c_StopAsyncIteration, ac_c_QueueEmpty, ac_c_QueueFull, ac_c_QueueShutDown,
    ac_c_BrokenBarrierError, ac_c_AssertionError, ac_c_NameError, ac_c_InvalidStateError, ac_c_TypeError,
    ac_c_ValueError, ac_c_TimeoutError, ac_c_MemoryError, ac_c_BaseExceptionGroup, ac_c_ExceptionGroup;
/* OSError and what Python derives from it, TimeoutError too; socket.gaierror. */
extern AC_API const ac_c_class ac_c_OSError, ac_c_gaierror, ac_c_BlockingIOError, ac_c_ChildProcessError,
    ac_c_ConnectionError, ac_c_BrokenPipeError, ac_c_ConnectionAbortedError, ac_c_ConnectionRefusedError,
    ac_c_ConnectionResetError, ac_c_FileExistsError, ac_c_FileNotFoundError, ac_c_InterruptedError,
    ac_c_IsADirectoryError, ac_c_NotADirectoryError, ac_c_PermissionError, ac_c_ProcessLookupError;

/* Of streams (stream.h). */
extern AC_API const ac_c_class ac_c_EOFError, ac_c_IncompleteReadError, ac_c_LimitOverrunError;

/* An exception with one argument (borrowed; none for no arguments). */
AC_API ac_value ac_c_exception(ac_loop *loop, const ac_c_class *kind, ac_ref argument);
/* The same with a text. */
AC_API ac_value ac_c_error(ac_loop *loop, const ac_c_class *kind, const char *text);
/* An OSError of this errno, or the subclass that Python has for it, with the system's words. */
AC_API ac_value ac_c_os_error(ac_loop *loop, int number);
/* The errno of an OSError; 0 of any other value. */
AC_API int ac_c_errno(ac_ref exception);
/* The name of the file that an OSError is about, borrowed; none: it is about none. */
AC_API ac_ref ac_c_file(ac_ref exception);
/* An exception group; it is an ExceptionGroup if all members are Exceptions.  New references of the
 * members. */
AC_API ac_value ac_c_group(ac_loop *loop, const char *text, const ac_ref *members, size_t count);
/* What an exception is; the class of none is MemoryError, of any other value NULL. */
AC_API const ac_c_class *ac_c_class_of(ac_ref exception);
AC_API bool ac_c_isinstance(ac_ref exception, const ac_c_class *kind);
AC_API ac_ref ac_c_argument(ac_ref exception); /* borrowed; a group's is its text */
AC_API size_t ac_c_member_count(ac_ref group);
AC_API ac_ref ac_c_member(ac_ref group, size_t index);
/* __cause__ and __context__, borrowed; setting takes a new reference.  set_cause sets both, as "raise x from
 * y" does. */
AC_API ac_ref ac_c_cause(ac_ref exception);
AC_API ac_ref ac_c_context_of(ac_ref exception);
AC_API void ac_c_set_cause(ac_loop *loop, ac_ref exception, ac_ref cause);
AC_API void ac_c_set_context_of(ac_loop *loop, ac_ref exception, ac_ref context);
/* "return ac_c_throw(loop, out, &ac_c_ValueError, "text")" ends a body. */
AC_API ac_turn ac_c_throw(ac_loop *loop, ac_out *out, const ac_c_class *kind, const char *text);
/* "return ac_c_fail(loop, out, status)" ends a body by what a call has failed with: the exception that
 * CPython would raise, ac_loop_status_exception.  (What a plain function of sync.h fails with:
 * ac_bound_exception.) */
AC_API ac_turn ac_c_fail(ac_loop *loop, ac_out *out, ac_status status);

/* ---- Context variables ----------------------------------------------------------------------------- */

/* A variable is a static struct. */
typedef struct ac_c_var {
    const char *name;
} ac_c_var;

/* The value in the current context, borrowed; none if it was never set there. */
AC_API ac_ref ac_c_var_get(ac_loop *loop, const ac_c_var *var);
/* Sets it in the current context; steals the value.  Where there is none yet, the first set makes one: for
 * the running task; for a callback, as long as it runs; else for what is outside of both.  AC_E_MEMORY. */
AC_API ac_status ac_c_var_set(ac_loop *loop, const ac_c_var *var, ac_value value);
/* contextvars.copy_context(); never none unless memory is short. */
AC_API ac_value ac_c_copy_context(ac_loop *loop);

/* ---- Tasks, futures, callbacks --------------------------------------------------------------------- */

/* The head of a task of yours.  The C host keeps its count in co.spare and its size in co.flags.  Futures
 * and tasks on a loop of this host are made by the functions below, or embedded by the core (ac_sleep,
 * ac_group). */
typedef struct ac_c_task {
    ac_task task;
    ac_coro co;
} ac_c_task;

/* The struct of a body whose co this is. */
#define AC_C_SELF(body, type) ((type *)(void *)((char *)(body)-offsetof(ac_c_task, co)))

/* Memory for a task of 'size' bytes, zeroed, with the body ready to start; it is yours until it is started
 * (or given up by ac_c_release).  NULL if memory is short, or size is over 1 MiB. */
AC_API void *ac_c_task_new(ac_loop *loop, size_t size, const ac_coro_ops *ops);
/* Starts it: loop.create_task(coroutine).  Borrows your reference: afterwards you still hold one,
 * ac_c_release it when you need it no more.  As ac_loop_create_task; also AC_E_STATE if it was started
 * before. */
AC_API ac_status ac_c_create_task(ac_loop *loop, ac_c_task *task, ac_eager eager);
/* The same as a child of a group. */
AC_API ac_status ac_c_group_create_task(ac_group *group, ac_c_task *task, ac_eager eager);
/* Names a task (a copy of the text).  Before or after the start.  AC_E_MEMORY. */
AC_API ac_status ac_c_task_set_name(ac_loop *loop, ac_c_task *task, const char *name);
/* Its name, as "Task-7". */
AC_API size_t ac_c_task_name(const ac_task *task, char *buffer, size_t size);

/* A future of its own; yours to ac_c_release.  NULL if memory is short. */
AC_API ac_future *ac_c_future_new(ac_loop *loop);
/* One more holder of a task or future, one less.  The last one frees it: a pending task is then reported, an
 * error nobody asked for, too. */
AC_API void ac_c_retain(ac_future *future);
AC_API void ac_c_release(ac_loop *loop, ac_future *future);

/* A callback of the C host.  It raises by "return ac_loop_raise(loop, exception)". */
typedef ac_status ac_c_function(ac_loop *loop, void *data);
/* loop.call_soon and its kin, with a copy of the current context.  *handle, if not NULL, may be cancelled
 * until it has run. */
AC_API ac_status ac_c_call_soon(ac_loop *loop, ac_c_function *function, void *data, ac_handle **handle);
AC_API ac_status ac_c_call_later(ac_loop *loop, double delay, ac_c_function *function, void *data,
                                 ac_handle **handle);
AC_API ac_status ac_c_call_at(ac_loop *loop, double when, ac_c_function *function, void *data,
                              ac_handle **handle);
/* FROM ANY THREAD; with an empty context. */
AC_API ac_status ac_c_call_soon_threadsafe(ac_loop *loop, ac_c_function *function, void *data);
/* future.add_done_callback; the future is kept alive until it ran (or the callback was taken off). */
typedef ac_status ac_c_done_function(ac_loop *loop, ac_future *future, void *data);
AC_API ac_status ac_c_add_done_callback(ac_future *future, ac_c_done_function *function, void *data);
/* future.remove_done_callback: takes off all that have this function and data; how many. */
AC_API size_t ac_c_remove_done_callback(ac_future *future, ac_c_done_function *function, void *data);

/* asyncio.gather of futures and tasks, some of which may be there twice; *out is yours to ac_c_release.  As
 * ac_gather_add and ac_gather_start. */
AC_API ac_status ac_c_gather(ac_loop *loop, ac_future *const *children, size_t count, bool return_exceptions,
                             ac_future **out);
/* asyncio.shield; *out, the inner future itself if that is done, is yours to ac_c_release.  As ac_shield. */
AC_API ac_status ac_c_shield(ac_loop *loop, ac_future *inner, ac_future **out);

/* asyncio.timeout(seconds), entered: around a block of the current task.  Prepares *timeout, which lies in
 * the frame, and enters it.  As ac_timeout_enter; after a failure there is nothing to exit. */
AC_API ac_status ac_c_timeout_enter(ac_timeout *timeout, ac_loop *loop, double seconds);
/* The end of the block, which ended with 'turn' and *out (AC_RETURNED also if nothing is returned): gives how
 * the block ends for those around it, and *out is that: a TimeoutError in the place of the cancellation if
 * the time was over.  Clears *timeout.
 *     AC_AWAIT_CORO(NAP, &self->nap.co, turn);
 *     turn = ac_c_timeout_exit(&self->timeout, turn, out); */
AC_API ac_turn ac_c_timeout_exit(ac_timeout *timeout, ac_turn turn, ac_out *out);

/* ---- Running --------------------------------------------------------------------------------------- */

/* Starts the task and runs the loop until it is done, then cancels and waits for all others, and shuts the
 * default executor down (asyncio.run without its Runner).  AC_OK: *result (owned, may be NULL) is the result.
 * AC_E_RAISED: it failed; *result is the exception.  Consumes your reference. */
AC_API ac_status ac_c_run(ac_loop *loop, ac_c_task *task, ac_value *result);
/* Runner.run: the same without the clean-up.  Other tasks stand still until the next run; the end of the last
 * one is ac_cancel_all_tasks and ac_loop_shutdown_default_executor (runner.h), as Runner.close. */
AC_API ac_status ac_c_runner_run(ac_loop *loop, ac_c_task *task, ac_value *result);
/* Ctrl-C, FROM ANY THREAD but not from a signal handler (let a thread wait for the signal, sigwait): the
 * first one cancels the task of ac_c_run or ac_c_runner_run, the second one, and one that finds no such task,
 * ends the loop's run with KeyboardInterrupt.  Both give KeyboardInterrupt for a task that the first one has
 * cancelled. */
AC_API void ac_c_interrupt(ac_loop *loop);

/* ---- Jobs of other threads ------------------------------------------------------------------------- */

/* asyncio.run_coroutine_threadsafe: a thread asks for a task, and waits for its end or cancels it.  Values do
 * not leave the loop's thread, so what passes between the two is memory of yours, 'data'. */
typedef struct ac_c_job ac_c_job;

/* What a job consists of.  Both functions run on the loop's thread, in a callback. */
typedef struct ac_c_job_ops {
    /* Makes the task (or future) that the job is, and starts it.  *out is a reference that the job takes
     * over.  What it fails with is the job's exception, and is told to the exception handler, too. */
    ac_status (*start)(ac_loop *loop, void *data, ac_future **out);
    /* It has returned (AC_SEND) or raised (AC_THROW) this, borrowed: takes what the other thread is to know.
     * Not called for a job that was cancelled.  NULL: it need not know. */
    void (*finish)(ac_loop *loop, void *data, ac_how how, ac_ref value);
    /* Nobody uses the data any more: the job has been released, and its task has ended or the loop is gone.
     * ON ANY THREAD.  NULL: the data lasts long enough anyway. */
    void (*free_data)(void *data);
} ac_c_job_ops;

typedef enum ac_c_job_state {
    AC_C_JOB_PENDING,
    AC_C_JOB_RETURNED,
    AC_C_JOB_RAISED,
    AC_C_JOB_CANCELLED
} ac_c_job_state;

/* The functions of jobs are for ANY THREAD.  The loop must not be freed while submit or cancel runs; in a
 * wait it may: a job that has not ended by then is cancelled. */

/* Asks the loop for a job, of which its next turn calls start.  ops and data are borrowed until the task has
 * ended, which for a job that was cancelled is later than its own end: free_data says when.  The job is yours
 * to ac_c_job_release.  NULL: the loop is closed, or memory is short; the data was not touched. */
AC_API ac_c_job *ac_c_submit(ac_loop *loop, const ac_c_job_ops *ops, void *data);
/* Waits until it has ended, at most so many seconds; 0: does not wait, negative: as long as it takes.  How it
 * is then; what finish has written is there.  Not on the loop's own thread, which would wait for itself. */
AC_API ac_c_job_state ac_c_job_wait(ac_c_job *job, double seconds);
/* Cancels it, and its task in the loop's next turn.  False: it has ended otherwise. */
AC_API bool ac_c_job_cancel(ac_c_job *job);
/* Gives your reference up; the job goes on. */
AC_API void ac_c_job_release(ac_c_job *job);

/* ---- For who looks --------------------------------------------------------------------------------- */

/* How the things of this host are called, for ac_trace_new and ac_ps_write (trace.h, which has the type):
 * tasks by their names, values by their reprs.  A program that has names for its bodies puts 'body' into a
 * copy. */
extern AC_API const struct ac_trace_names ac_c_trace_names;

#ifdef __cplusplus
}
#endif
#endif
