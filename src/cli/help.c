/* help.c - what the command says about itself. */
#include <string.h>

#include "cli.h"

static const char overview[] =
    "aiocore COMMAND [OPTIONS] FILE [ARGUMENTS]\n"
    "\n"
    "  run         runs a scenario file (Python: see docs/minipy.md for how much of it)\n"
    "  trace       runs it and writes what happened in each iteration of the event loop\n"
    "  ps          runs it up to an iteration and shows all tasks: what they await, and where they are\n"
    "  check       only parses and compiles; says what is wrong\n"
    "  disasm      shows the bytecode\n"
    "  semantics   lists the versions of CPython that it can behave like, and what differs\n"
    "  batch       runs programs that come on standard input, for tools\n"
    "\n"
    "FILE may be -, for standard input.  aiocore help COMMAND says more.\n";

static const char run_options[] =
    "  --semantics VERSION   behave as this CPython: 3.12.0 ... 3.15.2, fast (default: the newest)\n"
    "  --virtual-time        sleeps cost nothing: time jumps to the next timer when nothing is ready\n"
    "  --eager               loops begin with asyncio.eager_task_factory\n"
    "  --debug               asyncio's debug mode\n"
    "  --max-steps N         end after N calls and jumps back, with status 98\n"
    "  --max-memory BYTES    MemoryError beyond that\n"
    "  --recursion-limit N   RecursionError beyond N frames (default 1000)\n";

static const char run_help[] =
    "aiocore run [OPTIONS] FILE [ARGUMENTS]\n"
    "\n"
    "ARGUMENTS are the program's, in sys.argv.\n"
    "Exit status: the program's; 1 after an uncaught exception, 97 when nothing can ever happen any more (a\n"
    "deadlock), 98 when the steps are used up, 130 when KeyboardInterrupt leaves the program, 2 for misuse.\n"
    "\n";

static const char trace_help[] =
    "aiocore trace [OPTIONS] FILE [ARGUMENTS]\n"
    "\n"
    "Writes what ran in each iteration, in what order, what it scheduled, and what changed.  Unless -o is "
    "given the\n"
    "trace goes to standard output: as text together with what the program prints, in the other forms the "
    "program\n"
    "prints to standard error.\n"
    "\n"
    "  --json                one JSON object a line (docs/trace.md has the keys)\n"
    "  --perfetto            a file for ui.perfetto.dev\n"
    "  --record              the event record: what every asyncio can tell (docs/conformance.md)\n"
    "  -o FILE               write the trace there\n"
    "  --colour, --no-colour instead of colour on a terminal only\n";

static const char ps_help[] =
    "aiocore ps [OPTIONS] FILE [OPTIONS]\n"
    "\n"
    "Runs a file on virtual time, stops at the begin of an iteration of the event loop, and shows the tasks "
    "that are\n"
    "not done: what each awaits, its coroutines (the innermost first), and who awaits it.  What the program "
    "prints goes\n"
    "to standard error.  Iterations are those of aiocore trace; of several loops all are counted.\n"
    "Exit status: 0; 1 if the program ended before that, or if no tree can be drawn because tasks wait for "
    "each other\n"
    "in a circle; 2 for misuse.\n"
    "\n"
    "  --at-turn N           at the begin of the Nth iteration\n"
    "  --at-time SECONDS     at the begin of the first iteration at that time or later\n"
    "  --tree                from those whom nobody awaits down to those who await nobody\n"
    "  --json                one JSON object a task (docs/trace.md has the keys)\n";

static const char check_help[] =
    "aiocore check FILE...\n\nOnly parses and compiles.  Exit status 1 if any is wrong.\n";
static const char batch_help[] =
    "aiocore batch [--edges]\n\n"
    "Reads requests and writes answers until the input ends, each a line and its texts:\n\n"
    "  run SEMANTICS FLAGS NAME_SIZE SOURCE_SIZE\\n NAME SOURCE\n"
    "  done STATUS STDOUT_SIZE STDERR_SIZE RECORD_SIZE\\n STDOUT STDERR RECORD\n\n"
    "FLAGS are letters, or - for none:\n"
    "  r   the event record (docs/conformance.md)\n"
    "  c   and which branches of the core were taken, in a build that counts them; --edges says where they "
    "are\n"
    "  s   few steps and little memory\n"
    "  t   real time, not virtual\n";
static const char disasm_help[] = "aiocore disasm FILE\n\nShows the bytecode.\n";
static const char semantics_help[] =
    "aiocore semantics [--diff FROM TO] [--json]\n"
    "\n"
    "Lists what --semantics takes: the versions, and the flags that may follow one with + or -, as in\n"
    "3.14-sleep_rejects_nan, with the issues of CPython that brought them.\n"
    "\n"
    "  --diff FROM TO   what changed between two of them, as 3.13.0 and 3.14.10, and which program shows it\n"
    "  --json           the same for programs; of the list also the flags that each version has\n";

void cli_write_help(FILE *out, const char *command)
{
    if (command != NULL && strcmp(command, "run") == 0)
        fprintf(out, "%s%s", run_help, run_options);
    else if (command != NULL && strcmp(command, "trace") == 0)
        fprintf(out, "%s%s", trace_help, run_options);
    else if (command != NULL && strcmp(command, "ps") == 0)
        fprintf(out, "%s%s", ps_help, run_options);
    else if (command != NULL && strcmp(command, "check") == 0)
        fputs(check_help, out);
    else if (command != NULL && strcmp(command, "batch") == 0)
        fputs(batch_help, out);
    else if (command != NULL && strcmp(command, "disasm") == 0)
        fputs(disasm_help, out);
    else if (command != NULL && strcmp(command, "semantics") == 0)
        fputs(semantics_help, out);
    else
        fputs(overview, out);
}
