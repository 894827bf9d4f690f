/* play_links.c - futures that hang on others (gather, shield, chains), and the ends of runs (cancel all,
 * runner). */
#include "play_impl.h"

/* ---- gather and shield ---- */

/* It takes the place of future d, which is one of its children, perhaps twice. */
void play_gather(play *play, uint32_t digit)
{
    ac_future *members[PLAY_MEMBERS + 1], *gather = NULL;
    size_t count = play_members(play, digit, members);
    if (digit % 3 == 0 && count > 0)
        members[count++] = members[0];
    if (!play_check(play, ac_c_gather(play->loop, members, count, digit % 2 == 1, &gather), NULL))
        return;
    spy_born(play->loop, gather);
    play_put_future(play, digit, gather);
}

/* It takes the place of future d. */
void play_shield(play *play, uint32_t digit)
{
    uint32_t other = (digit + 1) % PLAY_SLOTS;
    ac_future *inner = play->tasks[other] != NULL ? &play->tasks[other]->head.task.future
                                                  : play_future_in(play, other);
    ac_future *outer = NULL;
    if (inner == NULL || !play_check(play, ac_c_shield(play->loop, inner, &outer), NULL))
        return;
    spy_born(play->loop, outer);
    play_put_future(play, digit, outer);
}

/* ---- Chains ---- */

static play_chain *link_of(ac_chain *chain)
{
    return (play_chain *)(void *)chain;
}

/* The thread's future is done: its done callback, which comes once. */
static ac_status tell(play_chain *link)
{
    if (!link->listening || link->told)
        return AC_OK;
    link->told = true;
    return ac_chain_thread_done(&link->chain);
}

static ac_status chain_listen(ac_chain *chain)
{
    play_chain *link = link_of(chain);
    ac_status status = spy_enter(chain->loop, HOOK_CHAIN_LISTEN);
    if (status != AC_OK)
        return status;
    link->listening = true;
    return link->state != AC_PENDING ? tell(link) : AC_OK;
}

static bool chain_cancelled(ac_chain *chain)
{
    return link_of(chain)->state == AC_CANCELLED;
}

static ac_status chain_cancel(ac_chain *chain)
{
    play_chain *link = link_of(chain);
    ac_status status = spy_enter(chain->loop, HOOK_CHAIN_CANCEL);
    if (status != AC_OK || link->state != AC_PENDING || link->running)
        return status;
    link->state = AC_CANCELLED;
    return tell(link);
}

static ac_status chain_start(ac_chain *chain, bool *go)
{
    play_chain *link = link_of(chain);
    ac_status status = spy_enter(chain->loop, HOOK_CHAIN_START);
    *go = link->state == AC_PENDING;
    link->running = link->running || (*go && status == AC_OK);
    return status;
}

static ac_status chain_set(play_chain *link, ac_future_state state, ac_value value)
{
    ac_status status = spy_enter(link->chain.loop, HOOK_CHAIN_SET);
    if (status == AC_OK && link->state != AC_PENDING)
        status = AC_E_STATE;
    if (status != AC_OK)
        return status;
    link->state = state;
    link->value = value;
    ac_drop(link->chain.loop, ac_loop_status_exception(link->chain.loop, tell(link), NULL));
    return AC_OK;
}

static ac_status chain_set_result(ac_chain *chain, ac_value result)
{
    return chain_set(link_of(chain), AC_FINISHED, result);
}

static ac_status chain_set_exception(ac_chain *chain, ac_value exception)
{
    return chain_set(link_of(chain), AC_FAILED, exception);
}

static ac_status chain_outcome(ac_chain *chain, ac_future_state *state, ac_value *value)
{
    play_chain *link = link_of(chain);
    ac_status status = spy_enter(chain->loop, HOOK_CHAIN_OUTCOME);
    *state = link->state;
    *value = status == AC_OK ? ac_dup(chain->loop, ac_lend(link->value)) : ac_none();
    return status;
}

/* The odd ones are always elsewhere. */
static bool chain_is_here(ac_chain *chain)
{
    play_chain *link = link_of(chain);
    return (link - link->play->chains) % 2 == 0 && ac_loop_is_running(chain->loop);
}

static ac_status chain_context(ac_chain *chain, ac_value *out)
{
    return ac_loop_host(chain->loop)->copy_context(chain->loop, out);
}

static void chain_retain(ac_chain *chain)
{
    link_of(chain)->retained++;
}

static void chain_release(ac_chain *chain)
{
    link_of(chain)->retained--;
    (void)spy_enter(chain->loop, HOOK_CHAIN_RELEASE);
}

static const ac_chain_ops chain_ops = {.listen = chain_listen,
                                       .cancelled = chain_cancelled,
                                       .cancel = chain_cancel,
                                       .set_running = chain_start,
                                       .set_result = chain_set_result,
                                       .set_exception = chain_set_exception,
                                       .outcome = chain_outcome,
                                       .is_here = chain_is_here,
                                       .context = chain_context,
                                       .retain = chain_retain,
                                       .release = chain_release};

void play_chain_to(play *play, uint32_t digit)
{
    play_chain *link = &play->chains[digit % PLAY_CHAINS];
    ac_future *future = play->tasks[digit] != NULL ? &play->tasks[digit]->head.task.future
                                                   : play_future_in(play, digit);
    if (link->used || future == NULL || ac_future_get_loop(future) == NULL)
        return;
    link->used = true;
    link->play = play;
    ac_c_retain(future);
    ac_status status = ac_chain_begin(&link->chain, &chain_ops, future,
                                      digit < 5 ? AC_FROM_THREAD : AC_TO_THREAD);
    (void)play_check(play, status, NULL);
    ac_c_release(play->loop, future);
}

/* By 0 to 3 with a result, 4 to 7 with an exception, 8 and 9 cancelled. */
void play_chain_end(play *play, uint32_t digit)
{
    play_chain *link = &play->chains[digit % PLAY_CHAINS];
    if (!link->used || link->state != AC_PENDING)
        return;
    if (digit < 8) {
        link->running = true;
        link->state = digit < 4 ? AC_FINISHED : AC_FAILED;
        link->value = digit < 4 ? ac_c_str(play->loop, "of a thread")
                                : play_exception(play, &ac_c_ValueError);
    } else if (!link->running) {
        link->state = AC_CANCELLED;
    }
    if (link->state != AC_PENDING)
        (void)play_check(play, tell(link), NULL);
}

bool play_links_end(play *play)
{
    bool over = true;
    for (int i = 0; i < PLAY_CHAINS; i++) {
        play_chain *link = &play->chains[i];
        if (!link->used)
            continue;
        ac_chain_cut(&link->chain);
        ac_drop(play->loop, ac_take(&link->value));
        over = over && link->retained == 0 && link->chain.future == NULL;
    }
    ac_runner_close(&play->runner);
    return over;
}

/* ---- The ends of runs ---- */

/* On a foreign loop piece by piece. */
static void cancel_all_foreign(play *play)
{
    ac_cancel_all *all = NULL;
    ac_future *future = NULL;
    bool more;
    ac_status status = ac_cancel_all_begin(play->loop, &all, &future);
    if (!play_check(play, status, NULL) || all == NULL)
        return;
    for (int i = 0; i < 30 && !ac_loop_is_running(play->loop) && !ac_future_done(future); i++)
        play_turn(play);
    status = ac_future_done(future) ? AC_OK : AC_E_RUNTIME;
    (void)play_check(play, ac_cancel_all_end(all, status, &more), NULL);
}

void play_cancel_all(play *play)
{
    if (play->drive == PLAY_POST)
        cancel_all_foreign(play);
    else
        (void)play_check(play, ac_cancel_all_tasks(play->loop), NULL);
}

static bool may_run(play *play)
{
    if (ac_runner_get_state(&play->runner) == AC_RUNNER_CREATED)
        ac_runner_open(&play->runner, play->loop, ac_none());
    return ac_runner_get_state(&play->runner) == AC_RUNNER_INITIALIZED;
}

void play_interrupt(play *play, uint32_t digit)
{
    if (!may_run(play))
        return;
    if (digit % 2 == 1)
        ac_runner_interrupt_threadsafe(&play->runner);
    else
        (void)play_check(play, ac_runner_interrupt(&play->runner), NULL);
}

void play_run_by_runner(play *play, uint32_t digit)
{
    actor *main = play->tasks[digit];
    ac_value result = ac_none();
    if (play->drive == PLAY_POST || main == NULL || !may_run(play) ||
        ac_future_get_loop(&main->head.task.future) == NULL)
        return;
    ac_c_retain(&main->head.task.future);
    ac_status status = ac_runner_run(&play->runner, &main->head.task.future, &result);
    ac_drop(play->loop, result);
    if (status != AC_E_RAISED)
        (void)play_check(play, status, NULL);
    ac_c_release(play->loop, &main->head.task.future);
}
