/* test_group_cancel_raises.c - a TaskGroup whose tasks have a cancel of the program's own, which raises.
 *
 * Mirrors    taskgroups.TaskGroup._abort and its callers of 3.12 to 3.15: nothing catches what t.cancel() or
 *            self._parent_task.cancel() raises.  Every order here is what the same program does on CPython
 *            3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2; where they differ, a table names the releases.
 * Idea       All tasks are overridden.  The cancel of those that are stubborn raises their name, and asks
 *            for nothing.
 * See also   difftests/scenarios/taskgroup/own_cancel_raises.py; test_taskgroup.c for the groups of programs
 *            that leave cancel alone. */
#include "group_kit.h"

#include <string.h>

/* ---- Tasks with a cancel of their own ---- */

/* Who raises, and what: an exception of that kind, or a failure without one. */
static struct {
    const char *names;
    th_kind kind;
    ac_status status;
} stubborn;

static ac_status (*make_plain)(ac_loop *loop, const ac_task_spec *spec, ac_task **out);

static ac_status make_own(ac_loop *loop, const ac_task_spec *spec, ac_task **out)
{
    ac_status status = make_plain(loop, spec, out);
    if (status == AC_OK)
        ac_future_set_overridden(&(*out)->future, true);
    return status;
}

static ac_status own_cancel(ac_loop *loop, ac_future *future, ac_ref message, ac_cancel_call call, bool *did)
{
    (void)call;
    const char *name = th_name(future);
    th_log("%s.cancel()", name);
    if (strstr(stubborn.names, name) == NULL)
        return ac_future_cancel_base(future, message, did);
    return stubborn.status != AC_OK ? stubborn.status
                                    : ac_loop_raise(loop, th_exception(stubborn.kind, name));
}

static void use(const char *profile, const char *names)
{
    stubborn.names = names;
    stubborn.kind = TH_VALUE;
    stubborn.status = AC_OK;
    make_plain = make_plain != NULL ? make_plain : th.table.make_task;
    th.table.make_task = make_own;
    th.table.cancel = own_cancel;
    th_use(profile);
}

/* Runs the script as the task "main" in slot 0, to the end of everything. */
static void run_main(const th_op *script)
{
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    ck_assert_str_eq(th_state(th.slots[0]), "result None");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
}

/* ---- What scripts call ---- */

static void resist(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    stubborn.names = "main";
}

/* Nobody is stubborn any more, and those who were not asked are. */
static void relent(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    stubborn.names = "";
    for (unsigned slot = 2; slot <= 3; slot++)
        if (th.slots[slot] != NULL && !ac_future_done(th.slots[slot]))
            th_ok(ac_future_cancel(th.slots[slot], ac_none_ref(), NULL));
}

static th_callback later;

static ac_status relent_later(ac_loop *loop, th_callback *callback)
{
    th_log("requests %u", (unsigned)ac_task_cancelling(th_task_in(0)));
    relent(loop, callback->data);
    return AC_OK;
}

static ac_status cancel_main(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    return ac_future_cancel(th.slots[0], ac_lend(th_int(7)), NULL);
}

static void in_a_second(ac_status (*body)(ac_loop *loop, th_callback *callback))
{
    th_callback_init(&later, NULL, body);
    th_later(&later, 1);
}

static void relent_in_a_second(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    in_a_second(relent_later);
}

static void cancel_main_in_a_second(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    in_a_second(cancel_main);
}

static void cancel_group(ac_loop *loop, th_coro *self)
{
    th_expect_status(ac_group_cancel(&self->group), AC_E_RAISED);
    th_log("raised %s", th_repr_of(ac_loop_take_raised(loop)));
}

static void cancel_group_again(ac_loop *loop, th_coro *self)
{
    (void)loop;
    th_ok(ac_group_cancel(&self->group));
}

static const char *const profiles[] = {"3.12.0", "3.12.1", "3.13.0", "3.13", "3.14", "3.15", "fast"};
enum { PROFILES = sizeof profiles / sizeof profiles[0] };

#define THREE                                                                                                \
    {TH_SPAWN, 1, .text = "first", .script = gk_waits}, {TH_SPAWN, 2, .text = "second", .script = gk_waits}, \
    {                                                                                                        \
        TH_SPAWN, 3, .text = "third", .script = gk_waits                                                     \
    }

#define CHILDREN_END "second.cancel(), third.cancel(), "
#define THEY_CATCH                                                                                           \
    "first caught CancelledError(), second caught CancelledError(), third caught CancelledError()"

/* ---- The exit ---- */

static void is_left(ac_loop *loop, th_coro *self)
{
    (void)loop;
    th_expect_failure(ac_group_exit(&self->group, ac_none_ref()), AC_E_RUNTIME,
                      "TaskGroup %G has not been entered");
    th_expect_failure(ac_group_admit(&self->group), AC_E_RUNTIME, "TaskGroup %G is shutting down");
}

static const th_op by_the_body[] = {{TH_ENTER_GROUP},
                                    THREE,
                                    {TH_YIELD},
                                    {TH_RAISE, .kind = TH_PLAIN, .text = "body"},
                                    {TH_EXIT_GROUP, .catches = true},
                                    {TH_CALL, .call = gk_log_requests},
                                    {TH_CALL, .call = gk_log_group},
                                    {TH_CALL, .call = is_left},
                                    {TH_CALL, .call = relent},
                                    {TH_YIELD},
                                    {TH_YIELD},
                                    {TH_YIELD},
                                    {TH_CALL, .call = gk_log_group},
                                    {TH_END}};

/* The body's exception is lost, and the rest of the children are asked by nobody. */
START_TEST(test_a_cancel_that_raises_in_the_exit_leaves_the_group)
{
    for (int i = 0; i < PROFILES; i++) {
        use(profiles[i], "second");
        run_main(by_the_body);
        th_expect("first.cancel(), second.cancel(), main caught ValueError('second'), requests 0, "
                  "<tasks=3 errors=0 cancelling>, " CHILDREN_END THEY_CATCH
                  ", <tasks=0 errors=0 cancelling>");
    }
}
END_TEST

static void exit_without_memory(ac_loop *loop, th_coro *self)
{
    ac_value error = th_exception(TH_PLAIN, "body");
    stubborn.status = AC_E_MEMORY;
    self->in_group = false;
    th_expect_status(ac_group_exit(&self->group, ac_lend(error)), AC_E_MEMORY);
    ck_assert_uint_eq(ac_loop_take_raised(loop).bits, 0);
    th_drop(error);
}

/* There is no exception for want of memory: the status says it. */
START_TEST(test_a_cancel_without_memory_in_the_exit_leaves_the_group)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   THREE,
                                   {TH_CALL, .call = exit_without_memory},
                                   {TH_CALL, .call = is_left},
                                   {TH_CALL, .call = relent},
                                   {TH_END}};
    use("3.15", "second");
    run_main(script);
    th_expect("first.cancel(), second.cancel(), second.cancel(), third.cancel()");
}
END_TEST

/* A cancellation comes while the exit waits: that aborts, and so it may end, too. */
START_TEST(test_a_cancel_that_raises_while_the_exit_waits_leaves_the_group)
{
    static const th_op script[] = {{TH_CALL, .call = cancel_main_in_a_second},
                                   {TH_ENTER_GROUP},
                                   THREE,
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_CALL, .call = is_left},
                                   {TH_CALL, .call = relent},
                                   {TH_YIELD},
                                   {TH_YIELD},
                                   {TH_YIELD},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_END}};
    for (int i = 0; i < PROFILES; i++) {
        use(profiles[i], "second");
        run_main(script);
        th_expect("main.cancel(), first.cancel(), second.cancel(), main caught ValueError('second'), "
                  "requests 1, <tasks=3 errors=0 cancelling>, " CHILDREN_END THEY_CATCH
                  ", <tasks=0 errors=0 cancelling>");
    }
}
END_TEST

/* taskgroup_preserves_cancel_count: the parent is asked again, once the request was taken back. */
START_TEST(test_a_parent_that_raises_when_a_cancellation_is_delivered_again_since_3_13)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "late", .script = gk_waits_and_fails},
                                   {TH_YIELD},
                                   {TH_CANCEL, 0, .number = 8},
                                   {TH_YIELD, .catches = true},
                                   {TH_CALL, .call = resist},
                                   {TH_RERAISE},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "on"},
                                   {TH_END}};
    for (int i = 0; i < PROFILES; i++) {
        use(profiles[i], "");
        run_main(script);
        th_expect(i < 2 ? "main.cancel(), main caught CancelledError(8), late.cancel(), late caught "
                          "CancelledError(), main caught ExceptionGroup('" GK_UNHANDLED
                          "', [ValueError('late')]), requests 1, on"
                        : "main.cancel(), main caught CancelledError(8), late.cancel(), late caught "
                          "CancelledError(), main.cancel(), main caught ValueError('main'), requests 0, on");
    }
}
END_TEST

/* ---- The callback of a child ---- */

/* The parent is not asked, and the group waits for those that nobody asked. */
START_TEST(test_a_cancel_that_raises_in_the_callback_of_a_child_is_reported)
{
    static const th_op script[] = {{TH_CALL, .call = relent_in_a_second},
                                   {TH_ENTER_GROUP},
                                   THREE,
                                   {TH_SPAWN, 4, .text = "fails", .script = gk_fails},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    for (int i = 0; i < PROFILES; i++) {
        use(profiles[i], "second");
        run_main(script);
        th_expect("first.cancel(), second.cancel(), first caught CancelledError(), requests 0, " CHILDREN_END
                  "second caught CancelledError(), third caught CancelledError(), "
                  "main caught ExceptionGroup('" GK_UNHANDLED "', [ValueError('x')]), requests 0");
        th_expect_reports("Exception in callback: ValueError('second')");
    }
}
END_TEST

/* The children were asked already, and the group knows that it wanted to cancel the parent: it takes back
 * what was never there. */
START_TEST(test_a_parent_that_raises_in_the_callback_of_a_child_is_reported)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "first", .script = gk_waits},
                                   {TH_SPAWN, 2, .text = "fails", .script = gk_fails},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    for (int i = 0; i < PROFILES; i++) {
        use(profiles[i], "main");
        run_main(script);
        th_expect("first.cancel(), main.cancel(), first caught CancelledError(), main caught "
                  "ExceptionGroup('" GK_UNHANDLED "', [ValueError('x')]), requests 0");
        th_expect_reports("Exception in callback: ValueError('main')");
    }
}
END_TEST

/* As of any callback. */
START_TEST(test_an_exit_exception_of_a_cancel_in_the_callback_of_a_child_leaves_the_loop)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "first", .script = gk_waits},
                                   {TH_SPAWN, 2, .text = "fails", .script = gk_fails},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_END}};
    use("3.15", "first");
    stubborn.kind = TH_EXIT;
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 2);
    th_expect_status(th_turn(&th.loop), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "SystemExit('first')");
    stubborn.names = "";
    th_ok(ac_future_cancel(th.slots[1], ac_none_ref(), NULL));
    th_run(&th.loop);
    th_expect("first.cancel(), first.cancel(), first caught CancelledError(), main caught "
              "ExceptionGroup('" GK_UNHANDLED "', [ValueError('x')])");
}
END_TEST

/* taskgroup_eager_done_callback_inline: then it is create_task that raises. */
START_TEST(test_a_cancel_that_raises_for_an_eager_child_leaves_create_task_where_that_processes_it)
{
    static const th_op script[] = {
        {TH_ENTER_GROUP},
        {TH_SPAWN, 1, .text = "first", .script = gk_waits},
        {TH_SPAWN, 2, .text = "second", .script = gk_waits},
        {TH_SPAWN, 4, .text = "fails", .script = gk_fails, .eager = AC_EAGER_YES, .catches = true},
        {TH_CALL, .call = gk_log_group},
        {TH_YIELD},
        {TH_YIELD},
        {TH_CALL, .call = gk_log_group},
        {TH_CALL, .call = relent},
        {TH_EXIT_GROUP, .catches = true},
        {TH_CALL, .call = gk_log_requests},
        {TH_END}};
    static const struct {
        const char *profile;
        bool is_inline;
    } cases[] = {{"3.12.1", true}, {"3.13.0", true}, {"3.13", false}, {"3.14", false}, {"3.15", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        use(cases[i].profile, "second");
        run_main(script);
        th_expect(cases[i].is_inline
                      ? "first.cancel(), second.cancel(), main caught ValueError('second'), "
                        "<tasks=2 errors=1 cancelling>, <tasks=1 errors=1 cancelling>, second.cancel(), "
                        "second caught CancelledError(), main caught ExceptionGroup('" GK_UNHANDLED
                        "', [ValueError('x')]), requests 0"
                      : "<tasks=3 errors=0 entered>, first.cancel(), second.cancel(), first caught "
                        "CancelledError(), "
                        "<tasks=2 errors=1 cancelling>, second.cancel(), second caught CancelledError(), "
                        "main caught ExceptionGroup('" GK_UNHANDLED "', [ValueError('x')]), requests 0");
        th_expect_reports(cases[i].is_inline ? "" : "Exception in callback: ValueError('second')");
    }
}
END_TEST

/* ---- TaskGroup.cancel ---- */

/* The group aborts: a second cancel does nothing, and the parent was not asked. */
START_TEST(test_a_cancel_that_raises_leaves_the_cancel_of_the_group)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   THREE,
                                   {TH_YIELD},
                                   {TH_CALL, .call = cancel_group},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_CALL, .call = cancel_group_again},
                                   {TH_CALL, .call = relent},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "on"},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    use("3.15", "second");
    run_main(script);
    th_expect("first.cancel(), second.cancel(), raised ValueError('second'), requests 0, "
              "<tasks=3 errors=0 cancelling>, " CHILDREN_END THEY_CATCH ", on, requests 0");
}
END_TEST

START_TEST(test_a_parent_that_raises_leaves_the_cancel_of_the_group)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "first", .script = gk_waits},
                                   {TH_YIELD},
                                   {TH_CALL, .call = cancel_group},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_CALL, .call = cancel_group_again},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "on"},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    use("3.15", "main");
    run_main(script);
    th_expect("first.cancel(), main.cancel(), raised ValueError('main'), requests 0, "
              "<tasks=1 errors=0 cancelling>, first caught CancelledError(), on, requests 0");
}
END_TEST

static void enter_cancelled(ac_loop *loop, th_coro *self)
{
    ac_group_init(&self->group, loop);
    self->group_used = true;
    th_ok(ac_group_cancel(&self->group));
    th_expect_status(ac_group_enter(&self->group), AC_E_RAISED);
    th_log("raised %s", th_repr_of(ac_loop_take_raised(loop)));
    ck_assert(ac_group_is_entered(&self->group));
}

static void clear_group(ac_loop *loop, th_coro *self)
{
    (void)loop;
    ac_group_clear(&self->group);
}

/* What was cancelled before it is entered cancels at the enter.  The group is entered all the same: it keeps
 * its parent until it is cleared. */
START_TEST(test_a_parent_that_raises_leaves_the_enter_of_a_cancelled_group)
{
    static const th_op script[] = {{TH_CALL, .call = enter_cancelled},    {TH_CALL, .call = gk_log_group},
                                   {TH_CALL, .call = cancel_group_again}, {TH_CALL, .call = gk_log_requests},
                                   {TH_CALL, .call = clear_group},        {TH_END}};
    use("3.15", "main");
    run_main(script);
    th_expect("main.cancel(), raised ValueError('main'), <tasks=0 errors=0 cancelling>, requests 0");
}
END_TEST

static void cancel_group_without_memory(ac_loop *loop, th_coro *self)
{
    stubborn.status = AC_E_MEMORY;
    th_expect_status(ac_group_cancel(&self->group), AC_E_MEMORY);
    ck_assert_uint_eq(ac_loop_take_raised(loop).bits, 0);
}

START_TEST(test_a_cancel_without_memory_leaves_the_cancel_of_the_group)
{
    static const th_op script[] = {{TH_ENTER_GROUP}, {TH_SPAWN, 1, .text = "first", .script = gk_waits},
                                   {TH_YIELD},       {TH_CALL, .call = cancel_group_without_memory},
                                   {TH_EXIT_GROUP},  {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    static const char *const who[] = {"first", "main"};
    static const char *const logs[] = {"first.cancel(), requests 0",
                                       "first.cancel(), main.cancel(), first caught CancelledError(), "
                                       "requests 0"};
    for (int i = 0; i < 2; i++) {
        use("3.15", who[i]);
        run_main(script);
        th_expect(logs[i]);
    }
}
END_TEST

/* ---- Hosts that interfere ---- */

static ac_status clear_group_and_raise(ac_loop *loop, ac_future *future, ac_ref message, ac_cancel_call call,
                                       bool *did)
{
    (void)message;
    (void)call;
    (void)did;
    if (strcmp(th_name(future), "main") != 0) {
        uint32_t before;
        ac_group *group = ac_task_get_group(ac_future_task(future), &before);
        if (group != NULL)
            ac_group_clear(group);
    }
    return ac_loop_raise(loop, th_exception(TH_VALUE, "cleared"));
}

START_TEST(test_a_cancel_that_clears_the_group_and_raises)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   THREE,
                                   {TH_YIELD},
                                   {TH_RAISE, .kind = TH_PLAIN, .text = "body"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_END}};
    use("3.15", "");
    th.table.cancel = clear_group_and_raise;
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 3);
    th_expect("main caught ValueError('cleared'), <tasks=0 errors=0 cancelling>");
    ck_assert(ac_future_done(th.slots[0]));
    for (unsigned slot = 1; slot <= 3; slot++)
        th_ok(ac_future_cancel_base(th.slots[slot], ac_none_ref(), NULL));
    th_run(&th.loop);
    th_expect(THEY_CATCH);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_cancel_that_raises_in_the_exit_leaves_the_group,
        test_a_cancel_without_memory_in_the_exit_leaves_the_group,
        test_a_cancel_that_raises_while_the_exit_waits_leaves_the_group,
        test_a_parent_that_raises_when_a_cancellation_is_delivered_again_since_3_13,
        test_a_cancel_that_raises_in_the_callback_of_a_child_is_reported,
        test_a_parent_that_raises_in_the_callback_of_a_child_is_reported,
        test_an_exit_exception_of_a_cancel_in_the_callback_of_a_child_leaves_the_loop,
        test_a_cancel_that_raises_for_an_eager_child_leaves_create_task_where_that_processes_it,
        test_a_cancel_that_raises_leaves_the_cancel_of_the_group,
        test_a_parent_that_raises_leaves_the_cancel_of_the_group,
        test_a_parent_that_raises_leaves_the_enter_of_a_cancelled_group,
        test_a_cancel_without_memory_leaves_the_cancel_of_the_group,
        test_a_cancel_that_clears_the_group_and_raises,
    };
    return TH_MAIN("group_cancel_raises", tests);
}
