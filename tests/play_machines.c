/* play_machines.c - what a task may wait for: a letter, a machine of the core. */
#include "play_impl.h"

size_t play_members(play *play, uint32_t digit, ac_future *members[PLAY_MEMBERS])
{
    uint32_t other = (digit + 1) % PLAY_SLOTS;
    ac_future *const all[PLAY_MEMBERS] = {
        play->tasks[digit] != NULL ? &play->tasks[digit]->head.task.future : NULL,
        play->tasks[other] != NULL ? &play->tasks[other]->head.task.future : NULL,
        play_future_in(play, digit),
        play->futures[other],
    };
    size_t count = 0;
    for (size_t i = 0; i < PLAY_MEMBERS; i++)
        if (all[i] != NULL && ac_future_get_loop(all[i]) != NULL)
            members[count++] = all[i];
    return count;
}

const double *play_seconds(uint32_t digit)
{
    static const double seconds[] = {0, 0.5, 2, -1};
    return digit % 5 < 4 ? &seconds[digit % 5] : NULL;
}

/* What a wait keeps is kept over its making. */
static ac_coro *prepare_wait(actor *self, uint32_t digit, ac_value *raised, bool *failed)
{
    play *play = self->play;
    ac_future *members[PLAY_MEMBERS + 1];
    size_t count = play_members(play, digit, members);
    if (digit == 9)
        members[count++] = NULL; /* something that cannot be waited for */
    ac_status status = ac_wait_init(&self->machine.wait, play->loop, members, count, play_seconds(digit),
                                    (ac_return_when)(digit % 3));
    *failed = !play_check(play, status, raised);
    return *failed ? NULL : &self->machine.wait.co;
}

static void begin_several(actor *self, uint32_t digit, ac_value *raised, bool *failed)
{
    play *play = self->play;
    ac_future *members[PLAY_MEMBERS];
    if (self->has_several)
        ac_as_completed_clear(&self->several);
    self->has_several = false;
    size_t count = play_members(play, digit, members);
    ac_status status = ac_as_completed_init(&self->several, play->loop, members, count, ac_none_ref());
    self->has_several = status == AC_OK;
    if (status == AC_OK)
        status = ac_as_completed_start(&self->several, play_seconds(digit));
    *failed = !play_check(play, status, raised);
}

static ac_coro *prepare_step(actor *self, uint32_t digit)
{
    ac_as_completed_step *step = &self->machine.step;
    if (!self->has_several)
        return NULL;
    if (digit % 2 == 0)
        return ac_as_completed_next(&self->several, step) ? &step->co : NULL;
    ac_as_completed_anext(&self->several, step);
    self->finds = true;
    return &step->co;
}

static ac_future *task_or_future(play *play, uint32_t digit)
{
    actor *other = play->tasks[digit];
    if (other != NULL && ac_future_get_loop(&other->head.task.future) != NULL)
        return &other->head.task.future;
    return play_future_in(play, digit);
}

static ac_coro *prepare_wait_for(actor *self, uint32_t digit)
{
    ac_future *future = digit < 5 ? play_future_in(self->play, digit) : task_or_future(self->play, digit - 5);
    if (future == NULL)
        return NULL;
    ac_wait_for_future(&self->machine.wait_for, self->play->loop, future, play_seconds(digit));
    return &self->machine.wait_for.co;
}

static ac_coro *prepare_wait_for_body(actor *self, uint32_t digit)
{
    play *play = self->play;
    if (play->body_count == PLAY_BODIES)
        return NULL;
    ac_sleep *body = &play->bodies[play->body_count++];
    ac_sleep_init(body, play->loop, digit < 5 ? 1 : 0, ac_c_str(play->loop, "slept"));
    ac_wait_for_body(&self->machine.wait_for, play->loop, &body->co, play_seconds(digit));
    return &self->machine.wait_for.co;
}

static ac_coro *prepare_cancel(actor *self, uint32_t digit)
{
    ac_future *future = task_or_future(self->play, digit);
    if (future == NULL || future == &self->head.task.future)
        return NULL;
    ac_cancel_and_wait_init(&self->machine.cancel_and_wait, self->play->loop, future);
    return &self->machine.cancel_and_wait.co;
}

static ac_coro *prepare_nap(actor *self, uint32_t digit)
{
    ac_sleep_init(&self->machine.nap, self->play->loop, 0.5 * digit, ac_c_str(self->play->loop, "slept"));
    return &self->machine.nap.co;
}

ac_coro *play_prepare(actor *self, char letter, uint32_t digit, ac_value *raised, bool *failed)
{
    switch (letter) {
    case 'z':
        return prepare_nap(self, digit);
    case 'W':
        return prepare_wait(self, digit, raised, failed);
    case 'U':
        begin_several(self, digit, raised, failed);
        return NULL;
    case ':':
        return prepare_step(self, digit);
    case '_':
        return prepare_wait_for(self, digit);
    case '-':
        return prepare_wait_for_body(self, digit);
    case '~':
        return prepare_cancel(self, digit);
    case '[':
        return play_lock_machine(self->play, &self->machine, digit);
    default:
        return play_queue_machine(self->play, &self->machine, digit);
    }
}
