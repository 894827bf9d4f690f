/* play_actor.c - a task that performs a script. */
#include "play_impl.h"

static actor *actor_of(ac_coro *co)
{
    return AC_C_SELF(co, actor);
}

/* ---- Tasks ---- */

static const ac_coro_ops actor_ops;

actor *play_actor(ac_future *future)
{
    bool is_task = ac_future_get_loop(future) != NULL && ac_future_task(future) != NULL;
    return is_task && ((ac_c_task *)(void *)future)->co.ops == &actor_ops ? (actor *)(void *)future : NULL;
}

static actor *actor_new(play *play, uint32_t number)
{
    actor *self = ac_c_task_new(play->loop, sizeof *self, &actor_ops);
    if (self == NULL)
        return NULL;
    self->play = play;
    self->number = number;
    self->at = play->scripts[number] != NULL ? play->scripts[number] : "";
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

static play_block *innermost(actor *self)
{
    return self->depth > 0 ? &self->blocks[self->depth - 1] : NULL;
}

ac_group *play_group(actor *actor)
{
    play_block *block = innermost(actor);
    return block != NULL && !block->is_timeout ? &block->group : NULL;
}

ac_timeout *play_timeout(actor *actor)
{
    play_block *block = innermost(actor);
    return block != NULL && block->is_timeout ? &block->timeout : NULL;
}

static void clear_block(actor *self)
{
    play_block *block = &self->blocks[--self->depth];
    if (block->is_timeout)
        ac_timeout_clear(&block->timeout);
    else
        ac_group_clear(&block->group);
}

/* A step of "async for" has found a future. */
static void let_go_of_found(actor *self)
{
    ac_future *found = self->finds ? ac_as_completed_found(&self->machine.step) : NULL;
    self->finds = false;
    if (found != NULL)
        ac_c_release(self->play->loop, found);
}

/* Resumes the machine, or the exit of the innermost group. */
static next drive(actor *self, ac_how how, ac_ref in, ac_out *out)
{
    ac_turn turn = ac_coro_resume(self->play->loop, self->sub, how, in, out);
    if (ac_turn_suspends(turn))
        return stopped(turn);
    self->sub = NULL;
    if (self->leaving && self->depth > 0)
        clear_block(self);
    self->leaving = false;
    let_go_of_found(self);
    if (turn == AC_RAISED)
        return failed_with(out->value);
    ac_drop(self->play->loop, out->value);
    return go_on();
}

static next leave_group(actor *self, ac_value raised, ac_out *out)
{
    ac_group *group = play_group(self);
    ac_status status = ac_group_exit(group, ac_lend(raised));

    ac_drop(self->play->loop, raised);
    if (status != AC_OK) {
        ac_value why = ac_loop_status_exception(self->play->loop, status, NULL);
        if (self->depth > 0)
            clear_block(self);
        return failed_with(why);
    }
    self->sub = &group->exit;
    self->leaving = true;
    return drive(self, AC_SEND, ac_none_ref(), out);
}

static next leave_timeout(actor *self, ac_value raised, bool failed)
{
    ac_status status = ac_timeout_exit(play_timeout(self), ac_lend(raised));
    ac_value instead = ac_none();
    if (!play_check(self->play, status, &instead)) {
        ac_drop(self->play->loop, raised);
        raised = instead;
        failed = true;
    }
    clear_block(self);
    return failed ? failed_with(raised) : go_on();
}

/* failed: by what was raised. */
static next leave_block(actor *self, ac_value raised, bool failed, ac_out *out)
{
    return innermost(self)->is_timeout ? leave_timeout(self, raised, failed) : leave_group(self, raised, out);
}

static ac_status begin_block(actor *self, bool is_timeout, uint32_t digit)
{
    ac_loop *loop = self->play->loop;
    play_block *block = &self->blocks[self->depth];
    const double *seconds = play_seconds(digit);
    double when = ac_loop_time(loop) + (seconds != NULL ? *seconds : 0);

    block->is_timeout = is_timeout;
    if (is_timeout) {
        ac_timeout_init(&block->timeout, loop, seconds != NULL ? &when : NULL, ac_none_ref());
        return ac_timeout_enter(&block->timeout);
    }
    ac_group_init(&block->group, loop);
    return ac_group_enter(&block->group);
}

static next enter_block(actor *self, bool is_timeout, uint32_t digit)
{
    ac_value raised = ac_none();
    if (self->depth == PLAY_BLOCKS)
        return go_on();
    bool entered = play_check(self->play, begin_block(self, is_timeout, digit), &raised);
    self->depth++;
    if (entered)
        return go_on();
    clear_block(self);
    return failed_with(raised);
}

static next move_timeout(actor *self, uint32_t digit)
{
    const double *seconds = play_seconds(digit);
    double when = ac_loop_time(self->play->loop) + (seconds != NULL ? *seconds : 0);
    ac_value raised = ac_none();
    if (play_timeout(self) == NULL)
        return go_on();
    ac_status status = ac_timeout_reschedule(play_timeout(self), seconds != NULL ? &when : NULL);
    return play_check(self->play, status, &raised) ? go_on() : failed_with(raised);
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

static next await_machine(actor *self, char letter, uint32_t digit, ac_out *out)
{
    ac_value raised = ac_none();
    bool failed = false;
    self->sub = play_prepare(self, letter, digit, &raised, &failed);
    if (self->sub == NULL)
        return failed ? failed_with(raised) : go_on();
    return drive(self, AC_SEND, ac_none_ref(), out);
}

static next create_child(actor *self, char letter, uint32_t digit)
{
    ac_value raised = ac_none();
    if (play_group(self) == NULL)
        return go_on();
    ac_eager eager = letter == '+' ? AC_EAGER_NO : AC_EAGER_YES;
    return play_make_task(self->play, play_group(self), digit, eager, &raised) ? go_on()
                                                                               : failed_with(raised);
}

static next strange(ac_turn turn, ac_out *out)
{
    out->value = ac_c_int(7);
    return stopped(turn);
}

static next raise_new(actor *self, char letter)
{
    ac_value error = play_exception(self->play, play_class_of(letter));
    if (error.bits != 0 && self->caught.bits != 0)
        ac_c_set_context_of(self->play->loop, ac_lend(error), ac_lend(self->caught));
    return failed_with(error);
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
    case 'W':
    case 'U':
    case ':':
    case '_':
    case '-':
    case '~':
    case '[':
    case '{':
        return await_machine(self, letter, digit, out);
    case 'a':
        return await_future(self, play_future_in(play, digit), out);
    case 't':
        return other != NULL ? await_future(self, &other->head.task.future, out) : go_on();
    case '(':
    case '<':
        return enter_block(self, letter == '<', digit);
    case '=':
        return move_timeout(self, digit);
    case ')':
        return innermost(self) != NULL ? leave_block(self, ac_none(), false, out) : go_on();
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
        return raise_new(self, letter);
    (void)play_common(play, letter, digit, &raised, &failed);
    return failed ? failed_with(raised) : go_on();
}

/* An error is swallowed, or leaves the innermost block, or the task. */
static next fail(actor *self, ac_value raised, ac_out *out)
{
    if (self->swallows) {
        ac_value older = self->caught;
        self->caught = raised;
        ac_drop(self->play->loop, older);
        return go_on();
    }
    if (self->depth > 0)
        return leave_block(self, raised, true, out);
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
        return leave_block(self, ac_none(), false, out);
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
    ac_turn turn = self->sub != NULL
                       ? ac_coro_resume(self->play->loop, self->sub, AC_CLOSE, ac_lend(in), &lost)
                       : AC_YIELDED;
    if (turn != AC_AWAITING) /* else it ignores this, and waits for a future in its own frame */
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
static ac_status unpark(ac_loop *loop, ac_coro *co, ac_ref message, bool *did)
{
    actor *self = actor_of(co);

    (void)message;
    ac_c_retain(&self->head.task.future);
    (void)spy_enter(loop, HOOK_UNPARK);
    if (self->number % 2 == 0)
        *did = play_check(self->play, ac_task_wake(&self->head.task), NULL);
    spy_leave(loop, HOOK_UNPARK);
    ac_c_release(loop, &self->head.task.future);
    return AC_OK;
}

static int visit_block(play_block *block, ac_visitor *visitor)
{
    return block->is_timeout ? ac_timeout_visit(&block->timeout, visitor)
                             : ac_group_visit(&block->group, visitor);
}

static int visit(ac_coro *co, ac_visitor *visitor)
{
    actor *self = actor_of(co);
    int stop = self->sub != NULL && !self->leaving ? self->sub->ops->visit(self->sub, visitor) : 0;
    for (uint32_t i = 0; i < self->depth && stop == 0; i++)
        stop = visit_block(&self->blocks[i], visitor);
    if (stop == 0 && self->has_several)
        stop = ac_as_completed_visit(&self->several, visitor);
    if (stop == 0 && self->caught.bits != 0)
        stop = visitor->value(visitor, ac_lend(self->caught));
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
    if (self->sub != NULL && !self->leaving)
        self->sub->ops->clear(loop, self->sub);
    while (self->depth > 0)
        clear_block(self);
    if (self->has_several)
        ac_as_completed_clear(&self->several);
    ac_drop(loop, ac_take(&self->caught));
    spy_leave(loop, HOOK_CLEAR);
}

static const ac_coro_ops actor_ops = {resume, unpark, visit, clear};
