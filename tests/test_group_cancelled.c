/* test_group_cancelled.c - TaskGroup: cancellations that come from outside, and cancel() of 3.15.
 *
 * Mirrors    taskgroups.TaskGroup of 3.12 to 3.15.  Every order here is what the same program does on CPython
 *            3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2; where they differ, a table names the releases.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong; names are
 *            those of the flags in semantics.h.
 * See also   test_taskgroup.c; test_group_cancel_raises.c for tasks whose cancel raises. */
#include "group_kit.h"

#include <string.h>

static void cancel_group(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    th_ok(ac_group_cancel(gk_the_group));
}

/* Cancels of the main task by callbacks that are queued from its own step. */
static th_callback outside[2];

static ac_status cancel_main(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    return ac_task_cancel(th_task_in(0), ac_lend(th_int(callback - outside + 1)), NULL);
}

static void queue_one(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    th_callback_init(&outside[0], NULL, cancel_main);
    th_soon(&outside[0]);
}

static void queue_two(ac_loop *loop, th_coro *self)
{
    queue_one(loop, self);
    th_callback_init(&outside[1], NULL, cancel_main);
    th_soon(&outside[1]);
}

/* ---- Cancellation from outside ---- */

/* Rule 59. */
START_TEST(test_a_cancellation_of_the_body_is_raised_on_after_the_children_ended)
{
    static const th_op in_body[] = {{TH_CALL, .call = queue_one},
                                    {TH_ENTER_GROUP},
                                    {TH_SPAWN, 1, .text = "child", .script = gk_waits},
                                    {GK_LONG_WAIT},
                                    {TH_LOG, .text = "never"},
                                    {TH_EXIT_GROUP, .catches = true},
                                    {TH_CALL, .call = gk_log_requests},
                                    {TH_YIELD},
                                    {TH_LOG, .text = "on"},
                                    {TH_END}};
    static const th_op in_exit[] = {{TH_CALL, .call = queue_one},
                                    {TH_ENTER_GROUP},
                                    {TH_SPAWN, 1, .text = "child", .script = gk_waits},
                                    {TH_EXIT_GROUP, .catches = true},
                                    {TH_CALL, .call = gk_log_requests},
                                    {TH_YIELD},
                                    {TH_LOG, .text = "on"},
                                    {TH_END}};
    static const char *const profiles[] = {"3.12", "3.13.0", "3.14", "3.15"};
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        gk_run_main(in_body);
        th_expect("child caught CancelledError(), main caught CancelledError(1), requests 1, on");
        gk_run_main(in_exit);
        th_expect("child caught CancelledError(), main caught CancelledError(1), requests 1, on");
    }
}
END_TEST

/* taskgroup_preserves_cancel_count (gh-116720): errors hide the cancellation, which arrives at the next await
 * since 3.13. */
START_TEST(test_a_cancellation_that_errors_hide_is_delivered_again_since_3_13)
{
    static const th_op once[] = {{TH_CALL, .call = queue_one},
                                 {TH_ENTER_GROUP},
                                 {TH_SPAWN, 1, .text = "child", .script = gk_waits_and_fails},
                                 {TH_EXIT_GROUP, .catches = true},
                                 {TH_CALL, .call = gk_log_requests},
                                 {TH_YIELD, .catches = true},
                                 {TH_LOG, .text = "on"},
                                 {TH_END}};
    static const th_op twice[] = {{TH_CALL, .call = queue_two},
                                  {TH_ENTER_GROUP},
                                  {TH_SPAWN, 1, .text = "child", .script = gk_waits_and_fails},
                                  {GK_LONG_WAIT},
                                  {TH_LOG, .text = "never"},
                                  {TH_EXIT_GROUP, .catches = true},
                                  {TH_CALL, .call = gk_log_requests},
                                  {TH_YIELD, .catches = true},
                                  {TH_LOG, .text = "on"},
                                  {TH_END}};
    static const char group[] = "child caught CancelledError(), main caught ExceptionGroup('" GK_UNHANDLED
                                "', [ValueError('late')]), ";
    static const char *const profiles[] = {"3.12", "3.13.0", "3.14", "3.15"};
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        gk_run_main(once);
        ck_assert(strncmp(th.log, group, strlen(group)) == 0);
        ck_assert_str_eq(th.log + strlen(group),
                         i == 0 ? "requests 1, on" : "requests 1, main caught CancelledError(), on");
        th.log[0] = '\0';
        gk_run_main(twice);
        ck_assert(strncmp(th.log, group, strlen(group)) == 0);
        ck_assert_str_eq(th.log + strlen(group),
                         i == 0 ? "requests 2, on" : "requests 2, main caught CancelledError(), on");
        th.log[0] = '\0';
    }
}
END_TEST

/* Rule 56: all cancellations but the first are swallowed; they stay counted. */
START_TEST(test_the_exit_raises_the_first_of_several_cancellations)
{
    static const th_op slow[] = {{GK_LONG_WAIT, .catches = true},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_RERAISE}};
    static const th_op later[] = {{TH_YIELD}, {TH_YIELD}, {TH_YIELD}, {TH_YIELD}, {TH_CANCEL, 0, .number = 5},
                                  {TH_END}};
    static const th_op script[] = {{TH_CALL, .call = queue_one},
                                   {TH_CREATE, 2, .text = "later", .script = later},
                                   {TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "slow", .script = slow},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("slow caught CancelledError(), main caught CancelledError(1), requests 2");
}
END_TEST

static void queue_cancel_of_main(ac_loop *loop, th_coro *self)
{
    queue_one(loop, self);
}

/* A child fails, then the parent is cancelled from outside: before 3.13 the group's own request was
 * forgotten. */
START_TEST(test_a_cancellation_from_outside_survives_a_failing_child)
{
    static const th_op child[] = {
        {TH_YIELD}, {TH_CALL, .call = queue_cancel_of_main}, {TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    static const th_op slow[] = {
        {GK_LONG_WAIT, .catches = true}, {TH_YIELD}, {TH_YIELD}, {TH_YIELD}, {TH_YIELD}, {TH_RERAISE}};
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "child", .script = child},
                                   {TH_SPAWN, 2, .text = "slow", .script = slow},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_YIELD, .catches = true},
                                   {TH_LOG, .text = "on"},
                                   {TH_END}};
    static const char *const profiles[] = {"3.12", "3.13.0", "3.14", "3.15"};
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        gk_run_main(script);
        th_expect(i == 0 ? "slow caught CancelledError(), main caught ExceptionGroup('" GK_UNHANDLED
                           "', [ValueError('x')]), requests 2, on"
                         : "slow caught CancelledError(), main caught ExceptionGroup('" GK_UNHANDLED
                           "', [ValueError('x')]), requests 1, main caught CancelledError(), on");
    }
}
END_TEST

/* cancelled_error_subclasses (gh-113848). */
START_TEST(test_a_subclass_of_cancelled_error_counts_as_a_cancellation_since_3_13)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "child", .script = gk_waits},
                                   {TH_YIELD},
                                   {TH_RAISE, .kind = TH_CANCELLED_SUBCLASS, .text = "m"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_END}};
    static const char *const profiles[] = {"3.12", "3.13.0", "3.14", "3.15"};
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        gk_run_main(script);
        th_expect(i == 0 ? "child caught CancelledError(), main caught BaseExceptionGroup('" GK_UNHANDLED
                           "', [MyCancelledError('m')])"
                         : "child caught CancelledError(), main caught MyCancelledError('m')");
    }
}
END_TEST

/* taskgroup_generator_exit_bare (gh-135736): only if it is the only error. */
START_TEST(test_a_generator_exit_of_the_body_is_raised_bare_since_3_15)
{
    static const th_op alone[] = {{TH_ENTER_GROUP},
                                  {TH_RAISE, .kind = TH_GENEXIT, .text = "g"},
                                  {TH_EXIT_GROUP, .catches = true},
                                  {TH_END}};
    static const th_op with_child[] = {{TH_ENTER_GROUP},
                                       {TH_SPAWN, 1, .text = "child", .script = gk_waits_and_fails},
                                       {TH_YIELD},
                                       {TH_RAISE, .kind = TH_GENEXIT, .text = "g"},
                                       {TH_EXIT_GROUP, .catches = true},
                                       {TH_END}};
    static const char *const profiles[] = {"3.12", "3.13", "3.14", "3.15"};
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        gk_run_main(alone);
        th_expect(i < 3 ? "main caught BaseExceptionGroup('" GK_UNHANDLED "', [GeneratorExit('g')])"
                        : "main caught GeneratorExit('g')");
        gk_run_main(with_child);
        th_expect("child caught CancelledError(), main caught BaseExceptionGroup('" GK_UNHANDLED
                  "', [ValueError('late'), GeneratorExit('g')])");
    }
}
END_TEST

/* A group that is cancelled and raises at once: 3.12 leaves the request where it is, with its message. */
START_TEST(test_a_request_that_was_not_delivered_outlives_a_group_of_errors)
{
    static const th_op script[] = {{TH_CANCEL_SELF, .number = 8},
                                   {TH_ENTER_GROUP},
                                   {TH_RAISE, .kind = TH_GENEXIT, .text = "g"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_YIELD, .catches = true},
                                   {TH_END}};
    static const char *const profiles[] = {"3.12", "3.13", "3.14", "3.15"};
    static const char *const logs[] = {
        "main caught BaseExceptionGroup('" GK_UNHANDLED
        "', [GeneratorExit('g')]), requests 1, main caught CancelledError(8)",
        "main caught BaseExceptionGroup('" GK_UNHANDLED
        "', [GeneratorExit('g')]), requests 1, main caught CancelledError()",
        "main caught BaseExceptionGroup('" GK_UNHANDLED
        "', [GeneratorExit('g')]), requests 1, main caught CancelledError()",
        "main caught GeneratorExit('g'), requests 1, main caught CancelledError()"};
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        gk_run_main(script);
        th_expect(logs[i]);
    }
}
END_TEST

/* ---- cancel() of 3.15 (taskgroup_cancel) ---- */

START_TEST(test_a_group_has_no_cancel_before_3_15)
{
    static const char *const profiles[] = {"3.12", "3.13", "3.14", "3.15-taskgroup_cancel"};
    for (int i = 0; i < 4; i++) {
        ac_group group;
        th_use(profiles[i]);
        ac_group_init(&group, &th.loop);
        th_expect_failure(ac_group_cancel(&group), AC_E_TYPE, "'TaskGroup' object has no attribute 'cancel'");
    }
}
END_TEST

/* It cancels children and parent once; the exit swallows that; afterwards it does nothing. */
START_TEST(test_cancel_ends_the_group_without_an_error)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_keep_group},
                                   {TH_SPAWN, 1, .text = "child", .script = gk_waits},
                                   {TH_YIELD},
                                   {TH_CALL, .call = cancel_group},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_CALL, .call = cancel_group},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_CALL, .call = gk_spawn_aborting},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "never"},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_CALL, .call = cancel_group},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_YIELD},
                                   {TH_END}};
    ck_assert_int_eq(gk_run_main(script), 5);
    th_expect(
        "<tasks=1 errors=0 cancelling>, requests 1, child caught CancelledError(), requests 0, requests 0");
}
END_TEST

static void enter_cancelled(ac_loop *loop, th_coro *self)
{
    (void)loop;
    ac_group_init(&self->group, &th.loop);
    self->group_used = true;
    th_ok(ac_group_cancel(&self->group));
    ck_assert(!ac_group_is_entered(&self->group));
    ck_assert(!ac_group_is_aborting(&self->group));
    th_ok(ac_group_enter(&self->group));
    self->in_group = true;
}

/* Before the enter it takes effect at the enter; a body that never waits is not disturbed. */
START_TEST(test_cancel_before_the_enter_takes_effect_at_the_enter)
{
    static const th_op script[] = {{TH_CALL, .call = enter_cancelled},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_CALL, .call = gk_spawn_aborting},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "never"},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_CALL, .call = enter_cancelled},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "on"},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("<tasks=0 errors=0 cancelling>, requests 1, requests 0, requests 0, on");
}
END_TEST

START_TEST(test_a_child_may_cancel_the_group_while_the_exit_waits)
{
    static const th_op canceller[] = {
        {TH_YIELD}, {TH_CALL, .call = cancel_group}, {TH_LOG, .text = "cancelled"}, {TH_END}};
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_keep_group},
                                   {TH_SPAWN, 1, .text = "canceller", .script = canceller},
                                   {TH_SPAWN, 2, .text = "child", .script = gk_waits},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "on"},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("cancelled, child caught CancelledError(), requests 0, on");
}
END_TEST

START_TEST(test_cancel_does_not_hide_errors)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_keep_group},
                                   {TH_SPAWN, 1, .text = "child", .script = gk_waits_and_fails},
                                   {TH_YIELD},
                                   {TH_CALL, .call = cancel_group},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "never"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "on"},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("child caught CancelledError(), main caught ExceptionGroup('" GK_UNHANDLED
              "', [ValueError('late')]), requests 0, on");
}
END_TEST

START_TEST(test_a_cancellation_from_outside_before_cancel_is_raised)
{
    static const th_op script[] = {{TH_CANCEL_SELF, .number = 8},
                                   {TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_keep_group},
                                   {TH_CALL, .call = cancel_group},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "never"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("main caught CancelledError(), requests 1");
}
END_TEST

/* gh-155433: the remaining request is not the group's, and its last CancelledError is raised. */
START_TEST(test_a_cancellation_from_outside_after_cancel_is_raised)
{
    static const th_op slow[] = {{GK_LONG_WAIT, .catches = true},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_YIELD},
                                 {TH_RERAISE}};
    static const th_op after_1[] = {{TH_YIELD}, {TH_CALL, .call = cancel_group}, {TH_END}};
    static const th_op after_3[] = {
        {TH_YIELD}, {TH_YIELD}, {TH_YIELD}, {TH_CANCEL, 0, .number = 1}, {TH_END}};
    static const th_op after_5[] = {
        {TH_YIELD}, {TH_YIELD}, {TH_YIELD}, {TH_YIELD}, {TH_YIELD}, {TH_CANCEL, 0, .number = 2}, {TH_END}};
    static const th_op once[] = {{TH_CREATE, 1, .text = "g", .script = after_1},
                                 {TH_CREATE, 2, .text = "o", .script = after_3},
                                 {TH_ENTER_GROUP},
                                 {TH_CALL, .call = gk_keep_group},
                                 {TH_SPAWN, 4, .text = "slow", .script = slow},
                                 {TH_EXIT_GROUP, .catches = true},
                                 {TH_CALL, .call = gk_log_requests},
                                 {TH_END}};
    static const th_op twice[] = {{TH_CREATE, 1, .text = "g", .script = after_1},
                                  {TH_CREATE, 2, .text = "o", .script = after_3},
                                  {TH_CREATE, 3, .text = "p", .script = after_5},
                                  {TH_ENTER_GROUP},
                                  {TH_CALL, .call = gk_keep_group},
                                  {TH_SPAWN, 4, .text = "slow", .script = slow},
                                  {TH_EXIT_GROUP, .catches = true},
                                  {TH_CALL, .call = gk_log_requests},
                                  {TH_END}};
    gk_run_main(once);
    th_expect("slow caught CancelledError(), main caught CancelledError(1), requests 1");
    gk_run_main(twice);
    th_expect("slow caught CancelledError(), main caught CancelledError(2), requests 2");
}
END_TEST

/* gh-155418: a child that cancels the group in its eager step is cancelled when it joins. */
START_TEST(test_a_child_that_cancels_the_group_in_its_eager_step_is_cancelled)
{
    static const th_op child[] = {
        {TH_CALL, .call = cancel_group}, {GK_LONG_WAIT, .catches = true}, {TH_RERAISE}};
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_keep_group},
                                   {TH_SPAWN, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_YIELD, .catches = true},
                                   {TH_RERAISE},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("<tasks=1 errors=0 cancelling>, child caught CancelledError(), main caught CancelledError(), "
              "requests 0");
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(1)), 1);
}
END_TEST

static void spawn_uncancellable(ac_loop *loop, th_coro *self)
{
    static const th_op child[] = {{TH_CALL, .call = cancel_group}, {TH_AWAIT, 3, .catches = true}, {TH_END}};
    th_coro *coro = th_script("child", child);
    ac_task_spec spec = {.body = &coro->co, .eager = AC_EAGER_YES};
    ac_task *task = NULL;
    th_fail(TH_HOOK_CANCEL, 1);
    th_expect_status(ac_group_create_task(&self->group, &spec, &task), AC_E_RAISED);
    ck_assert_ptr_null(task);
    ck_assert_uint_eq(ac_group_task_count(&self->group), 1);
    th_drop(ac_loop_take_raised(loop));
    th_coro_drop(coro);
}

/* What its cancel raises comes out of create_task; the child is in the group all the same, as in CPython. */
START_TEST(test_a_child_that_cannot_be_cancelled_when_it_joins_is_in_the_group)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_keep_group},
                                   {TH_CALL, .call = spawn_uncancellable},
                                   {TH_SET_RESULT, 3},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    th_slot(3, "f");
    ac_future_set_overridden(th.slots[3], true);
    gk_run_main(script);
    th_expect("requests 0");
}
END_TEST

START_TEST(test_a_child_that_cancels_the_group_and_ends_in_its_eager_step_is_not_cancelled)
{
    static const th_op child[] = {{TH_CALL, .call = cancel_group}, {TH_END}};
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_keep_group},
                                   {TH_SPAWN, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_YIELD, .catches = true},
                                   {TH_RERAISE},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("<tasks=1 errors=0 cancelling>, main caught CancelledError(), requests 0");
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(1)), 0);
}
END_TEST

/* A body that swallows the cancellation, or takes it back, goes on. */
START_TEST(test_cancel_may_be_swallowed_or_taken_back_by_the_body)
{
    static const th_op swallows[] = {{TH_ENTER_GROUP},
                                     {TH_CALL, .call = gk_keep_group},
                                     {TH_CALL, .call = cancel_group},
                                     {TH_YIELD, .catches = true},
                                     {TH_YIELD},
                                     {TH_LOG, .text = "on"},
                                     {TH_EXIT_GROUP},
                                     {TH_CALL, .call = gk_log_requests},
                                     {TH_END}};
    static const th_op takes_back[] = {{TH_ENTER_GROUP},
                                       {TH_CALL, .call = gk_keep_group},
                                       {TH_CALL, .call = cancel_group},
                                       {TH_UNCANCEL},
                                       {TH_YIELD},
                                       {TH_LOG, .text = "on"},
                                       {TH_EXIT_GROUP},
                                       {TH_CALL, .call = gk_log_requests},
                                       {TH_END}};
    gk_run_main(swallows);
    th_expect("main caught CancelledError(), on, requests 0");
    gk_run_main(takes_back);
    th_expect("on, requests 0");
}
END_TEST

/* Rule 58: the exit exception leaves before the request was taken back. */
START_TEST(test_an_exit_exception_keeps_the_request_of_cancel)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_keep_group},
                                   {TH_CALL, .call = cancel_group},
                                   {TH_RAISE, .kind = TH_EXIT, .text = "1"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_YIELD, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("main caught SystemExit('1'), requests 1, main caught CancelledError(), requests 1");
    ck_assert_uint_eq(gk_requests(), 1);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_cancellation_of_the_body_is_raised_on_after_the_children_ended,
        test_a_cancellation_that_errors_hide_is_delivered_again_since_3_13,
        test_the_exit_raises_the_first_of_several_cancellations,
        test_a_cancellation_from_outside_survives_a_failing_child,
        test_a_subclass_of_cancelled_error_counts_as_a_cancellation_since_3_13,
        test_a_generator_exit_of_the_body_is_raised_bare_since_3_15,
        test_a_request_that_was_not_delivered_outlives_a_group_of_errors,
        test_a_group_has_no_cancel_before_3_15,
        test_cancel_ends_the_group_without_an_error,
        test_cancel_before_the_enter_takes_effect_at_the_enter,
        test_a_child_may_cancel_the_group_while_the_exit_waits,
        test_cancel_does_not_hide_errors,
        test_a_cancellation_from_outside_before_cancel_is_raised,
        test_a_cancellation_from_outside_after_cancel_is_raised,
        test_a_child_that_cancels_the_group_in_its_eager_step_is_cancelled,
        test_a_child_that_cannot_be_cancelled_when_it_joins_is_in_the_group,
        test_a_child_that_cancels_the_group_and_ends_in_its_eager_step_is_not_cancelled,
        test_cancel_may_be_swallowed_or_taken_back_by_the_body,
        test_an_exit_exception_keeps_the_request_of_cancel,
    };
    return TH_MAIN("group_cancelled", tests);
}
