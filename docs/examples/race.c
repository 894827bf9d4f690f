/* race.c - a swimming race: an event, a semaphore, a lock, a condition and a barrier, each for what it is
 * good at.
 *
 *     the gun      Event       all wait for it, and it goes off once
 *     the lanes    Semaphore   there are two of them for four swimmers
 *     the book     Lock        one at a time writes into it, and writing takes a while
 *     the judge    Condition   waits until the book has enough lines
 *     the bench    Barrier     nobody goes home before all are there */
#include <aiocore/chost.h>

#include <stdio.h>

enum { SWIMMERS = 4, LANES = 2 };

/* [pool] */
struct pool {
    ac_event_flag gun;
    ac_semaphore lanes;
    ac_lock book, bench_lock;
    ac_condition written, bench_filled;
    ac_barrier bench;
    int lines;
};

/* None of these can wait, so none needs a loop yet.  Only messages would name them: they are nobody's
 * objects. */
static bool fill(struct pool *pool)
{
    ac_ref nobody = ac_none_ref();
    ac_event_init(&pool->gun, nobody);
    ac_lock_init(&pool->book, nobody);
    ac_condition_init(&pool->written, nobody, &pool->book);
    ac_lock_init(&pool->bench_lock, nobody); /* a barrier is built on a condition with a lock */
    ac_condition_init(&pool->bench_filled, nobody, &pool->bench_lock);
    return ac_semaphore_init(&pool->lanes, nobody, LANES) == AC_OK &&
           ac_barrier_init(&pool->bench, &pool->bench_filled, SWIMMERS) == AC_OK;
}
/* [pool end] */

/* [swimmer] */
struct swimmer {
    ac_c_task head;
    struct pool *pool;
    const char *name;
    double seconds;
    ac_sleep nap;
    ac_event_wait at_start;
    ac_semaphore_acquire lane;
    ac_lock_acquire pen;
    ac_barrier_wait bench;
};

enum { START = 1, LANE, SWIM, PEN, WRITE, BENCH };

static void say(ac_loop *loop, const struct swimmer *self, const char *what)
{
    printf("[%4.1f] %s %s\n", ac_loop_time(loop), self->name, what);
}

static ac_turn swim(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct swimmer *self = AC_C_SELF(co, struct swimmer);
    struct pool *pool = self->pool;
    ac_turn turn;

    AC_BEGIN(co);
    ac_event_wait_init(&self->at_start, &pool->gun); /* await gun.wait() */
    AC_AWAIT_CORO(START, &self->at_start.co, turn);
    if (turn == AC_RAISED)
        return turn;

    ac_semaphore_acquire_init(&self->lane, &pool->lanes); /* async with lanes: */
    AC_AWAIT_CORO(LANE, &self->lane.co, turn);
    if (turn == AC_RAISED)
        return turn;
    say(loop, self, "jumps");
    ac_sleep_init(&self->nap, loop, self->seconds, ac_none());
    AC_AWAIT_CORO(SWIM, &self->nap.co, turn);
    (void)ac_semaphore_release(&pool->lanes); /* however the nap ended */
    if (turn == AC_RAISED)
        return turn;

    ac_lock_acquire_init(&self->pen, &pool->book); /* async with book: */
    AC_AWAIT_CORO(PEN, &self->pen.co, turn);
    if (turn == AC_RAISED)
        return turn;
    say(loop, self, "writes");
    ac_sleep_init(&self->nap, loop, 0.5, ac_none());
    AC_AWAIT_CORO(WRITE, &self->nap.co, turn);
    pool->lines++;
    (void)ac_condition_notify_all(&pool->written); /* needs the lock */
    (void)ac_lock_release(&pool->book);
    if (turn == AC_RAISED)
        return turn;

    ac_barrier_wait_init(&self->bench, &pool->bench); /* index = await bench.wait() */
    AC_AWAIT_CORO(BENCH, &self->bench.co, turn);
    if (turn == AC_RAISED)
        return turn;
    say(loop, self, self->bench.index == 0 ? "goes home, who came to the bench first" : "goes home");
    AC_END(co);
    return ac_return(out, ac_none());
}

/* Who waits stands in the list of what he waits for: he leaves it here if the task goes before its end. */
static void clear_swimmer(ac_loop *loop, ac_coro *co)
{
    struct swimmer *self = AC_C_SELF(co, struct swimmer);
    ac_coro_clear(loop, &self->nap.co);
    ac_coro_clear(loop, &self->at_start.co);
    ac_coro_clear(loop, &self->lane.co);
    ac_coro_clear(loop, &self->pen.co);
    ac_coro_clear(loop, &self->bench.co);
}

static const ac_coro_ops swimmer_ops = {.resume = swim, .clear = clear_swimmer};
/* [swimmer end] */

/* [judge] */
struct judge {
    ac_c_task head;
    struct pool *pool;
    ac_lock_acquire book;
    ac_condition_wait_for enough;
};

static ac_status three_lines(ac_loop *loop, void *data, ac_value *result, bool *holds)
{
    struct pool *pool = data;
    (void)loop;
    *holds = pool->lines >= 3;
    *result = ac_c_int(pool->lines);
    return AC_OK;
}

enum { BOOK = 1, ENOUGH };

/* async with written: await written.wait_for(lambda: lines >= 3) */
static ac_turn judge(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct judge *self = AC_C_SELF(co, struct judge);
    struct pool *pool = self->pool;
    ac_turn turn;

    AC_BEGIN(co);
    ac_lock_acquire_init(&self->book, &pool->book);
    AC_AWAIT_CORO(BOOK, &self->book.co, turn);
    if (turn == AC_RAISED)
        return turn;
    ac_condition_wait_for_init(&self->enough, &pool->written, three_lines, pool);
    AC_AWAIT_CORO(ENOUGH, &self->enough.co, turn);
    if (turn == AC_RETURNED) {
        printf("[%4.1f] the judge has the medals\n", ac_loop_time(loop));
        ac_drop(loop, out->value);
    }
    (void)ac_lock_release(&pool->book); /* it has the lock again, also if it was cancelled */
    AC_END(co);
    return turn;
}

static void clear_judge(ac_loop *loop, ac_coro *co)
{
    struct judge *self = AC_C_SELF(co, struct judge);
    ac_coro_clear(loop, &self->book.co);
    ac_coro_clear(loop, &self->enough.co);
}

static const ac_coro_ops judge_ops = {.resume = judge, .clear = clear_judge};
/* [judge end] */

/* ---- The program --------------------------------------------------------------------------------------- */

static ac_status fire(ac_loop *loop, void *pool)
{
    printf("[%4.1f] bang\n", ac_loop_time(loop));
    return ac_event_set(&((struct pool *)pool)->gun);
}

static ac_future *new_swimmer(ac_loop *loop, struct pool *pool, int number)
{
    static const char *const names[SWIMMERS] = {"Ann", "Bob", "Cid", "Dee"};
    static const double seconds[SWIMMERS] = {5, 3, 4, 2};
    struct swimmer *swimmer = ac_c_task_new(loop, sizeof *swimmer, &swimmer_ops);
    if (swimmer == NULL)
        return NULL;
    swimmer->pool = pool;
    swimmer->name = names[number];
    swimmer->seconds = seconds[number];
    return ac_c_create_task(loop, &swimmer->head, AC_EAGER_NO) == AC_OK ? &swimmer->head.task.future : NULL;
}

static ac_future *new_judge(ac_loop *loop, struct pool *pool)
{
    struct judge *task = ac_c_task_new(loop, sizeof *task, &judge_ops);
    if (task == NULL)
        return NULL;
    task->pool = pool;
    return ac_c_create_task(loop, &task->head, AC_EAGER_NO) == AC_OK ? &task->head.task.future : NULL;
}

/* gather(*swimmers, judge), and the gun after a second. */
int main(void)
{
    struct pool pool = {.lines = 0};
    ac_future *people[SWIMMERS + 1], *all;
    ac_clock clock;
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock}, NULL);
    if (loop == NULL || !fill(&pool))
        return 1;
    for (int i = 0; i <= SWIMMERS; i++)
        if ((people[i] = i < SWIMMERS ? new_swimmer(loop, &pool, i) : new_judge(loop, &pool)) == NULL)
            return 1;
    if (ac_c_call_later(loop, 1, fire, &pool, NULL) != AC_OK ||
        ac_c_gather(loop, people, SWIMMERS + 1, false, &all) != AC_OK)
        return 1;
    printf("%s\n", ac_status_name(ac_loop_run_until_complete(loop, all)));
    ac_c_release(loop, all);
    for (int i = 0; i <= SWIMMERS; i++)
        ac_c_release(loop, people[i]);
    return (int)ac_c_loop_free(loop);
}
