/* cxx_headers.cpp - a program in C++17 that uses the library through its public headers.
 *
 * Shows that all of them compile as C++ with full warnings, that their functions link, and that the inline
 * ones and the structs that a host embeds work there.  (Each header alone: tests/headers.py.) */
#include <aiocore/aiocore.h>
#include <aiocore/chost.h>

#include <cstdio>
#include <cstring>
#include <type_traits>

namespace
{

/* What a host does: embeds the core's structs in objects of its own. */
struct object {
    int number = 7;
    ac_future future{};
    ac_callback callback{};
};

static_assert(std::is_standard_layout<ac_task>::value, "a task can be embedded");
static_assert(std::is_trivially_copyable<ac_value>::value, "a value is a word");
static_assert(offsetof(ac_task, future) == 0, "a task begins with its future");

bool values()
{
    ac_value seven = ac_c_int(7);
    ac_value taken = ac_take(&seven);
    return ac_is_none(ac_lend(seven)) && ac_c_as_int(ac_lend(taken)) == 7;
}

bool futures()
{
    ac_loop *loop = ac_c_loop_new(nullptr, nullptr);
    if (loop == nullptr)
        return false;
    object mine;
    bool good = ac_future_init(&mine.future, loop) == AC_OK && !ac_future_done(&mine.future);
    good = good && ac_future_set_result(&mine.future, ac_c_int(42)) == AC_OK && ac_future_done(&mine.future);
    ac_how how = AC_THROW;
    ac_value result = ac_none();
    good = good && ac_future_result(&mine.future, &how, &result) == AC_OK && how == AC_SEND;
    good = good && ac_c_as_int(ac_lend(result)) == 42;
    ac_future_clear(&mine.future);
    return ac_c_loop_free(loop) == 0 && good;
}

bool names()
{
    return std::strcmp(ac_status_name(AC_E_STATE), "AC_E_STATE") == 0 &&
           std::strcmp(ac_turn_name(AC_AWAITING), "AC_AWAITING") == 0;
}

} // namespace

int main()
{
    const bool good = values() && futures() && names();
    std::puts(good ? "aiocore " AC_VERSION " from C++" : "not as expected");
    return good ? 0 : 1;
}
