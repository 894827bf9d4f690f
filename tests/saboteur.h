/* saboteur.h - a host whose nth hook that may fail, fails.
 *
 * SQLite's and Lua's malloc loop, widened to every hook: run with n = 0, 1, 2 ... until nothing was left to
 * fail. */
#ifndef AIOCORE_TESTS_SABOTEUR_H
#define AIOCORE_TESTS_SABOTEUR_H

#include "play.h"

typedef enum sabotage {
    SABOTAGE_MEMORY, /* the failing hook answers AC_E_MEMORY (or NULL, or none) */
    SABOTAGE_RAISES, /* it raises a RuntimeError, where it has a status */
    SABOTAGE_EXITS,  /* it raises a SystemExit */
    SABOTAGES
} sabotage;

/* Runs a scenario whose hook number n (from 0) fails; NULL if all held, else what did not.  *reached, if not
 * NULL: whether there were so many. */
const char *sabotage_at(const scenario *scenario, const char *semantics, play_drive drive, sabotage how,
                        unsigned n, bool *reached);
/* Runs it for every n; the first complaint, with *n the number that brought it, or NULL, with *n how many
 * were tried. */
const char *sabotage_all(const scenario *scenario, const char *semantics, play_drive drive, sabotage how,
                         unsigned *n);

#endif
