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
 * NULL if all held, else what did not.  *reached, if not NULL: whether there were so many calls. */
const char *evil_at(const scenario *scenario, const char *semantics, play_drive drive,
                    const evil_action *action, bool all, unsigned n, bool *reached);
/* For every n; as sabotage_all. */
const char *evil_all(const scenario *scenario, const char *semantics, play_drive drive,
                     const evil_action *action, bool all, unsigned *n);
/* At every call one action, chosen by a sequence that the seed begins. */
const char *evil_storm(const scenario *scenario, const char *semantics, play_drive drive, unsigned seed);

#endif
