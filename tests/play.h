/* play.h - programs for the core in one letter per operation, for the tests that break it.
 *
 * Idea       A play has up to ten scripts.  Script 0 is the main task's, the others are for tasks and
 *            callbacks that it starts; 'outside' is run by the test itself, around the loop.  An operation is
 *            a letter and at most one digit (0 if there is none), so a play is a few strings, and random
 *            bytes are a play, too.  play_letters says what there is.
 * Holds      play_end leaves nothing: every task is ended or taken apart, whatever happened before.
 * Owns       The slots: one reference of the task or future that is in each. */
#ifndef AIOCORE_TESTS_PLAY_H
#define AIOCORE_TESTS_PLAY_H

#include "spied_host.h"

enum { PLAY_SLOTS = 10, PLAY_GROUPS = 2, PLAY_FUEL = 400, PLAY_TRACE = 2048 };

/* Who makes time pass, and where handles wait. */
typedef enum play_drive {
    PLAY_CLOCK, /* a virtual clock */
    PLAY_POLL,  /* the host's now and poll */
    PLAY_POST,  /* a foreign loop runs the handles */
    PLAY_DRIVES
} play_drive;

typedef struct scenario {
    const char *name;
    const char *scripts[PLAY_SLOTS];
    const char *outside; /* NULL: "@0", run script 0 until it is done */
} scenario;

/* A task that performs a script. */
typedef struct actor {
    ac_c_task head;
    struct play *play;
    const char *at;  /* the next operation */
    ac_coro *sub;    /* what it drives: its nap, or the exit of its innermost group */
    uint32_t number; /* of its script */
    uint32_t depth;  /* how many groups it is in */
    bool swallows;   /* errors do not stop it */
    bool clearing;   /* its frame was given up */
    ac_sleep nap;
    ac_group groups[PLAY_GROUPS];
} actor;

typedef struct play {
    spy spy;
    ac_loop *loop; /* NULL: there was no memory for it */
    ac_clock clock;
    play_drive drive;
    const char *scripts[PLAY_SLOTS];
    actor *tasks[PLAY_SLOTS];
    ac_future *futures[PLAY_SLOTS];
    unsigned fuel;              /* how many operations are left */
    const char *wrong;          /* what ac_loop_check said first */
    uint32_t trace[PLAY_TRACE]; /* what ran: see model.h */
    size_t trace_count;
} play;

/* All letters, for fuzzers to choose from.  'd' below is the digit: which task, future, script or callback.
 *   a task only   y yield                  z sleep d/2 seconds      p park (odd tasks refuse to be cancelled)
 *                 a await future d         t await task d           ( enter a group          ) leave it
 *                 + child d                * eager child d          r return                 ! swallow errors
 *                 , no more ? bad yield              % generator
 *   raise         e ValueError             x SystemExit             k CancelledError         i StopIteration
 *                 b GeneratorExit
 *   tasks         l create                 E create eager           c cancel                 u uncancel
 *                 n name                   w wake                   q step by hand           B retrieve
 *                 R let go of              j clear                  Y log_destroy_pending    D callback on it
 *                 K cancel its group       Z clear its group
 *   futures       f set_result             F set_exception            Q StopIteration as such    X cancel
 *                 d add a callback         m remove callbacks         C retrieve               A let go of
 *                 J clear                  N finalize                 M overridden
 *   the loop      s call_soon              S from a thread            T call_later d/2         H cancel
 *   handle d
 *                 G factory d              P handler d                v set a variable         o stop
 *                 V visit                  I look                   L report                 & debug mode
 *                 O close
 *   outside only  . a turn                 # a turn by pieces       $ run_forever, stopped   @ run until task
 *   d
 *                 z let time pass */
extern const char play_letters[];

/* Begins a play on a loop of its own.  semantics may be NULL. */
void play_begin(play *play, const scenario *scenario, const char *semantics, play_drive drive);
/* Performs 'outside'. */
void play_perform(play *play, const char *outside);
/* Runs a task of one line: whether the loop still works.  True if the loop is closed. */
bool play_still_works(play *play);
/* Ends everything and frees the loop; how many objects were left alive.  play->spy.broken and play->wrong
 * tell what else was wrong. */
size_t play_end(play *play);
/* begin, perform, end; the first thing that was wrong, or NULL. */
const char *play_run(play *play, const scenario *scenario, const char *semantics, play_drive drive);

/* For attackers inside a hook: what a callback may do; a task for script 'number'; callbacks of a future. */
void play_perform_inside(play *play, const char *script);
void play_step(play *play, ac_task *task, ac_how how, ac_ref in);
void play_create(play *play, unsigned number, ac_eager eager);
void play_add_callback(play *play, ac_future *future, unsigned number);
void play_remove_callbacks(play *play, ac_future *future);
/* The actor whose task this future is; NULL for a plain future. */
actor *play_actor(ac_future *future);

#endif
