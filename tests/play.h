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

enum {
    PLAY_SLOTS = 10,
    PLAY_BLOCKS = 3,
    PLAY_CHAINS = 4,
    PLAY_BODIES = 16,
    PLAY_FUEL = 400,
    PLAY_TRACE = 2048
};

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

/* A block of a task: a group, or a timeout. */
typedef struct play_block {
    bool is_timeout;
    ac_group group;
    ac_timeout timeout;
} play_block;

/* What a task drives, one at a time. */
typedef union play_machine {
    ac_sleep nap;
    ac_wait wait;
    ac_as_completed_step step;
    ac_wait_for wait_for;
    ac_cancel_and_wait cancel_and_wait;
    ac_lock_acquire lock;
    ac_event_wait event;
    ac_condition_wait condition;
    ac_condition_wait_for condition_for;
    ac_semaphore_acquire semaphore;
    ac_barrier_wait barrier;
    ac_barrier_change barrier_change;
    ac_queue_put put;
    ac_queue_get get;
    ac_queue_join join;
} play_machine;

/* A task that performs a script. */
typedef struct actor {
    ac_c_task head;
    struct play *play;
    const char *at;  /* the next operation */
    ac_coro *sub;    /* what it drives: its machine, or the exit of its innermost group */
    uint32_t number; /* of its script */
    uint32_t depth;  /* how many blocks it is in */
    bool leaving;    /* sub is the exit of a group */
    bool finds;      /* sub is a step that finds a future */
    bool swallows;   /* errors do not stop it */
    bool clearing;   /* its frame was given up */
    bool has_several;
    ac_value caught; /* what was swallowed last: the context of its next error */
    play_machine machine;
    ac_as_completed several;
    play_block blocks[PLAY_BLOCKS];
} actor;

/* What tasks wait for each other by: one of each kind, but two semaphores (the second one is bounded) and two
 * queues (the first has room for two items, the second, which has an order of the test's own, for three). */
typedef struct play_objects {
    ac_lock lock, barrier_lock;
    ac_event_flag event;
    ac_condition condition, barrier_condition;
    ac_semaphore semaphores[2];
    ac_barrier barrier;
    ac_queue queues[2];
    bool thrown_away; /* a queue was shut down at once: its tasks need not be counted out */
} play_objects;

/* A future of another thread, chained to one of the loop. */
typedef struct play_chain {
    ac_chain chain; /* must come first */
    struct play *play;
    bool used, listening, told, running;
    int retained;
    ac_future_state state;
    ac_value value;
} play_chain;

typedef struct play {
    spy spy;
    ac_loop *loop; /* NULL: there was no memory for it */
    ac_clock clock;
    play_drive drive;
    const char *scripts[PLAY_SLOTS];
    actor *tasks[PLAY_SLOTS];
    ac_future *futures[PLAY_SLOTS];
    play_objects objects;
    play_chain chains[PLAY_CHAINS];
    ac_runner runner;
    ac_sleep bodies[PLAY_BODIES]; /* what wait_for may make tasks of: these stay to the end */
    size_t body_count;
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
 *                 < enter a timeout, = move it        : as_completed's next step (odd: as of "async for")
 *                 W wait    U as_completed            _ wait_for a future or task     - wait_for a sleep
 *                 ~ _cancel_and_wait task or future d
 *                 [ lock d  { queue d                 (play_objects.c says which)
 *   raise         e ValueError             x SystemExit             k CancelledError         i StopIteration
 *                 b GeneratorExit
 *   tasks         l create                 E create eager           c cancel                 u uncancel
 *                 n name                   w wake                   q step by hand           B retrieve
 *                 R let go of              j clear                  Y log_destroy_pending    D callback on it
 *                 K cancel its group       Z clear its group
 *   futures       f set_result             F set_exception            Q StopIteration as such    X cancel
 *                 d add a callback         m remove callbacks         C retrieve               A let go of
 *                 J clear                  N finalize                 M overridden
 *                 g gather of d, d + 1                h shield of d + 1            | chain to a thread's
 *                 / that one ends (by d)
 *   locks, queues ] and } do what needs no waiting; which, says d
 *   the loop      s call_soon              S from a thread            T call_later d/2         H cancel
 *   handle d
 *                 G factory d              P handler d                v set a variable         o stop
 *                 V visit                  I look                   L report                 & debug mode
 *                 O close                ^ cancel all tasks       " Ctrl-C (odd: from a thread)
 *   outside only  . a turn                 # a turn by pieces       $ run_forever, stopped   @ run until task
 *   d
 *                 z let time pass        > a runner runs task d
 * Whatever waits for several takes task d and task d + 1 and future d and future d + 1, as far as they are
 * there; the time it has is one of five, by d (play_seconds). */
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
/* The innermost block of an actor if it is a group (timeout); else NULL. */
ac_group *play_group(actor *actor);
ac_timeout *play_timeout(actor *actor);
/* The actor whose task this future is; NULL for a plain future, and for a task around another body. */
actor *play_actor(ac_future *future);

#endif
