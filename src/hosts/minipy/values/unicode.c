/* unicode.c - code points: UTF-8, and their kinds and cases.
 *
 * The full tables of Unicode would be larger than the interpreter.  These hold what programs print: cases and
 * letters are exact for Latin-1, Latin Extended-A, Greek, Cyrillic and Armenian; letters of other scripts are
 * known by blocks and have no case; printable is what no table calls a control, a format, a separator, a
 * surrogate, private or a noncharacter (code points that nobody has assigned count as printable). */
#include "values/unicode.h"

/* ---- UTF-8 ---- */

size_t mp_utf8_valid(const unsigned char *at, size_t left)
{
    size_t size = at[0] < 0x80   ? 1
                  : at[0] < 0xc2 ? 0
                  : at[0] < 0xe0 ? 2
                  : at[0] < 0xf0 ? 3
                  : at[0] < 0xf5 ? 4
                                 : 0;

    if (size > left)
        return 0;
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return size;
}

uint32_t mp_utf8_decode(const char *data, size_t *size)
{
    const unsigned char *byte = (const unsigned char *)data;
    *size = mp_utf8_size(*data);
    switch (*size) {
    case 1:
        return byte[0];
    case 2:
        return (uint32_t)(byte[0] & 0x1f) << 6 | (byte[1] & 0x3f);
    case 3:
        return (uint32_t)(byte[0] & 0x0f) << 12 | (uint32_t)(byte[1] & 0x3f) << 6 | (byte[2] & 0x3f);
    default:
        return (uint32_t)(byte[0] & 0x07) << 18 | (uint32_t)(byte[1] & 0x3f) << 12 |
               (uint32_t)(byte[2] & 0x3f) << 6 | (byte[3] & 0x3f);
    }
}

size_t mp_utf8_encode(uint32_t point, char out[4])
{
    size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (char)(leads[size] | point);
    return size;
}

size_t mp_utf8_length(const char *data, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < size; i++)
        length += !mp_utf8_continues(data[i]);
    return length;
}

size_t mp_utf8_offset(const char *data, size_t size, size_t index)
{
    size_t at = 0;
    while (at < size && index > 0) {
        at += mp_utf8_size(data[at]);
        index--;
    }
    return at;
}

size_t mp_skip_space(const char *data, size_t size)
{
    size_t at = 0, step;
    while (at < size && mp_point_is_space(mp_utf8_decode(data + at, &step)))
        at += step;
    return at;
}

size_t mp_skip_space_back(const char *data, size_t size)
{
    while (size > 0) {
        size_t at = size - 1, step;
        while (at > 0 && mp_utf8_continues(data[at]))
            at--;
        if (!mp_point_is_space(mp_utf8_decode(data + at, &step)))
            break;
        size = at;
    }
    return size;
}

/* ---- Kinds ---- */

typedef struct point_range {
    uint32_t first, last;
} point_range;

static bool point_within(const point_range *ranges, size_t count, uint32_t point)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (point > ranges[middle].last)
            low = middle + 1;
        else if (point < ranges[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

bool mp_point_is_space(uint32_t point)
{
    static const point_range spaces[] = {
        {0x09, 0x0d},     {0x1c, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
        {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
    };
    return point_within(spaces, sizeof spaces / sizeof *spaces, point);
}

bool mp_point_is_printable(uint32_t point)
{
    static const point_range hidden[] = {
        {0x00, 0x1f},       {0x7f, 0xa0},       {0xad, 0xad},         {0x600, 0x605},     {0x61c, 0x61c},
        {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x1680, 0x1680},     {0x180e, 0x180e},   {0x2000, 0x200f},
        {0x2028, 0x202f},   {0x205f, 0x206f},   {0x3000, 0x3000},     {0xd7fc, 0xf8ff},   {0xfdd0, 0xfdef},
        {0xfeff, 0xfeff},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},     {0x1d173, 0x1d17a}, {0x1fffe, 0x1ffff},
        {0x2fffe, 0x2ffff}, {0x3fffe, 0xe00ff}, {0xe01f0, 0xffffffff}};
    return !point_within(hidden, sizeof hidden / sizeof *hidden, point);
}

bool mp_point_is_alpha(uint32_t point)
{
    static const point_range letters[] = {
        {'A', 'Z'},       {'a', 'z'},       {0xaa, 0xaa},       {0xb5, 0xb5},       {0xba, 0xba},
        {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x2c1},      {0x2c6, 0x2d1},     {0x2e0, 0x2e4},
        {0x2ec, 0x2ec},   {0x2ee, 0x2ee},   {0x370, 0x374},     {0x376, 0x377},     {0x37a, 0x37d},
        {0x37f, 0x37f},   {0x386, 0x386},   {0x388, 0x38a},     {0x38c, 0x38c},     {0x38e, 0x3a1},
        {0x3a3, 0x3f5},   {0x3f7, 0x481},   {0x48a, 0x52f},     {0x531, 0x556},     {0x559, 0x559},
        {0x560, 0x588},   {0x5d0, 0x5ea},   {0x620, 0x64a},     {0x671, 0x6d3},     {0x904, 0x939},
        {0xe01, 0xe30},   {0x10d0, 0x10fa}, {0x1100, 0x1248},   {0x13a0, 0x13f5},   {0x1e00, 0x1f15},
        {0x2c00, 0x2ce4}, {0x3041, 0x3096}, {0x30a1, 0x30fa},   {0x3105, 0x312f},   {0x3400, 0x4dbf},
        {0x4e00, 0x9fff}, {0xa000, 0xa48c}, {0xac00, 0xd7a3},   {0xf900, 0xfa6d},   {0xff21, 0xff3a},
        {0xff41, 0xff5a}, {0xff66, 0xff9d}, {0x10000, 0x1000b}, {0x20000, 0x2a6df}, {0x30000, 0x3134a},
    };
    return point_within(letters, sizeof letters / sizeof *letters, point);
}

bool mp_point_is_decimal(uint32_t point)
{
    static const point_range digits[] = {{'0', '9'},     {0x660, 0x669}, {0x6f0, 0x6f9},
                                         {0x966, 0x96f}, {0xe50, 0xe59}, {0xff10, 0xff19}};
    return point_within(digits, sizeof digits / sizeof *digits, point);
}

bool mp_point_is_digit(uint32_t point)
{
    static const point_range small[] = {{0xb2, 0xb3},     {0xb9, 0xb9},     {0x2070, 0x2070},
                                        {0x2074, 0x2079}, {0x2080, 0x2089}, {0x2460, 0x2468}};
    return mp_point_is_decimal(point) || point_within(small, sizeof small / sizeof *small, point);
}

bool mp_point_is_numeric(uint32_t point)
{
    static const point_range others[] = {{0xbc, 0xbe}, {0x2150, 0x2189}, {0x2469, 0x249b}};
    return mp_point_is_digit(point) || point_within(others, sizeof others / sizeof *others, point);
}

/* ---- Case ---- */

/* Upper-case code points first, first + step, ... last; the lower-case ones are 'delta' further. */
typedef struct point_case {
    uint32_t first, last;
    int32_t delta;
    uint32_t step;
} point_case;

static const point_case point_cases[] = {
    {'A', 'Z', 32, 1},      {0xc0, 0xd6, 32, 1},     {0xd8, 0xde, 32, 1},     {0x100, 0x12e, 1, 2},
    {0x132, 0x136, 1, 2},   {0x139, 0x147, 1, 2},    {0x14a, 0x176, 1, 2},    {0x178, 0x178, -121, 1},
    {0x179, 0x17d, 1, 2},   {0x1cd, 0x1db, 1, 2},    {0x1de, 0x1ee, 1, 2},    {0x1f8, 0x21e, 1, 2},
    {0x370, 0x372, 1, 2},   {0x376, 0x376, 1, 1},    {0x386, 0x386, 38, 1},   {0x388, 0x38a, 37, 1},
    {0x38c, 0x38c, 64, 1},  {0x38e, 0x38f, 63, 1},   {0x391, 0x3a1, 32, 1},   {0x3a3, 0x3ab, 32, 1},
    {0x3d8, 0x3ee, 1, 2},   {0x3f7, 0x3f7, 1, 1},    {0x3fa, 0x3fa, 1, 1},    {0x400, 0x40f, 80, 1},
    {0x410, 0x42f, 32, 1},  {0x460, 0x480, 1, 2},    {0x48a, 0x4be, 1, 2},    {0x4c0, 0x4c0, 15, 1},
    {0x4c1, 0x4cd, 1, 2},   {0x4d0, 0x52e, 1, 2},    {0x531, 0x556, 48, 1},   {0x1e00, 0x1e94, 1, 2},
    {0x1ea0, 0x1efe, 1, 2}, {0x2160, 0x216f, 16, 1}, {0x24b6, 0x24cf, 26, 1}, {0xff21, 0xff3a, 32, 1},
};

static uint32_t point_moved(uint32_t point, int32_t delta)
{
    return (uint32_t)((int32_t)point + delta);
}

/* The row whose upper (shift false) or lower letters have the point among them; NULL: none. */
static const point_case *point_case_of(uint32_t point, bool lower)
{
    for (size_t i = 0; i < sizeof point_cases / sizeof *point_cases; i++) {
        const point_case *row = &point_cases[i];
        uint32_t upper = lower ? point_moved(point, -row->delta) : point;
        if (upper >= row->first && upper <= row->last && (upper - row->first) % row->step == 0)
            return row;
    }
    return NULL;
}

bool mp_point_is_upper(uint32_t point)
{
    return point_case_of(point, false) != NULL;
}

/* Small letters without a capital, or whose capital has another small letter. */
static bool point_is_lone_lower(uint32_t point)
{
    static const point_range lone[] = {{0xaa, 0xaa},   {0xb5, 0xb5},   {0xba, 0xba},   {0xdf, 0xdf},
                                       {0x131, 0x131}, {0x138, 0x138}, {0x149, 0x149}, {0x17f, 0x17f},
                                       {0x250, 0x2af}, {0x390, 0x390}, {0x3b0, 0x3b0}, {0x3c2, 0x3c2}};
    return point_within(lone, sizeof lone / sizeof *lone, point);
}

bool mp_point_is_lower(uint32_t point)
{
    return point_case_of(point, true) != NULL || point_is_lone_lower(point);
}

uint32_t mp_point_to_lower(uint32_t point)
{
    if (point < 0x80)
        return point >= 'A' && point <= 'Z' ? point + 32 : point;
    const point_case *row = point_case_of(point, false);
    return row == NULL ? point : point_moved(point, row->delta);
}

uint32_t mp_point_to_upper(uint32_t point)
{
    if (point < 0x80)
        return point >= 'a' && point <= 'z' ? point - 32 : point;
    const point_case *row = point_case_of(point, true);
    if (row != NULL)
        return point_moved(point, -row->delta);
    switch (point) {
    case 0xb5: /* the micro sign, and the dotless and long letters */
        return 0x39c;
    case 0x131:
        return 'I';
    case 0x17f:
        return 'S';
    case 0x3c2: /* sigma at the end of a word */
        return 0x3a3;
    default:
        return point;
    }
}
