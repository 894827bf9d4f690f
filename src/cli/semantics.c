/* semantics.c - semantics: which versions can be behaved like, and what differs between them.
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

static void write_json_flags(void)
{
    for (unsigned flag = 0; flag < AC_S_FLAGS; flag++) {
        const ac_semantics_info *info = ac_semantics_flag_info((ac_semantics_flag)flag);
        printf("  {");
        write_json_member("name", info->name, ", ");
        write_json_member("issue", info->issue, ", ");
        write_json_member("summary", info->summary, ", ");
        write_json_member("on_in", info->on_in, ", ");
        write_json_member("scenario", info->scenario, flag + 1 < AC_S_FLAGS ? "},\n" : "}\n");
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
    printf("{\n \"flags\": [\n");
    write_json_flags();
    printf(" ],\n \"presets\": {\n");
    for (size_t i = 0; ac_semantics_preset(i) != NULL; i++) {
        write_json_preset(ac_semantics_preset(i));
        printf("%s\n", ac_semantics_preset(i + 1) != NULL ? "," : "");
    }
    printf(" }\n}\n");
}

/* ---- The command ---- */

int cli_semantics(int argc, char **argv)
{
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        cli_write_help(stdout, argv[0]);
        return CLI_OK;
    }
    if (argc > 1 && !json) {
        fprintf(stderr, "aiocore: semantics takes --json only; see aiocore help semantics\n");
        return CLI_MISUSE;
    }
    if (json) {
        write_json();
    } else {
        write_versions();
        write_flags();
    }
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? CLI_OK : CLI_FAILED;
}
