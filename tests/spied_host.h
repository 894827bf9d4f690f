/* spied_host.h - the C host with a spy at every hook.
 *
 * Idea       The saboteur and the evil host differ only in what they do when a hook is called.  So the
 *            wrapping is done once: each hook tells the spy first, who may make it fail or call back into the
 *            core, as far as the hook has the right to.  spy_rights is host.h's marks as a table.
 * Holds      (1) A hook without the right to run user code does not: spy.quiet counts those that are being
 *            called, and no other may be called meanwhile.  (2) Whenever a hook may call back, ac_loop_check
 *            finds nothing.  Breaches are left in spy.broken.
 * Owns       Weak lists of what is alive: freed memory takes its members off, so that an attacker without a
 *            reference still never touches what is gone. */
#ifndef AIOCORE_TESTS_SPIED_HOST_H
#define AIOCORE_TESTS_SPIED_HOST_H

#include <aiocore/chost.h>

typedef enum hook {
    HOOK_DUP,
    HOOK_DROP,
    HOOK_RETAIN,
    HOOK_RELEASE,
    HOOK_RETAIN_GROUP,
    HOOK_RELEASE_GROUP,
    HOOK_ERROR,
    HOOK_CLASSIFY,
    HOOK_COPY_CONTEXT,
    HOOK_ENTER,
    HOOK_LEAVE,
    HOOK_MAKE_TASK,
    HOOK_SET_NAME,
    HOOK_NEXT_SERIAL,
    HOOK_CANCEL,
    HOOK_REPORT,
    HOOK_NOW,
    HOOK_POLL,
    HOOK_WAKE,
    HOOK_SET_RUNNING,
    HOOK_THREAD,
    HOOK_SLOW,
    HOOK_POST,
    HOOK_REALLOC,
    HOOK_MAKE_LIST,
    HOOK_BOUND,
    HOOK_RAISING,
    HOOK_WAITER,
    HOOK_EXCEPTION_CONTEXT,
    HOOK_SET_EXCEPTION_CONTEXT,
    HOOK_EXCEPTION_MEMBER,
    /* not in the table: operations of bodies and handles, handlers and factories */
    HOOK_RESUME,
    HOOK_UNPARK,
    HOOK_CLEAR,
    HOOK_RUN,
    HOOK_DONE,
    HOOK_HANDLER,
    HOOK_FACTORY,
    /* of conditions, queues, and futures of other threads */
    HOOK_PREDICATE,
    HOOK_QUEUE_PUT,
    HOOK_QUEUE_GET,
    HOOK_QUEUE_LESS,
    HOOK_QUEUE_ASK,
    HOOK_CHAIN_LISTEN,
    HOOK_CHAIN_CANCEL,
    HOOK_CHAIN_START,
    HOOK_CHAIN_SET,
    HOOK_CHAIN_OUTCOME,
    HOOK_CHAIN_RELEASE,
    HOOKS
} hook;

/* What a hook may do, as marked in host.h, coro.h, loop.h, sync.h, queue.h and runner.h. */
typedef struct rights {
    const char *name;
    bool runs_user_code, may_call_back, may_fail;
} rights;
extern const rights spy_rights[HOOKS];

enum { SPY_ALIVE = 512, SPY_POSTED = 1024 };

typedef struct spy {
    /* Whether this call of a hook that may fail is to fail; NULL: none does. */
    bool (*fails)(struct spy *spy, hook which);
    /* A hook that may call back was called, before or after it did its work; NULL: nothing. */
    void (*calls)(struct spy *spy, ac_loop *loop, hook which);
    /* What keeps the memory of a group: the task in whose frame it lies. */
    ac_future *(*group_owner)(struct spy *spy, ac_group *group);
    unsigned called[HOOKS], quiet;
    ac_status failure;    /* what a failing hook with a status answers: AC_E_MEMORY or AC_E_RAISED */
    bool failure_is_exit; /* and the exception it raises is a SystemExit */
    const char *broken;   /* the first breach of (1) or (2) */
    bool known;  /* what happens now, another run has shown to be right: invariants are not checked */
    double time; /* what now says; poll passes it */
    uint64_t serial;
    void *alive[SPY_ALIVE];        /* ac_future: tasks and futures; weak */
    void *calls_alive[SPY_ALIVE];  /* ac_callback */
    size_t alive_end, calls_end;   /* nothing is behind these */
    ac_handle *posted[SPY_POSTED]; /* a ring: what the foreign loop has still to run */
    size_t posted_first, posted_count;
} spy;

/* The table: the C host's hooks behind the spy of the loop's options->user.  With the hook that posts to a
 * foreign loop, with those that keep groups, or without. */
const ac_host *spied_host(bool posts, bool keeps_groups);
/* Memory that belongs to no loop is asked for here; NULL: nobody watches. */
void spy_watch_loopless(spy *spy);

/* What tests' own bodies and callbacks do first: tells the spy, and says whether to fail.  AC_OK, or what to
 * answer. */
ac_status spy_enter(ac_loop *loop, hook which);
/* The same at the end of the work. */
void spy_leave(ac_loop *loop, hook which);

/* Remembers what is alive. */
void spy_born(ac_loop *loop, ac_future *future);
void spy_call_born(ac_loop *loop, ac_callback *callback);
/* Runs what is on the foreign loop now; the first status that is not AC_OK. */
ac_status spy_run_posted(spy *spy, ac_loop *loop);

#endif
