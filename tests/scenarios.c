/* scenarios.c - each a play (play.h has the letters): script 0 is the main task, the last string is what
 * happens around the loop.  None says what is to come out: they run to their end with whatever statuses
 * come. */
#include "scenarios.h"

const scenario scenarios[] = {
    {"one task yields and returns", {"yyr"}, NULL},
    {"tasks await each other", {"l1l2t1t2r", "yyr", "!t1er"}, "@0B0B1B2"},
    {"nested groups of lazy tasks", {"(+1+2)(+3)r", "(+3+3)", "yy", "y"}, NULL},
    {"nested groups of eager tasks", {"(*1*2)r", "(*3*4)", "y", "", "z1"}, NULL},
    {"a child fails, its group is cancelled", {"(+1+2+3)", "ye", "a0", "!z9yy"}, "@0B0"},
    {"several children and the body fail", {"!(+1*2+3e)(+1,e", "e", "e", "!a1e"}, "@0B0"},
    {
        "a group is cancelled from outside",
        {"(+1+2)", "a0", "!a1yy"},
        "s3@0..c0...",
    },
    {"a group cancels itself", {"(+1*2K0+3)yr", "z3", "a3", "y"}, NULL},
    {"an eager child cancels its creator", {"!(*1y)y", "c0yK0"}, NULL},
    {"sleeps, with one cancelled", {"l1l2z2c2z3", "z1z1", "z9"}, "@0"},
    {"parked tasks are woken, stepped and cancelled",
     {"l1l2l3yw1yc2c3yq3w3yy", "pp", "pp", "!pp"},
     "@0..w1.q1."},
    {"contexts are set and inherited", {"vl1s2d3f3yyv(+1*1)", "vyv", "vs4", "v", "v"}, "vs4@0v"},
    {"callbacks of every kind", {"d1d1d2D0T1T4S3s3m2f1a1z5", "s3", "e", "x"}, "s3T2@0@0.."},
    {"callbacks that fail, with handlers that fail", {"P1s1yP2s1yLyP0s1yL", "e"}, "Ls1@0"},
    {"timers, half of them cancelled", {"T1T2T3T4T1T2T3T4H0H2H4z9", "T1"}, "@0T1T2H0H1"},
    {"a task finishes another's future", {"l1l2l3yf0F1X2yy", "a0r", "!a1a1", "a2"}, "@0B1B2B3C0C1C2"},
    {"errors that nobody asks for", {"l1l2F0A0yyR1R2", "e", "b"}, "@0R0"},
    {"exceptions with rules of their own", {"l1l2l3l4Q3yyyy", "i", "k", "b", "?%"}, "@0B1B2B3B4C3"},
    {"an exit exception leaves the loop", {"l1l2yyy", "yx", "(+3+3)", "z5"}, "@0@0@0B1"},
    {"an eager exit exception leaves the group", {"!(*1)E1", "x"}, "@0s1.@0"},
    {"factories", {"G1l1G2l2G3l3G0l4yy", "y", "y", "e", "y"}, "@0"},
    {"cancel, uncancel and swallow", {"l1l2yc1c1u1c2u2yyc1yy", "!yyyz1", "a5"}, "@0"},
    {"overridden futures", {"M0M1l1l2l3yc1yX1c2c3yy", "a0", "!a1a1", "c3a0"}, "@0X0X1"},
    {"groups whose children wait for overridden futures",
     {"!M0M1(+1*2+3y,e)(+1+2K0y)(+1+2+3)X0X1y", "a0", "!a1y", "ye", "c0"},
     "s4@0X0X1"},
    {"a task awaits itself, and a chain is cancelled", {"l1l2l3yyc1yy", "t2", "t3", "!t3z9"}, "@0"},
    {"turns by hand, stop, pieces and threads", {"oSyyI", "ye"}, "S1.#.$s1#E1$z.I&.s1.V@0"},
    {"names, looks and visits", {"nl1yn1IV(+1V*2VI)", "z1n0", "!a0nV"}, "I@0VI.VX0.."},
    {"closed with things pending", {"l1l2T9T8z9z9", "(+3*3)", "a0", "a1"}, "s4...S4vs4OOs4l1f0f1."},
    {"closed before anything ran", {"(+1)", "z1"}, "l1T1S1Od1f1"},
    {"references are let go early", {"l1R1l2R2(+3R3*4R4)R0", "yz1", "a0A0", "yy", "z1"}, "f0A0@0R0A0.z.z..."},
    {"live objects are cleared", {"l1l2l3d0yyj1J0j2yyj3y", "(+4*4z9)", "a0", "t2", "a5z9"}, "@0j0"},
    {"finalizers run while there is something to report", {"l1l2F0N0yN1yN2", "z9", "e"}, "N0@0N1N2N0"},
};

const size_t scenario_count = sizeof scenarios / sizeof scenarios[0];
