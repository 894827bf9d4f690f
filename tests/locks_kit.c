/* locks_kit.c - see locks_kit.h. */
#include "locks_kit.h"

#include <string.h>

lk_objects lk;

void lk_begin(void)
{
    memset(&lk, 0, sizeof lk);
    ac_lock_init(&lk.lock, ac_none_ref());
    ac_event_init(&lk.event, ac_none_ref());
    ac_condition_init(&lk.condition, ac_none_ref(), &lk.lock);
    th_ok(ac_semaphore_init(&lk.semaphore, ac_none_ref(), 1));
    ac_lock_init(&lk.barrier_lock, ac_none_ref());
    ac_condition_init(&lk.barrier_condition, ac_none_ref(), &lk.barrier_lock);
    th_ok(ac_barrier_init(&lk.barrier, &lk.barrier_condition, 2));
}

/* ---- Tasks ---- */

typedef struct actor {
    th_coro head;
    lk_verb verb;
    ac_coro *sub;
    union {
        ac_lock_acquire lock;
        ac_event_wait event;
        ac_condition_wait wait;
        ac_condition_wait_for wait_for;
        ac_semaphore_acquire unit;
        ac_barrier_wait barrier;
        ac_barrier_change change;
    } as;
} actor;

static actor *actor_of(ac_coro *co)
{
    return (actor *)(void *)AC_CONTAINER_OF(co, th_coro, co);
}

static ac_status predicate(ac_loop *loop, void *data, ac_value *result, bool *holds)
{
    ck_assert_ptr_eq(data, &lk);
    lk.asked++;
    if (lk.predicate_fails)
        return ac_loop_raise(loop, th_exception(TH_PLAIN, "predicate"));
    *holds = lk.holds;
    *result = th_new(lk.holds ? "holds" : "does not");
    return AC_OK;
}

static void prepare(actor *self)
{
    switch (self->verb) {
    case LK_LOCK:
        ac_lock_acquire_init(&self->as.lock, &lk.lock);
        break;
    case LK_EVENT:
        ac_event_wait_init(&self->as.event, &lk.event);
        break;
    case LK_WAIT:
        ac_condition_wait_init(&self->as.wait, &lk.condition);
        break;
    case LK_WAIT_FOR:
        ac_condition_wait_for_init(&self->as.wait_for, &lk.condition, predicate, &lk);
        break;
    case LK_UNIT:
        ac_semaphore_acquire_init(&self->as.unit, &lk.semaphore);
        break;
    case LK_BARRIER:
        ac_barrier_wait_init(&self->as.barrier, &lk.barrier);
        break;
    case LK_RESET:
        ac_barrier_reset_init(&self->as.change, &lk.barrier);
        break;
    default:
        ac_barrier_abort_init(&self->as.change, &lk.barrier);
    }
    self->sub = &self->as.lock.co; /* each begins with it */
}

static void report(const actor *self, ac_turn turn, ac_ref value)
{
    if (turn == AC_RAISED)
        th_log("%s raised %s", self->head.name, th_repr(value));
    else if (self->verb == LK_BARRIER)
        th_log("%s %d", self->head.name, (int)self->as.barrier.index);
    else
        th_log("%s %s", self->head.name, ac_is_none(value) ? "got it" : th_repr(value));
}

enum { ACT = 1 };

static ac_turn act(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    actor *self = actor_of(co);
    ac_turn turn;
    AC_BEGIN(co);
    self->head.loop = loop;
    prepare(self);
    AC_AWAIT_CORO(ACT, self->sub, turn);
    AC_END(co);
    report(self, turn, ac_lend(out->value));
    return turn;
}

static int visit_actor(ac_coro *co, ac_visitor *visitor)
{
    const actor *self = actor_of(co);
    return co->at == ACT ? self->sub->ops->visit(self->sub, visitor) : 0;
}

static void clear_actor(ac_loop *loop, ac_coro *co)
{
    const actor *self = actor_of(co);
    if (co->at == ACT)
        self->sub->ops->clear(loop, self->sub);
    co->at = AC_AT_END;
}

ac_task *lk_start_on(ac_loop *loop, unsigned slot, const char *name, lk_verb verb)
{
    static const ac_coro_ops ops = {act, NULL, visit_actor, clear_actor};
    actor *self = th_coro_new(name, sizeof *self, &ops);
    self->verb = verb;
    return th_start_body(loop, slot, &self->head);
}

ac_task *lk_start(unsigned slot, const char *name, lk_verb verb)
{
    return lk_start_on(&th.loop, slot, name, verb);
}

void lk_cancel(unsigned slot, int64_t message)
{
    th_ok(ac_task_cancel(th_task_in(slot), message != 0 ? ac_lend(th_int(message)) : ac_none_ref(), NULL));
}

ac_coro *lk_machine(unsigned slot)
{
    return actor_of(ac_task_get_coro(th_task_in(slot)))->sub;
}

const char *lk_raised(ac_bound *bound, ac_status status)
{
    ck_assert_int_ne(status, AC_OK);
    return th_repr_of(ac_bound_exception(bound, &th.loop, status));
}
