/* status.c - the names of statuses and turns, for messages and traces. */
#include <aiocore/base.h>
#include <aiocore/coro.h>

const char *ac_status_name(ac_status status)
{
    switch (status) {
    case AC_OK:
        return "AC_OK";
    case AC_E_STATE:
        return "AC_E_STATE";
    case AC_E_RUNTIME:
        return "AC_E_RUNTIME";
    case AC_E_TYPE:
        return "AC_E_TYPE";
    case AC_E_VALUE:
        return "AC_E_VALUE";
    case AC_E_MEMORY:
        return "AC_E_MEMORY";
    case AC_E_CLOSED:
        return "AC_E_CLOSED";
    case AC_E_RAISED:
        return "AC_E_RAISED";
    case AC_E_DEADLOCK:
        return "AC_E_DEADLOCK";
    case AC_E_RECURSION:
        return "AC_E_RECURSION";
    }
    return "?";
}

const char *ac_turn_name(ac_turn turn)
{
    switch (turn) {
    case AC_RETURNED:
        return "AC_RETURNED";
    case AC_RAISED:
        return "AC_RAISED";
    case AC_AWAITING:
        return "AC_AWAITING";
    case AC_YIELDED:
        return "AC_YIELDED";
    case AC_PARKED:
        return "AC_PARKED";
    case AC_STRANGE:
        return "AC_STRANGE";
    case AC_GENERATOR:
        return "AC_GENERATOR";
    case AC_REFUSED:
        return "AC_REFUSED";
    case AC_STUCK:
        return "AC_STUCK";
    }
    return "?";
}
