/* evil.h - a host whose nth hook that may call back, does.
 *
 * Idea       CPython's crashes in _asyncio are all of one form: user code that the core called changed what
 *            the core still held.  So at the nth call of a hook that may call back, before or after its work,
 *            the evil host does one of a list of things to what is alive, and lets go of it again before the
 *            core goes on.
 * Holds      Whatever it does, nothing crashes, every invariant holds, and nothing is left alive at the
 *            end. */
#ifndef AIOCORE_TESTS_EVIL_H
#define AIOCORE_TESTS_EVIL_H

#include "play.h"

typedef struct evil_action {
    const char *name;
    void (*act)(play *play, ac_future *victim); /* done to every future and task alive, or to one of them */
    bool once;                                  /* done once, victim is NULL */
} evil_action;
extern const evil_action evil_actions[];
extern const size_t evil_action_count;

/* Runs a scenario in which the action is done at the nth call (from 0), to all or to the nth that is alive;
 * NULL if all held, else what did not. */
const char *evil_at(const scenario *scenario, const char *semantics, play_drive drive,
                    const evil_action *action, bool all, unsigned n);
/* Runs it with nothing done, and says how many calls there are. */
const char *evil_none(const scenario *scenario, const char *semantics, play_drive drive, unsigned *calls);
/* As evil_at, for an n below the calls of evil_none.  Up to the nth call everything is as it was there, and
 * so are the invariants: they are checked from then on. */
const char *evil_again(const scenario *scenario, const char *semantics, play_drive drive,
                       const evil_action *action, bool all, unsigned n);
/* At every call one action, chosen by a sequence that the seed begins. */
const char *evil_storm(const scenario *scenario, const char *semantics, play_drive drive, unsigned seed);

#endif
