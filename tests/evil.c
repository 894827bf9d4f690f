/* evil.c - see evil.h. */
#include "evil.h"

#include <string.h>

/* ---- What it does ---- */

static void hit(play *play, const char *script)
{
    play_perform_inside(play, script);
}

static void cancel_it(play *play, ac_future *victim)
{
    (void)play;
    (void)ac_future_cancel(victim, ac_none_ref(), NULL);
}

static void finish_it(play *play, ac_future *victim)
{
    (void)play;
    (void)ac_future_set_result(victim, ac_none());
}

static void clear_it(play *play, ac_future *victim)
{
    (void)play;
    ac_future_clear(victim);
}

static void finalize_it(play *play, ac_future *victim)
{
    (void)play;
    ac_future_finalize(victim);
}

static void retrieve_it(play *play, ac_future *victim)
{
    ac_value value = ac_none();
    ac_how how;
    if (ac_future_result(victim, &how, &value) == AC_OK)
        ac_drop(play->loop, value);
}

static void override_it(play *play, ac_future *victim)
{
    (void)play;
    if (ac_future_get_loop(victim) != NULL)
        ac_future_set_overridden(victim, true);
}

static ac_task *task_of(ac_future *victim)
{
    actor *actor = play_actor(victim);
    return actor != NULL ? &actor->head.task : NULL;
}

static void name_it(play *play, ac_future *victim)
{
    if (task_of(victim) != NULL)
        ac_task_set_name(task_of(victim), ac_c_str(play->loop, "evil"));
}

static void uncancel_it(play *play, ac_future *victim)
{
    (void)play;
    if (task_of(victim) != NULL)
        (void)ac_task_uncancel(task_of(victim));
}

static void wake_it(play *play, ac_future *victim)
{
    (void)play;
    if (task_of(victim) != NULL)
        (void)ac_task_wake(task_of(victim));
}

static void step_it(play *play, ac_future *victim)
{
    if (task_of(victim) != NULL)
        play_step(play, task_of(victim), AC_SEND, ac_none_ref());
}

static void cancel_its_group(play *play, ac_future *victim)
{
    actor *actor = play_actor(victim);
    (void)play;
    if (actor != NULL && play_group(actor) != NULL)
        (void)ac_group_cancel(play_group(actor));
}

static void clear_its_group(play *play, ac_future *victim)
{
    actor *actor = play_actor(victim);
    (void)play;
    if (actor != NULL && play_group(actor) != NULL)
        ac_group_clear(play_group(actor));
}

static void clear_its_timeout(play *play, ac_future *victim)
{
    actor *actor = play_actor(victim);
    (void)play;
    if (actor != NULL && play_timeout(actor) != NULL)
        ac_timeout_clear(play_timeout(actor));
}

static void visit_it(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "V");
}

static void add_callback_to_it(play *play, ac_future *victim)
{
    play_add_callback(play, victim, 9);
}

static void remove_its_callbacks(play *play, ac_future *victim)
{
    play_remove_callbacks(play, victim);
}

static void call_soon(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "s9S9T1");
}

static void create_lazy(play *play, ac_future *victim)
{
    (void)victim;
    play_create(play, 9, AC_EAGER_NO);
}

static void create_eager(play *play, ac_future *victim)
{
    (void)victim;
    play_create(play, 9, AC_EAGER_YES);
}

static void cancel_handles(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "H0H1H2H3H4H5");
}

static void forget_references(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "R0R1R2R3R4R5R6R7R8A0A1A2A3A4A5");
}

static void stop_loop(play *play, ac_future *victim)
{
    (void)victim;
    ac_loop_stop(play->loop);
}

static void close_loop(play *play, ac_future *victim)
{
    (void)victim;
    (void)ac_loop_close(play->loop);
}

static void set_variable(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "v");
}

static void change_handlers(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "P2G1&I");
}

static void use_locks(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "]0]1]2]3]4]8");
}

static void use_queues(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "}0}6}1}7}2");
}

static void shut_queues_down(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "}3}4");
}

static void abandon_objects(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "]9}8");
}

static void link_futures(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "g0h1g5|0|1");
}

static void end_chains(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "/0/5/2/7");
}

static void interrupt(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "\"0\"1");
}

static void cancel_all(play *play, ac_future *victim)
{
    (void)victim;
    hit(play, "^");
}

const evil_action evil_actions[] = {
    {"cancel", cancel_it, false},
    {"set_result", finish_it, false},
    {"clear", clear_it, false},
    {"finalize", finalize_it, false},
    {"result", retrieve_it, false},
    {"set_overridden", override_it, false},
    {"set_name", name_it, false},
    {"uncancel", uncancel_it, false},
    {"wake", wake_it, false},
    {"step", step_it, false},
    {"group_cancel", cancel_its_group, false},
    {"group_clear", clear_its_group, false},
    {"timeout_clear", clear_its_timeout, false},
    {"add_done_callback", add_callback_to_it, false},
    {"remove_done_callback", remove_its_callbacks, false},
    {"visit", visit_it, true},
    {"call_soon", call_soon, true},
    {"create_task", create_lazy, true},
    {"create_task eager", create_eager, true},
    {"handle_cancel", cancel_handles, true},
    {"release", forget_references, true},
    {"stop", stop_loop, true},
    {"close", close_loop, true},
    {"context variable", set_variable, true},
    {"handlers and factories", change_handlers, true},
    {"locks", use_locks, true},
    {"queues", use_queues, true},
    {"queue_shutdown", shut_queues_down, true},
    {"abandon", abandon_objects, true},
    {"gather, shield and chain", link_futures, true},
    {"chain_thread_done", end_chains, true},
    {"interrupt", interrupt, true},
    {"cancel_all_tasks", cancel_all, true},
};

const size_t evil_action_count = sizeof evil_actions / sizeof evil_actions[0];

/* ---- When it does it ---- */

static struct {
    play play;
    const evil_action *action; /* NULL: a storm */
    unsigned left, n, seed, depth, calls;
    bool all, struck;
} evil;

static void note_raised(ac_loop *loop)
{
    ac_drop(loop, ac_loop_take_raised(loop));
}

/* Who calls a function holds what it passes, for the length of the call. */
static void act_on(const evil_action *action, ac_future *victim)
{
    ac_c_retain(victim);
    action->act(&evil.play, victim);
    ac_c_release(evil.play.loop, victim);
}

static void act_on_all(const evil_action *action)
{
    for (size_t i = 0; i < evil.play.spy.alive_end; i++)
        if (evil.play.spy.alive[i] != NULL)
            act_on(action, evil.play.spy.alive[i]);
}

static void act_on_one(const evil_action *action, unsigned which)
{
    size_t count = 0;

    for (size_t i = 0; i < evil.play.spy.alive_end; i++)
        count += evil.play.spy.alive[i] != NULL;
    if (count == 0)
        return;
    which %= (unsigned)count;
    for (size_t i = 0; i < evil.play.spy.alive_end; i++) {
        if (evil.play.spy.alive[i] != NULL && which-- == 0) {
            act_on(action, evil.play.spy.alive[i]);
            return;
        }
    }
}

static void act(const evil_action *action, bool all, unsigned which)
{
    if (action->once)
        action->act(&evil.play, NULL);
    else if (all)
        act_on_all(action);
    else
        act_on_one(action, which);
}

/* The exception that was on its way stays on its way: what a hook does by the way does not take it. */
static void act_aside(ac_loop *loop, const evil_action *action, bool all, unsigned which)
{
    ac_value raised = ac_loop_take_raised(loop);

    act(action, all, which);
    note_raised(loop);
    if (!ac_is_none(ac_lend(raised)))
        (void)ac_loop_raise(loop, raised);
}

static void strike(spy *spy, ac_loop *loop, hook which)
{
    (void)spy;
    (void)which;
    if (evil.struck || evil.left-- > 0)
        return;
    evil.struck = true;
    evil.play.spy.known = false;
    act_aside(loop, evil.action, evil.all, evil.n);
}

static unsigned next_random(void)
{
    evil.seed = evil.seed * 1103515245u + 12345u;
    return evil.seed >> 16;
}

static void storm(spy *spy, ac_loop *loop, hook which)
{
    (void)spy;
    (void)which;
    if (evil.depth >= 2 || next_random() % 3 != 0)
        return;
    evil.depth++;
    const evil_action *action = &evil_actions[next_random() % evil_action_count];
    if (action->act != close_loop)
        act_aside(loop, action, next_random() % 4 == 0, next_random());
    evil.depth--;
}

static const char *run(const scenario *scenario, const char *semantics, play_drive drive)
{
    evil.struck = false;
    evil.depth = 0;
    return play_run(&evil.play, scenario, semantics, drive);
}

static const char *run_at(const scenario *scenario, const char *semantics, play_drive drive,
                          const evil_action *action, bool all, unsigned n, bool known)
{
    memset(&evil.play, 0, sizeof evil.play);
    evil.play.spy.calls = strike;
    evil.play.spy.known = known;
    evil.action = action;
    evil.all = all;
    evil.left = evil.n = n;
    return run(scenario, semantics, drive);
}

const char *evil_at(const scenario *scenario, const char *semantics, play_drive drive,
                    const evil_action *action, bool all, unsigned n)
{
    return run_at(scenario, semantics, drive, action, all, n, false);
}

static void count(spy *spy, ac_loop *loop, hook which)
{
    (void)spy;
    (void)loop;
    (void)which;
    evil.calls++;
}

const char *evil_none(const scenario *scenario, const char *semantics, play_drive drive, unsigned *calls)
{
    memset(&evil.play, 0, sizeof evil.play);
    evil.play.spy.calls = count;
    evil.calls = 0;
    const char *wrong = run(scenario, semantics, drive);
    *calls = evil.calls;
    return wrong;
}

const char *evil_again(const scenario *scenario, const char *semantics, play_drive drive,
                       const evil_action *action, bool all, unsigned n)
{
    const char *wrong = run_at(scenario, semantics, drive, action, all, n, true);
    return wrong == NULL && !evil.struck ? "a call of the run before did not come again" : wrong;
}

const char *evil_storm(const scenario *scenario, const char *semantics, play_drive drive, unsigned seed)
{
    memset(&evil.play, 0, sizeof evil.play);
    evil.play.spy.calls = storm;
    evil.seed = seed;
    return run(scenario, semantics, drive);
}
