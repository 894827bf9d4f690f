/* benches.h - the files of benchmarks, in the order in which they are run. */
#ifndef AIOCORE_BENCH_BENCHES_H
#define AIOCORE_BENCH_BENCHES_H

#include "measure.h"

extern const bench_file call_soon_benches, switch_benches, wake_benches, spawn_benches, tree_benches,
    group_benches, timers_benches, memory_benches, growth_benches, allocations_benches;

#endif
