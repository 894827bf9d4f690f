/* semantics.c - semantics: which versions can be behaved like, what differs between them, and what has
 * changed from one to another.
 *
 * Everything comes from the core's table (aiocore/semantics.h).  Names and issues are plain ASCII; the words
 * of a flag may have quotes, which JSON wants escaped. */
#include <string.h>

#include "cli.h"

/* ---- The flags of a preset ---- */

static ac_semantics preset_set(const char *preset)
{
    ac_semantics set = 0;
    (void)ac_semantics_parse(preset, &set, NULL); /* a name of the table's own */
    return set;
}

/* What --diff is asked for: two profiles. */
struct change {
    const char *from, *to; /* NULL: it was not asked for */
    ac_semantics before, after;
};

/* ---- For people ---- */

/* True if both are micros of one release, as 3.12.0 and 3.12.1. */
static bool same_release(const char *left, const char *right)
{
    const char *dot = strrchr(left, '.');
    size_t length = dot != NULL ? (size_t)(dot - left) + 1 : 0;
    return length > 0 && strncmp(left, right, length) == 0;
}

static void write_versions(void)
{
    const char *before = NULL;
    printf("Versions\n");
    for (size_t i = 0; ac_semantics_preset(i) != NULL; i++) {
        const char *preset = ac_semantics_preset(i);
        bool goes_on = before != NULL && same_release(before, preset);
        printf("%s%s", goes_on ? " " : before != NULL ? "\n  " : "  ", preset);
        before = preset;
    }
    printf("\n");
}

static void write_flags(void)
{
    printf("\nFlags, and the versions that have them\n");
    for (unsigned flag = 0; flag < AC_S_FLAGS; flag++) {
        const ac_semantics_info *info = ac_semantics_flag_info((ac_semantics_flag)flag);
        printf("  %-38s %s\n      %s (%s)\n", info->name, info->on_in, info->summary, info->issue);
    }
}

/* Where the program is that shows a flag, in the sources of aiocore. */
#define SHOWN_BY "difftests/%s.py"

/* The flags that are in one set and not in the other, under a heading.  Gives how many there are. */
static unsigned write_only_in(const char *heading, ac_semantics set, ac_semantics other)
{
    unsigned count = 0;
    for (unsigned flag = 0; flag < AC_S_FLAGS; flag++) {
        const ac_semantics_info *info = ac_semantics_flag_info((ac_semantics_flag)flag);
        if (!ac_semantics_has(set & ~other, (ac_semantics_flag)flag))
            continue;
        if (count++ == 0)
            printf("\n%s\n", heading);
        printf("  %s (%s)\n      %s\n      " SHOWN_BY "\n", info->name, info->issue, info->summary,
               info->scenario);
    }
    return count;
}

static void write_changes(const struct change *change)
{
    printf("From %s to %s\n", change->from, change->to);
    unsigned count = write_only_in("What is so now", change->after, change->before);
    count += write_only_in("What was so, and is no more", change->before, change->after);
    if (count == 0)
        printf("\nNothing that is a flag changed.\n");
}

/* ---- For programs ---- */

static void write_json_text(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

static void write_json_member(const char *name, const char *text, const char *after)
{
    printf("\"%s\": ", name);
    write_json_text(text);
    printf("%s", after);
}

/* The flags of a set, one a line. */
static void write_json_flags(ac_semantics set)
{
    const char *between = "";
    for (unsigned flag = 0; flag < AC_S_FLAGS; flag++) {
        const ac_semantics_info *info = ac_semantics_flag_info((ac_semantics_flag)flag);
        if (!ac_semantics_has(set, (ac_semantics_flag)flag))
            continue;
        printf("%s\n  {", between);
        write_json_member("name", info->name, ", ");
        write_json_member("issue", info->issue, ", ");
        write_json_member("summary", info->summary, ", ");
        write_json_member("on_in", info->on_in, ", ");
        write_json_member("scenario", info->scenario, "}");
        between = ",";
    }
}

static void write_json_preset(const char *preset)
{
    ac_semantics set = preset_set(preset);
    const char *between = "";
    printf("  \"%s\": [", preset);
    for (unsigned flag = 0; flag < AC_S_FLAGS; flag++) {
        if (!ac_semantics_has(set, (ac_semantics_flag)flag))
            continue;
        printf("%s\"%s\"", between, ac_semantics_flag_info((ac_semantics_flag)flag)->name);
        between = ", ";
    }
    printf("]");
}

static void write_json(void)
{
    printf("{\n \"flags\": [");
    write_json_flags(((ac_semantics)1 << AC_S_FLAGS) - 1);
    printf("\n ],\n \"presets\": {\n");
    for (size_t i = 0; ac_semantics_preset(i) != NULL; i++) {
        write_json_preset(ac_semantics_preset(i));
        printf("%s\n", ac_semantics_preset(i + 1) != NULL ? "," : "");
    }
    printf(" }\n}\n");
}

static void write_json_changes(const struct change *change)
{
    printf("{\n ");
    write_json_member("from", change->from, ",\n ");
    write_json_member("to", change->to, ",\n \"on\": [");
    write_json_flags(change->after & ~change->before);
    printf("],\n \"off\": [");
    write_json_flags(change->before & ~change->after);
    printf("]\n}\n");
}

/* ---- The command ---- */

/* --json and --diff FROM TO, in any order. */
static bool read_arguments(int argc, char **argv, struct change *change, bool *json)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            *json = true;
        } else if (strcmp(argv[i], "--diff") == 0 && i + 2 < argc && change->from == NULL) {
            change->from = argv[++i];
            change->to = argv[++i];
        } else {
            fprintf(stderr,
                    "aiocore: semantics takes --diff FROM TO and --json; see aiocore help semantics\n");
            return false;
        }
    }
    return change->from == NULL || (cli_read_semantics(change->from, &change->before) &&
                                    cli_read_semantics(change->to, &change->after));
}

int cli_semantics(int argc, char **argv)
{
    struct change change = {.from = NULL};
    bool json = false;
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        cli_write_help(stdout, argv[0]);
        return CLI_OK;
    }
    if (!read_arguments(argc, argv, &change, &json))
        return CLI_MISUSE;
    if (change.from != NULL) {
        (json ? write_json_changes : write_changes)(&change);
    } else if (json) {
        write_json();
    } else {
        write_versions();
        write_flags();
    }
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? CLI_OK : CLI_FAILED;
}
