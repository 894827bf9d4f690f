/* semantics.c - prints the table of semantics profiles: which flags each release of CPython has.
 *
 *     semantics            every flag with its issue, and each release in which something changed
 *     semantics A B        what changed between two profiles */
#include <aiocore/aiocore.h>
#include <stdio.h>

static void print_flag(const char *mark, ac_semantics_flag flag)
{
    const ac_semantics_info *info = ac_semantics_flag_info(flag);
    printf("%s%s (%s; on in %s)\n    %s\n    difftests/%s.py\n", mark, info->name, info->issue, info->on_in,
           info->summary, info->scenario);
}

static bool read_profile(const char *text, ac_semantics *set)
{
    const char *where = text;
    if (ac_semantics_parse(text, set, &where) == AC_OK)
        return true;
    fprintf(stderr, "semantics: '%s' is unknown at '%s'\n", text, where);
    return false;
}

/* The flags in which two sets differ, newer ones with +. */
static void print_changes(ac_semantics from, ac_semantics to)
{
    for (int i = 0; i < AC_S_FLAGS; i++) {
        ac_semantics_flag flag = (ac_semantics_flag)i;
        if (ac_semantics_has(from, flag) != ac_semantics_has(to, flag))
            print_flag(ac_semantics_has(to, flag) ? "+ " : "- ", flag);
    }
}

static void print_table(void)
{
    for (int i = 0; i < AC_S_FLAGS; i++)
        print_flag("", (ac_semantics_flag)i);
    ac_semantics before = 0, set = 0;
    for (size_t i = 0; ac_semantics_preset(i) != NULL; i++, before = set) {
        (void)ac_semantics_parse(ac_semantics_preset(i), &set, NULL);
        if (i > 0 && set == before)
            continue;
        printf("\n%s:", ac_semantics_preset(i));
        for (int flag = 0; flag < AC_S_FLAGS; flag++)
            if (ac_semantics_has(set, (ac_semantics_flag)flag))
                printf(" %s", ac_semantics_flag_info((ac_semantics_flag)flag)->name);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    ac_semantics from, to;
    if (argc == 1) {
        print_table();
        return 0;
    }
    if (argc != 3 || !read_profile(argv[1], &from) || !read_profile(argv[2], &to)) {
        fprintf(stderr, "usage: semantics [PROFILE PROFILE]\n");
        return 2;
    }
    print_changes(from, to);
    return 0;
}
