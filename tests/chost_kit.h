/* chost_kit.h - what the tests of the C host share: a loop on a virtual clock, logs, and a body.
 *
 * Rules   Each test begins with kit.loop and leaves nothing behind: the teardown fails it for what is still
 *         alive, and for reports that were overlooked. */
#ifndef AIOCORE_TESTS_CHOST_KIT_H
#define AIOCORE_TESTS_CHOST_KIT_H

#include <aiocore/chost.h>
#include <check.h>

enum { KIT_LOG = 8192 };

struct kit {
    ac_loop *loop;
    ac_clock clock;
    char log[KIT_LOG], reports[KIT_LOG];
    unsigned report_count;
};
extern struct kit kit;

/* A loop in the place of kit.loop, which is freed and must have been empty.  Reports go to kit.reports. */
void kit_loop(const char *semantics);
void kit_loop_with(const ac_loop_options *options);
/* Closes and frees kit.loop; how much was left. */
size_t kit_free_loop(void);
/* Runs the tests; what main() returns. */
int kit_main(const char *name, const TTest *const *tests, size_t count);
/* Each test so often, with _i from 0 on. */
int kit_main_times(const char *name, const TTest *const *tests, size_t count, int times);
#define KIT_MAIN(name, tests) kit_main(name, tests, sizeof(tests) / sizeof(tests)[0])

/* Appends an event: "one, two".  Reports are separated by "; ". */
void kit_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define kit_expect_in(text, words)                                                                           \
    do {                                                                                                     \
        ck_assert_str_eq((text), (words));                                                                   \
        (text)[0] = '\0';                                                                                    \
    } while (0)
#define kit_expect(words) kit_expect_in(kit.log, words)
#define kit_expect_reports(words) kit_expect_in(kit.reports, words)
#define kit_status(call, status) ck_assert_str_eq(ac_status_name(call), #status)
#define kit_ok(call) kit_status(call, AC_OK)
#define kit_fails(call, status, words)                                                                       \
    do {                                                                                                     \
        kit_status(call, status);                                                                            \
        ck_assert_str_eq(ac_loop_why(kit.loop), (words));                                                    \
    } while (0)

/* repr() in static storage, overwritten by the fourth call after it; the second drops the value. */
const char *kit_repr(ac_ref value);
const char *kit_repr_of(ac_value value);
const char *kit_name(const ac_c_task *task);
void kit_turns(unsigned count);

/* A body: logs its name, calls first, sleeps or awaits a future, calls last, and returns or raises.  A name
 * of NULL logs nothing.  An exception that it is thrown into is passed on, unless it has another to raise. */
typedef struct worker {
    ac_c_task head;
    const char *name;
    void (*first)(ac_loop *loop, struct worker *self);
    void (*last)(ac_loop *loop, struct worker *self);
    void *data;
    ac_future *awaits;        /* owned; NULL: sleeps */
    double naps;              /* 0: does not wait at all */
    ac_value gives;           /* owned */
    const ac_c_class *raises; /* NULL: returns */
    bool swallows;            /* a cancellation */
    bool waited;
    ac_sleep nap;
} worker;
extern const ac_coro_ops kit_worker_ops;

worker *kit_worker(const char *name);
/* Starts it, and gives it up. */
void kit_start(worker *self);
void kit_start_eager(worker *self);
void kit_release(worker *self);
/* ac_c_run: "AC_OK 7". */
const char *kit_run(worker *self);

/* A future that is kept by nobody else, and its ends. */
ac_future *kit_pending(void);
void kit_finish(ac_future *future, int64_t result);
void kit_release_future(ac_future *future);

#endif
