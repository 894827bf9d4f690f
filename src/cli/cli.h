/* cli.h - what the files of the aiocore command share. */
#ifndef CLI_H
#define CLI_H

#include <stdio.h>

#include "hosts/minipy/minipy.h"

/* Exit statuses of the command itself; a program's are in docs/minipy.md. */
enum { CLI_OK = 0, CLI_FAILED = 1, CLI_MISUSE = 2 };

/* Which command's options are read. */
typedef enum cli_kind { CLI_RUN, CLI_TRACE, CLI_PS } cli_kind;

typedef struct cli_options {
    mp_options machine;
    ac_trace_format format;
    bool colour, no_colour;
    const char *output; /* -o; NULL: stdout */
    const char *file;   /* "-": stdin */
    ac_ps_form ps_form;
    uint64_t at_turn; /* 0: not given */
    bool has_time;
    double at_time;
} cli_options;

/* Reads options up to the file and what comes after it.  CLI_OK, or CLI_MISUSE (the reason is written). */
int cli_read_options(int argc, char **argv, cli_kind kind, cli_options *options);

/* A profile.  False: it is unknown, and where and what is known is written. */
bool cli_read_semantics(const char *text, ac_semantics *set);

/* A whole file, or stdin for "-".  NULL: the reason is written.  free() it. */
char *cli_read_source(const char *file, size_t *size);

/* The commands: argv[0] is their name.  Each gives the exit status. */
int cli_run(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_disasm(int argc, char **argv);
int cli_trace(int argc, char **argv);
int cli_ps(int argc, char **argv);
int cli_batch(int argc, char **argv);
int cli_semantics(int argc, char **argv);

/* Runs the file of the options on a machine, with Ctrl-C going to it. */
int cli_run_file(mp_vm *vm, const cli_options *options);
/* A machine, or NULL and the reason is written. */
mp_vm *cli_new_machine(const mp_options *options);

/* Which branches of the core were taken since the last call, in a build that counts them (reached.c): a hex
 * digit for four of them, the first in the lowest bit.  Gives how many digits there are, 0 in other builds;
 * if text has room for them and a NUL they are written, and the counting begins anew. */
size_t cli_reached_take(char *text, size_t size);
/* Where these branches are: for each a line "0xADDRESS entry" or "0xADDRESS branch".  False: this build
 * counts none. */
bool cli_write_edges(FILE *out);

/* The help of one command, or of all. */
void cli_write_help(FILE *out, const char *command);

#endif
