/* play.c - references and errors, turns, and a play from its beginning to its end.  See play.h. */
#include "play_impl.h"

#include <string.h>

const char play_letters[] = "yzatp()+*rexkib?%!,lEGcufFQXdDmsSTHnvwqoBCRAjJNMKZYVILP&.#$@O"
                            "<=:WU_-~[]{}gh|/^\">";

void play_note(play *play, char what, uint32_t who, uint32_t how)
{
    if (play->trace_count < PLAY_TRACE)
        play->trace[play->trace_count++] = (uint32_t)(unsigned char)what << 16 | who << 8 | how;
}

static void check(play *play)
{
    if (play->spy.known)
        return;
    const char *wrong = ac_loop_check(play->loop);
    if (wrong == NULL)
        wrong = play_objects_check(play);
    if (wrong != NULL && play->wrong == NULL)
        play->wrong = wrong;
}

/* ---- References and errors ---- */

void play_put_task(play *play, uint32_t slot, actor *task)
{
    actor *older = play->tasks[slot];
    play->tasks[slot] = task;
    if (older != NULL)
        ac_c_release(play->loop, &older->head.task.future);
}

void play_put_future(play *play, uint32_t slot, ac_future *future)
{
    ac_future *older = play->futures[slot];
    play->futures[slot] = future;
    if (older != NULL)
        ac_c_release(play->loop, older);
}

/* The future in a slot; made if there is none.  NULL if memory is short. */
ac_future *play_future_in(play *play, uint32_t slot)
{
    ac_future *future = play->futures[slot];
    if (future != NULL && ac_future_get_loop(future) != NULL)
        return future;
    future = ac_c_future_new(play->loop);
    if (future != NULL)
        spy_born(play->loop, future);
    play_put_future(play, slot, future);
    return play->futures[slot];
}

ac_value play_exception(play *play, const ac_c_class *kind)
{
    return ac_c_error(play->loop, kind, "of a play");
}

/* The exception of a status: kept for *raised if that is not NULL, else dropped. */
bool play_check(play *play, ac_status status, ac_value *raised)
{
    if (status == AC_OK)
        return true;
    ac_value made = ac_loop_status_exception(play->loop, status, NULL);
    if (raised != NULL)
        *raised = made;
    else
        ac_drop(play->loop, made);
    return false;
}

/* ---- Turns ---- */

static ac_status turn_by_pieces(ac_loop *loop)
{
    ac_handle *handle = NULL;
    ac_status status = ac_loop_turn_begin(loop);

    if (status != AC_OK)
        return status;
    while (status == AC_OK && (status = ac_loop_turn_next(loop, &handle)) == AC_OK && handle != NULL)
        status = ac_loop_turn_ran(loop, handle, ac_handle_call(loop, handle));
    ac_loop_turn_end(loop);
    return status;
}

/* The foreign loop runs what it has inside a turn of ours, so that ours counts as running. */
static ac_status foreign_turn(play *play)
{
    ac_handle *handle = NULL;
    ac_status status = ac_loop_turn_begin(play->loop);

    if (status != AC_OK)
        return status;
    status = spy_run_posted(&play->spy, play->loop);
    while (status == AC_OK && (status = ac_loop_turn_next(play->loop, &handle)) == AC_OK && handle != NULL)
        status = ac_loop_turn_ran(play->loop, handle, ac_handle_call(play->loop, handle));
    ac_loop_turn_end(play->loop);
    return status;
}

void play_turn(play *play)
{
    ac_status status = play->drive == PLAY_POST ? foreign_turn(play) : ac_loop_turn(play->loop);
    (void)play_check(play, status, NULL);
    check(play);
}

/* Lets time pass until the next timer. */
static void wait(play *play)
{
    double timeout = ac_loop_timeout(play->loop);
    if (timeout <= 0 || play->spy.posted_count > 0)
        return;
    play->clock.now += timeout;
    play->spy.time += timeout;
}

static void run_until(play *play, actor *actor)
{
    ac_future *future = actor != NULL ? &actor->head.task.future : NULL;

    if (future == NULL)
        return;
    ac_c_retain(future);
    if (play->drive != PLAY_POST) {
        (void)play_check(play, ac_loop_run_until_complete(play->loop, future), NULL);
        check(play);
    }
    for (int i = 0; play->drive == PLAY_POST && i < 100 && !ac_future_done(future); i++) {
        play_turn(play);
        wait(play);
    }
    ac_c_release(play->loop, future);
}

static void run_forever(play *play)
{
    ac_loop_stop(play->loop);
    if (play->drive != PLAY_POST)
        (void)play_check(play, ac_loop_run_forever(play->loop), NULL);
    check(play);
}

void play_perform(play *play, const char *outside)
{
    char letter;
    uint32_t digit;

    while (play->loop != NULL && play_next(play, &outside, &letter, &digit)) {
        ac_value raised = ac_none();
        bool failed = false;
        if (letter == '.')
            play_turn(play);
        else if (letter == '#' && play->drive != PLAY_POST)
            (void)play_check(play, turn_by_pieces(play->loop), NULL);
        else if (letter == '$')
            run_forever(play);
        else if (letter == '@')
            run_until(play, play->tasks[digit]);
        else if (letter == '>')
            play_run_by_runner(play, digit);
        else if (letter == 'z')
            wait(play);
        else
            (void)play_common(play, letter, digit, &raised, &failed);
        ac_drop(play->loop, raised);
        check(play);
    }
}

/* ---- The whole play ---- */

/* Groups lie in the frames of actors: it is the nearest object before. */
static ac_future *group_owner(spy *spy, ac_group *group)
{
    uintptr_t at = (uintptr_t)group, nearest = 0;
    for (size_t i = 0; i < spy->alive_end; i++) {
        uintptr_t start = (uintptr_t)spy->alive[i];
        if (start > nearest && start < at)
            nearest = start;
    }
    return (ac_future *)nearest;
}

static void hear_nothing(void *data, const char *text)
{
    (void)data;
    (void)text;
}

void play_begin(play *play, const scenario *scenario, const char *semantics, play_drive drive)
{
    ac_loop_options options = {.semantics = semantics, .user = &play->spy};

    ac_clock_init(&play->clock);
    options.clock = drive == PLAY_POLL ? NULL : &play->clock;
    play->drive = drive;
    play->fuel = PLAY_FUEL;
    play->wrong = NULL;
    memcpy(play->scripts, scenario->scripts, sizeof play->scripts);
    memset(play->tasks, 0, sizeof play->tasks);
    memset(play->futures, 0, sizeof play->futures);
    memset(play->chains, 0, sizeof play->chains);
    play->body_count = 0;
    play->trace_count = 0;
    spy_watch_loopless(&play->spy);
    play->spy.group_owner = group_owner;
    play->loop = ac_c_loop_new_with(spied_host(drive == PLAY_POST, drive != PLAY_CLOCK), &options, NULL);
    if (play->loop == NULL)
        return;
    ac_c_set_report(play->loop, hear_nothing, NULL);
    ac_runner_init(&play->runner, ac_loop_semantics(play->loop));
    play_objects_begin(play);
}

/* Without fuel nobody else does anything more, and the task returns at once. */
/* What CPython does before gh-157301: an eager start that could not enter its context has ended the loop. */
static bool is_stranded(const ac_loop *loop)
{
    return ac_loop_current_task(loop) != NULL && !ac_loop_has(loop, AC_S_EAGER_START_FAILURE_IS_CLEAN);
}

bool play_still_works(play *play)
{
    ac_value raised = ac_none();

    if (play->loop == NULL || ac_loop_is_closed(play->loop) || is_stranded(play->loop))
        return true;
    ac_loop_set_task_factory(play->loop, NULL, NULL);
    play->fuel = 0;
    for (int i = 0; i < 100 && play->spy.posted_count > 0; i++)
        play_turn(play); /* the foreign loop may be full */
    play->fuel = 1;
    bool made = play_make_task(play, NULL, 9, AC_EAGER_NO, &raised);
    play->fuel = 0;
    ac_drop(play->loop, raised);
    if (!made)
        return false;
    ac_future *future = &play->tasks[9]->head.task.future;
    ac_c_retain(future);
    for (int i = 0; i < 100 && !ac_future_done(future); i++)
        play_turn(play);
    bool works = ac_future_get_state(future) == AC_FINISHED;
    ac_c_release(play->loop, future);
    return works;
}

/* One that waits for itself, by a gather that it is in, is taken apart. */
static void end_task(play *play, ac_task *task)
{
    ac_future *future = &task->future;
    ac_c_retain(future);
    ac_status status = ac_future_cancel(future, ac_none_ref(), NULL);
    (void)play_check(play, status, NULL);
    if (status == AC_E_RECURSION)
        ac_future_clear(future);
    else
        (void)play_check(play, ac_task_wake(task), NULL);
    ac_c_release(play->loop, future);
}

/* Asks every task to end, and lets it. */
static void end_tasks(play *play)
{
    for (int round = 0; round < 30; round++) {
        size_t pending = 0;
        for (size_t i = 0; i < play->spy.alive_end; i++) {
            ac_future *future = play->spy.alive[i];
            ac_task *task = future != NULL && ac_future_get_loop(future) != NULL ? ac_future_task(future)
                                                                                 : NULL;
            if (task == NULL || ac_future_done(future))
                continue;
            pending++;
            end_task(play, task);
        }
        if (pending == 0 && play->spy.posted_count == 0)
            return;
        play_turn(play);
        wait(play);
    }
}

/* What is left has lost who would wake it, or waits for what waits for it. */
static void clear_all(play *play)
{
    for (size_t i = 0; i < play->spy.alive_end; i++) {
        ac_future *future = play->spy.alive[i];
        if (future == NULL)
            continue;
        ac_c_retain(future);
        ac_future_clear(future);
        ac_c_release(play->loop, future);
    }
}

/* The foreign loop gives back what it has not run. */
static void give_back_posted(play *play)
{
    for (size_t i = 0; i < play->spy.posted_count; i++)
        ac_handle_cancel(play->loop, play->spy.posted[(play->spy.posted_first + i) % SPY_POSTED]);
    while (play->spy.posted_count > 0)
        (void)play_check(play, spy_run_posted(&play->spy, play->loop), NULL);
}

size_t play_end(play *play)
{
    if (play->loop == NULL)
        return 0;
    play->fuel = 0;
    if (!ac_loop_is_closed(play->loop))
        end_tasks(play);
    for (uint32_t i = 0; i < PLAY_SLOTS; i++) {
        play_put_task(play, i, NULL);
        play_put_future(play, i, NULL);
    }
    clear_all(play);
    give_back_posted(play);
    (void)play_check(play, ac_loop_close(play->loop), NULL);
    check(play);
    give_back_posted(play);
    clear_all(play);
    play_objects_end(play);
    bool over = play_links_end(play);
    /* The hooks of the spy are not for the loop's own memory. */
    play->spy.fails = NULL;
    play->spy.calls = NULL;
    return ac_c_loop_free(play->loop) + !over;
}

const char *play_run(play *play, const scenario *scenario, const char *semantics, play_drive drive)
{
    play_begin(play, scenario, semantics, drive);
    if (play->loop != NULL) {
        (void)play_make_task(play, NULL, 0, AC_EAGER_NO, NULL);
        play_perform(play, scenario->outside != NULL ? scenario->outside : "@0");
    }
    bool (*fails)(spy *, hook) = play->spy.fails;
    void (*calls)(spy *, ac_loop *, hook) = play->spy.calls;
    play->spy.fails = NULL;
    play->spy.calls = NULL;
    bool works = play_still_works(play);
    play->spy.fails = fails;
    play->spy.calls = calls;
    size_t left = play_end(play);
    if (play->wrong != NULL)
        return play->wrong;
    if (play->spy.broken != NULL)
        return play->spy.broken;
    if (!works)
        return "the loop does not run a task any more";
    return left > 0 ? "objects were left alive" : NULL;
}
