/* condition_wait_for.c - Condition.wait_for.
 *
 * Mirrors    locks.Condition.wait_for.
 * Idea       The predicate is asked with the lock held, and after each wait again: a wait may end for no
 *            reason.
 * Re-enters  The predicate runs anything.
 * Tests      tests/test_conditions.c, tests/test_locks_by_hand.c;
 *            difftests/scenarios/locks/condition_wait_for_*.py */
#include "sync/waiter.h"

/* Asks the predicate.  True: there is nothing to wait for; *turn and *out say why. */
static bool condition_for_is_over(ac_loop *loop, ac_condition_wait_for *wait, ac_turn *turn, ac_out *out)
{
    ac_value result = ac_none();
    bool holds = false;
    ac_status status = wait->predicate(loop, wait->data, &result, &holds); /* HOST */
    if (status != AC_OK) {
        out->value = ac_loop_status_exception(loop, status, NULL);
        *turn = AC_RAISED;
        return true;
    }
    if (!holds) {
        aci_drop(loop, result); /* HOST */
        return false;
    }
    *turn = ac_return(out, result);
    return true;
}

enum { CONDITION_FOR_WAITING = 1 };

static ac_turn condition_for_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_condition_wait_for *wait = AC_CONTAINER_OF(co, ac_condition_wait_for, co);
    ac_turn turn;
    AC_BEGIN(co);
    while (!condition_for_is_over(loop, wait, &turn, out)) { /* HOST */
        ac_condition_wait_init(&wait->wait, wait->wait.condition);
        AC_AWAIT_CORO(CONDITION_FOR_WAITING, &wait->wait.co, turn);
        if (turn == AC_RAISED || how == AC_CLOSE)
            break;
    }
    AC_END(co);
    return turn;
}

static int condition_for_visit(ac_coro *co, ac_visitor *visitor)
{
    ac_coro *sub = &AC_CONTAINER_OF(co, ac_condition_wait_for, co)->wait.co;
    return sub->ops->visit(sub, visitor);
}

static void condition_for_clear(ac_loop *loop, ac_coro *co)
{
    ac_coro *sub = &AC_CONTAINER_OF(co, ac_condition_wait_for, co)->wait.co;
    co->at = AC_AT_END;
    sub->ops->clear(loop, sub); /* HOST */
}

static const ac_coro_ops condition_for_ops = {condition_for_resume, NULL, condition_for_visit,
                                              condition_for_clear};

void ac_condition_wait_for_init(ac_condition_wait_for *wait, ac_condition *condition, ac_predicate *predicate,
                                void *data)
{
    ac_coro_init(&wait->co, &condition_for_ops);
    ac_condition_wait_init(&wait->wait, condition);
    wait->predicate = predicate;
    wait->data = data;
}

/* While the predicate is asked again the wait before is over. */
const char *ac_condition_wait_for_method(const ac_condition_wait_for *wait)
{
    bool waits = wait->co.at == CONDITION_FOR_WAITING && wait->wait.co.at != AC_AT_END;
    return waits ? "Condition.wait" : NULL;
}
