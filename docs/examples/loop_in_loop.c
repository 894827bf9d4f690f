/* loop_in_loop.c - guest mode: a game has a loop of its own, and aiocore runs inside it.
 *
 * Nothing calls ac_loop_run_*.  The game asks how long it may wait (ac_loop_timeout), waits in its own
 * way, also for input, and gives the tasks a turn (ac_loop_turn).  When input makes a task ready
 * meanwhile, the wake hook says that the timeout has shrunk.  Time is the game's, too: a clock that it
 * sets by itself. */
#include <aiocore/chost.h>

#include <stdio.h>

static const double frame_time = 0.25, key_time = 0.375; /* seconds */

/* [game] */
struct game {
    ac_clock clock; /* the game moves it; the loop only reads it */
    ac_loop *loop;
    ac_future *key; /* done when the player presses it */
    bool woken;
};

static void wake(ac_loop *loop)
{
    struct game *game = ac_loop_user(loop);
    game->woken = true;
}
/* [game end] */

static void say(const struct game *game, const char *what)
{
    printf("[%.3f] %s\n", game->clock.now, what);
}

struct blinker {
    ac_c_task head;
    ac_sleep nap;
};

enum { NAP = 1 };

static ac_turn blink(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct blinker *self = AC_C_SELF(co, struct blinker);
    ac_turn turn;

    AC_BEGIN(co);
    for (;;) {
        say(ac_loop_user(loop), "    the blinker blinks");
        ac_sleep_init(&self->nap, loop, 0.625, ac_none());
        AC_AWAIT_CORO(NAP, &self->nap.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops blink_ops = {.resume = blink};

static ac_status hear(ac_loop *loop, ac_future *key, void *game)
{
    (void)loop;
    (void)key;
    say(game, "    the key is heard");
    return AC_OK;
}

/* [wait] */
/* What select() is elsewhere: waits until then, or until the key is pressed. */
static void wait_for_input(struct game *game, double until)
{
    if (!ac_future_done(game->key) && key_time <= until) {
        game->clock.now = key_time;
        say(game, "  the key is pressed");
        (void)ac_future_set_result(game->key, ac_none());
    } else {
        game->clock.now = until;
    }
}

/* The rest of a frame belongs to the tasks. */
static ac_status run_tasks(struct game *game, double end)
{
    ac_status status = AC_OK;
    while (status == AC_OK && game->clock.now < end) {
        double timeout = ac_loop_timeout(game->loop), until = game->clock.now + timeout;
        if (timeout != 0)
            wait_for_input(game, timeout < 0 || until > end ? end : until);
        if (game->woken)
            say(game, "  the loop asks for a turn");
        game->woken = false;
        status = ac_loop_turn(game->loop);
    }
    return status;
}
/* [wait end] */

int main(void)
{
    struct game game = {.woken = false};
    ac_host host = *ac_c_host();
    host.wake = wake;
    ac_clock_init(&game.clock);
    game.loop = ac_c_loop_new_with(&host, &(ac_loop_options){.clock = &game.clock, .user = &game}, NULL);
    if (game.loop == NULL || (game.key = ac_c_future_new(game.loop)) == NULL)
        return 1;
    struct blinker *blinker = ac_c_task_new(game.loop, sizeof *blinker, &blink_ops);
    if (blinker == NULL || ac_c_create_task(game.loop, &blinker->head, AC_EAGER_NO) != AC_OK ||
        ac_c_add_done_callback(game.key, hear, &game) != AC_OK)
        return 1;
    for (int frame = 0; frame < 6; frame++) {
        printf("[%.3f] frame %d\n", game.clock.now, frame);
        if (run_tasks(&game, (frame + 1) * frame_time) != AC_OK)
            return 1;
    }
    (void)ac_task_cancel(&blinker->head.task, ac_none_ref(), NULL);
    while (ac_loop_timeout(game.loop) == 0)
        (void)ac_loop_turn(game.loop);
    ac_c_release(game.loop, &blinker->head.task.future);
    ac_c_release(game.loop, game.key);
    return (int)ac_c_loop_free(game.loop);
}
