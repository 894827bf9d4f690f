/* model.h - asyncio in arrays: what should run, in which order, for plays without groups and timers.
 *
 * Idea       The core keeps its order in intrusive lists and its states in flags.  Here a ready list is an
 *            array, a future's callbacks are an array, and a script is interpreted as semantics.md says.
 *            Nothing is shared with the core but the letters, so that the two agree only if both are right.
 * Letters    Those of model_letters, with the meaning that play.h gives them, on the newest profile. */
#ifndef AIOCORE_TESTS_MODEL_H
#define AIOCORE_TESTS_MODEL_H

#include "play.h"

/* What the model knows. */
extern const char model_letters[];

/* Predicts the trace of a play: 't' or 'c' << 16, the script << 8, how a task is resumed (AC_SEND, AC_THROW).
 * How many. */
size_t model_predict(const scenario *scenario, uint32_t trace[PLAY_TRACE]);

#endif
