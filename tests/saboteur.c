/* saboteur.c - see saboteur.h. */
#include "saboteur.h"

#include <string.h>

/* One at a time: the number of the hook that is to fail, counted down. */
static unsigned left;
static bool struck;

static bool strike(spy *spy, hook which)
{
    (void)spy;
    (void)which;
    if (struck || left-- > 0)
        return false;
    struck = true;
    return true;
}

const char *sabotage_at(const scenario *scenario, const char *semantics, play_drive drive, sabotage how,
                        unsigned n, bool *reached)
{
    static play play;

    memset(&play, 0, sizeof play);
    left = n;
    struck = false;
    play.spy.fails = strike;
    play.spy.failure = how == SABOTAGE_MEMORY ? AC_E_MEMORY : AC_E_RAISED;
    play.spy.failure_is_exit = how == SABOTAGE_EXITS;
    const char *wrong = play_run(&play, scenario, semantics, drive);
    if (reached != NULL)
        *reached = struck;
    return wrong;
}

const char *sabotage_all(const scenario *scenario, const char *semantics, play_drive drive, sabotage how,
                         unsigned *n)
{
    bool reached = true;
    const char *wrong = NULL;

    for (*n = 0; reached && wrong == NULL; ++*n)
        wrong = sabotage_at(scenario, semantics, drive, how, *n, &reached);
    if (wrong != NULL)
        --*n;
    return wrong;
}
