/* twin.h - what the C halves of the twins share.
 *
 * A twin is NAME.py and NAME.c: one program, once on CPython's asyncio and once on the C host.  The C half
 * follows the Python half line by line, and both print the same lines.  main is in twin.c: it reads the
 * semantics profile (the first argument, else $AIOCORE_SEMANTICS, else the newest) and calls twin().  The
 * exit status is that of the scenario language: 0, 1 after an uncaught exception, the number of a SystemExit,
 * 130 after KeyboardInterrupt, 97 for a deadlock; besides, 99 for an object that outlived its loop and 2 for
 * a wrong profile.
 *
 * Memory is not a subject here: what cannot be made ends the program. */
#ifndef TWIN_H
#define TWIN_H

#include <aiocore/chost.h>

#include <stdio.h>
#include <string.h>

/* The program; each NAME.c has one. */
void twin(void);

/* ---- Loops ------------------------------------------------------------------------------------------- */

/* asyncio.new_event_loop(): on the one virtual clock of the program, with its profile. */
ac_loop *twin_loop(void);
/* loop.close(), and the program's last word about the loop: nothing may be left alive. */
void twin_loop_end(ac_loop *loop);
/* asyncio.run(main()), with a task of 'size' bytes and this body. */
void twin_run(const ac_coro_ops *body, size_t size);
/* How a program ends that an exception leaves; takes the exception. */
void twin_uncaught(ac_loop *loop, ac_value exception);

/* ---- What is printed --------------------------------------------------------------------------------- */

/* print(): one line. */
void say(const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 1, 2)))
#endif
    ;
/* Texts for say(); each is good until some dozens of others were made. */
const char *show(ac_ref value);                         /* repr(value) */
const char *show_taken(ac_loop *loop, ac_value value);  /* the same, and drops it */
const char *show_group(ac_loop *loop, ac_group *group); /* repr(group) */
const char *show_name(const void *task);                /* task.get_name() */
const char *show_bool(bool truth);                      /* True, False */
const char *show_time(ac_loop *loop);                   /* f"{loop.time():.3f}" */
const char *show_failure(ac_loop *loop,
                         ac_status status); /* repr of the exception that a failed call raises */
const char *show_refusal(ac_group *group);  /* the same of a group's RuntimeError, which names it */

/* ---- Tasks ------------------------------------------------------------------------------------------- */

/* A coroutine: a frame of 'size' bytes that begins with an ac_c_task. */
void *twin_coroutine(ac_loop *loop, const ac_coro_ops *body, size_t size);
/* asyncio.create_task, group.create_task.  The caller still holds the task. */
void twin_start(ac_loop *loop, void *coroutine);
void twin_start_in(ac_group *group, void *coroutine);
/* Starts it and keeps no hold on it. */
void twin_spawn(ac_loop *loop, void *coroutine);
void twin_spawn_in(ac_group *group, void *coroutine);
/* del task; also of a coroutine that was never started. */
void twin_forget(ac_loop *loop, void *task);
/* A task as the future that it is. */
ac_future *twin_future(void *task);
ac_task *twin_task(void *task);
/* task.cancel(message); NULL for no message.  What it returns. */
bool twin_cancel(ac_loop *loop, void *task, const char *message);
bool twin_cancel_future(ac_loop *loop, ac_future *future, const char *message);
/* asyncio.current_task().cancelling() */
unsigned twin_cancelling(ac_loop *loop);
/* future.result() or the exception that it raises, printed by show(); counts as retrieved. */
const char *twin_result(ac_loop *loop, ac_future *future);

/* asyncio.gather, asyncio.shield: the caller holds the future. */
ac_future *twin_gather(ac_loop *loop, ac_future *const *children, size_t count, bool return_exceptions);
ac_future *twin_shield(ac_loop *loop, ac_future *inner);

/* What an await of a coroutine raised, owned; none if it returned (what it returned is dropped). */
ac_value twin_raised(ac_loop *loop, ac_turn turn, ac_out *out);
/* The same for an await of a future: a new reference. */
ac_value twin_thrown(ac_loop *loop, ac_how how, ac_ref in);

/* ---- Groups ------------------------------------------------------------------------------------------- */

/* "async with asyncio.TaskGroup() as group:" is in C
 *     twin_enter(&f->group, loop);
 *     ...                                            f->error is what left the body, none if nothing did
 *     twin_begin_exit(&f->group, &f->error);
 *     AC_AWAIT_CORO(EXIT, &f->group.exit, turn);
 *     f->error = twin_left(&f->group, turn, out);    what the group raised */
void twin_enter(ac_group *group, ac_loop *loop);
void twin_begin_exit(ac_group *group, ac_value *error);
ac_value twin_left(ac_group *group, ac_turn turn, ac_out *out);

/* ---- Callbacks ---------------------------------------------------------------------------------------- */

/* loop.call_soon(print, text), loop.call_at(when, print, text); the text must stay. */
ac_handle *twin_print_soon(ac_loop *loop, const char *text);
ac_handle *twin_print_at(ac_loop *loop, double when, const char *text);
ac_handle *twin_call_soon(ac_loop *loop, ac_c_function *function, void *data);
ac_handle *twin_call_at(ac_loop *loop, double when, ac_c_function *function, void *data);
/* loop.call_soon(function, data, context=context) */
void twin_call_soon_in(ac_loop *loop, ac_ref context, ac_c_function *function, void *data);
/* loop.call_soon(loop.stop) */
void twin_stop_soon(ac_loop *loop);

/* tick(): counts turns, in a callback that queues itself until the turn number is 'last'. */
extern int twin_turn;
ac_status twin_tick(ac_loop *loop, void *last);
void twin_tick_soon(ac_loop *loop, int last);

/* ---- A child that many twins have ------------------------------------------------------------------ */

/*     try:
 *         await asyncio.sleep(delay)
 *     except asyncio.CancelledError as error:
 *         cancelled(self, error)
 *         await asyncio.sleep(linger)        if linger > 0
 *         lingered(self)
 *         raise instead(text)                if instead is not NULL
 *         raise
 *     ended(self)
 *     raise fails(text)                      if fails is not NULL
 * The three functions may be NULL. */
struct twin_child {
    ac_c_task head;
    ac_sleep nap;
    ac_value error;
    const char *name;
    double delay, linger;
    const ac_c_class *fails, *instead;
    const char *text; /* NULL: an exception without an argument */
    void (*cancelled)(ac_loop *loop, struct twin_child *self, ac_ref error);
    void (*lingered)(ac_loop *loop, struct twin_child *self);
    void (*ended)(ac_loop *loop, struct twin_child *self);
    void *data;
};

struct twin_child *twin_child_new(ac_loop *loop, const char *name, double delay);
/* Prints "NAME CancelledError(...)": a usual 'cancelled'. */
void twin_say_cancelled(ac_loop *loop, struct twin_child *self, ac_ref error);

#endif
