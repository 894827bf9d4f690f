/* process_kit.h - what the tests of processes with streams share: one that runs a script, and turns until it
 * has ended. */
#ifndef AIOCORE_TESTS_PROCESS_KIT_H
#define AIOCORE_TESTS_PROCESS_KIT_H

#include "io_kit.h"

#include <aiocore/process.h>
#include <signal.h>
#include <sys/wait.h>

static ac_create_subprocess create;

static inline void check_no_zombies(void)
{
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}

static inline void close_all(void)
{
    io_close();
    check_no_zombies();
}

/* The pipes may not all be connected yet: then the task that does it is reported, as in asyncio. */
static inline void close_early(void)
{
    close_all();
    if (kit.report_count > 0)
        ck_assert_str_eq(kit.reports, "Task was destroyed but it is pending!");
    kit.report_count = 0;
    kit.reports[0] = '\0';
}

/* Polls, as long as it takes, until it is over. */
static inline const char *finish(ac_coro *co)
{
    driven self = {.co = co};
    const char *end = io_step(&self);

    for (int i = 0; i < 10000 && (strcmp(end, "waits") == 0 || strcmp(end, "yields") == 0); i++) {
        kit_ok(ac_loop_poll(kit.loop, strcmp(end, "yields") == 0 ? 0 : ac_loop_timeout(kit.loop)));
        kit_ok(ac_loop_turn(kit.loop));
        end = io_step(&self);
    }
    return end;
}

static const ac_child_options all_pipes = {
    .streams = {{AC_STDIO_PIPE, 0}, {AC_STDIO_PIPE, 0}, {AC_STDIO_PIPE, 0}}};

static inline ac_process *shell_with(const char *script, const ac_child_options *options)
{
    ac_process *process;

    ac_create_subprocess_shell_init(&create, io, script, options, 0);
    ck_assert_str_eq(finish(&create.co), "returned");
    process = ac_create_subprocess_take(&create);
    ck_assert_ptr_nonnull(process);
    ck_assert_ptr_null(ac_create_subprocess_take(&create));
    ac_coro_clear(kit.loop, &create.co);
    return process;
}

static inline ac_process *shell(const char *script)
{
    return shell_with(script, &all_pipes);
}

static inline int wait_for(ac_process *process)
{
    ac_child_wait wait;

    ac_process_wait_init(&wait, process);
    ck_assert_str_eq(finish(&wait.co), "returned");
    ac_coro_clear(kit.loop, &wait.co);
    return wait.returncode;
}

/* ---- A loop that has no more memory ---- */

static unsigned allocations, refused_at;

static inline void *stingy_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    if (now > old && refused_at != 0 && ++allocations == refused_at)
        return NULL;
    return ac_c_host()->realloc(loop, memory, old, now);
}

static inline void ignore_report(void *data, const char *text)
{
    (void)data;
    (void)text;
}

/* Uses a process on a loop of its own, again and again, each time with another allocation that fails; nothing
 * is left. */
static inline void each_allocation_fails(int poller, void (*use)(ac_loop *loop))
{
    ac_host host = *ac_c_host();
    ac_loop *kept = kit.loop;
    unsigned n = 0;

    host.realloc = stingy_realloc;
    do {
        ac_loop *loop;
        refused_at = 0;
        loop = ac_c_loop_new_with(&host, NULL, NULL);
        ac_c_set_report(loop, ignore_report, NULL);
        kit.loop = loop;
        kit_ok(ac_io_new(loop, &(ac_io_options){.poller = io_pollers[poller]}, &io));
        allocations = 0;
        refused_at = ++n;
        use(loop);
        refused_at = 0;
        close_all();
        ck_assert_uint_eq(ac_c_loop_free(loop), 0);
        kit.loop = kept;
    } while (allocations >= n);
    ck_assert_uint_gt(n, 10);
}

/* What goes wrong on the way is dropped; at most so many turns of at most so many seconds. */
static inline const char *muddle_through(ac_loop *loop, driven *self, int turns, double seconds)
{
    const char *end = io_step(self);

    for (int i = 0; i < turns && strcmp(end, "waits") == 0; i++) {
        (void)ac_loop_poll(loop, seconds);
        ac_drop(loop, ac_loop_take_raised(loop));
        (void)ac_loop_turn(loop);
        ac_drop(loop, ac_loop_take_raised(loop));
        end = io_step(self);
    }
    return end;
}

#endif
