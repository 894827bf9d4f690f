/* play_impl.h - what the files of a play share: play.c (references, turns, the whole), play_actor.c (a task
 * and its script), play_machines.c (what a task may wait for), play_calls.c (callbacks), play_verbs.c (what
 * tasks and callbacks may both do), play_objects.c (locks and queues), play_links.c (gather, shield, chains,
 * runner). */
#ifndef AIOCORE_TESTS_PLAY_IMPL_H
#define AIOCORE_TESTS_PLAY_IMPL_H

#include "play.h"

static inline play *play_of(ac_loop *loop)
{
    spy *watching = ac_loop_user(loop);
    return AC_CONTAINER_OF(watching, play, spy);
}

/* Adds to the trace that something ran: a task ('t') or a callback ('c') of a script, and how. */
void play_note(play *play, char what, uint32_t who, uint32_t how);
/* Puts a reference (stolen) into a slot. */
void play_put_task(play *play, uint32_t slot, actor *task);
void play_put_future(play *play, uint32_t slot, ac_future *future);
/* The future in a slot; made if there is none.  NULL if memory is short. */
ac_future *play_future_in(play *play, uint32_t slot);
ac_value play_exception(play *play, const ac_c_class *kind);
/* True for AC_OK.  Else the exception of the status: kept for *raised if that is not NULL, else dropped. */
bool play_check(play *play, ac_status status, ac_value *raised);
/* Creates a task, in a group if that is not NULL; it is then in its slot.  False: *raised says why not. */
bool play_make_task(play *play, ac_group *group, uint32_t number, ac_eager eager, ac_value *raised);

/* Up to four futures and tasks: how many. */
enum { PLAY_MEMBERS = 4 };
size_t play_members(play *play, uint32_t digit, ac_future *members[PLAY_MEMBERS]);
/* The time that a wait has: NULL (none at all), none, little, some, or it is over. */
const double *play_seconds(uint32_t digit);

/* Prepares the machine of a letter: what is to be driven.  NULL: there is none; *raised says why not, if it
 * failed. */
ac_coro *play_prepare(actor *self, char letter, uint32_t digit, ac_value *raised, bool *failed);

void play_objects_begin(play *play);
void play_objects_end(play *play);
/* NULL, or which invariant of a lock or queue is broken. */
const char *play_objects_check(play *play);
ac_coro *play_lock_machine(play *play, play_machine *machine, uint32_t digit);
ac_coro *play_queue_machine(play *play, play_machine *machine, uint32_t digit);
void play_on_lock(play *play, uint32_t digit);
void play_on_queue(play *play, uint32_t digit);
int play_objects_visit(play *play, ac_visitor *visitor);

void play_gather(play *play, uint32_t digit);
void play_shield(play *play, uint32_t digit);
void play_chain_to(play *play, uint32_t digit);
void play_chain_end(play *play, uint32_t digit);
void play_cancel_all(play *play);
void play_interrupt(play *play, uint32_t digit);
void play_run_by_runner(play *play, uint32_t digit);
/* After the loop's close; true if no chain is kept by anything. */
bool play_links_end(play *play);

/* One turn, however the loop is driven. */
void play_turn(play *play);

void play_call_soon(play *play, uint32_t number);
void play_call_threadsafe(play *play, uint32_t number);
void play_call_later(play *play, uint32_t number);
void play_cancel_handle(play *play, uint32_t which);

/* The next operation of a script; false at its end, or without fuel. */
bool play_next(play *play, const char **at, char *letter, uint32_t *digit);
/* What a letter raises; NULL: it does something else. */
const ac_c_class *play_class_of(char letter);
/* What a task and a callback may both do; false if the letter is none of these.  Creating may fail. */
bool play_common(play *play, char letter, uint32_t digit, ac_value *raised, bool *failed);
/* A script outside of a task: what would wait is left out; an error ends it. */
void play_script(play *play, const char *script, ac_value *raised, bool *failed);

#endif
