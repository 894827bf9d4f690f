/* options.c - the options of run, trace and ps. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum {
    SEMANTICS = 256,
    VIRTUAL,
    EAGER,
    DEBUG,
    STEPS,
    MEMORY,
    RECURSION,
    HELP,
    /* of trace and ps */
    JSON,
    /* of trace */
    PERFETTO,
    RECORD,
    COLOUR,
    NO_COLOUR,
    /* of ps */
    TREE,
    AT_TURN,
    AT_TIME
};

static const struct option long_options[] = {
    {"semantics", required_argument, NULL, SEMANTICS},
    {"virtual-time", no_argument, NULL, VIRTUAL},
    {"eager", no_argument, NULL, EAGER},
    {"debug", no_argument, NULL, DEBUG},
    {"max-steps", required_argument, NULL, STEPS},
    {"max-memory", required_argument, NULL, MEMORY},
    {"recursion-limit", required_argument, NULL, RECURSION},
    {"help", no_argument, NULL, HELP},
    /* of trace and ps */
    {"json", no_argument, NULL, JSON},
    /* of trace */
    {"perfetto", no_argument, NULL, PERFETTO},
    {"record", no_argument, NULL, RECORD},
    {"colour", no_argument, NULL, COLOUR},
    {"color", no_argument, NULL, COLOUR},
    {"no-colour", no_argument, NULL, NO_COLOUR},
    {"no-color", no_argument, NULL, NO_COLOUR},
    {"output", required_argument, NULL, 'o'},
    /* of ps */
    {"tree", no_argument, NULL, TREE},
    {"at-turn", required_argument, NULL, AT_TURN},
    {"at-time", required_argument, NULL, AT_TIME},
    {NULL, 0, NULL, 0},
};

static bool read_number(const char *name, const char *text, uint64_t most, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || number == 0 || number > most) {
        fprintf(stderr, "aiocore: --%s wants a number from 1 to %llu, not '%s'\n", name,
                (unsigned long long)most, text);
        return false;
    }
    *out = number;
    return true;
}

bool cli_read_semantics(const char *text, ac_semantics *set)
{
    const char *where = text;
    if (ac_semantics_parse(text, set, &where) == AC_OK)
        return true;
    fprintf(stderr, "aiocore: unknown semantics '%s', at '%s'; known are", text, where);
    for (size_t i = 0; ac_semantics_preset(i) != NULL; i++)
        fprintf(stderr, " %s", ac_semantics_preset(i));
    fprintf(stderr, "\n");
    return false;
}

static bool take_semantics(const char *text, cli_options *options)
{
    ac_semantics set;
    if (!cli_read_semantics(text, &set))
        return false;
    options->machine.semantics = text;
    return true;
}

static bool take_number(int option, const char *text, mp_options *machine)
{
    uint64_t number = 0;
    if (option == STEPS)
        return read_number("max-steps", text, UINT64_MAX, &machine->max_steps);
    if (!read_number(option == MEMORY ? "max-memory" : "recursion-limit", text,
                     option == MEMORY ? SIZE_MAX : 100000000, &number))
        return false;
    if (option == MEMORY)
        machine->memory_limit = (size_t)number;
    else
        machine->recursion_limit = (uint32_t)number;
    return true;
}

static bool take_trace_option(int option, cli_options *options)
{
    if (option == JSON)
        options->format = AC_TRACE_JSON;
    else if (option == PERFETTO)
        options->format = AC_TRACE_PERFETTO;
    else if (option == RECORD)
        options->format = AC_TRACE_RECORD;
    else if (option == COLOUR)
        options->colour = true;
    else if (option == NO_COLOUR)
        options->no_colour = true;
    else if (option == 'o')
        options->output = optarg;
    else
        return false;
    return true;
}

/* Seconds of virtual time. */
static bool read_seconds(const char *text, double *out)
{
    char *end = NULL;
    *out = strtod(text, &end);
    if (end != text && *end == '\0' && *out >= 0 && *out - *out == 0)
        return true;
    fprintf(stderr, "aiocore: --at-time wants seconds, 0 or more, not '%s'\n", text);
    return false;
}

/* 1: taken, 0: it is none of these, -1: wrong (written). */
static int take_ps_option(int option, cli_options *options)
{
    if (option == JSON)
        options->ps_form = AC_PS_JSON;
    else if (option == TREE)
        options->ps_form = AC_PS_TREE;
    else if (option == AT_TURN)
        return read_number("at-turn", optarg, UINT64_MAX, &options->at_turn) ? 1 : -1;
    else if (option == AT_TIME)
        return (options->has_time = read_seconds(optarg, &options->at_time)) ? 1 : -1;
    else
        return 0;
    return 1;
}

/* The same for the options that not all commands have. */
static int take_special_option(cli_kind kind, int option, cli_options *options)
{
    if (kind == CLI_PS)
        return take_ps_option(option, options);
    return kind == CLI_TRACE && take_trace_option(option, options);
}

static void write_foreign(int option)
{
    bool is_of_both = option == JSON, is_of_ps = option >= TREE;
    fprintf(stderr, "aiocore: that is an option of %s\n",
            is_of_both ? "trace and ps"
            : is_of_ps ? "ps"
                       : "trace");
}

static bool take_option(int option, cli_options *options)
{
    mp_options *machine = &options->machine;
    if (option == SEMANTICS)
        return take_semantics(optarg, options);
    if (option == STEPS || option == MEMORY || option == RECURSION)
        return take_number(option, optarg, machine);
    machine->virtual_time |= option == VIRTUAL;
    machine->eager |= option == EAGER;
    machine->debug |= option == DEBUG;
    return option == VIRTUAL || option == EAGER || option == DEBUG;
}

/* False: it is wrong (written). */
static bool take_any_option(cli_kind kind, int option, cli_options *options)
{
    int special = option == '?' ? -1 : take_special_option(kind, option, options);
    if (special != 0)
        return special > 0;
    if (take_option(option, options))
        return true;
    if (option >= JSON)
        write_foreign(option);
    return false;
}

/* Options end at the file.  What comes after it belongs to the program.  For ps the program is only something
 * to look at: options may come behind it. */
int cli_read_options(int argc, char **argv, cli_kind kind, cli_options *options)
{
    static const char *const letters[] = {[CLI_RUN] = "+h", [CLI_TRACE] = "+o:h", [CLI_PS] = "h"};
    int option;
    memset(options, 0, sizeof *options);
    optind = 1;
    while ((option = getopt_long(argc, argv, letters[kind], long_options, NULL)) != -1) {
        if (option == 'h' || option == HELP) {
            cli_write_help(stdout, argv[0]);
            exit(CLI_OK);
        }
        if (!take_any_option(kind, option, options))
            return CLI_MISUSE;
    }
    if (optind >= argc) {
        fprintf(stderr, "aiocore: %s wants a file; see aiocore help %s\n", argv[0], argv[0]);
        return CLI_MISUSE;
    }
    options->file = argv[optind];
    options->machine.arguments = (const char *const *)argv + optind + 1;
    options->machine.argument_count = (size_t)(argc - optind - 1);
    return CLI_OK;
}
