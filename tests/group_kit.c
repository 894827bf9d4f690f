/* group_kit.c - what the tests of TaskGroup share. */
#include "group_kit.h"

ac_group *gk_the_group;

const th_op gk_fails[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};
const th_op gk_waits[] = {{GK_LONG_WAIT, .catches = true}, {TH_RERAISE}, {TH_END}};
const th_op gk_waits_and_fails[] = {{GK_LONG_WAIT, .catches = true},
                                    {TH_RAISE, .kind = TH_VALUE, .text = "late"}};

int gk_run_main(const th_op *script)
{
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    int turns = -1;
    for (; !ac_future_done(th.slots[0]) && turns < 100; turns++)
        th_ok(th_turn(&th.loop));
    ck_assert(ac_future_done(th.slots[0]));
    th_run(&th.loop);
    return turns;
}

uint32_t gk_requests(void)
{
    return ac_task_cancelling(th_task_in(0));
}

void gk_log_requests(ac_loop *loop, th_coro *self)
{
    (void)self;
    th_log("requests %u", (unsigned)ac_task_cancelling(ac_loop_current_task(loop)));
}

void gk_log_group(ac_loop *loop, th_coro *self)
{
    const ac_group *group = &self->group;
    (void)loop;
    th_log("<tasks=%zu errors=%zu%s>", ac_group_task_count(group), ac_group_error_count(group),
           ac_group_is_aborting(group)  ? " cancelling"
           : ac_group_is_entered(group) ? " entered"
                                        : "");
}

void gk_keep_group(ac_loop *loop, th_coro *self)
{
    (void)loop;
    gk_the_group = &self->group;
}

void gk_spawn_into(ac_group *group, const char *words)
{
    static const th_op ends[] = {{TH_END}};
    th_coro *coro = th_script("refused", ends);
    ac_task_spec spec = {.body = &coro->co};
    ac_task *task = th_task_in(0);
    th_expect_failure(ac_group_create_task(group, &spec, &task), AC_E_RUNTIME, words);
    ck_assert_ptr_null(task);
    th_expect_failure(ac_group_create_task(group, &spec, NULL), AC_E_RUNTIME, words);
    th_expect_failure(ac_group_admit(group), AC_E_RUNTIME, words);
    bool closed = coro->co.at == AC_AT_END;
    ck_assert_int_eq(closed, ac_loop_has(&th.loop, AC_S_TASKGROUP_CLOSES_REFUSED_CORO));
    th_coro_drop(coro);
}

void gk_spawn_aborting(ac_loop *loop, th_coro *self)
{
    (void)loop;
    gk_spawn_into(&self->group, "TaskGroup %G is shutting down");
}
