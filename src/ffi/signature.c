/* signature.c - reads the language of signatures (docs/ffi.md).
 *
 * Idea       By descent, one function for each rule of the grammar.  The first failure is the answer: after
 *            it a parser has status other than AC_OK, and each function gives NULL or false.
 * Holds      All memory of a signature is in its blocks, those of its callbacks too.
 * Cost       A few allocations for each struct, pointer and callback.
 * Tests      tests/test_ffi_signature.c, where the nth allocation fails, too */
#include "ffi_impl.h"

#include <ctype.h>
#include <string.h>

enum { DEEPEST = 16, MOST_ITEMS = 4096, MOST_MEMBERS = 64 };

typedef struct parser {
    const char *text;
    size_t at;
    unsigned depth;
    block **blocks;
    ac_ffi_error *error;
    ac_status status;
} parser;

/* Where a type stands decides what it may be. */
typedef enum place { PARAMETER, RESULT, INSIDE, BEHIND } place;

static const ac_ffi_type *read_type(parser *self, place where);
static ac_ffi_signature *read_signature(parser *self, bool callback);

static void *take_memory(parser *self, size_t size)
{
    block *piece = aci_ffi_sys.alloc(sizeof *piece + size);

    if (piece == NULL) {
        self->status = aci_ffi_no_memory(self->error);
        return NULL;
    }
    memset(piece, 0, sizeof *piece + size);
    piece->next = *self->blocks;
    *self->blocks = piece;
    return piece->memory;
}

/* ---- Words ---- */

static void *fail_at(parser *self, size_t position, const char *words)
{
    if (self->status == AC_OK)
        self->status = aci_ffi_refuse(self->error, position, "%s", words);
    return NULL;
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static char peek(parser *self)
{
    while (isspace((unsigned char)self->text[self->at]))
        self->at++;
    return self->text[self->at];
}

static bool skip(parser *self, const char *what)
{
    (void)peek(self);
    if (strncmp(self->text + self->at, what, strlen(what)) != 0)
        return false;
    self->at += strlen(what);
    return true;
}

static bool skip_word(parser *self, const char *word)
{
    (void)peek(self);
    return !is_letter(
               self->text[self->at +
                          (strncmp(self->text + self->at, word, strlen(word)) == 0 ? strlen(word) : 0)]) &&
           skip(self, word);
}

static bool expect(parser *self, const char *what, const char *where)
{
    if (skip(self, what))
        return true;
    if (self->status == AC_OK)
        self->status = self->text[self->at] == '\0'
                           ? aci_ffi_refuse(self->error, self->at, "'%s' is missing %s", what, where)
                           : aci_ffi_refuse(self->error, self->at, "'%s' is missing %s, before '%c'", what,
                                            where, self->text[self->at]);
    return false;
}

/* ---- Types ---- */

static size_t word_length(const parser *self)
{
    size_t length = 0;

    while (is_letter(self->text[self->at + length]))
        length++;
    return length;
}

static const ac_ffi_type *read_word(parser *self)
{
    size_t start = self->at, length = word_length(self);
    const ac_ffi_type *type = aci_ffi_named(self->text + start, length);

    if (type == NULL) {
        if (length == 0 && self->text[start] == '\0')
            return fail_at(self, start, "a type is missing");
        self->status = aci_ffi_refuse(self->error, start, "there is no type '%.*s'",
                                      length == 0   ? 1
                                      : length > 40 ? 40
                                                    : (int)length,
                                      self->text + start);
        return NULL;
    }
    self->at += length;
    return type;
}

static const ac_ffi_type *read_pointer(parser *self)
{
    ac_ffi_type *type = take_memory(self, sizeof *type);

    if (type == NULL)
        return NULL;
    *type = *aci_ffi_of_kind(AC_FFI_POINTER);
    type->of = read_type(self, BEHIND);
    return type->of != NULL ? type : NULL;
}

static const ac_ffi_type *read_callback(parser *self)
{
    ac_ffi_type *type = take_memory(self, sizeof *type);

    if (type == NULL)
        return NULL;
    *type = *aci_ffi_of_kind(AC_FFI_FUNCTION);
    type->function = read_signature(self, true);
    return type->function != NULL ? type : NULL;
}

/* What libffi is told of a struct or array: it is made of these. */
static bool make_native(parser *self, ac_ffi_type *type)
{
    ffi_type *native = take_memory(self, sizeof *native);
    ffi_type **elements = native != NULL ? take_memory(self, (type->count + 1) * sizeof *elements) : NULL;

    if (elements == NULL)
        return false;
    for (size_t i = 0; i < type->count; i++)
        elements[i] = type->kind == AC_FFI_ARRAY ? type->of->native : type->members[i]->native;
    native->type = FFI_TYPE_STRUCT;
    native->elements = elements;
    type->native = native;
    return true;
}

static const ac_ffi_type *read_array(parser *self)
{
    ac_ffi_type *type = take_memory(self, sizeof *type);
    size_t start, count = 0;

    if (type == NULL)
        return NULL;
    (void)peek(self);
    start = self->at;
    while (isdigit((unsigned char)self->text[self->at]) && count <= MOST_ITEMS)
        count = count * 10 + (size_t)(self->text[self->at++] - '0');
    if (count == 0 || count > MOST_ITEMS)
        return fail_at(self, start, "an array has from 1 to 4096 items");
    if (!expect(self, "]", "after the count of an array"))
        return NULL;
    type->of = read_type(self, INSIDE);
    if (type->of == NULL)
        return NULL;
    type->kind = AC_FFI_ARRAY;
    type->count = count;
    type->size = count * type->of->size;
    type->alignment = type->of->alignment;
    return make_native(self, type) ? type : NULL;
}

static size_t read_members(parser *self, const ac_ffi_type **members)
{
    size_t count = 0;

    do {
        if (count == MOST_MEMBERS) {
            (void)fail_at(self, self->at, "a struct has at most 64 members");
            return 0;
        }
        members[count] = read_type(self, INSIDE);
        if (members[count++] == NULL)
            return 0;
    } while (skip(self, ","));
    return expect(self, "}", "at the end of a struct") ? count : 0;
}

static const ac_ffi_type *read_struct(parser *self, size_t start)
{
    const ac_ffi_type *members[MOST_MEMBERS], **kept;
    ac_ffi_type *type;
    size_t *offsets, count;

    if (peek(self) == '}')
        return fail_at(self, self->at, "a struct has at least one member");
    count = read_members(self, members);
    if (count == 0)
        return NULL;
    type = take_memory(self, sizeof *type);
    kept = type != NULL ? take_memory(self, count * sizeof *kept) : NULL;
    offsets = kept != NULL ? take_memory(self, count * sizeof *offsets) : NULL;
    if (offsets == NULL)
        return NULL;
    memcpy(kept, members, count * sizeof *kept);
    type->kind = AC_FFI_STRUCT;
    type->count = count;
    type->members = kept;
    if (!aci_ffi_lay_out(type, offsets))
        return fail_at(self, start, "the struct is too large");
    return make_native(self, type) ? type : NULL;
}

static const ac_ffi_type *read_bare_type(parser *self)
{
    size_t start;

    (void)peek(self);
    start = self->at;
    if (skip(self, "*"))
        return read_pointer(self);
    if (skip(self, "{"))
        return read_struct(self, start);
    if (skip(self, "["))
        return read_array(self);
    if (skip_word(self, "fn"))
        return read_callback(self);
    return read_word(self);
}

static const char *misplaced(ac_ffi_kind kind, place where)
{
    bool memory = kind == AC_FFI_BYTES || kind == AC_FFI_BUFFER;

    if (kind == AC_FFI_VOID && (where == PARAMETER || where == INSIDE))
        return "void is no value; write () for no parameters";
    if (kind == AC_FFI_ARRAY && (where == PARAMETER || where == RESULT))
        return "C passes no arrays: write * or out before it, or put it into a struct";
    if (memory && where != PARAMETER)
        return "bytes and buffer are parameters; write ptr here";
    return NULL;
}

static const ac_ffi_type *read_type(parser *self, place where)
{
    const ac_ffi_type *type;
    const char *why;
    size_t start;

    (void)peek(self);
    start = self->at;
    if (self->depth == DEEPEST)
        return fail_at(self, start, "the types are nested too deeply");
    self->depth++;
    type = read_bare_type(self);
    self->depth--;
    why = type != NULL ? misplaced(type->kind, where) : NULL;
    return why != NULL ? fail_at(self, start, why) : type;
}

/* ---- Parameters ---- */

static const char *misplaced_behind_dots(ac_ffi_kind kind)
{
    if (kind == AC_FFI_F32)
        return "C passes no f32 after '...': write f64";
    if (kind >= AC_FFI_BOOL && kind <= AC_FFI_U16)
        return "C passes no integer shorter than int after '...': write i32";
    return NULL;
}

static bool read_parameter(parser *self, ac_ffi_signature *signature)
{
    size_t start, index = signature->count;
    ac_ffi_way way = AC_FFI_IN;
    const char *why = NULL;
    const ac_ffi_type *type;

    (void)peek(self);
    start = self->at;
    if (index == AC_FFI_PARAMETERS)
        return fail_at(self, start, "there are at most 64 parameters") != NULL;
    if (skip_word(self, "out"))
        way = AC_FFI_OUT;
    else if (skip_word(self, "inout"))
        way = AC_FFI_INOUT;
    type = read_type(self, way == AC_FFI_IN ? PARAMETER : BEHIND);
    if (type == NULL)
        return false;
    if (way != AC_FFI_IN && type->kind == AC_FFI_VOID)
        why = "void is no value";
    else if (way == AC_FFI_IN && signature->fixed != SIZE_MAX)
        why = misplaced_behind_dots(type->kind);
    if (why != NULL)
        return fail_at(self, start, why) != NULL;
    signature->parameters[index] = type;
    signature->ways[index] = way;
    signature->has_out = signature->has_out || way != AC_FFI_IN;
    signature->count++;
    return true;
}

static bool read_dots(parser *self, ac_ffi_signature *signature, bool callback, size_t start)
{
    const char *why = NULL;

    if (callback)
        why = "a callback is not variadic";
    else if (signature->fixed != SIZE_MAX)
        why = "'...' is there already";
    else if (signature->count == 0)
        why = "a variadic function has a parameter before '...'";
    if (why != NULL)
        return fail_at(self, start, why) != NULL;
    signature->fixed = signature->count;
    return true;
}

static bool read_parameters(parser *self, ac_ffi_signature *signature, bool callback)
{
    if (!expect(self, "(", "before the parameters"))
        return false;
    if (skip(self, ")"))
        return true;
    do {
        size_t start;
        (void)peek(self);
        start = self->at;
        if (skip(self, "...")) {
            if (!read_dots(self, signature, callback, start))
                return false;
        } else if (!read_parameter(self, signature)) {
            return false;
        }
    } while (skip(self, ","));
    return expect(self, ")", "after the parameters");
}

/* ---- Signatures ---- */

static bool prepare(parser *self, ac_ffi_signature *signature, size_t start)
{
    ffi_type **natives = take_memory(self, (signature->count + 1) * sizeof *natives);
    ffi_status status;

    if (natives == NULL)
        return false;
    for (size_t i = 0; i < signature->count; i++)
        natives[i] = signature->ways[i] != AC_FFI_IN ? &ffi_type_pointer : signature->parameters[i]->native;
    if (signature->fixed != SIZE_MAX)
        status = ffi_prep_cif_var(&signature->cif, FFI_DEFAULT_ABI, (unsigned)signature->fixed,
                                  (unsigned)signature->count, signature->result->native, natives);
    else
        status = ffi_prep_cif(&signature->cif, FFI_DEFAULT_ABI, (unsigned)signature->count,
                              signature->result->native, natives);
    return status == FFI_OK || fail_at(self, start, "libffi does not know how to pass this") != NULL;
}

static ac_ffi_signature *read_signature(parser *self, bool callback)
{
    ac_ffi_signature *signature = take_memory(self, sizeof *signature);
    size_t start;

    if (signature == NULL)
        return NULL;
    (void)peek(self);
    start = self->at;
    signature->fixed = SIZE_MAX;
    signature->parameters = take_memory(self, AC_FFI_PARAMETERS * sizeof *signature->parameters);
    if (signature->parameters != NULL)
        signature->ways = take_memory(self, AC_FFI_PARAMETERS * sizeof *signature->ways);
    if (signature->ways == NULL || !read_parameters(self, signature, callback) ||
        !expect(self, "->", "before the result"))
        return NULL;
    signature->result = read_type(self, RESULT);
    return signature->result != NULL && prepare(self, signature, start) ? signature : NULL;
}

static void free_blocks(block *next)
{
    while (next != NULL) {
        block *piece = next;
        next = piece->next;
        aci_ffi_sys.free(piece);
    }
}

ac_status ac_ffi_signature_new(const char *text, ac_ffi_signature **out, ac_ffi_error *error)
{
    block *blocks = NULL;
    parser self = {.text = text, .blocks = &blocks, .error = error};
    ac_ffi_signature *signature = read_signature(&self, false);

    *out = NULL;
    if (signature != NULL && peek(&self) != '\0')
        signature = fail_at(&self, self.at, "there is more after the result");
    if (signature == NULL) {
        free_blocks(blocks);
        return self.status;
    }
    signature->blocks = blocks;
    *out = signature;
    return AC_OK;
}

void ac_ffi_signature_free(ac_ffi_signature *signature)
{
    if (signature != NULL)
        free_blocks(signature->blocks);
}

size_t ac_ffi_count(const ac_ffi_signature *signature)
{
    return signature->count;
}

size_t ac_ffi_fixed(const ac_ffi_signature *signature)
{
    return signature->fixed;
}

const ac_ffi_type *ac_ffi_parameter(const ac_ffi_signature *signature, size_t index)
{
    return signature->parameters[index];
}

ac_ffi_way ac_ffi_parameter_way(const ac_ffi_signature *signature, size_t index)
{
    return signature->ways[index];
}

const ac_ffi_type *ac_ffi_result(const ac_ffi_signature *signature)
{
    return signature->result;
}
