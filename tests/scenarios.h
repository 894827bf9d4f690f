/* scenarios.h - small programs with many features, for the saboteur and the evil host. */
#ifndef AIOCORE_TESTS_SCENARIOS_H
#define AIOCORE_TESTS_SCENARIOS_H

#include "play.h"

extern const scenario scenarios[];
extern const size_t scenario_count;

#endif
