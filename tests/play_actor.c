/* play_actor.c - a task that performs a script. */
#include "play_impl.h"

static actor *actor_of(ac_coro *co)
{
    return AC_C_SELF(co, actor);
}

/* ---- Tasks ---- */

static const ac_coro_ops actor_ops;

static actor *actor_new(play *play, uint32_t number)
{
    actor *self = ac_c_task_new(play->loop, sizeof *self, &actor_ops);
    if (self == NULL)
        return NULL;
    self->play = play;
    self->number = number;
    self->at = play->scripts[number] != NULL ? play->scripts[number] : "";
    ac_sleep_init(&self->nap, play->loop, 0, ac_none());
    spy_born(play->loop, &self->head.task.future);
    return self;
}

/* Creates a task, in a group if that is not NULL; it is then in its slot.  False: *raised says why not. */
bool play_make_task(play *play, ac_group *group, uint32_t number, ac_eager eager, ac_value *raised)
{
    actor *task = play->fuel > 0 ? actor_new(play, number) : NULL;
    if (task == NULL) {
        if (raised != NULL)
            *raised = ac_none();
        return false;
    }
    ac_status status = group != NULL ? ac_c_group_create_task(group, &task->head, eager)
                                     : ac_c_create_task(play->loop, &task->head, eager);
    bool made = play_check(play, status, raised);
    if (made)
        play_put_task(play, number, task);
    else
        ac_c_release(play->loop, &task->head.task.future);
    return made;
}

void play_create(play *play, unsigned number, ac_eager eager)
{
    if (play->fuel > 0)
        play->fuel--;
    (void)play_make_task(play, NULL, number % PLAY_SLOTS, eager, NULL);
}

/* ---- A task's script ---- */

/* What an operation leads to. */
typedef struct next {
    enum { GO_ON, FAILED, STOPPED } what;
    ac_value raised; /* FAILED: owned */
    ac_turn turn;    /* STOPPED */
} next;

static next go_on(void)
{
    return (next){GO_ON, ac_none(), AC_YIELDED};
}

static next failed_with(ac_value raised)
{
    return (next){FAILED, raised, AC_RAISED};
}

static next stopped(ac_turn turn)
{
    return (next){STOPPED, ac_none(), turn};
}

static ac_group *innermost(actor *self)
{
    return self->depth > 0 ? &self->groups[self->depth - 1] : NULL;
}

/* Resumes the nap, or the exit of the innermost group. */
static next drive(actor *self, ac_how how, ac_ref in, ac_out *out)
{
    ac_turn turn = ac_coro_resume(self->play->loop, self->sub, how, in, out);
    if (ac_turn_suspends(turn))
        return stopped(turn);
    bool left_group = self->sub != &self->nap.co;
    self->sub = NULL;
    if (left_group && self->depth > 0)
        ac_group_clear(&self->groups[--self->depth]);
    if (turn == AC_RAISED)
        return failed_with(out->value);
    ac_drop(self->play->loop, out->value);
    return go_on();
}

static next leave_group(actor *self, ac_value raised, ac_out *out)
{
    ac_group *group = innermost(self);
    ac_status status = ac_group_exit(group, ac_lend(raised));

    ac_drop(self->play->loop, raised);
    if (status != AC_OK) {
        ac_value why = ac_loop_status_exception(self->play->loop, status, NULL);
        if (self->depth > 0)
            ac_group_clear(&self->groups[--self->depth]);
        return failed_with(why);
    }
    self->sub = &group->exit;
    return drive(self, AC_SEND, ac_none_ref(), out);
}

static next enter_group(actor *self)
{
    ac_value raised = ac_none();
    if (self->depth == PLAY_GROUPS)
        return go_on();
    ac_group *group = &self->groups[self->depth];
    ac_group_init(group, self->play->loop);
    if (!play_check(self->play, ac_group_enter(group), &raised)) {
        ac_group_clear(group);
        return failed_with(raised);
    }
    self->depth++;
    return go_on();
}

static next await_future(actor *self, ac_future *future, ac_out *out)
{
    ac_ref outcome;
    if (future == NULL || ac_future_get_loop(future) == NULL)
        return failed_with(ac_none());
    if (!ac_future_done(future))
        return stopped(ac_future_await(future, out));
    if (ac_future_outcome(future, &outcome) == AC_SEND)
        return go_on();
    return failed_with(ac_dup(self->play->loop, outcome));
}

static next nap(actor *self, uint32_t digit, ac_out *out)
{
    ac_sleep_init(&self->nap, self->play->loop, 0.5 * digit, ac_c_str(self->play->loop, "slept"));
    self->sub = &self->nap.co;
    return drive(self, AC_SEND, ac_none_ref(), out);
}

static next create_child(actor *self, char letter, uint32_t digit)
{
    ac_value raised = ac_none();
    if (innermost(self) == NULL)
        return go_on();
    ac_eager eager = letter == '+' ? AC_EAGER_NO : AC_EAGER_YES;
    return play_make_task(self->play, innermost(self), digit, eager, &raised) ? go_on() : failed_with(raised);
}

static next strange(ac_turn turn, ac_out *out)
{
    out->value = ac_c_int(7);
    return stopped(turn);
}

static next operate(actor *self, char letter, uint32_t digit, ac_out *out)
{
    play *play = self->play;
    actor *other = play->tasks[digit];
    ac_value raised = ac_none();
    bool failed = false;

    switch (letter) {
    case 'y':
        return stopped(AC_YIELDED);
    case 'p':
        return stopped(AC_PARKED);
    case '?':
        return strange(AC_STRANGE, out);
    case '%':
        return strange(AC_GENERATOR, out);
    case 'z':
        return nap(self, digit, out);
    case 'a':
        return await_future(self, play_future_in(play, digit), out);
    case 't':
        return other != NULL ? await_future(self, &other->head.task.future, out) : go_on();
    case '(':
        return enter_group(self);
    case ')':
        return innermost(self) != NULL ? leave_group(self, ac_none(), out) : go_on();
    case '+':
    case '*':
        return create_child(self, letter, digit);
    case '!':
    case ',':
        self->swallows = letter == '!';
        return go_on();
    case 'r':
        self->at = "";
        return go_on();
    default:
        break;
    }
    if (play_class_of(letter) != NULL)
        return failed_with(play_exception(play, play_class_of(letter)));
    (void)play_common(play, letter, digit, &raised, &failed);
    return failed ? failed_with(raised) : go_on();
}

/* An error is swallowed, or leaves the innermost group, or the task. */
static next fail(actor *self, ac_value raised, ac_out *out)
{
    if (self->swallows) {
        ac_drop(self->play->loop, raised);
        return go_on();
    }
    if (self->depth > 0)
        return leave_group(self, raised, out);
    out->value = raised;
    return stopped(AC_RAISED);
}

static next next_of_script(actor *self, ac_out *out)
{
    char letter;
    uint32_t digit;

    if (play_next(self->play, &self->at, &letter, &digit))
        return operate(self, letter, digit, out);
    if (self->depth > 0)
        return leave_group(self, ac_none(), out);
    return stopped(ac_return(out, ac_c_str(self->play->loop, "returned")));
}

static next resumed(actor *self, ac_how how, ac_value in, ac_out *out)
{
    if (self->sub == NULL && how == AC_THROW)
        return failed_with(in);
    next now = self->sub != NULL ? drive(self, how, ac_lend(in), out) : go_on();
    ac_drop(self->play->loop, in);
    return now;
}

static void clear(ac_loop *loop, ac_coro *co);

static ac_turn close(actor *self, ac_value in, ac_out *out)
{
    ac_out lost = {.value = ac_none()};
    if (self->sub != NULL &&
        ac_coro_resume(self->play->loop, self->sub, AC_CLOSE, ac_lend(in), &lost) != AC_AWAITING)
        ac_drop(self->play->loop, lost.value);
    clear(self->play->loop, &self->head.co);
    ac_drop(self->play->loop, in);
    return ac_return(out, ac_none());
}

static ac_turn act(actor *self, ac_how how, ac_value in, ac_out *out)
{
    next now = resumed(self, how, in, out);
    while (now.what != STOPPED)
        now = now.what == FAILED ? fail(self, now.raised, out) : next_of_script(self, out);
    return now.turn;
}

/* What was delivered is borrowed only until host code runs, so it is kept before the spy is told. */
static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    actor *self = actor_of(co);
    ac_value kept;
    ac_turn turn;

    if (co->at == 0 && how != AC_SEND)
        return ac_unstarted(loop, co, how, in, out);
    if (co->at == AC_AT_END)
        return ac_ended(out);
    co->at = 1;
    play_note(self->play, 't', self->number, how);
    kept = ac_dup(loop, in);
    (void)spy_enter(loop, HOOK_RESUME);
    turn = how == AC_CLOSE ? close(self, kept, out) : act(self, how, kept, out);
    if (!ac_turn_suspends(turn))
        co->at = AC_AT_END;
    if (turn != AC_AWAITING) /* ac_future_await ends the step: nothing may run after it */
        spy_leave(loop, HOOK_RESUME);
    return turn;
}

/* Odd ones refuse; the others are woken, as by a foreign future that was cancelled. */
static bool unpark(ac_loop *loop, ac_coro *co, ac_ref message)
{
    actor *self = actor_of(co);
    bool woken = false;

    (void)message;
    ac_c_retain(&self->head.task.future);
    (void)spy_enter(loop, HOOK_UNPARK);
    if (self->number % 2 == 0)
        woken = play_check(self->play, ac_task_wake(&self->head.task), NULL);
    spy_leave(loop, HOOK_UNPARK);
    ac_c_release(loop, &self->head.task.future);
    return woken;
}

static int visit(ac_coro *co, ac_visitor *visitor)
{
    actor *self = actor_of(co);
    int stop = self->sub == &self->nap.co ? self->nap.co.ops->visit(&self->nap.co, visitor) : 0;
    for (uint32_t i = 0; i < self->depth && stop == 0; i++)
        stop = ac_group_visit(&self->groups[i], visitor);
    return stop;
}

static void clear(ac_loop *loop, ac_coro *co)
{
    actor *self = actor_of(co);

    if (self->clearing)
        return;
    self->clearing = true;
    co->at = AC_AT_END;
    (void)spy_enter(loop, HOOK_CLEAR);
    while (self->depth > 0)
        ac_group_clear(&self->groups[--self->depth]);
    self->nap.co.ops->clear(loop, &self->nap.co);
    spy_leave(loop, HOOK_CLEAR);
}

static const ac_coro_ops actor_ops = {resume, unpark, visit, clear};
