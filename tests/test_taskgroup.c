/* test_taskgroup.c - TaskGroup: children that end before their group does.
 *
 * Mirrors    taskgroups.TaskGroup of 3.12 to 3.15.  Every order here is what the same program does on CPython
 *            3.12.1, 3.13.0, 3.13.18, 3.14.10 and 3.15.2; where they differ, a table names the releases.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong; names are
 *            those of the flags in semantics.h.
 * See also   test_group_cancelled.c for cancellations; test_group_by_hand.c for groups that are driven,
 *            cleared and visited by hand. */
#include "group_kit.h"

#include <string.h>

static const th_op ends[] = {{TH_LOG, .text = "child"}, {TH_END}};
static const th_op quiet[] = {{TH_END}};

static void look_at_child(ac_loop *loop, th_coro *self)
{
    uint32_t before = 7;
    (void)loop;
    ck_assert_ptr_eq(ac_task_get_group(th_task_in(1), &before), &self->group);
    ck_assert_uint_eq(before, 0);
    ck_assert_ptr_null(ac_task_get_group(th_task_in(0), &before));
    th_log("looked");
}

/* ---- Entering and leaving ---- */

START_TEST(test_a_child_knows_its_group)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "child", .script = ends},
                                   {TH_CALL, .call = look_at_child},
                                   {TH_EXIT_GROUP},
                                   {TH_END}};
    (void)gk_run_main(script);
    th_expect("looked, child");
}
END_TEST

/* Rule 62. */
START_TEST(test_an_empty_group_exits_without_suspending)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_END}};
    ck_assert_int_eq(gk_run_main(script), 0);
    th_expect("<tasks=0 errors=0 entered>, <tasks=0 errors=0 entered>");
}
END_TEST

/* Rule 62. */
START_TEST(test_a_group_whose_children_are_processed_exits_without_suspending)
{
    static const th_op script[] = {{TH_ENTER_GROUP}, {TH_SPAWN, 1, .text = "child", .script = ends},
                                   {TH_YIELD},       {TH_CALL, .call = gk_log_group},
                                   {TH_YIELD},       {TH_CALL, .call = gk_log_group},
                                   {TH_EXIT_GROUP},  {TH_END}};
    ck_assert_int_eq(gk_run_main(script), 2);
    th_expect("child, <tasks=1 errors=0 entered>, <tasks=0 errors=0 entered>");
}
END_TEST

/* The child runs, its callback wakes the exit, the parent goes on: three turns. */
START_TEST(test_the_exit_waits_for_the_children)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "child", .script = ends},
                                   {TH_SPAWN, 2, .text = "child", .script = ends},
                                   {TH_CALL, .call = gk_log_group},
                                   {TH_EXIT_GROUP},
                                   {TH_LOG, .text = "after"},
                                   {TH_END}};
    ck_assert_int_eq(gk_run_main(script), 3);
    th_expect("<tasks=2 errors=0 entered>, child, child, after");
}
END_TEST

static void look_into_group(ac_loop *loop, th_coro *self)
{
    const ac_group *group = &self->group;
    (void)loop;
    ac_task *first = ac_group_next_child(group, NULL);
    ck_assert_ptr_eq(first, th_task_in(1));
    ck_assert_ptr_eq(ac_group_next_child(group, first), th_task_in(2));
    ck_assert_ptr_null(ac_group_next_child(group, th_task_in(2)));
    ck_assert_ptr_null(ac_group_next_failed(group, NULL));
    ck_assert(!ac_group_is_exiting(group) && !ac_group_has_cancelled_parent(group));
    th_ok(ac_group_abort(&self->group));
    ck_assert(ac_group_is_aborting(group) && !ac_group_has_cancelled_parent(group));
    ck_assert_uint_eq(ac_task_cancelling(first), 1);
    th_log("looked");
}

START_TEST(test_a_host_may_look_into_a_group_and_abort_it)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "child", .script = ends},
                                   {TH_SPAWN, 2, .text = "child", .script = ends},
                                   {TH_CALL, .call = look_into_group},
                                   {TH_EXIT_GROUP},
                                   {TH_LOG, .text = "after"},
                                   {TH_END}};
    (void)gk_run_main(script);
    th_expect("looked, after");
}
END_TEST

static void enter_twice(ac_loop *loop, th_coro *self)
{
    th_expect_failure(ac_group_enter(&self->group), AC_E_RUNTIME,
                      ac_loop_has(loop, AC_S_MISUSE_RAISES_RUNTIME_ERROR)
                          ? "TaskGroup %G has already been entered"
                          : "TaskGroup %G has been already entered");
}

/* misuse_raises_runtime_error (gh-110910): the words of 3.12.0. */
START_TEST(test_a_group_cannot_be_entered_twice)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = enter_twice},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = enter_twice},
                                   {TH_END}};
    static const char *const profiles[] = {"3.12.0", "3.12.1", "3.15"};
    for (int i = 0; i < 3; i++) {
        th_use(profiles[i]);
        gk_run_main(script);
    }
}
END_TEST

START_TEST(test_a_group_needs_a_parent_task)
{
    ac_group group;
    ac_group_init(&group, &th.loop);
    th_expect_failure(ac_group_enter(&group), AC_E_RUNTIME, "TaskGroup %G cannot determine the parent task");
    ck_assert(!ac_group_is_entered(&group));
    ac_group_clear(&group);
}
END_TEST

/* misuse_raises_runtime_error: a group that failed to enter is left half entered in 3.12.0. */
START_TEST(test_a_group_that_failed_to_enter_is_half_entered_in_3_12_0)
{
    ac_group group;
    th_use("3.12.0");
    ac_group_init(&group, &th.loop);
    th_expect_failure(ac_group_enter(&group), AC_E_RUNTIME, "TaskGroup %G cannot determine the parent task");
    th_expect_failure(ac_group_enter(&group), AC_E_RUNTIME, "TaskGroup %G has been already entered");
    ac_group_clear(&group);
}
END_TEST

/* ---- Refusals ---- */

static ac_group not_entered;

static void spawn_not_entered(ac_loop *loop, th_coro *self)
{
    (void)self;
    ac_group_init(&not_entered, loop);
    gk_spawn_into(&not_entered, "TaskGroup %G has not been entered");
}

static void spawn_finished(ac_loop *loop, th_coro *self)
{
    (void)loop;
    gk_spawn_into(&self->group, "TaskGroup %G is finished");
}

/* Rules 57 and 61; taskgroup_closes_refused_coro (gh-115957) since 3.13. */
START_TEST(test_a_group_that_is_not_active_refuses_children_and_closes_them_since_3_13)
{
    static const th_op script[] = {{TH_CALL, .call = spawn_not_entered},
                                   {TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "fails", .script = gk_fails},
                                   {GK_LONG_WAIT, .catches = true},
                                   {TH_CALL, .call = gk_spawn_aborting},
                                   {TH_LOG, .text = "on"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = spawn_finished},
                                   {TH_END}};
    static const char *const profiles[] = {"3.12", "3.13", "3.14", "3.15"};
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        gk_run_main(script);
        th_expect("main caught CancelledError(), on, "
                  "main caught ExceptionGroup('" GK_UNHANDLED "', [ValueError('x')])");
    }
}
END_TEST

/* A body that is none is nobody's to close. */
START_TEST(test_a_refusal_without_a_body_closes_nothing)
{
    ac_group group;
    ac_task_spec spec = {.body = NULL};
    ac_group_init(&group, &th.loop);
    th_expect_failure(ac_group_create_task(&group, &spec, NULL), AC_E_RUNTIME,
                      "TaskGroup %G has not been entered");
}
END_TEST

static void fail_to_create(ac_loop *loop, th_coro *self)
{
    th_coro *coro = th_script("t", ends);
    ac_task_spec spec = {.body = &coro->co};
    ac_task *task = NULL;
    th_fail(TH_HOOK_MAKE_TASK, 1);
    th_expect_status(ac_group_create_task(&self->group, &spec, &task), AC_E_RAISED);
    ck_assert_ptr_null(task);
    th_drop(ac_loop_take_raised(loop));
    ck_assert_uint_eq(ac_group_task_count(&self->group), 0);
    ck_assert_uint_eq(coro->co.at, 0);
    th_coro_drop(coro);
}

START_TEST(test_a_child_that_cannot_be_made_is_not_in_the_group)
{
    static const th_op script[] = {
        {TH_ENTER_GROUP}, {TH_CALL, .call = fail_to_create}, {TH_EXIT_GROUP}, {TH_END}};
    ck_assert_int_eq(gk_run_main(script), 0);
}
END_TEST

static void spawn_unseen(ac_loop *loop, th_coro *self)
{
    th_coro *coro = th_script("unseen", ends);
    ac_task_spec spec = {.body = &coro->co};
    (void)loop;
    th_ok(ac_group_create_task(&self->group, &spec, NULL));
    th_coro_drop(coro);
}

START_TEST(test_the_group_keeps_a_child_that_its_creator_does_not)
{
    static const th_op script[] = {
        {TH_ENTER_GROUP}, {TH_CALL, .call = spawn_unseen}, {TH_EXIT_GROUP}, {TH_END}};
    gk_run_main(script);
    th_expect("child");
    th_expect_released("unseen");
}
END_TEST

/* Rule 61. */
START_TEST(test_a_child_may_add_children_while_the_exit_waits)
{
    static const th_op script[] = {
        {TH_ENTER_GROUP}, {TH_CALL, .call = gk_keep_group}, {TH_SPAWN, 1, .text = "child", .script = quiet},
        {TH_EXIT_GROUP},  {TH_CALL, .call = gk_log_group},  {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_coro *late = th_script("late", ends);
    ac_task_spec spec = {.body = &late->co};
    th_ok(ac_group_create_task(gk_the_group, &spec, NULL));
    th_coro_drop(late);
    ck_assert_uint_eq(ac_group_task_count(gk_the_group), 2);
    th_run(&th.loop);
    th_expect("child, <tasks=0 errors=0 entered>");
}
END_TEST

/* ---- Children that end in their eager step ---- */

enum { LEVELS = 4 };

/* Each level is a group of two eager children of the level below. */
#define LEVEL(below)                                                                                         \
    {                                                                                                        \
        {TH_ENTER_GROUP}, {TH_SPAWN, 14, .text = "a", .script = below, .eager = AC_EAGER_YES},               \
            {TH_SPAWN, 15, .text = "b", .script = below, .eager = AC_EAGER_YES}, {TH_EXIT_GROUP},            \
        {                                                                                                    \
            TH_END                                                                                           \
        }                                                                                                    \
    }

static const th_op level_1[] = LEVEL(quiet);
static const th_op level_2[] = LEVEL(level_1);
static const th_op level_3[] = LEVEL(level_2);
static const th_op level_4[] = LEVEL(level_3);

/* taskgroup_eager_done_callback_inline (gh-104144, undone by gh-128588) and fast_groups: a child that is done
 * already costs its group no turn there, and elsewhere two a level: one for its callback, one for the
 * parent. */
START_TEST(test_groups_of_eager_children_take_two_turns_a_level_unless_they_are_processed_inline)
{
    static const th_op *const levels[LEVELS] = {level_1, level_2, level_3, level_4};
    static const struct {
        const char *profile;
        int turns;
    } cases[] = {{"3.12.0", 0}, {"3.12.8", 0}, {"3.12.9", 2}, {"3.13.0", 0}, {"3.13.1", 0},
                 {"3.13.2", 2}, {"3.14", 2},   {"3.15", 2},   {"fast", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        th_use(cases[i].profile);
        for (int level = 0; level < LEVELS; level++)
            ck_assert_int_eq(gk_run_main(levels[level]), cases[i].turns * (level + 1));
    }
}
END_TEST

/* The same flag: a failure cancels the parent inside create_task, and the group refuses the next child.
 * "fast" takes the deferred path for failures, and leaves out the success. */
START_TEST(test_an_eager_child_that_fails_aborts_the_group_at_once_or_a_turn_later)
{
    static const th_op script[] = {
        {TH_ENTER_GROUP},
        {TH_SPAWN, 1, .text = "fails", .script = gk_fails, .eager = AC_EAGER_YES},
        {TH_CALL, .call = gk_log_group},
        {TH_CALL, .call = gk_log_requests},
        {TH_SPAWN, 2, .text = "good", .script = ends, .eager = AC_EAGER_YES, .catches = true},
        {TH_CALL, .call = gk_log_group},
        {TH_EXIT_GROUP, .catches = true},
        {TH_CALL, .call = gk_log_requests},
        {TH_END}};
    static const char caught[] = "main caught ExceptionGroup('" GK_UNHANDLED
                                 "', [ValueError('x')]), requests 0";
    static const struct {
        const char *profile, *before;
        int turns;
    } cases[] = {
        {"3.13.0",
         "<tasks=0 errors=1 cancelling>, requests 1, main caught RuntimeError('TaskGroup %G is shutting "
         "down'), "
         "<tasks=0 errors=1 cancelling>, ",
         0},
        {"3.13.18", "<tasks=1 errors=0 entered>, requests 0, child, <tasks=2 errors=0 entered>, ", 2},
        {"3.14", "<tasks=1 errors=0 entered>, requests 0, child, <tasks=2 errors=0 entered>, ", 2},
        {"fast", "<tasks=1 errors=0 entered>, requests 0, child, <tasks=1 errors=0 entered>, ", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        th_use(cases[i].profile);
        ck_assert_int_eq(gk_run_main(script), cases[i].turns);
        ck_assert(strncmp(th.log, cases[i].before, strlen(cases[i].before)) == 0);
        ck_assert_str_eq(th.log + strlen(cases[i].before), caught);
        th.log[0] = '\0';
    }
}
END_TEST

/* The same flag: a body that waits after the failure is cancelled one turn later in either case. */
START_TEST(test_an_eager_child_that_fails_cancels_a_body_that_waits)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "fails", .script = gk_fails, .eager = AC_EAGER_YES},
                                   {GK_LONG_WAIT},
                                   {TH_LOG, .text = "never"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_END}};
    static const char *const profiles[] = {"3.12.8", "3.13.0", "3.13.18", "3.14", "3.15", "fast"};
    static const int turns[] = {1, 1, 2, 2, 2, 2};
    for (int i = 0; i < 6; i++) {
        th_use(profiles[i]);
        ck_assert_int_eq(gk_run_main(script), turns[i]);
        th_expect("main caught ExceptionGroup('" GK_UNHANDLED "', [ValueError('x')])");
    }
}
END_TEST

static void spawn_failing(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    th_coro *coro = th_script("fails", gk_fails);
    ac_task_spec spec = {.body = &coro->co, .eager = AC_EAGER_YES};
    th_ok(ac_group_create_task(gk_the_group, &spec, NULL));
    th_coro_drop(coro);
}

/* The same flag: a child that is still in its own eager step is not in the group yet, and is not cancelled by
 * a failure that is processed inline. */
START_TEST(test_a_child_in_its_eager_step_escapes_an_abort_that_is_processed_inline)
{
    static const th_op child[] = {{TH_CALL, .call = spawn_failing},
                                  {TH_CALL, .call = gk_log_requests},
                                  {TH_YIELD},
                                  {TH_LOG, .text = "one"},
                                  {TH_YIELD},
                                  {TH_LOG, .text = "two"},
                                  {TH_YIELD},
                                  {TH_END}};
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_keep_group},
                                   {TH_SPAWN, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    static const char *const profiles[] = {"3.12.8", "3.13.0", "3.13.18", "3.14", "3.15", "fast"};
    for (int i = 0; i < 6; i++) {
        th_use(profiles[i]);
        gk_run_main(script);
        th_expect(i < 2 ? "requests 0, requests 1, one, two, "
                          "main caught ExceptionGroup('" GK_UNHANDLED "', [ValueError('x')]), requests 0"
                        : "requests 0, requests 0, "
                          "main caught ExceptionGroup('" GK_UNHANDLED "', [ValueError('x')]), requests 0");
    }
}
END_TEST

/* Rule 50: the group does not know a child whose first step raised an exit exception. */
START_TEST(test_an_eager_child_that_exits_is_not_in_the_group)
{
    static const th_op exits[] = {{TH_RAISE, .kind = TH_EXIT, .text = "3"}};
    static const th_op script[] = {
        {TH_ENTER_GROUP},
        {TH_SPAWN, 1, .text = "exits", .script = exits, .eager = AC_EAGER_YES, .catches = true},
        {TH_CALL, .call = gk_log_group},
        {TH_EXIT_GROUP},
        {TH_END}};
    ck_assert_int_eq(gk_run_main(script), 0);
    th_expect("main caught SystemExit('3'), <tasks=0 errors=0 entered>");
    th_expect_reports("Task exception was never retrieved: SystemExit('3')");
}
END_TEST

/* ---- The place of the group's done callback ---- */

static th_callback first_done, second_done;

static ac_status log_count(ac_loop *loop, th_callback *callback)
{
    (void)loop;
    (void)callback;
    th_log("%zu left", ac_group_task_count(gk_the_group));
    return AC_OK;
}

static void add_first(ac_loop *loop, th_coro *self)
{
    (void)self;
    th_callback_init(&first_done, "first", log_count);
    th_ok(ac_future_add_done_callback(&ac_loop_current_task(loop)->future, th_cb(&first_done)));
}

static void add_second(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    th_callback_init(&second_done, "second", log_count);
    th_ok(ac_future_add_done_callback(th.slots[1], th_cb(&second_done)));
}

static void remove_first(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    th_ok(ac_future_remove_done_callback(th.slots[1], th_cb(&first_done)));
}

static void remove_second(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    th_ok(ac_future_remove_done_callback(th.slots[1], th_cb(&second_done)));
}

static const th_op adds_first[] = {{TH_CALL, .call = add_first}, {TH_YIELD}, {TH_END}};

/* Rule 15: callbacks that a child has before it joins its group come before the group's, all others behind
 * it. */
START_TEST(test_the_group_is_told_in_its_place_among_the_done_callbacks)
{
    static const th_op script[] = {
        {TH_ENTER_GROUP},
        {TH_CALL, .call = gk_keep_group},
        {TH_SPAWN, 1, .text = "child", .script = adds_first, .eager = AC_EAGER_YES},
        {TH_CALL, .call = add_second},
        {TH_EXIT_GROUP},
        {TH_END}};
    gk_run_main(script);
    th_expect("first, 1 left, second, 0 left");
}
END_TEST

START_TEST(test_the_group_is_told_first_if_nobody_came_before_it)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_CALL, .call = gk_keep_group},
                                   {TH_SPAWN, 1, .text = "child", .script = quiet},
                                   {TH_CALL, .call = add_second},
                                   {TH_EXIT_GROUP},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("second, 0 left");
}
END_TEST

START_TEST(test_the_group_is_told_last_if_nobody_comes_behind_it)
{
    static const th_op script[] = {
        {TH_ENTER_GROUP},
        {TH_CALL, .call = gk_keep_group},
        {TH_SPAWN, 1, .text = "child", .script = adds_first, .eager = AC_EAGER_YES},
        {TH_EXIT_GROUP},
        {TH_END}};
    gk_run_main(script);
    th_expect("first, 1 left");
}
END_TEST

/* Taking a callback off moves the group's place only if it was before that. */
START_TEST(test_the_group_keeps_its_place_when_callbacks_are_removed)
{
    static const th_op first_goes[] = {
        {TH_ENTER_GROUP},
        {TH_CALL, .call = gk_keep_group},
        {TH_SPAWN, 1, .text = "child", .script = adds_first, .eager = AC_EAGER_YES},
        {TH_CALL, .call = add_second},
        {TH_CALL, .call = remove_first},
        {TH_EXIT_GROUP},
        {TH_END}};
    static const th_op second_goes[] = {
        {TH_ENTER_GROUP},
        {TH_CALL, .call = gk_keep_group},
        {TH_SPAWN, 1, .text = "child", .script = adds_first, .eager = AC_EAGER_YES},
        {TH_CALL, .call = add_second},
        {TH_CALL, .call = remove_second},
        {TH_EXIT_GROUP},
        {TH_END}};
    gk_run_main(first_goes);
    th_expect("second, 0 left");
    gk_run_main(second_goes);
    th_expect("first, 1 left");
}
END_TEST

static void clear_waiter(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    ac_task_set_log_destroy_pending(th_task_in(2), false);
    ac_future_clear(th.slots[2]);
}

static void look_for_waiter(ac_loop *loop, th_coro *self)
{
    (void)loop;
    (void)self;
    ck_assert_ptr_eq(ac_task_waiting_for(th_task_in(2)), th.slots[1]);
}

static void join_group(ac_loop *loop, th_coro *self)
{
    (void)loop;
    th_ok(ac_group_add(&self->group, th_task_in(1)));
}

/* A task that waits for the child since before it joined, and is taken apart: the group's place moves up. */
START_TEST(test_the_group_keeps_its_place_when_a_waiting_task_is_taken_apart)
{
    static const th_op child[] = {{TH_YIELD}, {TH_YIELD}, {TH_YIELD}, {TH_END}};
    static const th_op waiter[] = {{TH_AWAIT, 1}, {TH_END}};
    static const th_op alone[] = {{TH_CREATE, 1, .text = "child", .script = child},
                                  {TH_CREATE, 2, .text = "waiter", .script = waiter},
                                  {TH_YIELD},
                                  {TH_CALL, .call = look_for_waiter},
                                  {TH_ENTER_GROUP},
                                  {TH_CALL, .call = gk_keep_group},
                                  {TH_CALL, .call = join_group},
                                  {TH_CALL, .call = clear_waiter},
                                  {TH_EXIT_GROUP},
                                  {TH_LOG, .text = "after"},
                                  {TH_END}};
    static const th_op another[] = {{TH_CREATE, 1, .text = "child", .script = child},
                                    {TH_CREATE, 2, .text = "waiter", .script = waiter},
                                    {TH_YIELD},
                                    {TH_CALL, .call = look_for_waiter},
                                    {TH_ENTER_GROUP},
                                    {TH_CALL, .call = gk_keep_group},
                                    {TH_CALL, .call = join_group},
                                    {TH_CALL, .call = add_second},
                                    {TH_CALL, .call = clear_waiter},
                                    {TH_EXIT_GROUP},
                                    {TH_END}};
    gk_run_main(alone);
    th_expect("after");
    gk_run_main(another);
    th_expect("second, 0 left");
}
END_TEST

/* ---- Errors of children ---- */

/* Rules 54 and 56: the first error cancels the others, in the order of their creation, and the parent once,
 * without a message; children that were cancelled are ignored. */
START_TEST(test_the_first_error_aborts_the_group_and_cancels_the_parent_once)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "a", .script = gk_waits},
                                   {TH_SPAWN, 2, .text = "fails", .script = gk_fails},
                                   {TH_SPAWN, 3, .text = "b", .script = gk_waits_and_fails},
                                   {TH_SPAWN, 4, .text = "c", .script = gk_waits},
                                   {GK_LONG_WAIT, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_RERAISE},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("a caught CancelledError(), b caught CancelledError(), c caught CancelledError(), "
              "main caught CancelledError(), requests 1, "
              "main caught ExceptionGroup('" GK_UNHANDLED
              "', [ValueError('x'), ValueError('late')]), requests 0");
}
END_TEST

/* taskgroup_uncancel_after_wait (gh-116720): before 3.13 a failure in the exit leaves one request too
 * many. */
START_TEST(test_a_failure_while_the_exit_waits_is_uncancelled_since_3_13)
{
    static const th_op late[] = {{TH_YIELD}, {TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    static const th_op other[] = {
        {GK_LONG_WAIT, .catches = true}, {TH_YIELD}, {TH_YIELD}, {TH_RAISE, .kind = TH_TYPE, .text = "y"}};
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "late", .script = late},
                                   {TH_SPAWN, 2, .text = "other", .script = other},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_YIELD, .catches = true},
                                   {TH_LOG, .text = "on"},
                                   {TH_END}};
    static const char *const profiles[] = {"3.12", "3.13.0", "3.14", "3.15"};
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        gk_run_main(script);
        th_expect(i == 0 ? "other caught CancelledError(), main caught ExceptionGroup('" GK_UNHANDLED
                           "', [ValueError('x'), TypeError('y')]), requests 1, on"
                         : "other caught CancelledError(), main caught ExceptionGroup('" GK_UNHANDLED
                           "', [ValueError('x'), TypeError('y')]), requests 0, on");
    }
}
END_TEST

/* Rule 54: who cancelled the child does not matter. */
START_TEST(test_a_child_that_is_cancelled_by_itself_is_ignored)
{
    static const th_op cancelled[] = {{TH_RAISE, .kind = TH_CANCELLED}};
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "child", .script = cancelled},
                                   {TH_SPAWN, 2, .text = "other", .script = ends},
                                   {TH_EXIT_GROUP},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("child, requests 0");
}
END_TEST

/* Rule 57. */
START_TEST(test_a_body_that_swallows_the_cancellation_goes_on)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "fails", .script = gk_fails},
                                   {GK_LONG_WAIT, .catches = true},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "on"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("main caught CancelledError(), on, main caught ExceptionGroup('" GK_UNHANDLED
              "', [ValueError('x')]), requests 0");
}
END_TEST

/* The group that the script in slot 0 caught last. */
static const th_object *caught_group(ac_loop *loop, th_coro *self)
{
    (void)loop;
    return th_object_of(ac_lend(self->caught));
}

static void log_context(ac_loop *loop, th_coro *self)
{
    const th_object *error = caught_group(loop, self);
    th_log("cause %s, context %s", th_repr(ac_lend(error->cause)), th_repr(ac_lend(error->context)));
}

/* Rules 55 and 60. */
START_TEST(test_an_error_of_the_body_comes_last_and_is_the_context)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "child", .script = gk_waits_and_fails},
                                   {TH_YIELD},
                                   {TH_RAISE, .kind = TH_TYPE, .text = "body"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = log_context},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    gk_run_main(script);
    th_expect(
        "child caught CancelledError(), main caught ExceptionGroup('" GK_UNHANDLED
        "', [ValueError('late'), TypeError('body')]), cause None, context TypeError('body'), requests 0");
}
END_TEST

/* Rule 60: also a cancellation that left the body, though it is not in the group. */
START_TEST(test_the_cancellation_that_left_the_body_is_the_context)
{
    static const th_op left[] = {{TH_ENTER_GROUP},
                                 {TH_SPAWN, 1, .text = "fails", .script = gk_fails},
                                 {GK_LONG_WAIT},
                                 {TH_LOG, .text = "never"},
                                 {TH_EXIT_GROUP, .catches = true},
                                 {TH_CALL, .call = log_context},
                                 {TH_END}};
    static const th_op stayed[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "fails", .script = gk_fails},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = log_context},
                                   {TH_END}};
    gk_run_main(left);
    th_expect("main caught ExceptionGroup('" GK_UNHANDLED
              "', [ValueError('x')]), cause None, context CancelledError()");
    gk_run_main(stayed);
    th_expect("main caught ExceptionGroup('" GK_UNHANDLED "', [ValueError('x')]), cause None, context None");
}
END_TEST

START_TEST(test_an_error_of_the_body_alone_is_wrapped)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_RAISE, .kind = TH_VALUE, .text = "body"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_END}};
    ck_assert_int_eq(gk_run_main(script), 0);
    th_expect("main caught ExceptionGroup('" GK_UNHANDLED "', [ValueError('body')]), requests 0");
}
END_TEST

/* The array of the errors, or the group itself: MemoryError is what CPython would raise. */
START_TEST(test_no_memory_for_the_group_of_errors_raises_none)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_RAISE, .kind = TH_VALUE, .text = "body"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_END}};
    th_fail(TH_HOOK_REALLOC, 1);
    gk_run_main(script);
    th_expect("main caught Exception('MemoryError')");
    th_fail(TH_HOOK_ERROR, 1);
    gk_run_main(script);
    th_expect("main caught Exception('MemoryError')");
    th.table.realloc = NULL;
    th_loop_init(NULL);
    gk_run_main(script);
    th_expect("main caught Exception('MemoryError')");
}
END_TEST

/* ---- Exit exceptions (rule 58) ---- */

/* Turns that an exit exception may leave. */
static void run_through_exit(const th_op *script)
{
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    while (ac_loop_timeout(&th.loop) == 0) {
        ac_status status = th_turn(&th.loop);
        if (status != AC_OK)
            th_log("left %s", th_repr_of(ac_loop_take_raised(&th.loop)));
    }
    ck_assert(ac_future_done(th.slots[0]));
    th_run(&th.loop);
}

/* The last rule of taskgroup_uncancel_after_wait: a group that raises a base error leaves before it has
 * undone its own cancel, where 3.12 had if the body was left by that. */
START_TEST(test_an_exit_exception_of_a_child_is_raised_bare_after_all_children_ended)
{
    static const th_op exits[] = {{TH_YIELD}, {TH_RAISE, .kind = TH_EXIT, .text = "2"}};
    static const th_op body_waits[] = {{TH_ENTER_GROUP},
                                       {TH_SPAWN, 1, .text = "exits", .script = exits},
                                       {TH_SPAWN, 2, .text = "other", .script = gk_waits_and_fails},
                                       {GK_LONG_WAIT},
                                       {TH_LOG, .text = "never"},
                                       {TH_EXIT_GROUP, .catches = true},
                                       {TH_CALL, .call = gk_log_requests},
                                       {TH_YIELD},
                                       {TH_LOG, .text = "on"},
                                       {TH_END}};
    static const th_op exit_waits[] = {{TH_ENTER_GROUP},
                                       {TH_SPAWN, 1, .text = "exits", .script = exits},
                                       {TH_SPAWN, 2, .text = "other", .script = gk_waits_and_fails},
                                       {TH_EXIT_GROUP, .catches = true},
                                       {TH_CALL, .call = gk_log_requests},
                                       {TH_YIELD},
                                       {TH_LOG, .text = "on"},
                                       {TH_END}};
    static const char *const profiles[] = {"3.12", "3.13.0", "3.14", "3.15"};
    for (int i = 0; i < 4; i++) {
        th_use(profiles[i]);
        run_through_exit(body_waits);
        th_expect(i == 0
                      ? "left SystemExit('2'), other caught CancelledError(), main caught SystemExit('2'), "
                        "requests 0, on"
                      : "left SystemExit('2'), other caught CancelledError(), main caught SystemExit('2'), "
                        "requests 1, on");
        run_through_exit(exit_waits);
        th_expect("left SystemExit('2'), other caught CancelledError(), main caught SystemExit('2'), "
                  "requests 1, on");
    }
}
END_TEST

START_TEST(test_an_exit_exception_of_the_body_is_raised_bare_after_all_children_ended)
{
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "other", .script = gk_waits_and_fails},
                                   {TH_YIELD},
                                   {TH_RAISE, .kind = TH_EXIT, .text = "3"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_CALL, .call = gk_log_requests},
                                   {TH_YIELD},
                                   {TH_LOG, .text = "on"},
                                   {TH_END}};
    gk_run_main(script);
    th_expect("other caught CancelledError(), main caught SystemExit('3'), requests 0, on");
}
END_TEST

/* The first one hides all others. */
START_TEST(test_the_first_exit_exception_wins)
{
    static const th_op one[] = {{TH_RAISE, .kind = TH_EXIT, .text = "1"}};
    static const th_op two[] = {{GK_LONG_WAIT, .catches = true}, {TH_RAISE, .kind = TH_EXIT, .text = "2"}};
    static const th_op script[] = {{TH_ENTER_GROUP},
                                   {TH_SPAWN, 1, .text = "one", .script = one},
                                   {TH_SPAWN, 2, .text = "two", .script = two},
                                   {GK_LONG_WAIT, .catches = true},
                                   {TH_RAISE, .kind = TH_EXIT, .text = "3"},
                                   {TH_EXIT_GROUP, .catches = true},
                                   {TH_END}};
    run_through_exit(script);
    th_expect("left SystemExit('1'), two caught CancelledError(), left SystemExit('2'), "
              "main caught CancelledError(), main caught SystemExit('1')");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_child_knows_its_group,
        test_an_empty_group_exits_without_suspending,
        test_a_group_whose_children_are_processed_exits_without_suspending,
        test_the_exit_waits_for_the_children,
        test_a_host_may_look_into_a_group_and_abort_it,
        test_a_group_cannot_be_entered_twice,
        test_a_group_needs_a_parent_task,
        test_a_group_that_failed_to_enter_is_half_entered_in_3_12_0,
        test_a_group_that_is_not_active_refuses_children_and_closes_them_since_3_13,
        test_a_refusal_without_a_body_closes_nothing,
        test_a_child_that_cannot_be_made_is_not_in_the_group,
        test_the_group_keeps_a_child_that_its_creator_does_not,
        test_a_child_may_add_children_while_the_exit_waits,
        test_groups_of_eager_children_take_two_turns_a_level_unless_they_are_processed_inline,
        test_an_eager_child_that_fails_aborts_the_group_at_once_or_a_turn_later,
        test_an_eager_child_that_fails_cancels_a_body_that_waits,
        test_a_child_in_its_eager_step_escapes_an_abort_that_is_processed_inline,
        test_an_eager_child_that_exits_is_not_in_the_group,
        test_the_group_is_told_in_its_place_among_the_done_callbacks,
        test_the_group_is_told_first_if_nobody_came_before_it,
        test_the_group_is_told_last_if_nobody_comes_behind_it,
        test_the_group_keeps_its_place_when_callbacks_are_removed,
        test_the_group_keeps_its_place_when_a_waiting_task_is_taken_apart,
        test_the_first_error_aborts_the_group_and_cancels_the_parent_once,
        test_a_failure_while_the_exit_waits_is_uncancelled_since_3_13,
        test_a_child_that_is_cancelled_by_itself_is_ignored,
        test_a_body_that_swallows_the_cancellation_goes_on,
        test_an_error_of_the_body_comes_last_and_is_the_context,
        test_the_cancellation_that_left_the_body_is_the_context,
        test_an_error_of_the_body_alone_is_wrapped,
        test_no_memory_for_the_group_of_errors_raises_none,
        test_an_exit_exception_of_a_child_is_raised_bare_after_all_children_ended,
        test_an_exit_exception_of_the_body_is_raised_bare_after_all_children_ended,
        test_the_first_exit_exception_wins,
    };
    return TH_MAIN("taskgroup", tests);
}
