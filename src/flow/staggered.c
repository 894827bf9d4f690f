/* staggered.c - staggered_race: candidates that start one after the other, until one has won.
 *
 * Mirrors    staggered.staggered_race with its run_one_coro and task_done.
 * Idea       Each task runs one candidate, and makes the task of the next one before it begins.  What asyncio
 *            keeps in the cells of a closure is in the race; what belongs to one task, its two events, its
 *            place in the lists, the callback on it, is a piece of memory (aci_racing) of which several hold
 *            a count.
 * Versions   Before gh-124309 a task begins at once, which breaks the order of the list if it is an eager
 *            one.  Before gh-128479 the race waits for its tasks by wait(), raises the first error of one of
 *            them, and is left with tasks that still run; later it waits for all, and raises a group.
 * Holds      A racing is on 'running' <=> its task is one of the race's (for ever in older releases), on
 *            'begun' <=> it has a place among the exceptions.  left: asyncio has deleted names that the tasks
 *            ask for.
 * Owns       The tasks in 'running', the errors, the winner's result.  Runs and callbacks own a reference to
 *            the host's object around the race.
 * Re-enters  Each hook, each cancel, and letting go run host code.
 * Cost       One allocation for each candidate, and one more; in older releases one each time that it waits.
 * Tests      tests/test_staggered.c; difftests/scenarios/staggered/ */
#include <aiocore/staggered.h>

#include "task/task_impl.h"

/* ---- What belongs to one task ------------------------------------------------------------------------- */

struct aci_racing {
    ac_callback callback; /* task_done */
    ac_staggered *race;   /* whoever gets at it here holds the race */
    ac_loop *loop;
    ac_task *task;           /* retained; NULL: given up */
    ac_event_flag may_start; /* ok_to_start */
    ac_event_flag failed;    /* previous_failed: the one before has set it */
    ac_link all, running, begun, failures;
    ac_value error;     /* what its candidate has failed with */
    ac_value unhandled; /* what its task has failed with */
    ac_value owner;     /* the callback's reference */
    size_t users;       /* the race, the run, the run before, the callback, what waits for 'failed' */
    bool is_first;
};

typedef struct aci_racing racing;

static racing *racing_new(ac_staggered *race)
{
    static const racing blank;
    ac_loop *loop = race->loop;
    racing *one = loop->host->realloc != NULL ? loop->host->realloc(loop, NULL, 0, sizeof *one) : NULL;
    if (one == NULL)
        return NULL;
    *one = blank;
    one->race = race;
    one->loop = loop;
    one->users = 1;
    one->is_first = aci_list_empty(&race->racing);
    ac_event_init(&one->may_start, ac_none_ref());
    ac_event_init(&one->failed, ac_none_ref());
    aci_list_append(&race->racing, &one->all);
    return one;
}

static racing *racing_keep(racing *one)
{
    one->users++;
    return one;
}

static void racing_free(ac_loop *loop, racing *one)
{
    if (--one->users == 0)
        loop->host->realloc(loop, one, sizeof *one, 0);
}

/* HOST */
static void racing_drop_task(racing *one)
{
    ac_task *task = one->task;
    one->task = NULL;
    if (task != NULL)
        aci_release(one->loop, &task->future);
}

static racing *racing_in_all(ac_link *link)
{
    return AC_CONTAINER_OF(link, racing, all);
}

static racing *racing_in_running(ac_link *link)
{
    return AC_CONTAINER_OF(link, racing, running);
}

static racing *racing_in_begun(ac_link *link)
{
    return AC_CONTAINER_OF(link, racing, begun);
}

static void racing_stop(ac_staggered *race, racing *one)
{
    if (!aci_linked(&one->running))
        return;
    aci_list_remove(&one->running);
    race->running_count--;
}

/* ---- The race: what its tasks do to it ---------------------------------------------------------------- */

static bool race_has(const ac_staggered *race, ac_semantics_flag flag)
{
    return aci_has(race->loop, flag);
}

/* A name of the closure that was deleted when the race was left. */
static ac_value race_name_error(ac_loop *loop, const char *text, ac_ref context)
{
    ac_error error = {.kind = AC_X_NAME, .text = text, .context = context};
    return loop->host->error(loop, &error);
}

static bool race_lost_exceptions(const ac_staggered *race)
{
    return race->left && race_has(race, AC_S_STAGGERED_RACE_EAGER_TASKS);
}

static const char race_no_exceptions[] =
    "cannot access free variable 'exceptions' where it is not associated with a value in enclosing scope";
static const char race_no_unhandled[] = "cannot access free variable 'unhandled_exceptions' where it is not "
                                        "associated with a value in enclosing scope";
static const char race_no_parent[] =
    "cannot access free variable 'parent_task' where it is not associated with a value in enclosing scope";

/* Cancels all tasks but one; NULL: all.  HOST */
static ac_status race_cancel(ac_staggered *race, const racing *but, const ac_task *current, ac_ref message)
{
    ac_loop *loop = race->loop;
    ac_status status = AC_OK;
    ac_link *link = race->running.next;
    while (status == AC_OK && link != NULL && link != &race->running) {
        racing *one = racing_keep(racing_in_running(link));
        bool is_left_out = one == but || one->task == current;
        if (!is_left_out)
            status = ac_future_cancel(&one->task->future, message, NULL); /* HOST */
        link = one->running.next;
        racing_free(loop, one);
    }
    return status;
}

static ac_status race_task_failed(ac_staggered *race, racing *one)
{
    ac_loop *loop = race->loop;
    ac_future *future = &one->task->future;
    ac_future_set_log_traceback(future, false);
    if (race->left)
        return ac_loop_raise(loop, race_name_error(loop, race_no_unhandled, ac_none_ref()));
    one->unhandled = aci_dup(loop, ac_lend(future->result));
    aci_list_append(&race->failed, &one->failures);
    race->failed_count++;
    return AC_OK;
}

static ac_status race_task_done(ac_loop *loop, ac_callback *callback)
{
    racing *one = AC_CONTAINER_OF(callback, racing, callback);
    ac_staggered *race = one->race;
    ac_status status = AC_OK;
    if (one->task == NULL)
        return AC_OK;
    racing_stop(race, one);
    if (race->left && race_has(race, AC_S_CALL_GRAPH_API))
        return ac_loop_raise(loop, race_name_error(loop, race_no_parent, ac_none_ref()));
    if (race->waiting && race->running_count == 0 && !ac_future_done(&race->completed))
        status = ac_future_set_result(&race->completed, ac_none()); /* HOST, on a foreign loop */
    if (status == AC_OK && one->task != NULL && aci_state(&one->task->future) == AC_FAILED)
        status = race_task_failed(race, one);
    return status;
}

static int race_visit_callback(ac_callback *callback, ac_visitor *visitor)
{
    const racing *one = AC_CONTAINER_OF(callback, racing, callback);
    return one->owner.bits != 0 ? visitor->value(visitor, ac_lend(one->owner)) : 0;
}

static void race_callback_done(ac_loop *loop, ac_callback *callback)
{
    racing *one = AC_CONTAINER_OF(callback, racing, callback);
    ac_value owner = ac_take(&one->owner);
    if (!aci_linked(&one->running))
        racing_drop_task(one); /* HOST */
    racing_free(loop, one);
    aci_drop(loop, owner); /* HOST */
}

static ac_future *race_waiter(ac_callback *callback)
{
    const ac_staggered *race = AC_CONTAINER_OF(callback, racing, callback)->race;
    return race->parent != NULL ? &race->parent->future : NULL;
}

static const ac_handle_ops race_done_ops = {.run = race_task_done,
                                            .visit = race_visit_callback,
                                            .done = race_callback_done,
                                            .name = "staggered_race.<locals>.task_done",
                                            .waiter = race_waiter};

static ac_status race_watch(ac_staggered *race, racing *one)
{
    ac_loop *loop = race->loop;
    ac_value context = ac_none();
    ac_status status = loop->host->copy_context != NULL ? loop->host->copy_context(loop, &context) : AC_OK;
    if (status != AC_OK)
        return status;
    ac_callback_init(&one->callback, &race_done_ops, context);
    one->owner = aci_dup(loop, race->owner);
    (void)racing_keep(one);
    status = ac_future_add_done_callback(&one->task->future, &one->callback);
    if (status != AC_OK) {
        ac_callback_clear(loop, &one->callback);  /* HOST */
        race_callback_done(loop, &one->callback); /* HOST */
    }
    return status;
}

/* The task is there: it becomes one of the race's, and may begin. */
static ac_status race_add(ac_staggered *race, racing *one)
{
    ac_loop *loop = race->loop;
    ac_status status = AC_OK;
    if (race->left && race_has(race, AC_S_CALL_GRAPH_API)) {
        racing_drop_task(one); /* HOST */
        return ac_loop_raise(loop, race_name_error(loop, race_no_parent, ac_none_ref()));
    }
    aci_list_append(&race->running, &one->running);
    race->running_count++;
    if (race_has(race, AC_S_STAGGERED_RACE_LEAVES_NO_TASK))
        status = race_watch(race, one);
    if (status == AC_OK && race_has(race, AC_S_STAGGERED_RACE_EAGER_TASKS)) {
        status = ac_event_set(&one->may_start);
        if (status != AC_OK)
            status = ac_loop_raise(loop, ac_bound_exception(&one->may_start.bound, loop, status));
    }
    return status;
}

/* Makes the next task; *out, if not NULL, gets a count of what belongs to it.  HOST */
static ac_status race_spawn(ac_staggered *race, racing **out)
{
    ac_loop *loop = race->loop;
    ac_task *task = NULL;
    racing *one = racing_new(race);
    if (one == NULL)
        return aci_fail(loop, AC_E_MEMORY, "no memory for a race");
    if (out != NULL)
        *out = racing_keep(one);
    (void)racing_keep(one);
    ac_staggered_part part = {.racing = one};
    ac_status status = race->ops->make_task(loop, race, part, &task); /* HOST */
    if (status == AC_OK) {
        one->task = task;
        status = race->loop != NULL ? race_add(race, one) : AC_OK; /* HOST */
    }
    racing_free(loop, one);
    return status;
}

/* ---- A run: the body of a task ------------------------------------------------------------------------ */

static ac_staggered_run *run_of(ac_coro *co)
{
    return AC_CONTAINER_OF(co, ac_staggered_run, co);
}

/* The race was cleared: there is nobody to tell. */
static bool run_is_orphan(const ac_staggered_run *run)
{
    return run->race->loop == NULL;
}

static void run_clear_body(ac_loop *loop, ac_coro *co)
{
    if (co != NULL && co->ops != NULL && co->ops->clear != NULL)
        co->ops->clear(loop, co); /* HOST */
}

static void run_leave(ac_loop *loop, ac_staggered_run *run)
{
    ac_coro *candidate = run->candidate;
    racing *one = run->racing, *next = run->next;
    ac_value owner = ac_take(&run->owner);
    run->co.at = AC_AT_END;
    run->race = NULL;
    run->candidate = NULL;
    run->racing = run->next = NULL;
    run_clear_body(loop, &run->wait.co);  /* HOST */
    run_clear_body(loop, &run->event.co); /* HOST */
    run_clear_body(loop, candidate);      /* HOST */
    if (one != NULL)
        racing_free(loop, one);
    if (next != NULL)
        racing_free(loop, next);
    aci_drop(loop, owner); /* HOST */
}

/* Ends with a result or an exception (stolen). */
static ac_turn run_end(ac_loop *loop, ac_staggered_run *run, ac_turn turn, ac_value value, ac_out *out)
{
    run_leave(loop, run); /* HOST */
    out->value = value;
    return turn;
}

static ac_turn run_fail(ac_loop *loop, ac_staggered_run *run, ac_status status, ac_out *out)
{
    return run_end(loop, run, AC_RAISED, ac_loop_status_exception(loop, status, NULL), out);
}

/* assert: a statement, so that what is being handled around the task is the context. */
static ac_status run_assert(ac_loop *loop, bool holds)
{
    if (holds)
        return AC_OK;
    ac_value error = aci_error(loop, AC_X_ASSERTION, "");
    if (error.bits != 0 && loop->host->raising != NULL)
        loop->host->raising(loop, ac_lend(error), ac_none_ref());
    return ac_loop_raise(loop, error);
}

/* What wait_for is to wait for: Event.wait, by itself or, when there is no time at all, as a task.  HOST */
static ac_status run_begin_wait(ac_loop *loop, ac_staggered_run *run)
{
    double seconds = 0;
    bool has = false;
    ac_staggered *race = run->race;
    ac_status status = run_is_orphan(run) ? aci_fail(loop, AC_E_STATE, "the race is over") : AC_OK;
    if (status == AC_OK)
        status = race->ops->delay(loop, race, &seconds, &has); /* HOST */
    if (status != AC_OK)
        return status;
    if (has && seconds <= 0) {
        ac_staggered_part part = {.racing = run->racing, .waits = true};
        ac_task *task = NULL;
        status = race->ops->make_task(loop, race, part, &task); /* HOST */
        if (status != AC_OK)
            return status;
        ac_wait_for_future(&run->wait, loop, &task->future, &seconds);
        aci_release(loop, &task->future); /* HOST */
        return AC_OK;
    }
    ac_event_wait_init(&run->event, &run->racing->failed);
    ac_wait_for_body(&run->wait, loop, &run->event.co, has ? &seconds : NULL);
    return AC_OK;
}

/* The time is over: that is no error.  Takes over what was raised; true: the run goes on. */
static bool run_suppresses(ac_loop *loop, ac_value error)
{
    if (error.bits == 0 || (aci_classify(loop, ac_lend(error)) & AC_IS_TIMEOUT) == 0)
        return false;
    aci_drop(loop, error); /* HOST */
    return true;
}

/* A place among the exceptions. */
static ac_status run_take_place(ac_loop *loop, ac_staggered_run *run)
{
    ac_staggered *race = run->race;
    bool is_old = !race_has(race, AC_S_STAGGERED_RACE_LEAVES_NO_TASK);
    ac_status status = run_assert(loop, !is_old || race->running_count == run->index + 2);
    if (status != AC_OK)
        return status;
    if (race_lost_exceptions(race))
        return ac_loop_raise(loop, race_name_error(loop, race_no_exceptions, ac_none_ref()));
    aci_list_append(&race->begun, &run->racing->begun);
    race->begun_count++;
    return run_assert(loop, race->begun_count == run->index + 1);
}

/* Everything between the wait and the candidate.  HOST */
static ac_status run_prepare(ac_loop *loop, ac_staggered_run *run, bool *more)
{
    ac_staggered *race = run->race;
    if (run_is_orphan(run))
        return AC_OK;
    ac_status status = race->ops->next(loop, race, run, more); /* HOST */
    if (status != AC_OK || !*more)
        return status;
    run->index = race->taken++;
    status = run_is_orphan(run) ? aci_fail(loop, AC_E_STATE, "the race is over") : AC_OK;
    if (status == AC_OK)
        status = race_spawn(race, &run->next); /* HOST */
    return status == AC_OK && !run_is_orphan(run) ? run_take_place(loop, run) : status;
}

/* HOST */
static ac_status run_wake_next(ac_loop *loop, ac_staggered_run *run)
{
    ac_event_flag *failed = &run->next->failed;
    ac_status status = ac_event_set(failed);
    return status == AC_OK ? AC_OK : ac_loop_raise(loop, ac_bound_exception(&failed->bound, loop, status));
}

/* The candidate has failed (the error is stolen), or was closed. */
static ac_turn run_lost(ac_loop *loop, ac_staggered_run *run, ac_value error, ac_out *out)
{
    ac_staggered *race = run->race;
    if (error.bits != 0 && (aci_classify(loop, ac_lend(error)) & AC_IS_EXIT) != 0)
        return run_end(loop, run, AC_RAISED, error, out);
    if (run_is_orphan(run)) {
        aci_drop(loop, error); /* HOST */
        return run_end(loop, run, AC_RETURNED, ac_none(), out);
    }
    if (race_lost_exceptions(race)) {
        ac_value instead = race_name_error(loop, race_no_exceptions, ac_lend(error));
        aci_drop(loop, error); /* HOST */
        return run_end(loop, run, AC_RAISED, instead, out);
    }
    aci_assert(run->racing->error.bits == 0);
    run->racing->error = error;
    ac_status status = run_wake_next(loop, run); /* HOST */
    return status == AC_OK ? run_end(loop, run, AC_RETURNED, ac_none(), out)
                           : run_fail(loop, run, status, out);
}

/* It has won: the others are cancelled.  Older releases leave out the task at the winner's place in the list,
 * later ones the one that runs. */
static ac_status run_cancel_others(ac_loop *loop, ac_staggered_run *run)
{
    ac_staggered *race = run->race;
    if (race_has(race, AC_S_STAGGERED_RACE_LEAVES_NO_TASK))
        return race_cancel(race, NULL, loop->current, ac_none_ref()); /* HOST */
    ac_link *link = race->running.next;
    for (size_t i = 0; i < run->index && link != &race->running; i++)
        link = link->next;
    return race_cancel(race, link != &race->running ? racing_in_running(link) : NULL, NULL,
                       ac_none_ref()); /* HOST */
}

/* Steals the result. */
static ac_turn run_won(ac_loop *loop, ac_staggered_run *run, ac_value result, ac_out *out)
{
    ac_staggered *race = run->race;
    if (run_is_orphan(run)) {
        aci_drop(loop, result); /* HOST */
        return run_end(loop, run, AC_RETURNED, ac_none(), out);
    }
    ac_status status = run_assert(loop, race->winner == SIZE_MAX);
    if (status != AC_OK) {
        ac_value error = aci_set_aside(loop, status);
        aci_drop(loop, result); /* HOST */
        return run_end(loop, run, AC_RAISED, error, out);
    }
    race->winner = run->index;
    race->result = result;
    status = run_cancel_others(loop, run); /* HOST */
    return status == AC_OK ? run_end(loop, run, AC_RETURNED, ac_none(), out)
                           : run_fail(loop, run, status, out);
}

enum { RUN_STARTS = 1, RUN_WAITS, RUN_CANDIDATE };

static ac_turn run_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_staggered_run *run = run_of(co);
    bool more = false;
    ac_turn turn;
    ac_status status;
    if (co->at == 0 && how != AC_SEND) {
        turn = ac_unstarted(loop, co, how, in, out);
        run_leave(loop, run); /* HOST: it never starts */
        return turn;
    }
    AC_BEGIN(co);
    if (aci_has(loop, AC_S_STAGGERED_RACE_EAGER_TASKS)) {
        ac_event_wait_init(&run->event, &run->racing->may_start);
        AC_AWAIT_CORO(RUN_STARTS, &run->event.co, turn);
        if (turn == AC_RAISED || how == AC_CLOSE)
            return run_end(loop, run, turn, out->value, out);
    }
    if (!run->racing->is_first) {
        status = run_begin_wait(loop, run); /* HOST */
        if (status == AC_OK) {
            AC_AWAIT_CORO(RUN_WAITS, &run->wait.co, turn);
        } else {
            out->value = ac_loop_status_exception(loop, status, NULL);
            turn = AC_RAISED;
        }
        if (how == AC_CLOSE || (turn == AC_RAISED && !run_suppresses(loop, out->value)))
            return run_end(loop, run, turn, out->value, out);
    }
    status = run_prepare(loop, run, &more); /* HOST */
    if (status != AC_OK)
        return run_fail(loop, run, status, out);
    if (!more)
        return run_end(loop, run, AC_RETURNED, ac_none(), out);
    status = run->race->ops->begin(loop, run, &run->candidate); /* HOST */
    if (status != AC_OK)
        return run_lost(loop, run, ac_loop_status_exception(loop, status, NULL), out);
    AC_AWAIT_CORO(RUN_CANDIDATE, run->candidate, turn);
    AC_END(co);
    if (turn == AC_RAISED)
        return run_lost(loop, run, out->value, out);
    return how == AC_CLOSE ? run_lost(loop, run, ac_none(), out) : run_won(loop, run, out->value, out);
}

static int run_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_staggered_run *run = run_of(co);
    ac_coro *const awaited[] = {
        [RUN_STARTS] = &run->event.co, [RUN_WAITS] = &run->wait.co, [RUN_CANDIDATE] = run->candidate};
    int stop = run->owner.bits != 0 ? visitor->value(visitor, ac_lend(run->owner)) : 0;
    ac_coro *sub = co->at == 0 || co->at == AC_AT_END ? NULL : awaited[co->at];
    return stop == 0 && sub != NULL && sub->ops->visit != NULL ? sub->ops->visit(sub, visitor) : stop;
}

static void run_clear(ac_loop *loop, ac_coro *co)
{
    run_leave(loop, run_of(co)); /* HOST */
}

/* Event.wait as the body of a task. */
static ac_turn run_event_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_staggered_run *run = run_of(co);
    if (co->at == AC_AT_END)
        return ac_ended(out);
    co->at = RUN_STARTS;
    ac_turn turn = ac_coro_resume(loop, &run->event.co, how, in, out); /* HOST */
    return ac_turn_suspends(turn) ? turn : run_end(loop, run, turn, out->value, out);
}

void ac_staggered_run_init(ac_staggered_run *run, ac_staggered *race, ac_staggered_part part)
{
    static const ac_coro_ops run_ops = {run_resume, NULL, run_visit, run_clear};
    static const ac_coro_ops event_ops = {run_event_resume, NULL, run_visit, run_clear};
    static const ac_staggered_run blank;
    *run = blank;
    ac_coro_init(&run->co, part.waits ? &event_ops : &run_ops);
    run->race = race;
    run->owner = aci_dup(race->loop, race->owner);
    run->racing = racing_keep(part.racing);
    if (part.waits)
        ac_event_wait_init(&run->event, &part.racing->failed);
}

const char *ac_staggered_part_name(ac_staggered_part part)
{
    return part.waits ? "Event.wait" : "staggered_race.<locals>.run_one_coro";
}

const char *ac_staggered_run_awaits(const ac_staggered_run *run, bool *within)
{
    bool no_time = run->wait.has_timeout && run->wait.seconds <= 0;
    *within = run->co.at == RUN_WAITS;
    if (*within)
        return no_time ? "_cancel_and_wait" : "Event.wait";
    return run->co.at == RUN_STARTS && run->co.ops->resume == run_resume ? "Event.wait" : NULL;
}

/* ---- The race itself ---------------------------------------------------------------------------------- */

/* asyncio's "finally": later releases forget, older ones cancel what still runs.  HOST */
static ac_status race_leave(ac_staggered *race)
{
    ac_loop *loop = race->loop;
    ac_task *parent = race->parent;
    ac_status status = AC_OK;
    race->co.at = AC_AT_END;
    race->left = true;
    race->parent = NULL;
    if (race->wait.co.ops != NULL)
        race->wait.co.ops->clear(loop, &race->wait.co); /* HOST */
    if (!race->waiting)
        ac_future_clear(&race->completed); /* HOST */
    aci_drop_slot(loop, &race->cancelled); /* HOST */
    if (!race_has(race, AC_S_STAGGERED_RACE_LEAVES_NO_TASK))
        status = race_cancel(race, NULL, NULL, ac_none_ref()); /* HOST */
    return parent != NULL ? aci_release_after(loop, &parent->future, status) : status;
}

/* Ends with a result or an exception (stolen). */
static ac_turn race_end(ac_loop *loop, ac_staggered *race, ac_turn turn, ac_value value, ac_out *out)
{
    ac_status status = race_leave(race); /* HOST */
    if (status != AC_OK) {
        ac_value error = ac_loop_status_exception(loop, status, NULL);
        aci_drop(loop, value); /* HOST */
        value = error;
        turn = AC_RAISED;
    }
    out->value = value;
    return turn;
}

static ac_turn race_fail(ac_loop *loop, ac_staggered *race, ac_status status, ac_out *out)
{
    return race_end(loop, race, AC_RAISED, ac_loop_status_exception(loop, status, NULL), out);
}

/* The winner's result; the list of errors is the race's, to be asked for. */
static ac_turn race_return(ac_loop *loop, ac_staggered *race, ac_out *out)
{
    return race_end(loop, race, AC_RETURNED, aci_dup(loop, ac_lend(race->result)), out);
}

/* ---- Older releases: wait() for all that there are, until there are no more ---- */

static ac_status race_begin_wait(ac_loop *loop, ac_staggered *race)
{
    size_t count = 0, size = race->running_count * sizeof(ac_future *);
    ac_future **futures = loop->host->realloc(loop, NULL, 0, size);
    if (futures == NULL)
        return aci_fail(loop, AC_E_MEMORY, "no memory to wait for several futures");
    for (ac_link *link = race->running.next; link != &race->running; link = link->next)
        futures[count++] = &racing_in_running(link)->task->future;
    ac_status status = ac_wait_init(&race->wait, loop, futures, count, NULL, AC_ALL_COMPLETED);
    loop->host->realloc(loop, futures, size, 0);
    race->done_count = count;
    return status;
}

/* The first error of the tasks that were waited for, owned; none: there is none. */
static ac_value race_first_error(ac_loop *loop, const ac_staggered *race)
{
    ac_link *link = race->running.next;
    for (size_t i = 0; i < race->done_count; i++, link = link->next) {
        ac_future *future = &racing_in_running(link)->task->future;
        if (aci_state(future) != AC_FAILED)
            continue;
        ac_future_set_log_traceback(future, false);
        return aci_dup(loop, ac_lend(future->result));
    }
    return ac_none();
}

/* ---- Later ones: a future that is done when the last task is ---- */

static ac_value race_group(ac_loop *loop, ac_staggered *race)
{
    size_t count = 0, size = race->failed_count * sizeof(ac_ref);
    ac_ref *errors = loop->host->realloc(loop, NULL, 0, size);
    if (errors == NULL)
        return ac_none();
    for (ac_link *link = race->failed.next; link != &race->failed; link = link->next)
        errors[count++] = ac_lend(AC_CONTAINER_OF(link, racing, failures)->unhandled);
    ac_error error = {
        .kind = AC_X_EXCEPTION_GROUP, .text = "staggered race failed", .items = errors, .item_count = count};
    ac_value made = loop->host->error(loop, &error);
    loop->host->realloc(loop, errors, size, 0);
    return made;
}

/* A cancellation goes on to all tasks, with its message, and is raised when they are done. */
static ac_status race_was_cancelled(ac_loop *loop, ac_staggered *race, ac_ref exception)
{
    ac_value message = ac_none(), before = race->cancelled;
    if (ac_future_cancelled(&race->completed))
        message = aci_dup(loop, ac_lend(race->completed.result));
    else if (race->ops->message != NULL)
        message = aci_dup(loop, race->ops->message(loop, exception));
    race->cancelled = aci_dup(loop, exception);
    ac_future_clear(&race->completed);                                  /* HOST */
    aci_drop(loop, before);                                             /* HOST */
    ac_status status = race_cancel(race, NULL, NULL, ac_lend(message)); /* HOST */
    ac_value error = aci_set_aside(loop, status);
    aci_drop(loop, message); /* HOST */
    return aci_go_on_with(loop, status, error);
}

static ac_turn race_settle(ac_loop *loop, ac_staggered *race, ac_out *out)
{
    if (race->failed_count > 0)
        return race_end(loop, race, AC_RAISED, race_group(loop, race), out);
    if (race->cancelled.bits != 0)
        return race_end(loop, race, AC_RAISED, ac_take(&race->cancelled), out);
    return race_return(loop, race, out);
}

/* ---- The coroutine ---- */

static ac_status race_begin(ac_loop *loop, ac_staggered *race)
{
    race->parent = loop->current;
    if (race->parent != NULL)
        aci_retain(loop, &race->parent->future);
    return race_spawn(race, NULL); /* HOST */
}

/* What was thrown in by hand leaves the race; the last task still looks for the future. */
static ac_turn race_interrupted(ac_loop *loop, ac_staggered *race, ac_how how, ac_ref in, ac_out *out)
{
    race->waiting = !ac_future_done(&race->completed);
    if (how == AC_CLOSE)
        return race_end(loop, race, AC_RETURNED, ac_none(), out);
    return race_end(loop, race, AC_RAISED, aci_dup(loop, in), out);
}

enum { RACE_WAIT = 1, RACE_COMPLETED };

static ac_turn race_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_staggered *race = AC_CONTAINER_OF(co, ac_staggered, co);
    ac_turn turn;
    ac_status status;
    AC_BEGIN(co);
    status = race_begin(loop, race); /* HOST */
    if (status != AC_OK)
        return race_fail(loop, race, status, out);
    while (!aci_has(loop, AC_S_STAGGERED_RACE_LEAVES_NO_TASK) && race->done_count != race->running_count) {
        status = race_begin_wait(loop, race);
        if (status != AC_OK)
            return race_fail(loop, race, status, out);
        AC_AWAIT_CORO(RACE_WAIT, &race->wait.co, turn);
        if (turn == AC_RAISED || how == AC_CLOSE)
            return race_end(loop, race, turn, out->value, out);
        ac_value error = race_first_error(loop, race);
        if (error.bits != 0)
            return race_end(loop, race, AC_RAISED, error, out);
    }
    while (aci_has(loop, AC_S_STAGGERED_RACE_LEAVES_NO_TASK) && race->running_count > 0) {
        aci_future_init_embedded(&race->completed, race->loop);
        race->waiting = true;
        AC_AWAIT(RACE_COMPLETED, &race->completed);
        race->waiting = false;
        if (how == AC_CLOSE || (how == AC_THROW && (aci_classify(loop, in) & AC_IS_CANCELLED) == 0))
            return race_interrupted(loop, race, how, in, out);
        if (how == AC_THROW) {
            status = race_was_cancelled(loop, race, in); /* HOST */
            if (status != AC_OK)
                return race_fail(loop, race, status, out);
        }
        ac_future_clear(&race->completed);
    }
    AC_END(co);
    return race_settle(loop, race, out);
}

static int race_visit(ac_coro *co, ac_visitor *visitor)
{
    return ac_staggered_visit(AC_CONTAINER_OF(co, ac_staggered, co), visitor);
}

static void race_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    ac_staggered_clear(AC_CONTAINER_OF(co, ac_staggered, co)); /* HOST */
}

void ac_staggered_init(ac_staggered *race, ac_loop *loop, const ac_staggered_ops *ops, ac_ref owner)
{
    static const ac_coro_ops race_ops = {race_resume, NULL, race_visit, race_clear};
    static const ac_staggered blank;
    *race = blank;
    ac_coro_init(&race->co, &race_ops);
    race->loop = loop;
    race->ops = ops;
    race->owner = owner;
    race->winner = SIZE_MAX;
    aci_list_init(&race->racing);
    aci_list_init(&race->running);
    aci_list_init(&race->begun);
    aci_list_init(&race->failed);
    aci_future_init_embedded(&race->completed, loop);
}

/* ---- What is known of it ---- */

bool ac_staggered_winner(const ac_staggered *race, size_t *index)
{
    *index = race->winner;
    return race->winner != SIZE_MAX;
}

size_t ac_staggered_count(const ac_staggered *race)
{
    return race->begun_count;
}

ac_ref ac_staggered_exception(const ac_staggered *race, size_t index)
{
    ac_link *link = race->begun.next;
    for (size_t i = 0; i < index && link != &race->begun; i++)
        link = link->next;
    return link != &race->begun ? ac_lend(racing_in_begun(link)->error) : ac_none_ref();
}

/* Its events show who waits for them. */
static int racing_visit(racing *one, ac_visitor *visitor)
{
    int stop = one->task != NULL ? visitor->future(visitor, &one->task->future) : 0;
    if (stop == 0 && one->error.bits != 0)
        stop = visitor->value(visitor, ac_lend(one->error));
    if (stop == 0 && one->unhandled.bits != 0)
        stop = visitor->value(visitor, ac_lend(one->unhandled));
    if (stop == 0)
        stop = ac_event_visit(&one->may_start, visitor);
    return stop == 0 ? ac_event_visit(&one->failed, visitor) : stop;
}

int ac_staggered_visit(ac_staggered *race, ac_visitor *visitor)
{
    if (race->loop == NULL)
        return 0;
    const ac_value owned[] = {race->result, race->cancelled};
    int stop = race->parent != NULL ? visitor->future(visitor, &race->parent->future) : 0;
    for (size_t i = 0; i < 2 && stop == 0; i++)
        if (owned[i].bits != 0)
            stop = visitor->value(visitor, ac_lend(owned[i]));
    for (ac_link *link = race->racing.next; link != &race->racing && stop == 0; link = link->next)
        stop = racing_visit(racing_in_all(link), visitor);
    if (stop == 0 && race->waiting)
        stop = ac_future_visit(&race->completed, visitor);
    return stop == 0 && race->wait.co.ops != NULL ? race->wait.co.ops->visit(&race->wait.co, visitor) : stop;
}

static void race_forget(ac_staggered *race, racing *one)
{
    ac_value error = ac_take(&one->error), unhandled = ac_take(&one->unhandled);
    ac_loop *loop = one->loop;
    racing_stop(race, one);
    ac_event_abandon(&one->may_start);
    ac_event_abandon(&one->failed);
    racing_drop_task(one);     /* HOST */
    aci_drop(loop, error);     /* HOST */
    aci_drop(loop, unhandled); /* HOST */
    racing_free(loop, one);
}

void ac_staggered_clear(ac_staggered *race)
{
    ac_loop *loop = race->loop;
    ac_task *parent = race->parent;
    if (loop == NULL)
        return;
    race->loop = NULL;
    race->co.at = AC_AT_END;
    race->left = true;
    race->waiting = false;
    race->parent = NULL;
    if (race->wait.co.ops != NULL)
        race->wait.co.ops->clear(loop, &race->wait.co); /* HOST */
    ac_future_clear(&race->completed);                  /* HOST */
    aci_drop_slot(loop, &race->cancelled);              /* HOST */
    aci_drop_slot(loop, &race->result);                 /* HOST */
    while (!aci_list_empty(&race->racing))
        race_forget(race, racing_in_all(aci_list_take_first(&race->racing))); /* HOST */
    aci_list_init(&race->begun);
    aci_list_init(&race->failed);
    race->begun_count = race->failed_count = 0;
    if (parent != NULL)
        aci_release(loop, &parent->future); /* HOST */
}
