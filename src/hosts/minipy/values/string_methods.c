/* string_methods.c - the table of str's methods; each is in the file of its subject. */
#include "values/bytes.h"
#include "values/string_impl.h"

const mp_method mp_str_methods[] = {
    {"encode", mp_str_encode, MP_M_METHOD},
    /* string_search.c */
    {"find", mp_str_find, MP_M_METHOD},
    {"rfind", mp_str_rfind, MP_M_METHOD},
    {"index", mp_str_index_of, MP_M_METHOD},
    {"rindex", mp_str_rindex, MP_M_METHOD},
    {"count", mp_str_count, MP_M_METHOD},
    {"startswith", mp_str_startswith, MP_M_METHOD},
    {"endswith", mp_str_endswith, MP_M_METHOD},
    {"partition", mp_str_partition, MP_M_METHOD},
    {"rpartition", mp_str_rpartition, MP_M_METHOD},
    {"replace", mp_str_replace, MP_M_METHOD},
    {"removeprefix", mp_str_removeprefix, MP_M_METHOD},
    {"removesuffix", mp_str_removesuffix, MP_M_METHOD},
    /* string_split.c */
    {"split", mp_str_split, MP_M_METHOD},
    {"rsplit", mp_str_rsplit, MP_M_METHOD},
    {"splitlines", mp_str_splitlines, MP_M_METHOD},
    {"join", mp_str_join, MP_M_METHOD},
    {"strip", mp_str_strip, MP_M_METHOD},
    {"lstrip", mp_str_lstrip, MP_M_METHOD},
    {"rstrip", mp_str_rstrip, MP_M_METHOD},
    /* string_case.c */
    {"upper", mp_str_upper, MP_M_METHOD},
    {"lower", mp_str_lower, MP_M_METHOD},
    {"title", mp_str_title, MP_M_METHOD},
    {"capitalize", mp_str_capitalize, MP_M_METHOD},
    {"swapcase", mp_str_swapcase, MP_M_METHOD},
    {"casefold", mp_str_casefold, MP_M_METHOD},
    /* string_kind.c */
    {"isdigit", mp_str_isdigit, MP_M_METHOD},
    {"isalpha", mp_str_isalpha, MP_M_METHOD},
    {"isalnum", mp_str_isalnum, MP_M_METHOD},
    {"isspace", mp_str_isspace, MP_M_METHOD},
    {"isupper", mp_str_isupper, MP_M_METHOD},
    {"islower", mp_str_islower, MP_M_METHOD},
    {"isidentifier", mp_str_isidentifier, MP_M_METHOD},
    {"isdecimal", mp_str_isdecimal, MP_M_METHOD},
    {"isnumeric", mp_str_isnumeric, MP_M_METHOD},
    {"isprintable", mp_str_isprintable, MP_M_METHOD},
    {"isascii", mp_str_isascii, MP_M_METHOD},
    {"istitle", mp_str_istitle, MP_M_METHOD},
    /* string_pad.c */
    {"center", mp_str_center, MP_M_METHOD},
    {"ljust", mp_str_ljust, MP_M_METHOD},
    {"rjust", mp_str_rjust, MP_M_METHOD},
    {"zfill", mp_str_zfill, MP_M_METHOD},
    {"expandtabs", mp_str_expandtabs, MP_M_METHOD},
    /* string_translate.c */
    {"translate", mp_str_translate, MP_M_METHOD},
    {"maketrans", mp_str_maketrans, MP_M_STATIC},
    /* string_format.c */
    {"format", mp_str_format_method, MP_M_METHOD},
    {"format_map", mp_str_format_map, MP_M_METHOD},
    {NULL, NULL, 0},
};
